"""A Spark server and scratch copies of the project, apart from anything a person has running."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fork_server import parsed_target, run_forked
from parsed_project import keep_parsed

from python_jobs.machine.locks import lock
from python_jobs.server.thrift import ThriftConnection, connect
from python_jobs.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[2]
BIN = REPOSITORY / ".venv" / "bin"
_PORTS = range(20_000, 30_000)
_HOME = "TESTS_HOME"
# One collector of garbage is enough for few rows.
_JAVA_FLAGS = "-XX:+UseSerialGC"
# For a server that lives for minutes: to compile well takes longer than it saves.
SHORT_LIVED = f"-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m {_JAVA_FLAGS}"
# What takes longest comes first: else one process ends long after the others.
_LONGEST = (
    *("/chaos/", "/test_pipeline.py", "/test_sales_scored.py", "/test_online_retail.py"),
    *("/test_pages.py", "/test_by_load.py", "/test_observability.py", "/test_server.py"),
    *("/test_python_models.py", "/test_history.py", "/test_ingest.py", "/test_rules.py"),
)
_DBT_PARTS = (
    *("models", "seeds", "snapshots", "macros", "tests"),
    *("dbt_project.yml", "profiles.yml", ".dbtignore"),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let ``make chaos``, ``test-exports`` and the like ask for all that they have."""
    parser.addoption("--full-chaos", action="store_true", help="Repeat each fault many times.")
    parser.addoption("--all-questions", action="store_true", help="Ask 200 questions four ways.")
    parser.addoption("--all-exports", action="store_true", help="Judge every export, not a part.")
    parser.addoption("--all-conformance", action="store_true", help="Ask all tests of dbt itself.")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest."""
    items.sort(key=lambda item: [part not in str(item.path) for part in _LONGEST])


def pytest_configure(config: pytest.Config) -> None:
    """Make the P360_HOME that all processes of these tests share: they inherit its name."""
    if not hasattr(config, "workerinput"):
        os.environ[_HOME] = tempfile.mkdtemp(prefix="p360-tests-")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Stop the server of all processes, and keep its files where a test failed."""
    if hasattr(session.config, "workerinput"):
        return
    home = Path(os.environ[_HOME])
    if _shared(home).exists():
        subprocess.run([str(BIN / "p360"), "down"], env=_read_shared(home), capture_output=True)
    if not exitstatus:
        shutil.rmtree(home, ignore_errors=True)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep each file in one process, and all chaos tests, which share a server of their own."""
    from xdist.scheduler import LoadFileScheduling

    class ChaosTogether(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "chaos" if "/chaos/" in nodeid else super()._split_scope(nodeid)

    return ChaosTogether(config, log)


def hear_ctrl_c() -> None:
    """Let a command that is about to start be stopped by Ctrl-C, also by tests in the background.

    A shell tells what it starts there to ignore it, and that is inherited.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on, and that no outgoing connection is ever given.

    A port of that other range could be taken while a killed server is down.
    """
    sockets: list[socket.socket] = []
    for port in random.sample(_PORTS, len(_PORTS)):
        one = socket.socket()
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            one.close()
            continue
        sockets.append(one)
        if len(sockets) == count:
            break
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports


@dataclass
class Scratch:
    """A copy of the project with a schema of its own on the tests' server."""

    folder: Path
    environment: dict[str, str]

    @property
    def schema(self) -> str:
        return self.environment["P360_SCHEMA"]

    def p360(
        self, *words: str, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run the command as a person would, without judging its exit code."""
        return self.execute([str(BIN / "p360"), *words], env or {})

    def dbt(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run plain dbt in the project's folder, without judging its exit code."""
        return self.execute([str(BIN / "dbt"), "--no-use-colors", *words], {})

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query in which ``{s}`` stands for the schema."""
        with self.connect() as connection:
            return connection.query(sql.format(s=self.schema)).rows

    def connect(self) -> Any:
        return connect(Settings.from_environment(self.environment))

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace a text that must stand in a file of the copy."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def execute(
        self, words: Sequence[str], env: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        return run_forked(words, self.folder, self.environment | env)


def copy_project(folder: Path) -> Path:
    """Copy what dbt needs of the project into a folder."""
    for part in _DBT_PARTS:
        source = REPOSITORY / part
        if source.is_dir():
            shutil.copytree(source, folder / part)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, folder / part)
    return folder


def write_java_flags(home: Path, flags: str) -> str:
    """Write how Java runs the server of a P360_HOME; return the file that says it."""
    file = home / "spark.conf"
    file.write_text(f"spark.driver.defaultJavaOptions {flags}\n", "utf-8")
    return str(file)


@pytest.fixture(scope="session")
def scratch_environment() -> dict[str, str]:
    """Environment of a P360_HOME and ports that only tests use; no server runs there yet.

    All processes that test have the same server, since each costs minutes of a processor until it
    is warm; the dashboard's port is a process's own.
    """
    home = Path(os.environ[_HOME])
    with lock(home / "environment.lock", lambda: None):
        if not _shared(home).exists():
            _shared(home).write_text(json.dumps(_new_environment(home)), "utf-8")
    (dash,) = free_ports(1)
    return _read_shared(home) | {"P360_DASH_PORT": str(dash)}


def _shared(home: Path) -> Path:
    """Return the file of what is the same for all processes that test."""
    return home / "environment.json"


def _read_shared(home: Path) -> dict[str, str]:
    """Return that on top of this process's variables, without a person's own for the project."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("P360_")}
    return clean | json.loads(_shared(home).read_text("utf-8"))


def _new_environment(home: Path) -> dict[str, str]:
    thrift, connect_port, ui = free_ports(3)
    return {
        "P360_HOME": str(home),
        "P360_SPARK_CONF": write_java_flags(home, _JAVA_FLAGS),
        "P360_THRIFT_PORT": str(thrift),
        "P360_CONNECT_PORT": str(connect_port),
        "P360_UI_PORT": str(ui),
        "P360_DRIVER_MEMORY": "4g",
        "P360_TARGET": "ci",
    }


@pytest.fixture(scope="session")
def server(scratch_environment: dict[str, str]) -> dict[str, str]:
    """Environment of a running server, which is stopped when all tests have ended."""
    started = subprocess.run(
        [str(BIN / "p360"), "up"],
        env=scratch_environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode == 0, started.stderr
    return scratch_environment


@pytest.fixture
def scratch(
    server: dict[str, str], tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Scratch]:
    """A project copy with a schema of its own, dropped at the end."""
    yield from scratch_project(server, tmp_path / "project", schema_of(request))


def schema_of(request: pytest.FixtureRequest) -> str:
    """Return a name for a test's schema that no other process has at the same time."""
    name = "".join(sign if sign.isalnum() else "_" for sign in request.node.name.lower())
    return "_".join([name[:46], *filter(None, [os.environ.get("PYTEST_XDIST_WORKER")])])


def scratch_project(environment: dict[str, str], folder: Path, schema: str) -> Iterator[Scratch]:
    """Yield a project copy with a schema of its own, and drop that afterwards."""
    one = Scratch(copy_project(folder), environment | {"P360_SCHEMA": schema})
    keep_parsed(parsed_target(), REPOSITORY, folder, one.environment)
    yield one
    with one.connect() as connection:
        _drop(connection, schema)
        _drop(connection, f"{schema}_live")
        _drop(connection, f"{schema}_store")
        _drop(connection, f"{schema}_records")


def _drop(connection: ThriftConnection, schema: str) -> None:
    connection.query(f"drop schema if exists {schema} cascade")
