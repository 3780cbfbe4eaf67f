"""Answers of Spark to many questions, by MetricFlow and ``p360``; silver's rows in DuckDB."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from click.testing import CliRunner
from conftest import Scratch
from metric_dashboard import dashboard, gaps
from metric_kinds import KINDS, MONTH, all_kinds, with_all_kinds
from metric_questions import OF_SALES, Cells, Drawn, by_hand, differences, given

from dashboards.data.store import Data
from python_jobs.cli import cli
from python_jobs.dbt import read_metrics
from python_jobs.dbt.semantic_manifest import semantic_manifest
from python_jobs.metrics.answers import Answer, Desk, compared, named
from python_jobs.metrics.question import GRAINS, Asked, Question, understand
from python_jobs.metrics.rendering import Renderer
from python_jobs.server.thrift import Result, ThriftConnection

_COLUMNS = (
    *("_row_id", "disposition", "status", "category", "country", "payment_method", "customer_id"),
    *("product_id", "quantity", "amount", "is_first_of_order", "transaction_date"),
)
_AT_ONCE = 10
_ENTITIES = ("customer", "product")


def silver_beside(connection: ThriftConnection, live: str) -> duckdb.DuckDBPyConnection:
    """Return the live rows of silver, as a table of DuckDB's."""
    sql = f"select {', '.join(_COLUMNS)} from {live}.silver_sales_assessed"
    rows = connection.query(sql).rows
    table = pa.table(dict(zip(_COLUMNS, map(list, zip(*rows, strict=True)), strict=True)))
    silver = duckdb.connect()
    silver.register("read", table)
    silver.execute(
        "create table silver as select * replace (transaction_date::date as transaction_date) "
        "from read"
    )
    return silver


def wrong_answers(
    connection: ThriftConnection,
    desk: Desk,
    silver: duckdb.DuckDBPyConnection,
    drawn: Sequence[Drawn],
) -> list[Any]:
    """Return the questions that Spark answers otherwise than SQL by hand over silver."""
    wrong = []
    for start in range(0, len(drawn), _AT_ONCE):
        some = drawn[start : start + _AT_ONCE]
        questions = [desk.understand(one.asked) for one in some]
        statements = [
            [desk.sql(part) for part in ([one, one.earlier()] if one.step else [one])]
            for one in questions
        ]
        answers = _answers(connection, questions, statements)
        for one, answer in zip(some, answers, strict=True):
            units = [desk.metrics[name].unit for name in one.asked.metrics]
            if found := differences(given(answer, one), by_hand(silver, one), units):
                wrong.append((one.asked, found[:3]))
    return wrong


def wrong_kinds(
    connection: ThriftConnection, desk: Desk, silver: duckdb.DuckDBPyConnection
) -> list[Any]:
    """Return the kinds of metrics that Spark answers otherwise than SQL by hand over silver."""
    known = all_kinds(desk.metrics)
    renderer = Renderer(with_all_kinds(semantic_manifest(desk.settings)))
    questions = [understand(one.asked, known) for one in KINDS.values()]
    answers = _answers(connection, questions, [[renderer.sql(one)] for one in questions])
    wrong: list[Any] = []
    for (name, kind), answer in zip(KINDS.items(), answers, strict=True):
        cells = {row[:1]: row[1:] for row in answer.rows if row[0] == MONTH}
        wanted = kind.wanted(silver)
        if differences(cells, wanted, [known[kind.metric].unit]) or wanted[(MONTH,)] == (None,):
            wrong.append((name, cells, wanted))
    return wrong


def differing_ways(
    project: Scratch,
    data: Data,
    silver: duckdb.DuckDBPyConnection,
    asked: Sequence[Drawn],
    folder: Path,
) -> list[Any]:
    """Return where MetricFlow, ``p360`` or the dashboard differ from SQL by hand over silver.

    Args:
        project: Where the commands run.
        data: Snapshot of its dashboard.
        silver: Its rows.
        asked: Questions that the dashboard shows.
        folder: For files between processes.
    """
    metrics = read_metrics(project.folder)
    wrong: list[Any] = []
    for one, mf_says in zip(asked, by_mf(project, asked, folder), strict=True):
        units = [metrics[name].unit for name in one.asked.metrics]
        wanted = by_hand(silver, one)
        for way, cells in (("mf", mf_says), ("p360", by_p360(one.asked))):
            if found := differences(cells, wanted, units):
                wrong.append((way, one.asked, found[:3]))
        grains = [name for name in one.asked.by if name in GRAINS]
        shown = dashboard(data, one)
        for name, mine, on_page in gaps(wanted, shown, one.asked.metrics, grains):
            if found := differences(on_page, mine, [metrics[name].unit]):
                wrong.append(("dashboard", name, one.asked, found[:3]))
    return wrong


def by_p360(asked: Asked) -> Cells:
    """Return what the command ``p360 metrics query`` prints, run in this process."""
    words = [*asked.metrics, *(word for one in asked.where for word in ("--where", one))]
    words += [word for one in asked.by for word in ("--by", one)]
    if asked.start and asked.end:
        words += ["--from", asked.start, "--to", asked.end]
    done = CliRunner().invoke(cli, ["metrics", "query", *words, "--json"])
    assert done.exit_code == 0, (asked, done.output)
    rows = json.loads(done.stdout, parse_float=Decimal)
    return _as_cells(asked, [[row[name] for name in (*asked.by, *asked.metrics)] for row in rows])


def by_mf(project: Scratch, asked: Sequence[Drawn], folder: Path) -> list[Cells]:
    """Return what MetricFlow's own command answers; names and filters are in its own words."""
    questions, answers = folder / "asked.json", folder / "told.json"
    questions.write_text(json.dumps(list(map(_words_of_mf, asked))), "utf-8")
    script = Path(__file__).with_name("mf_answers.py")
    done = project.execute([str(script), str(questions), str(answers)], {})
    assert done.returncode == 0, done.stdout + done.stderr
    cells = []
    for one, table in zip(asked, json.loads(answers.read_text("utf-8")), strict=True):
        names, *rows = table or [[]]  # Where no row matches, it writes nothing.
        wanted = [*(_path(one, name) for name in one.asked.by), *one.asked.metrics]
        places = [names.index(name) for name in wanted if names]
        cells.append(
            _as_cells(one.asked, [[row[place] or None for place in places] for row in rows])
        )
    return cells


def _words_of_mf(one: Drawn) -> list[str]:
    asked = one.asked
    words = ["--metrics", ",".join(asked.metrics)]
    if asked.by:
        words += ["--group-by", ",".join(_path(one, name) for name in asked.by)]
    filters = []
    for name, values in one.kept.items():
        what = "Entity" if name in _ENTITIES else "Dimension"
        texts = ("'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'" for value in values)
        filters.append(
            "{{ " + f"{what}('{_path(one, name)}')" + " }} in (" + ", ".join(texts) + ")"
        )
    if asked.start and asked.end:
        day = "{{ TimeDimension('metric_time', 'day') }}"
        filters.append(f"{day} between date '{asked.start}' and date '{asked.end}'")
    return [*words, *(["--where", " and ".join(filters)] if filters else [])]


def _path(one: Drawn, name: str) -> str:
    """Return a group or a column of a filter as MetricFlow names it."""
    if name in GRAINS:
        return f"metric_time__{name}"
    rows = "sale" if one.asked.metrics[0] in OF_SALES else "raw_row"
    return name if name in _ENTITIES else f"{rows}__{name}"


def _as_cells(asked: Asked, rows: Sequence[Sequence[Any]]) -> Cells:
    """Return rows of texts and numbers, groups first, in the form of ``by_hand``."""
    cells: Cells = {}
    for row in rows:
        groups = [
            date.fromisoformat(cell[:10]) if cell and name in GRAINS else cell
            for name, cell in zip(asked.by, row, strict=False)
        ]
        figures = row[len(asked.by) :]
        cells[tuple(groups)] = tuple(
            None if cell is None else Decimal(str(cell)) for cell in figures
        )
    return cells


def _answers(
    connection: ThriftConnection,
    questions: Sequence[Question],
    statements: Sequence[Sequence[str]],
) -> list[Answer]:
    """Ask several questions by one statement: each row comes as JSON."""
    asked = [(place, sql) for place, parts in enumerate(statements) for sql in parts]
    parts = [
        f"select {number} as part, to_json(struct(*)) as cells from ({sql}) as q"
        for number, (_, sql) in enumerate(asked)
    ]
    rows: list[list[dict[str, Any]]] = [[] for _ in asked]
    for number, cells in connection.query(" union all ".join(parts)).rows:
        rows[number].append(json.loads(cells, parse_float=Decimal))
    answers: list[list[Answer]] = [[] for _ in questions]
    for (place, _), found in zip(asked, rows, strict=True):
        question = questions[place]
        columns = [path for _, path in question.groups]
        columns += [metric.name for metric in question.metrics]
        # JSON leaves out what is null.
        result = [tuple(row.get(column) for column in columns) for row in found]
        answers[place].append(named(question, Result(columns, [""] * len(columns), result)))
    return [
        compared(question, *both) if question.step else both[0]
        for question, both in zip(questions, answers, strict=True)
    ]
