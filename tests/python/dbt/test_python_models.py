"""Python models by plain dbt: what they may return, what goes wrong, and how they are stopped."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from conftest import BIN, Scratch, hear_ctrl_c
from python_models import BAD, GOOD, HANGING, write_models

_SOON = 15.0  # Seconds; Spark kills a worker two seconds after its task, a busy machine later.


class Gateway:
    """A way to a port that can be cut, as if the server were gone."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._pipes: list[socket.socket] = []
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in self._pipes:
            _shut(one)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._port))
            self._pipes += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=_pump, args=(one, other), daemon=True).start()


def _pump(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    _shut(other)


def _shut(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@pytest.fixture
def tried(scratch: Scratch, tmp_path: Path) -> Scratch:
    """A project with the models that are tried, and a source that one of them reads."""
    write_models(scratch.folder, tmp_path / "heartbeat")
    with scratch.connect() as connection:
        connection.query(f"create schema {scratch.schema}")
        connection.query(
            f"create view {scratch.schema}.py_source as select id + 10 as number from range(2)"
        )
    return scratch


def messages(project: Scratch) -> dict[str, str]:
    """Return what dbt says of each node that failed in the last run."""
    results = json.loads((project.folder / "target" / "run_results.json").read_text("utf-8"))
    return {
        one["unique_id"].split(".")[2]: one["message"]
        for one in results["results"]
        if one["status"] == "error"
    }


def stored(project: Scratch) -> set[str]:
    """Return the models that have a table in the store."""
    rows = project.query("show tables in {s}_store like 'py_*'")
    return {str(name).split("__")[0] for _, name, *_ in rows}


def live(project: Scratch, model: str) -> list[tuple[Any, ...]]:
    return project.query(f"select * from {{s}}_live.{model} order by 1")


def test_python_models(tried: Scratch, tmp_path: Path) -> None:
    bad = tried.dbt("build", "--select", *BAD, "py_input")
    failed = messages(tried)
    assert set(failed) == set(BAD)
    for name, (_, expected) in BAD.items():
        line = failed[name].splitlines()[1].strip()
        assert line.startswith(f"models/tried/{name}.py:{expected}"), line
    assert "Traceback" not in bad.stdout + bad.stderr
    assert 'File "models/tried/py_raises.py", line 3' in dbt_log(tried)
    assert stored(tried) == {"py_input"}

    good = tried.dbt("build", "--full-refresh", "--select", *GOOD, "py_input")
    assert good.returncode == 0, good.stdout
    rows = live(tried, "py_spark")
    assert [(row[0], row[1]) for row in rows] == [(0, 0), (1, 2), (2, 4), (10, 20), (11, 22)]
    name = f"{tried.schema}.py_spark"
    assert {row[2:7] for row in rows} == {(name, "hello", False, "me", "ANSI")}
    assert live(tried, "py_pandas") == [(1, "x", None), (2, "y", None)]
    assert live(tried, "py_arrow") == [(n, "[1]") for n in (0, 1, 2, 10, 11)]
    assert live(tried, "py_no_rows") == []
    types = tried.query("describe {s}_live.py_no_rows")
    assert [(name, kind) for name, kind, *_ in types] == [("a", "string"), ("b", "int")]
    sessions = {rows[0][7], live(tried, "py_session")[0][0]}
    assert len(sessions) == 2
    recorded = tried.query(
        "select get_json_object(record, '$.row_count') from {s}_records.records "
        "where get_json_object(record, '$.name') = 'py_arrow'"
    )
    assert recorded == [("5",)]

    run = tried.query("select run_id, true from {s}_live.live_run")
    assert live(tried, "py_history") == run

    empty = tried.dbt("build", "--empty", "--select", "py_spark", "py_input", "py_history")
    assert empty.returncode == 0, empty.stdout
    went_on = tried.query("select run_id, is_full from {s}.py_history order by 1")
    assert (went_on[:1], went_on[1][1]) == (run, False)
    assert live(tried, "py_history") == run
    assert tried.query("select count(*) from {s}.py_spark") == [(0,)]
    assert len(live(tried, "py_spark")) == 5

    _is_stopped(tried, tmp_path / "heartbeat")
    _loses_its_server(tried)
    assert stored(tried).isdisjoint(HANGING)


def dbt_log(project: Scratch) -> str:
    return (project.folder / "logs" / "dbt.log").read_text("utf-8")


@contextmanager
def started(
    project: Scratch, environment: dict[str, str]
) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Yield dbt at work on the models that never end, and its output."""
    output = project.folder / "output.txt"
    with output.open("w", encoding="utf-8") as file:
        words = ["--no-use-colors", "run", "--select", *HANGING]
        process = subprocess.Popen(
            [str(BIN / "dbt"), *words],
            cwd=project.folder,
            env=project.environment | environment,
            stdout=file,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=hear_ctrl_c,
        )
    try:
        yield process, output
    finally:
        process.kill()


def wait_until(condition: Any, seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


def beats(heartbeat: Path) -> bool:
    """Return whether Spark still works for the model."""
    before = heartbeat.stat().st_mtime_ns
    time.sleep(1.5)
    return heartbeat.stat().st_mtime_ns != before


def _is_stopped(project: Scratch, heartbeat: Path) -> None:
    with started(project, {}) as (process, output):
        wait_until(lambda: heartbeat.exists() and "waiting" in output.read_text("utf-8"))
        process.send_signal(signal.SIGINT)
        wait_until(lambda: not beats(heartbeat), _SOON)
        assert process.wait(timeout=60) != 0
        said = output.read_text("utf-8")
    assert "Exited because of keyboard interrupt" in said
    assert "Traceback" not in said


def _loses_its_server(project: Scratch) -> None:
    gateway = Gateway(int(project.environment["P360_CONNECT_PORT"]))
    with started(project, {"P360_CONNECT_PORT": str(gateway.port)}) as (process, output):
        wait_until(lambda: "waiting" in output.read_text("utf-8"))
        gateway.cut()
        began = time.monotonic()
        assert process.wait(timeout=60) == 1
        assert time.monotonic() - began < 2 * _SOON
    for name, message in messages(project).items():
        url = f"sc://127.0.0.1:{gateway.port}"
        expected = f"models/tried/{name}.py: no Spark Connect server answers at {url}"
        assert expected in message
