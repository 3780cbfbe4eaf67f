"""`p360 sql`: a table for eyes, CSV and JSON for programs, one line for an error."""

from __future__ import annotations

import csv
import io
import json

from conftest import Scratch

QUERY = (
    "select 'a,b \"c\"' as text, cast(1.20 as decimal(9,2)) as money, array('x') as list, "
    "date '2025-01-02' as day, timestamp '2025-01-02 03:04:05' as at, true as yes, "
    "cast(null as string) as nothing"
)


def test_json_keeps_cents_and_lists(scratch: Scratch) -> None:
    done = scratch.p360("sql", QUERY, "--json")
    assert json.loads(done.stdout) == [
        {
            "text": 'a,b "c"',
            "money": "1.20",
            "list": ["x"],
            "day": "2025-01-02",
            "at": "2025-01-02 03:04:05",
            "yes": True,
            "nothing": None,
        }
    ]


def test_csv_is_quoted(scratch: Scratch) -> None:
    done = scratch.p360("sql", QUERY + ";", "--csv")
    rows = list(csv.reader(io.StringIO(done.stdout)))
    assert rows[0] == ["text", "money", "list", "day", "at", "yes", "nothing"]
    cells = ['a,b "c"', "1.20", '["x"]', "2025-01-02", "2025-01-02 03:04:05", "true", ""]
    assert rows[1:] == [cells]


def test_a_table_has_a_line_for_each_row_and_no_colour_in_a_pipe(scratch: Scratch) -> None:
    done = scratch.p360("sql", "select id, '[bold]' as mark from range(3)")
    assert len(done.stdout.splitlines()) == 4
    assert "[bold]" in done.stdout
    assert "\x1b" not in done.stdout


def test_statements_without_rows_print_nothing(scratch: Scratch) -> None:
    done = scratch.p360("sql", f"create schema if not exists {scratch.schema}")
    assert (done.returncode, done.stdout) == (0, "")


def test_errors_are_one_line_without_a_trace(scratch: Scratch) -> None:
    for statement, part in (
        ("select foo", "name `foo` cannot be resolved"),
        ("select 1 +", "Syntax error"),
        ("select * from nowhere", "`nowhere` cannot be found"),
        ("select cast('x' as int)", "'x' of the type"),
        ("select * from range(3) where id = [1]", "Syntax error"),
    ):
        done = scratch.p360("sql", statement)
        assert done.returncode == 1
        assert done.stderr.startswith("error: [")
        assert part in done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert "org.apache" not in done.stderr


def test_wrong_use_is_one_line(scratch: Scratch) -> None:
    done = scratch.p360("sql")
    assert done.returncode == 2
    assert done.stderr == "error: Missing argument 'STATEMENT'.; see 'p360 --help'\n"
    assert scratch.p360("fly").returncode == 2
