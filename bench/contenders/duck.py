"""Hand-written DuckDB that makes the project's tables, as Parquet files."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import duckdb
import psutil

from bench import REPOSITORY
from bench.contenders import Job
from bench.facts import TABLES, read_facts
from bench.measure import Meter, Result, Step, folder_size
from python_jobs.dbt.rules import Rule, read_rules
from python_jobs.feeds.declared_keys import CELLS

THREADS = 2

_FOLDER = Path(__file__).parent / "duck_sql"
# Step to the files that are run for it, in order.
_STEPS = {
    "raw": ("raw",),
    "silver": ("judged", "silver"),
    "gold": ("gold",),
    "semantic": ("semantic",),
    "observability": ("observability",),
}
_DEMO_KEY = "public-demo-key"


def measure(job: Job) -> Result:
    """Measure it, the start of Python included."""
    result = Result("duckdb", job.files.rows)
    python_start = time.time() - psutil.Process().create_time()
    result.steps.append(Step("Python start", python_start, psutil.Process().memory_info().rss))
    meter = Meter("duckdb")
    tables = job.work / "tables"
    tables.mkdir()
    (tables / "input").symlink_to(job.files.folder)
    os.chdir(tables)  # The SQL names files by their paths from here.
    with duckdb.connect() as connection:
        connection.execute(f"set threads = {THREADS}; set TimeZone = 'UTC'")
        connection.execute("set temp_directory = '../spilled'")
        connection.execute(f"set variable email_key = '{_DEMO_KEY}'")
        _declare_rules(connection)
        for name, files in _STEPS.items():
            with meter.step(name, result.steps):
                for file in files:
                    connection.execute((_FOLDER / f"{file}.sql").read_text(encoding="utf-8"))
        result.size = folder_size(tables)

        def query(sql: str) -> list[tuple[Any, ...]]:
            return connection.execute(sql).fetchall()

        for table in TABLES[TABLES.index("semantic_business_metrics") :]:
            query(f"create or replace view {table} as from '{table}.parquet'")
        result.facts = read_facts(query)
        for table in ("silver_sales_assessed", *TABLES):
            result.columns[table] = [row[0] for row in query(f"describe {table}")]
    return result


def _declare_rules(connection: duckdb.DuckDBPyConnection) -> None:
    """Give the rules' ids and sentences to the SQL; what they check stands there by hand."""
    connection.execute(
        "create table rules (rule_position int, rule_id varchar, rule_sentence varchar, "
        "rule_severity varchar, is_applied boolean)"
    )
    connection.executemany(
        "insert into rules values (?, ?, ?, ?, ?)",
        [
            (number, rule.id, rule.sentence, rule.severity, _applies_to_the_demo(rule))
            for number, rule in enumerate(read_rules(REPOSITORY), 1)
        ],
    )


def _applies_to_the_demo(rule: Rule) -> bool:
    """Return whether the demo's feed, which declares nothing, has what the rule needs."""
    return set(rule.needs) <= {*CELLS, "plain_numbers"}
