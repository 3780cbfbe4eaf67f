"""The records of runs, and what is made of them, on the server."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from conftest import BIN, Scratch
from volume_days import elementary_default, simulate

from python_jobs.dbt.runner import compile_sql
from python_jobs.observability.store import RecordStore
from python_jobs.settings import Settings

# Those the rule was chosen on and how many of 180 planted days it may miss, then those it was not.
SEEDS = {range(20): 0, range(100, 120): 1}
# Nothing of these needs a sale, so a run of them takes seconds.
SMALL = ("known_events", "obs_incidents", "obs_events", "obs_known_events", "obs_runs")


def small_run(project: Scratch) -> subprocess.CompletedProcess[str]:
    return project.dbt("build", "--select", *SMALL)


@pytest.mark.parametrize(("seeds", "may_miss"), SEEDS.items(), ids=["chosen_on", "unseen"])
def test_planted_days_are_found_where_the_usual_rule_finds_none(
    scratch: Scratch, seeds: range, may_miss: int
) -> None:
    """Sixty days, twenty times over: the macro that the model uses, in one query."""
    settings = Settings.from_environment(scratch.environment, scratch.folder)
    verdicts = compile_sql(settings, "compiling", "{{ volume_verdicts('days', 'events') }}")
    feeds = {f"feed{seed}": simulate(seed) for seed in seeds}
    rows = ", ".join(
        f"('{feed}', date '{day}', {count}L, 0)"
        for feed, days in feeds.items()
        for day, count in days.counts.items()
    )
    events = ", ".join(
        f"('{feed}', date '{days.known_event}', 'a sale')" for feed, days in feeds.items()
    )
    judged = scratch.query(
        f"with days (feed, sale_date, row_count, amount) as (values {rows}), "
        f"events (feed, sale_date, event) as (values {events}) "
        f"select feed, cast(sale_date as string), verdict from ({verdicts})"
    )
    missed = false_alarms = missed_by_other = 0
    quiet_feeds = 0  # All found, at most one false alarm.
    for feed, days in feeds.items():
        found = {
            date.fromisoformat(day)
            for name, day, verdict in judged
            if name == feed and verdict in ("low", "high")
        } & set(days.tested)
        missed += len(days.planted - found)
        false_alarms += len(found - days.planted)
        quiet_feeds += days.planted <= found and len(found - days.planted) <= 1
        missed_by_other += len(days.planted - elementary_default(days))
    planted = sum(len(days.planted) for days in feeds.values())
    assert planted == 180
    assert missed <= may_miss
    assert false_alarms <= len(feeds)
    assert quiet_feeds >= 0.8 * len(feeds)
    assert missed_by_other > 10 * max(missed, 1)


def test_a_rising_share_of_rejected_rows_is_told_from_chance(scratch: Scratch) -> None:
    """Sixty loads a rule, of which one in a hundred rows breaks it; in three, four or more."""
    settings = Settings.from_environment(scratch.environment, scratch.folder)
    verdicts = compile_sql(settings, "compiling", "{{ rate_verdicts('rates') }}")
    chance = np.random.default_rng(7)
    planted = {20: 0.05, 35: 0.04, 50: 0.06}
    numbers = range(1, 61)
    rules = [f"rule{n}" for n in range(20)]
    rows = ", ".join(
        f"('feed', '{number:02}', '{rule}', {chance.binomial(1000, planted.get(number, 0.01))}L, "
        f"1000L, timestamp '2026-01-01 00:00:00', {number}, {61 - number})"
        for rule in rules
        for number in numbers
    )
    names = "feed, load_id, rule_id, broken_count, raw_count, loaded_at, load_number, load_age"
    judged = scratch.query(
        f"with given ({names}) as (values {rows}), "
        "rates as (select *, broken_count / cast(raw_count as double) as rate from given) "
        f"select rule_id, cast(load_id as int), verdict from ({verdicts})"
    )
    by_verdict = {
        wanted: {(rule, number) for rule, number, verdict in judged if verdict == wanted}
        for wanted in ("learning", "high", "low", "expected")
    }
    assert sum(map(len, by_verdict.values())) == len(rules) * len(numbers)
    assert by_verdict["learning"] == {(rule, number) for rule in rules for number in range(1, 6)}
    rises = {(rule, number) for rule in rules for number in planted}
    assert rises <= by_verdict["high"]
    false_alarms = (by_verdict["high"] | by_verdict["low"]) - rises
    assert len(false_alarms) <= 0.01 * len(judged)


def test_runs_leave_records_whatever_happens_to_them(scratch: Scratch) -> None:
    model = "models/observability/obs_known_events.sql"
    good = small_run(scratch)
    assert good.returncode == 0, good.stdout
    # A model that fails: twice the same, then put right.
    scratch.edit(model, "min(event) as event", "min(no_such_column) as event")
    assert small_run(scratch).returncode == 1
    assert small_run(scratch).returncode == 1
    [incident] = json.loads(scratch.p360("health", "--json").stdout)["incidents"]
    assert incident["finding"]["kind"] == "model"
    assert incident["finding"]["subject"] == "obs_known_events"
    assert incident["seen_count"] == 2
    listed = scratch.p360("incidents")
    assert incident["incident_id"] in listed.stdout
    name = incident["incident_id"]
    refused = scratch.p360("incidents", "ack", name, "--by", " ", "--because", "x")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    said = scratch.p360("incidents", "ack", name, "--by", "Ann", "--because", "It's known.")
    assert said.returncode == 0, said.stderr
    scratch.edit(model, "min(no_such_column) as event", "min(event) as event")
    assert small_run(scratch).returncode == 0
    # What the tables say of all that, by the project's own models.
    runs = scratch.query("select command, status from {s}.obs_runs order by run_id")
    assert runs == [("dbt build", status) for status in ("success", "failed", "failed", "success")]
    assert scratch.query("select status, seen_count, person, because from {s}.obs_incidents") == [
        ("closed", 2, "Ann", "It's known.")
    ]
    # A run that is killed is marked by the next.
    words = [str(BIN / "dbt"), "build", "--select", *SMALL]
    run = subprocess.Popen(words, cwd=scratch.folder, env=scratch.environment, stdout=-3)
    spool = Path(scratch.environment["P360_HOME"]) / "records" / scratch.schema
    deadline = time.monotonic() + 60
    while not list(spool.glob("*.begun")):
        assert time.monotonic() < deadline, "the run never began"
        time.sleep(0.1)
    run.send_signal(signal.SIGKILL)
    run.wait()
    assert scratch.p360("health").returncode == 2
    assert small_run(scratch).returncode == 0
    assert scratch.query(
        "select status, finished_at, seconds from {s}.obs_runs order by run_id desc limit 2"
    )[1] == ("died", None, None)
    assert scratch.p360("incidents").stdout.startswith("no incident is open")
    # Retention: what people decided stays, runs and nodes go, and the next run goes on.
    settings = Settings.from_environment(scratch.environment)
    decided = "select * from {s}.obs_incidents order by incident_id"
    before = scratch.query(decided)
    count = "select count(*) from {s}_records.records where kind not in ('incident', 'file')"
    with scratch.connect() as connection:
        store = RecordStore(connection, settings)
        assert store.drop_older(datetime(2020, 1, 1, tzinfo=UTC)) == 0
        (rows,) = scratch.query(count)
        assert store.drop_older(datetime.now(UTC)) == rows[0] > 0
    assert scratch.query(count) == [(0,)]
    assert scratch.query(decided) == before
    done = scratch.p360("retention", "records", "--days", "1")
    assert done.stdout.startswith("dropped: 0 records"), done.stderr
    assert scratch.query("select command from {s}.obs_runs") == [("p360 retention records",)]


def test_a_writer_that_cannot_write_fails_no_run_and_loses_nothing(scratch: Scratch) -> None:
    assert small_run(scratch).returncode == 0
    # The view becomes a table: no batch can be shown in it.
    scratch.query(
        "create table {s}_records.kept using parquet as select * from {s}_records.records"
    )
    scratch.query("drop view {s}_records.records")
    scratch.query(
        "create table {s}_records.records using parquet as select * from {s}_records.kept"
    )
    hindered = small_run(scratch)
    assert hindered.returncode == 0, hindered.stdout
    [line] = [line for line in hindered.stderr.splitlines() if "warning:" in line]
    assert "the records of this run wait on disk for the next one: " in line
    scratch.query("drop table {s}_records.records")
    scratch.query("create view {s}_records.records as select * from {s}_records.kept")
    assert small_run(scratch).returncode == 0
    spool = Path(scratch.environment["P360_HOME"]) / "records" / scratch.schema
    assert list(spool.iterdir()) == []
    assert scratch.query("select count(*) from {s}.obs_runs where status = 'success'")[0][0] >= 2


def test_openlineage_hears_of_a_run(scratch: Scratch, tmp_path: Path) -> None:
    """OpenLineage's own wrapper of dbt, with events to a file."""
    events = tmp_path / "events.json"
    config = tmp_path / "openlineage.yml"
    config.write_text(
        f"transport: {{type: file, log_file_path: {events}, append: true}}\n", encoding="utf-8"
    )
    path = f"{BIN}:{scratch.environment['PATH']}"
    done = scratch.execute(
        [str(BIN / "dbt-ol"), "build", "--select", *SMALL],
        {"PATH": path, "OPENLINEAGE_CONFIG": str(config)},
    )
    assert done.returncode == 0, done.stdout
    heard = [json.loads(line) for line in events.read_text(encoding="utf-8").splitlines()]
    [built] = [
        event
        for event in heard
        if event["eventType"] == "COMPLETE"
        and event["job"]["name"].endswith(".obs_known_events.build.run")
    ]
    names = {side: [one["name"] for one in built[side]] for side in ("inputs", "outputs")}
    assert names == {
        "inputs": [f"{scratch.schema}.obs_events"],
        "outputs": [f"{scratch.schema}.obs_known_events"],
    }


def test_thresholds_are_shares_and_sums_of_money(scratch: Scratch) -> None:
    days = "".join(f"shop,2025-01-{1 + n % 28:02},,event {n % 200}\n" for n in range(200))
    (scratch.folder / "seeds/known_events.csv").write_text(
        "feed,first_date,last_date,event\n" + days, encoding="utf-8"
    )
    bounds = {
        "share": (">= 0.5 %", "> 0.5 %"),  # One row of two hundred.
        "money": (">= 1,000.00", "> 1,000.00"),  # Each row is worth a thousand.
    }
    tests = "".join(
        f"""
      - is_true:
          name: known_events__{kind}_{outcome}
          arguments: {{expression: "event <> 'event 7'"}}
          config: {{error_if: "{bound}", meta: {{money: "cast(1000 as decimal(18, 2))"}}}}"""
        for kind, pair in bounds.items()
        for outcome, bound in zip(("fails", "passes"), pair, strict=True)
    )
    scratch.edit(
        "seeds/known_events.yml", "    columns:\n", f"    data_tests:{tests}\n    columns:\n"
    )
    done = scratch.dbt("build", "--select", "known_events")
    for kind in bounds:
        assert f"FAIL 1 known_events__{kind}_fails" in done.stdout, done.stdout
        assert f"known_events__{kind}_passes" in done.stdout
        assert f"FAIL 1 known_events__{kind}_passes" not in done.stdout
