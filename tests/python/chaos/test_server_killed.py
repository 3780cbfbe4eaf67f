"""The server dies in the middle of a run or a load: readers see one whole run, the next ends well.

These tests come last: each later one would begin on a cold server.
"""

from __future__ import annotations

import random
import threading
import time
from pathlib import Path

import pytest

from chaos.conftest import ChaosProject, rounds, small_project
from chaos.faults import Fault, FaultProxy
from chaos.oracle import Checksums, Oracle
from chaos.test_crashes import STATEMENTS, STOCK_STATEMENT, check_recovery, struck_build


@pytest.mark.usefixtures("full_chaos")
def test_the_server_is_killed(
    victim: ChaosProject,
    victim_oracle: Oracle,
    victim_proxy: FaultProxy,
    request: pytest.FixtureRequest,
) -> None:
    damage = []
    victim.ensure_server()
    for number in range(rounds(request, full=30, short=1)):
        chance = random.Random(number)
        # Each place once, then again and again after a random time.
        order = ["go-live, the step", *STATEMENTS]
        what = order[number] if number < len(order) else chance.choice(list(STATEMENTS))
        fault = Fault(
            STATEMENTS[what], strike=victim.kill_server, delay=chance.choice((0, 0.05, 0.3, 1))
        )

        def strike(fault: Fault = fault) -> None:
            done = struck_build(victim, victim_proxy, fault)
            assert fault.has_struck.is_set(), done.stdout
            time.sleep(fault.delay)

        damage += check_recovery(victim, victim_oracle, what, strike)
    assert damage == []


@pytest.mark.usefixtures("full_chaos")
@pytest.mark.parametrize("is_killed", [True, False])
def test_without_protection_a_killed_server_or_a_cut_harms_readers(
    victim: ChaosProject,
    victim_proxy: FaultProxy,
    clean: dict[int, Checksums],
    tmp_path: Path,
    is_killed: bool,
) -> None:
    schema = f"unprotected_{is_killed}".lower()
    environment = victim.environment | {"P360_SCHEMA": f"{schema}_live"}  # Where readers look.
    chaos = ChaosProject(small_project(tmp_path / "project"), environment)
    chaos.without_versions()
    chaos.ensure_server()
    chaos.must_build(chaos.live_rows)
    strike = chaos.kill_server if is_killed else None
    struck_build(chaos, victim_proxy, Fault(STOCK_STATEMENT, strike=strike, delay=0.3))
    chaos.ensure_server()
    with chaos.connect() as connection:
        oracle = Oracle(schema, chaos.oracle_folder, clean)
        damage = oracle.damage_to_readers(connection, chaos.live_rows)
    assert any("silver_sales_assessed" in fault for fault in damage), damage


@pytest.mark.usefixtures("full_chaos")
def test_a_load_is_killed(
    victim: ChaosProject, victim_oracle: Oracle, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The files of a load are half written when the server dies: the load before stays."""
    drop = tmp_path / "drop"
    drop.mkdir()
    victim.ensure_server()
    words = ("ingest", "shop", str(drop), "--replace")
    victim.declare_feed("shop", "id", "name")
    lines = [f"{number},x{number}\n" for number in range(60_000)]
    (drop / "day.csv").write_text("id,name\n" + lines[0], "utf-8")
    assert victim.p360(*words).returncode == 0
    for number in range(rounds(request, full=5, short=1)):
        count = 60_000 - number
        (drop / "day.csv").write_text("id,name\n" + "".join(lines[:count]), "utf-8")
        before = victim.query("select count(*) from {s}.shop_raw")
        store = victim.oracle_folder / f"{victim.schema}_store.db"
        known = set(store.iterdir())

        def kill_while_writing(store: Path = store, known: set[Path] = known) -> None:
            while not set(store.iterdir()) - known:
                time.sleep(0.005)
            victim.kill_server()

        killer = threading.Thread(target=kill_while_writing)
        killer.start()
        failed = victim.p360(*words)
        killer.join(60)
        assert failed.returncode == 1, failed.stderr
        assert "Traceback" not in failed.stderr
        victim.ensure_server()
        assert victim.query("select count(*) from {s}.shop_raw") == before
        loaded = "select sum(row_count) from {s}.shop_files where status = 'loaded'"
        assert victim.query(loaded) == before
        assert victim.p360(*words).returncode == 0
        assert victim.query("select count(*), count(distinct id) from {s}.shop_raw") == [
            (count, count)
        ]
        # A build sweeps, and so does this alone.
        assert victim.dbt("run-operation", "sweep_store").returncode == 0
        with victim.connect() as connection:
            assert victim_oracle.unneeded(connection) == []
