"""Faults in the middle of a build: it ends well, or says why and leaves what is live as it was."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from chaos.conftest import ChaosProject, stop_group, through
from chaos.faults import Fault, FaultProxy
from chaos.oracle import Checksums, Oracle

from cluster.processes import Cluster

STATEMENT = r"create table \w+_store\.silver_sales_assessed__"
OUTAGE = 30  # Seconds without PostgreSQL.


@pytest.fixture(autouse=True)
def mended(cluster: Cluster) -> Iterator[None]:
    """A test that fails does not leave its harm to the next one."""
    yield
    cluster.mend()


@pytest.fixture
def judge(project: ChaosProject, alone: dict[int, Checksums], cluster: Cluster) -> Oracle:
    """Judges by what one machine alone makes of the same rows."""
    return Oracle(project.schema, Path(cluster.environment["P360_WAREHOUSE"]), alone)


def build_with(
    project: ChaosProject, strike: Callable[[], object], delay: float = 0.5
) -> tuple[int, str]:
    """Build other rows, with something that strikes while silver is judged.

    Returns:
        The exit code and what was said.
    """
    proxy = FaultProxy(int(project.environment["P360_THRIFT_PORT"]))
    proxy.fault = Fault(STATEMENT, strike=strike, delay=delay)
    project.write_seed(project.new_rows)
    build = project.start(project.build_words(), through(proxy, project))
    try:
        said, _ = build.communicate(timeout=420)
    finally:
        if build.poll() is None:
            stop_group(build, signal.SIGKILL)
        proxy.close()
    assert proxy.fault.has_struck.is_set(), said
    return build.returncode, said


def must_be_whole(project: ChaosProject, judge: Oracle, code: int) -> None:
    """Check that readers see the new run where the build passed, and the one before where not."""
    rows = project.new_rows if code == 0 else project.live_rows
    with project.connect() as connection:
        assert judge.damage_to_readers(connection, rows) == []
    project.live_runs.append(rows)


def must_end_well(project: ChaosProject, judge: Oracle) -> None:
    """Run once more, as a person would, and check all that a clean run leaves."""
    project.ensure_server()
    project.must_build(project.new_rows)
    with project.connect() as connection:
        assert judge.damage_after_full_run(connection, project.live_rows) == []


def must_say_why(said: str) -> None:
    assert "Traceback" not in said
    assert "nothing goes live" in said or "Error" in said


def test_a_worker_is_killed_and_nobody_notices(
    cluster: Cluster, project: ChaosProject, judge: Oracle
) -> None:
    worker = cluster.workers[0]
    code, said = build_with(project, worker.kill)
    assert code == 0, said
    assert worker.process.poll() is not None
    must_be_whole(project, judge, code)
    cluster.restart(worker)
    must_end_well(project, judge)


def test_the_master_is_killed(cluster: Cluster, project: ChaosProject, judge: Oracle) -> None:
    code, said = build_with(project, cluster.master.kill)
    assert code == 0, said  # Executors and server go on without it.
    must_be_whole(project, judge, code)
    cluster.restart(cluster.master)
    must_end_well(project, judge)


def test_the_catalogue_is_gone_for_half_a_minute(
    cluster: Cluster, project: ChaosProject, judge: Oracle
) -> None:
    def stop_for_a_while() -> None:
        cluster.postgres.stop()
        threading.Timer(OUTAGE, cluster.postgres.start).start()

    started = time.monotonic()
    code, said = build_with(project, stop_for_a_while, delay=0)
    time.sleep(max(0.0, OUTAGE + 15 - (time.monotonic() - started)))
    if code != 0:
        must_say_why(said)
    must_be_whole(project, judge, code)
    must_end_well(project, judge)


def test_the_server_is_killed(cluster: Cluster, project: ChaosProject, judge: Oracle) -> None:
    del cluster
    code, said = build_with(project, project.kill_server)
    assert code != 0
    must_say_why(said)
    project.ensure_server()
    must_be_whole(project, judge, code)
    must_end_well(project, judge)


def test_all_workers_are_gone_and_come_back(
    cluster: Cluster, project: ChaosProject, judge: Oracle
) -> None:
    def kill_all_for_a_while() -> None:
        for worker in cluster.workers:
            worker.kill()
        time.sleep(5)
        for worker in cluster.workers:
            worker.start()

    code, said = build_with(project, kill_all_for_a_while)
    assert code == 0, said
    must_be_whole(project, judge, code)
