"""The disk runs full in each phase of a run: one clear line, readers unharmed, and on it goes."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from chaos.conftest import ROWS, ChaosProject, rounds, small_project, through
from chaos.faults import Fault, FaultProxy
from chaos.oracle import Checksums, Oracle
from chaos.test_crashes import STOCK_STATEMENT

FULL = "no space left on the disk"
# When the disk fills up: before that statement is sent on.
PHASES = {
    "model": r"create table \w+_store\.silver_sales_assessed__",
    "seed": r"create table \w+_store\.client_sales_raw__",
    "go-live": r"create view \w+_store\.release__",
}


@pytest.fixture
def small_disk(victim: ChaosProject) -> ChaosProject:
    """A project whose warehouse, metastore and all lie on a small disk of their own."""
    if not victim.has_small_disk:
        pytest.skip("a small disk needs the right to mount one")
    victim.ensure_server()
    return victim


class FullDisk:
    """Takes all the space of a disk, that which others give back too, until it is released."""

    def __init__(self, home: Path) -> None:
        self._filler = home / "filler"
        self._released = threading.Event()
        self._refill = threading.Thread(target=self._keep_full, daemon=True)

    def fill(self) -> None:
        self._take_what_is_left()
        self._refill.start()

    def release(self) -> None:
        self._released.set()
        self._refill.join()
        self._filler.unlink()

    def _keep_full(self) -> None:
        while not self._released.wait(0.05):
            self._take_what_is_left()

    def _take_what_is_left(self) -> None:
        with self._filler.open("ab", buffering=0) as file:
            block = b"\0" * (1 << 16)
            while block:
                try:
                    file.write(block)
                except OSError:
                    block = block[: len(block) // 2]


@pytest.mark.usefixtures("full_chaos")
def test_the_disk_is_full(
    small_disk: ChaosProject,
    victim_oracle: Oracle,
    victim_proxy: FaultProxy,
    request: pytest.FixtureRequest,
) -> None:
    project, oracle, proxy = small_disk, victim_oracle, victim_proxy
    for phase, statement in list(PHASES.items())[: rounds(request, 3, 1)]:
        before, after = project.live_rows, project.new_rows
        project.write_seed(after)
        disk = FullDisk(project.home)
        proxy.fault = Fault(statement, strike=disk.fill, is_first=True)
        done = project.execute(project.build_words(), through(proxy, project))
        proxy.fault = None
        assert done.returncode != 0, f"{phase}: {done.stdout}"
        # On a full disk a command says so and ends.
        said = project.p360("run")
        assert said.returncode == 1
        errors = [line for line in said.stderr.splitlines() if line.startswith("error: ")]
        assert len(errors) == 1, said.stderr
        assert FULL in errors[0], said.stderr
        assert "Traceback" not in said.stderr
        disk.release()
        project.ensure_server()
        with project.connect() as connection:
            assert oracle.damage_to_readers(connection, before, after) == [], phase
        project.must_build(after)
        with project.connect() as connection:
            assert oracle.damage_after_full_run(connection, after) == [], phase


@pytest.mark.usefixtures("full_chaos")
def test_the_disk_is_full_during_a_load(small_disk: ChaosProject, tmp_path: Path) -> None:
    project = small_disk
    file = tmp_path / "day.csv"
    file.write_text("id,name\n1,a\n", encoding="utf-8")
    words = ("ingest", "crowd", str(file), "--replace")
    project.declare_feed("crowd", "id", "name")
    assert project.p360(*words).returncode == 0
    file.write_text("id,name\n" + "".join(f"{n},x{n}\n" for n in range(300_000)), "utf-8")
    disk = FullDisk(project.home)
    disk.fill()
    done = project.p360(*words)
    assert done.returncode == 1
    assert FULL in done.stderr, done.stderr
    assert "Traceback" not in done.stderr
    disk.release()  # Spark itself may need room for a query's own files.
    assert project.query("select count(*) from {s}.crowd_raw") == [(1,)]
    assert project.p360(*words).returncode == 0
    assert project.query("select count(*) from {s}.crowd_raw") == [(300_000,)]


@pytest.mark.usefixtures("full_chaos")
def test_a_full_disk_harms_readers_without_protection(
    small_disk: ChaosProject, clean: dict[int, Checksums], tmp_path: Path
) -> None:
    environment = small_disk.environment | {"P360_SCHEMA": "small_disk_live"}
    project = ChaosProject(small_project(tmp_path / "project"), environment)
    project.without_versions()
    oracle = Oracle("small_disk", project.oracle_folder, clean)
    project.must_build(ROWS[0])
    proxy = FaultProxy(int(project.environment["P360_THRIFT_PORT"]))
    disk = FullDisk(project.home)
    proxy.fault = Fault(STOCK_STATEMENT, strike=disk.fill, is_first=True)
    project.execute(project.build_words(), through(proxy, project))
    disk.release()
    project.ensure_server()
    with project.connect() as connection:
        assert oracle.damage_to_readers(connection, ROWS[0]) != []
