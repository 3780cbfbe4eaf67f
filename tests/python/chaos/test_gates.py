"""What must not go live does not, and says why in one line."""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Callable

import pytest

from chaos.conftest import ROWS, ChaosProject, rounds, stop_group
from chaos.oracle import Oracle
from chaos.test_many_runs import KEPT
from chaos.test_readers import add_a_column
from python_jobs.dbt.rules import DECLARED_IN

SILVER_SALES = "models/silver/silver_sales.yml"


def fail_a_test(chaos: ChaosProject) -> None:
    chaos.edit(SILVER_SALES, "expression: amount >= 0", "expression: amount < 0")


def fail_a_rule(chaos: ChaosProject) -> None:
    rule = "- {id: cursed, sentence: A test., severity: fail, expression: _row_number = 3}"
    chaos.edit(DECLARED_IN, "{% set rules %}\n", "{% set rules %}\n" + rule + "\n")


def damage(chaos: ChaosProject, oracle: Oracle, rows: int) -> list[str]:
    with chaos.connect() as connection:
        return oracle.damage_to_readers(connection, rows)


def run_that_fails(chaos: ChaosProject, fail: Callable[[ChaosProject], None], rows: int) -> str:
    """Run new rows with something that fails, mend that, and return what was said."""
    parts = ("models", "macros")
    for part in parts:
        # With times of their own: of an old time, dbt takes a YAML file for the one parsed last.
        sound = chaos.folder / f"sound_{part}"
        shutil.copytree(chaos.folder / part, sound, copy_function=shutil.copy)
    fail(chaos)
    chaos.write_seed(rows)
    done = chaos.p360("run")
    for part in parts:
        shutil.rmtree(chaos.folder / part)
        (chaos.folder / f"sound_{part}").rename(chaos.folder / part)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def test_what_fails_stays_out(
    built: ChaosProject, built_oracle: Oracle, request: pytest.FixtureRequest
) -> None:
    for fail in (fail_a_test, fail_a_rule)[: rounds(request, full=2, short=1)]:
        said = run_that_fails(built, fail, built.new_rows)
        assert "nothing goes live: " in said
        assert damage(built, built_oracle, built.live_rows) == []
    # Nor does what reads it, alone.
    refused = built.dbt("run", "--select", "gold_sales_daily")
    assert refused.returncode == 1
    assert "nothing goes live: gold_sales_daily read silver_sales" in refused.stdout
    assert damage(built, built_oracle, built.live_rows) == []


@pytest.mark.usefixtures("full_chaos")
def test_what_fails_goes_live_without_the_gate(chaos: ChaosProject, oracle: Oracle) -> None:
    chaos.must_build()
    chaos.edit("macros/versions/publish_run.sql", "{%- if failed -%}", "{%- if false -%}")
    run_that_fails(chaos, fail_a_test, ROWS[1])
    assert damage(chaos, oracle, ROWS[0]) != []


def test_two_runs_at_once(
    built: ChaosProject, built_oracle: Oracle, request: pytest.FixtureRequest
) -> None:
    for _ in range(rounds(request, full=10, short=1)):
        built.write_seed(built.new_rows)
        first, second = (built.start(built.build_words()) for _ in range(2))
        output = [one.communicate(timeout=300)[0] for one in (first, second)]
        codes = [one.returncode for one in (first, second)]
        assert sorted(codes) == [0, 2], output
        loser = output[codes.index(2)]
        assert f"schema {built.schema} is being built by 'dbt build' (process" in loser
        assert "UTC; wait for that to end" in loser
        built.live_runs.append(built.new_rows)
        with built.connect() as connection:
            assert built_oracle.damage_after_full_run(connection, built.live_rows) == []


@pytest.mark.usefixtures("full_chaos")
def test_without_the_lock_only_the_last_to_start_goes_live(
    chaos: ChaosProject, oracle: Oracle
) -> None:
    """The lock taken away, both runs work; the one that started first must not go live."""
    chaos.must_build()
    first = chaos.start(chaos.build_words(locked=False))
    time.sleep(1)
    second = chaos.start([*chaos.build_words(locked=False), "--target-path", "other"])
    output = [one.communicate(timeout=300)[0] for one in (first, second)]
    assert not any("is being built by" in text for text in output)
    assert first.returncode != 0 or second.returncode != 0, output
    assert damage(chaos, oracle, ROWS[0]) == []


@pytest.mark.usefixtures("full_chaos")
def test_a_dead_holders_lock_is_taken_over(built: ChaosProject, built_oracle: Oracle) -> None:
    holder = built.start(built.build_words())
    time.sleep(6)
    busy = built.p360("rollback")
    assert busy.returncode == 1
    assert f"by 'dbt build' (process {holder.pid} of " in busy.stderr
    stop_group(holder, signal.SIGKILL)
    holder.communicate()
    built.must_build()
    with built.connect() as connection:
        assert built_oracle.damage_after_full_run(connection, built.live_rows) == []


@pytest.mark.usefixtures("full_chaos")
def test_other_commands_change_nothing(built: ChaosProject) -> None:
    before = [built.query(f"show tables in {{s}}{part}") for part in ("", "_live", "_store")]
    live = built.query("select * except (sale_age_hours, load_age_hours) from {s}_live.live_run")
    for words in (["test"], ["docs", "generate"], ["show", "--select", "silver_sales"]):
        done = built.dbt(*words)
        assert done.returncode == 0, done.stdout
    empty = built.build("--empty", "--exclude-resource-type", "test")
    assert "rows were left out on purpose" in empty.stdout
    assert live == built.query(
        "select * except (sale_age_hours, load_age_hours) from {s}_live.live_run"
    )
    assert before[1] == built.query("show tables in {s}_live")
    assert before[0] == built.query("show tables in {s}")


@pytest.mark.usefixtures("full_chaos")
def test_twice_equals_once_and_the_zone_of_the_clock_does_not_matter(
    built: ChaosProject, built_oracle: Oracle
) -> None:
    for zone in ("Pacific/Kiritimati", "America/Los_Angeles"):
        done = built.execute(built.build_words(), {"TZ": zone})
        assert done.returncode == 0, done.stdout
        built.live_runs.append(built.live_rows)
        with built.connect() as connection:
            assert built_oracle.damage_after_full_run(connection, built.live_rows) == []


def test_rollback_and_the_list_of_runs(built: ChaosProject, built_oracle: Oracle) -> None:
    with built.connect() as connection:
        # One more than are kept, the last two of other rows.
        while len(built.live_runs) <= KEPT or len({*built.live_runs[-2:]}) == 1:
            built.must_build(built.new_rows)
        assert built_oracle.damage_after_full_run(connection, built.live_rows) == []
        assert built_oracle.kept(connection) == KEPT
    listed = built.p360("runs")
    lines = listed.stdout.splitlines()
    assert len(lines) == 1 + KEPT  # A heading, and some of four or more runs.
    assert "live; built" in lines[1]
    assert "was live before; 'p360 rollback' brings it back" in lines[2]
    back = built.p360("rollback")
    assert back.returncode == 0, back.stderr
    with built.connect() as connection:
        assert built_oracle.damage_after_full_run(connection, built.new_rows) == []
    assert damage(built, built_oracle, built.live_rows) != []
    newest = lines[1].split()[0]
    assert built.p360("rollback", newest).returncode == 0
    assert damage(built, built_oracle, built.live_rows) == []
    unknown = built.p360("rollback", "20000101_000000_00000000")
    assert unknown.returncode == 1
    assert "no run 20000101_000000_00000000 is kept; 'p360 runs' lists" in unknown.stderr


def test_a_partial_run_takes_its_own_models_live(built: ChaosProject, built_oracle: Oracle) -> None:
    """And a rollback takes them back; that the next whole run takes all, test_history.py shows."""
    before, after = built.live_rows, built.new_rows
    built.write_seed(after)
    done = built.build("--select", "client_sales_raw")
    assert done.returncode == 0, done.stdout
    assert damage(built, built_oracle, before) == [
        f"other rows: client_sales_raw {built_oracle.clean[after]['client_sales_raw']}, "
        f"clean {built_oracle.clean[before]['client_sales_raw']}"
    ]
    assert built.p360("rollback").returncode == 0
    assert damage(built, built_oracle, before) == []


def test_a_bad_raw_file_stays_out(built: ChaosProject, built_oracle: Oracle) -> None:
    seed = built.folder / "seeds" / "client_sales_raw.csv"
    lines = seed.read_text(encoding="utf-8").splitlines(keepends=True)
    for text, words in (
        ("", "client_sales_raw"),
        (lines[0], "bronze_sales__is_not_empty"),
        ("".join(lines[1:]), "client_sales_raw"),
        ("".join(lines[:-1]) + lines[-1][: len(lines[-1]) // 2], "client_sales_raw"),
    ):
        seed.write_text(text, encoding="utf-8")
        done = built.build("--select", "+bronze_sales")
        assert done.returncode != 0, done.stdout
        assert words in done.stdout
        assert "Traceback" not in done.stdout
        assert damage(built, built_oracle, built.live_rows) == []


@pytest.mark.usefixtures("full_chaos")
def test_a_column_may_change_its_type(chaos: ChaosProject, oracle: Oracle) -> None:
    add_a_column(chaos)
    chaos.must_build()
    file = "models/silver/silver_sales_assessed.sql"
    for before, after, value in (
        ("1 as half_way", "array(1) as half_way", "[1]"),
        ("array(1) as half_way", "array('x') as half_way", '["x"]'),
    ):
        chaos.edit(file, before, after)
        chaos.must_build()
        assert chaos.query("select distinct half_way from {s}_live.silver_sales") == [(value,)]
        with chaos.connect() as connection:
            assert oracle.unneeded(connection) == []


def test_before_the_first_run(chaos: ChaosProject) -> None:
    for command in ("runs", "rollback"):
        done = chaos.p360(command)
        assert done.returncode == 1
        assert f"no run is live in schema {chaos.schema} yet" in done.stderr


def test_models_that_would_change_rows_are_refused(chaos: ChaosProject) -> None:
    file = "models/silver/silver_sales.sql"
    chaos.edit(file, "materialized='view'", "materialized='incremental'")
    done = chaos.build()
    assert done.returncode != 0
    assert "silver_sales is materialized as incremental; use by_load, which" in done.stdout
    assert "START sql" not in done.stdout
