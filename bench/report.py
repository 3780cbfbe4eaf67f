"""Writes what was measured into the docs."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import psutil

from bench import REPOSITORY, picture
from bench.contenders.names import CONTENDERS
from bench.data import FILE_ROWS
from bench.measure import Result
from bench.tables import all_tables
from python_jobs.machine.java import find_java
from python_jobs.machine.memory import heap_bytes

_GIB = 1024**3
_PACKAGES = ("pyspark", "dbt-core", "dbt-spark", "duckdb")


def write_docs(folder: Path, results: Sequence[Result]) -> list[Path]:
    """Write the page and the picture, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    page, drawn = folder / "bench.md", folder / "bench.svg"
    page.write_text(markdown(results, conditions(results)), encoding="utf-8")
    drawn.write_text(picture.draw(results), encoding="utf-8")
    return [page, drawn]


def markdown(results: Sequence[Result], on: str) -> str:
    """Return the page.

    Args:
        results: What was measured.
        on: The machine and the versions, in a sentence.
    """
    ran = {result.contender for result in results}
    contenders = [f"- **{name}**: {text}." for name, text in CONTENDERS.items() if name in ran]
    parts = [
        "# Measured",
        f"`make bench` wrote this page. {on}",
        "![Seconds of each contender by step](bench.svg)",
        "\n".join(contenders),
        *(table.as_markdown() for table in all_tables(results)),
        _how(),
    ]
    return "\n\n".join(parts) + "\n"


def conditions(results: Sequence[Result]) -> str:
    """Return when and on what the results were measured."""
    times = sorted(result.measured_at for result in results)
    load = max(result.load for result in results)
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    heap = heap_bytes(os.environ.get("P360_DRIVER_MEMORY")) / _GIB
    return (
        f"Measured from {times[0]} to {times[-1]} UTC at revision {_revision()}, on "
        f"{os.cpu_count()} cores and {psutil.virtual_memory().total / _GIB:.0f} GiB of memory "
        f"({platform.system()}, Python {platform.python_version()}, Java "
        f"{find_java(os.environ).version}, {packages}; heap of Spark at most {heap:.1f} GiB). The "
        f"machine's load average was at most {load:.1f} when a contender began, what the one "
        "before it had done included."
    )


def _how() -> str:
    lines = (
        f"The raw files hold {FILE_ROWS:,} generated records each, dirt included; the one more "
        "load is a later file. Each contender runs in a process of its own, from cold, one after "
        "another.",
        "The project's seconds count the start of its Spark server, the tutorial's a session for "
        "each script, DuckDB's the start of Python. Stock dbt is compared with the project's `dbt "
        "run` alone. The project and the tutorial run on the same Java with the same heap.",
        "Memory is the largest sum of resident memory of all processes of a contender, server and "
        "dbt included, sampled five times a second. Bytes are those of all tables, raw rows "
        "included. Nodes of dbt run two at a time, so that they add up to more than their step.",
        "The tutorial does less than the project: one aggregate, no reasons, no versions. DuckDB "
        "makes the same tables with the same columns as Parquet files, on two threads; but it "
        "reads sound lines only, has no HMAC (one SHA-256 of key and text stands in), and nothing "
        "of it goes live in one step. Neither scores, so scoring is a step of its own, after what "
        "is compared.",
        "Rows by disposition, money and orders by status, rows that break each rule and rows of "
        "every table of project, DuckDB and stock dbt were held against each other; a difference "
        "fails the run.",
    )
    return "## How\n\n" + "\n".join(f"- {line}" for line in lines)


def _revision() -> str:
    git = ("git", "-C", str(REPOSITORY))
    head = subprocess.run(
        [*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    changed = subprocess.run(
        [*git, "status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs"],
        capture_output=True,
        text=True,
        check=False,
    )
    return (head.stdout.strip() or "unknown") + (" and changes" if changed.stdout.strip() else "")
