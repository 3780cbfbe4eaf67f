"""Whatever dies, readers see one whole run, and the same command again ends as a clean run does."""

from __future__ import annotations

import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import BIN
from pyhive import hive

from chaos.conftest import ROWS, ChaosProject, rounds, stop_group, through
from chaos.faults import Fault, FaultProxy
from chaos.oracle import Oracle
from python_jobs.cluster.login import USER, read_secret_of
from python_jobs.settings import Settings

SECONDS = 300
# Where a run is when it is struck: the statement that is under way.
STATEMENTS = {
    "seed rows": r"insert into \w+_store\.client_sales_raw__",
    "create table as select": r"create table \w+_store\.silver_sales_assessed__rows__",
    "move of a view": r"(alter|create) view \w+\.gold_sales_daily as",
    "between build and go-live": r"create view \w+_store\.release__",
    "go-live, views learn": r"alter view \w+_live\.gold_sales_daily as select `",
    "go-live, the step": r"alter view \w+_live\.live_run as",
    "go-live, views forget": r"alter view \w+_live\.gold_sales_daily as select \*",
    "sweep": r"drop (view|table) if exists",
}
# The same moments where dbt-spark itself builds the tables, for the runs without protection.
STOCK_STATEMENT = r"create table \w+\.silver_sales_assessed"


def struck_build(
    chaos: ChaosProject, proxy: FaultProxy, fault: Fault | None
) -> subprocess.CompletedProcess[str]:
    """Run plain ``dbt build`` through the proxy, with that fault."""
    proxy.fault = fault
    process = chaos.start(chaos.build_words(), through(proxy, chaos))
    output, _ = process.communicate(timeout=SECONDS)
    proxy.fault = None
    return subprocess.CompletedProcess(process.args, process.returncode, output)


def check_recovery(
    chaos: ChaosProject,
    oracle: Oracle,
    what: str,
    strike: Callable[[], object],
    again: Callable[[], subprocess.CompletedProcess[str]] | None = None,
) -> list[str]:
    """Run a faulted build of new rows, and return the damage before and after the next command."""
    before, after = chaos.live_rows, chaos.new_rows
    chaos.write_seed(after)
    strike()
    chaos.ensure_server()
    with chaos.connect() as connection:
        faults = oracle.damage_to_readers(connection, before, after)
    done = (again or chaos.build)()
    if done.returncode != 0:
        faults.append(f"the same command again failed: {done.stdout[-800:]}")
    else:
        chaos.live_runs.append(after)
        with chaos.connect() as connection:
            faults += oracle.damage_after_full_run(connection, after)
    print(f"{time.strftime('%H:%M:%S')} {what}: {faults or 'no damage'}", flush=True)
    return [f"{what}: {fault}" for fault in faults]


def test_the_connection_is_cut(
    built: ChaosProject, built_oracle: Oracle, proxy: FaultProxy, request: pytest.FixtureRequest
) -> None:
    damage = []
    for number in range(rounds(request, full=21, short=1)):
        chance = random.Random(number)
        what = chance.choice(list(STATEMENTS))
        at = ("ExecuteStatement", "GetOperationStatus", "FetchResults")[number % 3]
        wanted = r"select count\(\*\)|show table extended" if at == "FetchResults" else None
        fault = Fault(wanted or STATEMENTS[what], at=at, skip=chance.randrange(3) if wanted else 0)

        def strike(fault: Fault = fault) -> None:
            done = struck_build(built, proxy, fault)
            assert fault.has_struck.is_set(), done.stdout

        damage += check_recovery(built, built_oracle, f"{at} of {what}", strike)
    assert damage == []


def test_clients_that_go_away_hold_nothing_up(built: ChaosProject) -> None:
    """The server interrupts their statements, in the middle of the metastore."""
    settings = Settings.from_environment(built.environment)
    login = {"username": USER, "auth": "CUSTOM", "password": read_secret_of(settings)}
    built.query("create schema if not exists gone")
    for number in range(40):
        client = hive.connect(host="127.0.0.1", port=settings.thrift_port, **login)
        client.cursor().execute(f"create or replace view gone.v as select {number}", async_=True)
        time.sleep(number % 20 * 0.003)
        client._transport.close()
    answers: list[object] = []
    asker = threading.Thread(
        target=lambda: answers.append(built.query("show views in gone")), daemon=True
    )
    asker.start()
    asker.join(60)
    assert answers
    built.query("drop schema gone cascade")


def test_the_command_is_stopped(
    built: ChaosProject,
    built_oracle: Oracle,
    clean_projects: dict[int, ChaosProject],
    request: pytest.FixtureRequest,
) -> None:
    damage = []
    # The last one of them, on a server that was warm.
    duration = clean_projects[ROWS[1]].build_seconds
    for number in range(rounds(request, full=20, short=1)):
        chance = random.Random(number)
        whole = [str(BIN / "p360"), "run", "--no-dashboard"]
        words = whole if number % 2 else built.build_words()
        sign = (signal.SIGKILL, signal.SIGINT, signal.SIGTERM)[number % 3]
        delay = chance.uniform(2, duration)

        def strike(
            words: list[str] = words, delay: float = delay, sign: signal.Signals = sign
        ) -> None:
            process = built.start(words)
            try:
                process.communicate(timeout=delay)
            except subprocess.TimeoutExpired:
                stop_group(process, sign)
                output, _ = process.communicate(timeout=60)
                assert "Traceback" not in output, output
                assert process.returncode != 0
            # As a statement leaves it whose client dies, if that comes at the right moment.
            store = built_oracle.warehouse / f"{built.schema}_store.db"
            (store / f"gold_sales_daily__rows__left_by_{sign.name.lower()}").mkdir()

        def again(words: list[str] = words) -> subprocess.CompletedProcess[str]:
            return built.execute(words, {})

        what = f"{sign.name} of {Path(words[0]).name} after {delay:.1f} s"
        damage += check_recovery(built, built_oracle, what, strike, again)
    assert damage == []
