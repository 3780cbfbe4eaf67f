"""A backup taken during a build, in all rounds killed at any point, restored under another path."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import BIN

from chaos.conftest import ChaosProject, own_server, rounds, stop_group
from chaos.oracle import Checksums, checksums


@pytest.fixture
def new_home(built: ChaosProject, tmp_path: Path) -> Iterator[ChaosProject]:
    """The same project with a home in which nothing is, under a path with a blank and an accent."""
    home = tmp_path / "a home é"
    home.mkdir()
    environment = built.environment | own_server(home)
    yield replace(built, environment=environment, live_runs=list(built.live_runs))
    subprocess.run([str(BIN / "p360"), "down"], env=environment, capture_output=True, check=False)


@pytest.fixture
def raw_rows(built: ChaosProject, tmp_path: Path) -> Iterator[list[str]]:
    """The words that load a file again whose rows are in a feed of the project until the end."""
    file = tmp_path / "day.csv"
    file.write_text('id,name\n1,"a, b"\nset aside,2,3\n', encoding="utf-8")
    words = ["ingest", "moved", str(file)]
    built.declare_feed("moved", "id")
    done = built.p360(*words)
    assert done.returncode == 0, done.stderr
    yield words
    (built.folder / "models" / "bronze" / "_moved.yml").unlink()
    for view in ("raw", "files"):
        built.query(f"drop view {{s}}.moved_{view}")


def begin_build(project: ChaosProject) -> subprocess.Popen[str]:
    """Start a build of new rows, and return once it has moved a view."""
    before = project.query("describe extended {s}.client_sales_raw")
    project.write_seed(project.new_rows)
    process = project.start(project.build_words())
    while project.query("describe extended {s}.client_sales_raw") == before:
        assert process.poll() is None
        time.sleep(0.2)
    return process


def cut_off(project: ChaosProject, backup: Path) -> None:
    """Kill a restore once its server runs, and see that nothing goes on from there."""
    process = project.start([str(BIN / "p360"), "restore", str(backup)])
    while not (project.home / "warehouse" / f"{project.schema}_store.db").exists():
        assert process.poll() is None
        time.sleep(0.2)
    stop_group(process, signal.SIGKILL)
    process.communicate()
    refused = project.build()
    assert refused.returncode != 0
    assert "was cut off; run 'p360 restore' again" in refused.stdout


def test_a_backup_taken_during_a_build_restores_what_was_live(
    built: ChaosProject,
    new_home: ChaosProject,
    raw_rows: list[str],
    clean: dict[int, Checksums],
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    words = [str(BIN / "p360"), "backup", "--schema", built.schema]
    live = built.query("select run_id from {s}_live.live_run")
    with built.connect() as here:
        texts = view_texts(here, f"{built.schema}_live")
    building = begin_build(built)
    stop_group(building, signal.SIGSTOP)  # Else it may be live before the last backup is taken.
    for number in range(rounds(request, full=12, short=0)):
        killed = tmp_path / f"killed {number}"
        process = built.start([*words, str(killed)])
        time.sleep(4 + number % 8)
        stop_group(process, signal.SIGKILL)
        process.communicate()
        if killed.exists():  # It was whole already.
            continue
        refused = new_home.p360("restore", str(killed))
        assert refused.returncode == 1
        assert "is no backup" in refused.stderr
    stop_group(building, signal.SIGCONT)
    done = built.p360(*words[1:], str(tmp_path / "backup"))
    stop_group(building, signal.SIGKILL)
    building.communicate()
    assert done.returncode == 0, done.stderr
    assert {path.name for path in tmp_path.glob("*backup*")} == {"backup"}
    assert not list((built.home / "warehouse").glob(".held*"))
    assert (tmp_path / "backup").stat().st_mode & 0o777 == 0o700
    files = [path for path in (tmp_path / "backup").rglob("*") if path.is_file()]
    secret = (built.home / "login").read_bytes()
    assert not [path for path in files if secret in path.read_bytes()]

    for _ in range(rounds(request, full=1, short=0)):
        cut_off(new_home, tmp_path / "backup")
    restored = new_home.p360("restore", str(tmp_path / "backup"))
    assert restored.returncode == 0, restored.stderr
    assert new_home.query("select run_id from {s}_live.live_run") == live
    with new_home.connect() as there:
        assert checksums(there, f"{built.schema}_live") == clean[built.live_rows]
        runs = f"select run_id from {built.schema}_records.records where kind = 'run'"
        assert live[0][0] in str(there.query(runs).rows)
        assert view_texts(there, f"{built.schema}_live") == texts
    raw = "select * from {s}.moved_raw order by _row_number"
    assert new_home.query(raw) == built.query(raw) != []
    assert new_home.p360(*raw_rows).stdout == "already loaded: 2 records of 1 file\n"
    again = new_home.p360("restore", str(tmp_path / "backup"))
    assert "P360_HOME is in use" in again.stderr

    new_home.must_build(new_home.new_rows)
    with new_home.connect() as there:
        assert checksums(there, f"{built.schema}_live") == clean[built.new_rows]
        assert new_home.p360("rollback").returncode == 0
        assert checksums(there, f"{built.schema}_live") == clean[built.live_rows]


def view_texts(connection: object, schema: str) -> dict[str, str]:
    """Return the SQL of each view of a schema."""
    rows = connection.query(f"show table extended in {schema} like '*'").rows  # type: ignore[attr-defined]
    parts = {row[1]: row[3].partition("View Text: ")[2] for row in rows}
    return {name: text.partition("\nView Original Text: ")[0] for name, text in parts.items()}
