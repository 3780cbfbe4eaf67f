"""A small project with the real models, a server that may be killed, and ways to harm both."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml
from conftest import (
    BIN,
    SHORT_LIVED,
    Scratch,
    copy_project,
    free_ports,
    hear_ctrl_c,
    schema_of,
    write_java_flags,
)
from fork_server import run_forked
from parsed_project import SCHEMA, keep_parsed

from chaos.faults import FaultProxy
from chaos.oracle import Checksums, Oracle, checksums
from python_jobs.dbt.rules import DECLARED_IN, read_rules
from python_jobs.generate.files import write_sales

DISK = "400m"
ROWS = (400, 450)  # Runs take turns, so that two of them are never alike.
# Enough to have a seed, views on views, a split table and sums; few, to be fast.
MODELS = {
    "bronze_sales",
    "bronze_sales_client_sales",
    "silver_sales_assessed",
    "silver_loads",
    "silver_sales",
    "gold_row_dispositions",
    "gold_sales_daily",
    "observability_row_account",  # `p360 run` prints it.
}
SEEDS = {"client_sales_raw", "sales_corrections", "exchange_rates"}
RULES = {
    "transaction_id_missing",
    "amount_missing",
    "amount_not_a_number",
    "amount_not_positive",
    "status_unknown",
}
TESTS = {
    "silver_sales__amount_is_not_negative",
    "gold_sales_daily__amount_agrees_with_silver",
}
# Starts dbt without the plugin that takes the run lock.
_WITHOUT_LOCK = (
    "import sys; sys.path = [p for p in sys.path if 'dbt_plugins' not in p]; "
    "from dbt.cli.main import cli; cli()"
)


@dataclass
class ChaosProject(Scratch):
    """A project copy that can be harmed.

    Attributes:
        live_runs: Raw rows of each run of everything that went live, in their order.
        build_seconds: How long the last build of ``must_build`` took.
        has_small_disk: Whether its server's files lie on a disk of their own.
    """

    live_runs: list[int] = field(default_factory=list)
    build_seconds: float = 0
    has_small_disk: bool = False

    @property
    def live_rows(self) -> int:
        """Raw rows of the run that is live."""
        return self.live_runs[-1] if self.live_runs else ROWS[0]

    @property
    def new_rows(self) -> int:
        """Raw rows of a run unlike the one that is live."""
        return ROWS[1] if self.live_rows == ROWS[0] else ROWS[0]

    @property
    def home(self) -> Path:
        return Path(self.environment["P360_HOME"])

    @property
    def oracle_folder(self) -> Path:
        return self.home / "warehouse"

    def write_seed(self, rows: int, seed: int = 42) -> None:
        """Replace the raw rows."""
        write_sales(self.folder / "seeds" / "client_sales_raw.csv", rows, seed)

    def start(
        self, words: Sequence[str], env: dict[str, str] | None = None
    ) -> subprocess.Popen[str]:
        """Start a command in a process group of its own and return at once."""
        return subprocess.Popen(
            words,
            cwd=self.folder,
            env=self.environment | (env or {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=hear_ctrl_c,
        )

    def build_words(self, *, locked: bool = True) -> list[str]:
        """Return the command line of plain ``dbt build``."""
        start = [str(BIN / "dbt")] if locked else [sys.executable, "-c", _WITHOUT_LOCK]
        return [*start, "--no-use-colors", "build"]

    def build(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run plain ``dbt build`` to its end."""
        return self.dbt("build", *words)

    def must_build(self, rows: int | None = None) -> None:
        """Build all and go live, with that many raw rows where they are given."""
        if rows is not None:
            self.write_seed(rows)
        started = time.monotonic()
        done = self.build()
        self.build_seconds = time.monotonic() - started
        assert done.returncode == 0, done.stdout
        self.live_runs.append(rows or self.live_rows)

    def server_pid(self) -> int:
        record = json.loads((self.home / "server.json").read_text(encoding="utf-8"))
        return int(record["pid"])

    def kill_server(self) -> None:
        """``kill -9`` it, and wait until it is gone."""
        process = psutil.Process(self.server_pid())
        process.kill()
        process.wait(30)

    def ensure_server(self) -> None:
        """Start the server where it does not run, as a person would."""
        done = self.p360("up")
        assert done.returncode == 0, done.stderr

    def declare_feed(self, feed: str, *columns: str) -> None:
        """Declare a feed of files, as `p360 feed new` would."""
        table = {"name": f"{feed}_raw", "columns": [{"name": name} for name in columns]}
        source = {"name": "ingested", "schema": "{{ target.schema }}", "tables": [table]}
        path = self.folder / "models" / "bronze" / f"_{feed}.yml"
        path.write_text(yaml.safe_dump({"sources": [source]}), encoding="utf-8")

    def without_versions(self) -> None:
        """Take the protection away: dbt-spark's own materializations, right in the live schema."""
        for file in ("table.sql", "view.sql", "by_load.sql", "by_change.sql"):
            (self.folder / "macros" / "materializations" / file).unlink()
        for model in (self.folder / "models").rglob("*.sql"):
            text = model.read_text(encoding="utf-8")
            text = re.sub("='by_(load|change)'", "='table'", text)
            model.write_text(text, encoding="utf-8")
        self.edit("dbt_project.yml", '  - "{{ publish_run(results) }}"\n', '  - ""\n')


def small_project(folder: Path) -> Path:
    """Copy the project with the chosen models, a small seed and a handful of tests."""
    copy_project(folder)
    (folder / "models/silver/silver_sales_assessed_unit_tests.yml").unlink()
    for part in ("snapshots", "models/semantic"):  # Metrics need all models.
        shutil.rmtree(folder / part)
    _keep_rules(folder)
    for model in [*(folder / "models").rglob("*.sql"), *(folder / "models").rglob("*.py")]:
        if model.stem not in MODELS:
            model.unlink()
            model.with_suffix(".yml").unlink()
    for file in (folder / "models").rglob("*.yml"):
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        content.pop("unit_tests", None)
        content.pop("anchors", None)
        for model in content.get("models", []):
            model["data_tests"] = [
                test
                for test in model.get("data_tests", [])
                if isinstance(test, dict) and next(iter(test.values()))["name"] in TESTS
            ]
            for column in model["columns"]:
                column.pop("data_tests", None)
        file.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    for file in (folder / "seeds").glob("*.yml"):
        if file.stem not in SEEDS:
            file.unlink()
            file.with_suffix(".csv").unlink()
            continue
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        for seed in content["seeds"]:
            for described in (seed, *seed["columns"]):
                described.pop("data_tests", None)
        file.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    profiles = folder / "profiles.yml"
    text = profiles.read_text(encoding="utf-8")
    # A server that was killed does not come back by itself: give up at once.
    profiles.write_text(text.replace("connect_retries: 10", "connect_retries: 1"), "utf-8")
    return folder


def _keep_rules(folder: Path) -> None:
    """Leave the chosen rules in the declaration, and no others."""
    file = folder / DECLARED_IN
    before, start, rest = file.read_text(encoding="utf-8").partition("{% set rules %}\n")
    kept = [asdict(rule) for rule in read_rules(folder) if rule.id in RULES]
    after = rest[rest.index("{% endset %}") :]
    file.write_text(before + start + yaml.safe_dump(kept, sort_keys=False) + after, "utf-8")


@pytest.fixture(scope="session")
def small(server: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project, which dbt has parsed: to parse it for each test takes longer."""
    folder = small_project(tmp_path_factory.mktemp("small") / "project")
    words = [str(BIN / "dbt"), "--quiet", "parse"]
    done = run_forked(words, folder, server | {"P360_SCHEMA": SCHEMA})
    assert done.returncode == 0, done.stdout
    return folder


def parsed_copy(small: Path, folder: Path, environment: dict[str, str]) -> ChaosProject:
    """Copy the small project with what dbt knows of it."""
    shutil.copytree(small, folder, ignore=shutil.ignore_patterns("target", "logs"))
    keep_parsed(small / "target", small, folder, environment)
    return ChaosProject(folder, environment)


def own_server(home: Path) -> dict[str, str]:
    """Return the variables of a small server of a home's own."""
    thrift, connect_port, ui = (str(port) for port in free_ports(3))
    return {
        "P360_HOME": str(home),
        "P360_SPARK_CONF": write_java_flags(home, SHORT_LIVED),
        "P360_THRIFT_PORT": thrift,
        "P360_CONNECT_PORT": connect_port,
        "P360_UI_PORT": ui,
        "P360_DRIVER_MEMORY": "2g",
    }


@pytest.fixture(scope="session")
def victim(
    server: dict[str, str],
    clean: dict[int, Checksums],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[ChaosProject]:
    """A small project, built, with a server of its own to be killed, on a small disk to be filled.

    The disk is no smaller than others where nobody may mount one.
    """
    del clean  # Made first, on the server of all tests.
    home = tmp_path_factory.mktemp("victim")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(home)]
    mounted = os.geteuid() == 0 and not subprocess.run(mount, check=False).returncode
    environment = server | own_server(home) | {"P360_SCHEMA": "victim"}
    folder = small_project(tmp_path_factory.mktemp("victim") / "project")
    project = ChaosProject(folder, environment, has_small_disk=mounted)
    project.ensure_server()
    project.must_build(ROWS[0])
    yield project
    subprocess.run([str(BIN / "p360"), "down"], env=environment, check=True, capture_output=True)
    if mounted:
        subprocess.run(["umount", "--lazy", str(home)], check=True)


@pytest.fixture
def victim_oracle(victim: ChaosProject, clean: dict[int, Checksums]) -> Oracle:
    """The judge of that project."""
    return Oracle(victim.schema, victim.oracle_folder, clean)


@pytest.fixture(scope="session")
def clean_projects(
    server: dict[str, str], small: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[int, ChaosProject]:
    """Projects of which one clean run each is live, by the number of raw rows."""
    projects = {}
    for rows in ROWS:
        folder = tmp_path_factory.mktemp("clean") / "project"
        environment = server | {"P360_SCHEMA": f"clean_{rows}"}
        projects[rows] = parsed_copy(small, folder, environment)
        projects[rows].must_build(rows)
    return projects


@pytest.fixture(scope="session")
def clean(clean_projects: dict[int, ChaosProject]) -> dict[int, Checksums]:
    """What a clean run makes live, by the number of raw rows."""
    found = {}
    for rows, project in clean_projects.items():
        with project.connect() as connection:
            found[rows] = checksums(connection, f"{project.schema}_live")
        assert set(found[rows]) == MODELS | SEEDS
    return found


@pytest.fixture
def chaos(
    server: dict[str, str],
    small: Path,
    clean: dict[int, Checksums],
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[ChaosProject]:
    """A small project in which nothing was built yet; its schemas are dropped at the end."""
    del clean  # Made first, so that the server is warm.
    name = schema_of(request)
    project = parsed_copy(small, tmp_path / "project", server | {"P360_SCHEMA": name})
    project.write_seed(ROWS[0])
    yield project
    with project.connect() as connection:
        for schema in (name, *(f"{name}_{part}" for part in ("live", "store", "records"))):
            connection.query(f"drop schema if exists {schema} cascade")


@pytest.fixture
def built(clean_projects: dict[int, ChaosProject], clean: dict[int, Checksums]) -> ChaosProject:
    """A small project of which a clean run is live; many tests in turn get the same one.

    A test may change nothing but the seed, or must put it back.
    """
    project = clean_projects[ROWS[0]]
    with project.connect() as connection:
        seen = checksums(connection, f"{project.schema}_live")
    if seen != clean[project.live_rows]:
        project.must_build(ROWS[0])
    project.write_seed(project.live_rows)
    return project


@pytest.fixture
def built_oracle(built: ChaosProject, clean: dict[int, Checksums]) -> Oracle:
    """The judge of that project."""
    return Oracle(built.schema, built.oracle_folder, clean)


@pytest.fixture(scope="session")
def full_chaos(request: pytest.FixtureRequest) -> None:
    """Leave a test to ``make chaos``."""
    if not request.config.getoption("--full-chaos"):
        pytest.skip("takes long: 'make chaos' runs it")


@pytest.fixture
def oracle(chaos: ChaosProject, clean: dict[int, Checksums]) -> Oracle:
    """The judge of that project."""
    return Oracle(chaos.schema, chaos.oracle_folder, clean)


@pytest.fixture
def victim_proxy(victim: ChaosProject) -> Iterator[FaultProxy]:
    """A proxy in front of the server that is killed."""
    one = FaultProxy(int(victim.environment["P360_THRIFT_PORT"]))
    yield one
    one.close()


@pytest.fixture
def proxy(server: dict[str, str]) -> Iterator[FaultProxy]:
    """A proxy in front of the server of all tests."""
    one = FaultProxy(int(server["P360_THRIFT_PORT"]))
    yield one
    one.close()


def through(proxy: FaultProxy, project: Scratch) -> dict[str, str]:
    """Return the environment in which a project's dbt goes through the proxy.

    What dbt keeps of a parsed project holds for one port; so a copy of it is kept apart.
    """
    changed = {"P360_THRIFT_PORT": str(proxy.port), "DBT_TARGET_PATH": "target_through_proxy"}
    folder, environment = project.folder, project.environment | changed
    keep_parsed(folder / "target", folder, folder, environment, project.schema)
    return changed


def stop_group(process: subprocess.Popen[str], sign: signal.Signals) -> None:
    """Send a signal to a command and what it started."""
    os.killpg(process.pid, sign)


def rounds(request: pytest.FixtureRequest, full: int, short: int) -> int:
    """Return how often to repeat: ``make chaos`` asks for the full number."""
    chosen: Any = full if request.config.getoption("--full-chaos") else short
    return int(chosen)
