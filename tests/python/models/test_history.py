"""Snapshots keep a history that only goes on from what is live, and never change a written row."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from chaos.conftest import through
from chaos.faults import Fault, FaultProxy
from conftest import BIN, REPOSITORY, Scratch

SNAPSHOTS = """
snapshots:
  - name: people_history
    relation: ref('people')
    config: {strategy: check, check_cols: all, unique_key: id, hard_deletes: invalidate}
  - name: people_names
    relation: ref('people')
    config: {strategy: check, check_cols: [name], unique_key: id}
  - name: people_marks
    relation: ref('people')
    config:
      strategy: timestamp
      updated_at: seen_at
      unique_key: [id, name]
      hard_deletes: new_record
      dbt_valid_to_current: timestamp '9999-12-31'
      snapshot_meta_column_names:
        {dbt_valid_from: since, dbt_valid_to: until, dbt_scd_id: mark, dbt_is_deleted: is_gone}
"""
ANN, ANN_MOVED = "(1, 'Ann', 'Rome', '2025-01-01')", "(1, 'Ann', 'Pisa', '2025-02-01')"
BOB = "(2, 'Bob', 'Oslo', '2025-01-01')"
BOB_AGAIN = "(2, 'Bob', 'Oslo', '2100-01-01')"
CY = "(3, 'Cy', 'Bern', '2025-01-01')"
DEE = "(4, 'Dee', 'Graz', '2025-03-01')"

Rows = list[tuple[Any, ...]]


class People(Scratch):
    """A project of one model and its histories."""

    def write(self, *people: str, more: str = "") -> None:
        """Replace the rows of the model."""
        (self.folder / "models" / "people.sql").write_text(
            "select id, name, city, cast(seen_at as timestamp) as seen_at" + more + " from values "
            f"{', '.join(people)} as people (id, name, city, seen_at)",
            encoding="utf-8",
        )

    def build(self, *people: str, more: str = "") -> None:
        """Build all with these rows; it must pass."""
        self.write(*people, more=more)
        done = self.dbt("build")
        assert done.returncode == 0, done.stdout

    def live(self) -> dict[str, Rows]:
        """Return every row of each live history."""
        names = [one["name"] for one in yaml.safe_load(SNAPSHOTS)["snapshots"]]
        return {
            name: sorted(self.query(f"select * from {{s}}_live.{name}"), key=str) for name in names
        }

    def spans(self) -> Rows:
        """Return what the history tells of whom, in its order, and whether it still holds."""
        return self.query(
            "select id, city, dbt_valid_to is null from {s}_live.people_history "
            "order by id, dbt_valid_from"
        )

    def marks(self) -> Rows:
        """Return the same of the history that marks deleted rows, and whether they are deleted."""
        return self.query(
            "select id, city, until = timestamp '9999-12-31', is_gone from {s}_live.people_marks "
            "order by id, until"
        )


@pytest.fixture
def people(server: dict[str, str], tmp_path: Path) -> Iterator[People]:
    """A small project on this project's macros; its schemas are dropped at the end."""
    folder = tmp_path / "project"
    for room in ("versions", "materializations", "history", "erasure", "text"):
        shutil.copytree(REPOSITORY / "macros" / room, folder / "macros" / room)
    shutil.copy(REPOSITORY / "profiles.yml", folder)
    project = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8"))
    project["on-run-start"] = ["{{ begin_run() }}"]
    project["models"] = {"+materialized": "table"}
    files = {
        "dbt_project.yml": yaml.safe_dump(project),
        "snapshots/people.yml": SNAPSHOTS,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "models").mkdir()
    one = People(folder, server | {"P360_SCHEMA": "people"})
    yield one
    with one.connect() as connection:
        for part in ("", "_live", "_store", "_records"):
            connection.query(f"drop schema if exists people{part} cascade")


def test_the_history_goes_on_from_what_is_live(people: People) -> None:
    people.build(ANN, BOB, CY)
    first = people.live()
    assert {name: len(rows) for name, rows in first.items()} == dict.fromkeys(first, 3)

    # Nothing has changed, and a run of snapshots alone goes live as one of models does.
    assert people.dbt("snapshot").returncode == 0
    assert people.live() == first
    runs = "select count(distinct built_by_run_id) from {s}_live.live_models"
    assert people.query(runs) == [(2,)]

    people.build(ANN_MOVED, CY)
    assert people.query(runs) == [(1,)]
    moved = people.live()
    expected = [(1, "Rome", False), (1, "Pisa", True), (2, "Oslo", False), (3, "Bern", True)]
    assert people.spans() == expected
    assert people.marks() == [
        *((1, "Rome", False, "False"), (1, "Pisa", True, "False")),
        *((2, "Oslo", False, "False"), (2, "Oslo", True, "True"), (3, "Bern", True, "False")),
    ]
    assert moved["people_names"] == first["people_names"]  # It looks at names; the gone one stays.

    # A run that is cut off when all is built, before it goes live, leaves no trace in the history.
    people.write(ANN_MOVED, BOB_AGAIN, CY)
    proxy = FaultProxy(int(people.environment["P360_THRIFT_PORT"]))
    proxy.fault = Fault(r"create view people_store\.release__")
    cut = people.execute([str(BIN / "dbt"), "build"], through(proxy, people))
    assert proxy.fault.has_struck.is_set()
    proxy.close()
    assert cut.returncode != 0
    assert people.live() == moved
    people.build(ANN_MOVED, BOB_AGAIN, CY)
    came_back = [*expected[:3], (2, "Oslo", True), expected[3]]
    assert people.spans() == came_back
    since = "select max(dbt_valid_from) > max(run_started_at) from {s}_live.people_history, "
    assert people.query(since + "{s}_live.live_run") == [
        (True,)
    ]  # Of this run, not of the one cut.
    assert [mark for mark in people.marks() if mark[0] == 2] == [
        *((2, "Oslo", False, "False"), (2, "Oslo", False, "True"), (2, "Oslo", True, "False")),
    ]

    # A rollback takes the history back; the next run goes on from there.
    assert people.p360("rollback").returncode == 0
    assert people.live() == moved
    alone = people.dbt("snapshot", "--select", "people_history")
    assert alone.returncode == 1
    assert "people_history read people, whose last build is not live" in alone.stdout
    people.build(ANN_MOVED, CY, DEE, more=", upper(name) as shown_name")
    assert people.query(
        "select id, city, shown_name, dbt_valid_to is null from {s}_live.people_history "
        "order by id, dbt_valid_from"
    ) == [
        *((1, "Rome", None, False), (1, "Pisa", None, False), (1, "Pisa", "ANN", True)),
        *((2, "Oslo", None, False), (3, "Bern", None, False), (3, "Bern", "CY", True)),
        (4, "Graz", "DEE", True),
    ]
    shown = people.query("select id, shown_name from {s}_live.people_names order by id")
    assert shown == [(1, None), (2, None), (3, None), (4, "DEE")]

    # What cannot be kept is told in a line.
    before = people.live()
    people.write(ANN_MOVED, CY, CY)
    people.edit(
        "snapshots/people.yml", "[name], unique_key: id", '[name], unique_key: "nullif(id, 3)"'
    )
    wrong = people.dbt("build")
    assert wrong.returncode == 1
    for line in (
        "snapshot people_history: its unique_key id is not unique: 3 stands in 2 rows; ",
        "snapshot people_names: its unique_key nullif(id, 3) is null in 2 rows; ",
        "snapshot people_marks: its unique_key id, name is not unique: 3, Cy stands in 2 rows; ",
    ):
        assert line in wrong.stdout
    people.write(ANN_MOVED, CY)
    people.edit(
        "snapshots/people.yml", '[name], unique_key: "nullif(id, 3)"', "[nom], unique_key: id"
    )
    people.edit("snapshots/people.yml", "hard_deletes: invalidate", "hard_deletes: new_record")
    wrong = people.dbt("build", "--exclude", "people_marks")
    assert wrong.returncode == 1
    for line in (
        "Snapshot target is missing configured columns: the live history of people_history has no "
        "dbt_is_deleted, since ",
        "snapshot people_names: check_cols names nom, which what it reads does not have; ",
    ):
        assert line in wrong.stdout
    assert people.live() == before
