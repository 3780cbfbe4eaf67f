"""Answers of Spark to many questions in few statements, and silver's rows beside it in DuckDB."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
from metric_questions import Drawn, by_hand, differences, given

from python_jobs.metrics.answers import Answer, Desk, compared, named
from python_jobs.metrics.question import Question
from python_jobs.server.thrift import Result, ThriftConnection

_COLUMNS = (
    *("disposition", "status", "category", "country", "payment_method", "customer_id"),
    *("product_id", "quantity", "amount", "is_first_of_order", "transaction_date"),
)
_AT_ONCE = 10


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
        for one, answer in zip(some, _answers(connection, desk, questions), strict=True):
            units = [desk.metrics[name].unit for name in one.asked.metrics]
            if found := differences(given(answer, one), by_hand(silver, one), units):
                wrong.append((one.asked, found[:3]))
    return wrong


def _answers(
    connection: ThriftConnection, desk: Desk, questions: Sequence[Question]
) -> list[Answer]:
    """Ask several questions by one statement: each row comes as JSON."""
    asked = [
        (place, part)
        for place, question in enumerate(questions)
        for part in ([question, question.earlier()] if question.step else [question])
    ]
    parts = [
        f"select {number} as part, to_json(struct(*)) as cells from ({desk.sql(question)}) as q"
        for number, (_, question) in enumerate(asked)
    ]
    rows: list[list[dict[str, Any]]] = [[] for _ in asked]
    for number, cells in connection.query(" union all ".join(parts)).rows:
        rows[number].append(json.loads(cells, parse_float=Decimal))
    answers: list[list[Answer]] = [[] for _ in questions]
    for (place, question), found in zip(asked, rows, strict=True):
        columns = [path for _, path in question.groups]
        columns += [metric.name for metric in question.metrics]
        # JSON leaves out what is null.
        result = [tuple(row.get(column) for column in columns) for row in found]
        answers[place].append(named(question, Result(columns, [""] * len(columns), result)))
    return [
        compared(question, *both) if question.step else both[0]
        for question, both in zip(questions, answers, strict=True)
    ]
