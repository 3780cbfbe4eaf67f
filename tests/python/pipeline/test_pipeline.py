"""The main job on generated sales, row by row against what was planted."""

from __future__ import annotations

import csv
import json
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser.oracle import random_filters
from conftest import BIN, Scratch, hear_ctrl_c, scratch_project
from metric_answers import differing_ways, silver_beside, wrong_answers, wrong_kinds
from metric_dashboard import shown_questions
from metric_questions import draw
from reasons import share_with_usual_value

from dashboards.data import sales
from dashboards.data.store import Store
from dashboards.filters import Domain, Filters
from python_jobs.generate.files import truth_path, write_sales
from python_jobs.metrics.answers import Desk
from python_jobs.metrics.filters import quoted
from python_jobs.metrics.question import Asked
from python_jobs.settings import Settings

ROWS = 25_000  # More than one batch of the seed loader.
JUDGED = "{s}.silver_sales_assessed"
SCORES = "{s}_live.semantic_sales_anomalies"
UNIT_TEST = "START unit_test silver_sales_assessed::"


@pytest.fixture(scope="module")
def planted(
    server: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Scratch, dict[str, Any], str]]:
    """A project with a seed larger than the demo's, its truth, and what the job printed."""
    for one in scratch_project(server, tmp_path_factory.mktemp("planted") / "project", "planted"):
        seed = one.folder / "seeds" / "client_sales_raw.csv"
        write_sales(seed, ROWS, 42)
        done = one.p360("run")
        assert done.returncode == 0, done.stderr
        yield one, json.loads(truth_path(seed).read_text(encoding="utf-8")), done.stdout


def expected_rows(truth: dict[str, Any]) -> dict[int, tuple[str, set[str], set[str]]]:
    """Return (disposition, reasons, warnings) for each row, from the truth file alone."""
    reasons: dict[int, set[str]] = {}
    warnings: dict[int, set[str]] = {}
    for fault in truth["faults"].values():
        if fault["rule"]:
            target = warnings if fault["is_warning"] else reasons
            for row in fault["rows"]:
                target.setdefault(row, set()).add(fault["rule"])
    duplicates, superseded = set(truth["duplicate_rows"]), set(truth["superseded_rows"])
    expected = {}
    for row in range(1, truth["rows"] + 1):
        if row in duplicates:
            disposition = "duplicate"
        elif row in reasons:
            disposition = "quarantined"
        elif row in superseded:
            disposition = "superseded"
        else:
            disposition = "accepted"
        expected[row] = (disposition, reasons.get(row, set()), warnings.get(row, set()))
    return expected


def test_each_planted_fault_lands_where_it_should_and_no_other_row_does(
    planted: tuple[Scratch, dict[str, Any], str],
) -> None:
    project, truth, _ = planted
    judged = project.query(
        "select _row_number, disposition, rejection_reasons, warnings "
        "from {s}.silver_sales_assessed"
    )
    expected = expected_rows(truth)
    assert len(judged) == truth["rows"]
    wrong = []
    for number, disposition, reasons, warnings in judged:
        actual = (disposition, set(json.loads(reasons)), set(json.loads(warnings)))
        if disposition == "duplicate":  # It repeats what its original says.
            actual = (disposition, set(), set())
        if actual != expected[number]:
            wrong.append((number, actual, expected[number]))
    assert wrong == []


def test_the_raw_text_is_kept_character_for_character(
    planted: tuple[Scratch, dict[str, Any], str],
) -> None:
    project, truth, _ = planted
    with (project.folder / "seeds" / "client_sales_raw.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        written = list(csv.reader(file))
    header, records = written[0], written[1:]
    judged = ", ".join(f"{cell}_raw" for cell in header)
    for columns in (f"{', '.join(header)} from {{s}}.bronze_sales", f"{judged} from {JUDGED}"):
        rows = project.query(f"select _row_number, {columns} order by _row_number")
        assert len(rows) == truth["rows"] == len(records)
        for number, *cells in rows:
            # dbt itself reads a blank cell of a seed as null; nothing else may change.
            arrived = [cell if cell.strip() else None for cell in records[number - 1]]
            assert cells == arrived


def test_text_that_the_typed_value_prints_as_is_not_stored_again(
    planted: tuple[Scratch, dict[str, Any], str],
) -> None:
    project, _, _ = planted
    version = project.query(f"show create table {JUDGED}")[0][0]
    (live,) = re.findall(r"from (\w+\.silver_sales_assessed__\w+)", version, re.IGNORECASE)
    shown = project.query(f"show create table {live}")[0][0]
    (table,) = re.findall(r"\w+\.silver_sales_assessed__rows__\w+", shown)
    cells = ("transaction_at_raw", "customer_id_raw", "amount_raw", "status_raw", "_row_id")
    counts = ", ".join(f"count({cell})" for cell in cells)
    rows, *stored = project.query(f"select count(*), {counts} from {table}")[0]
    assert all(count < rows / 5 for count in stored), stored


def test_the_summary_shows_the_account(planted: tuple[Scratch, dict[str, Any], str]) -> None:
    _, truth, printed = planted
    assert f"raw rows in {truth['rows']:,}" in " ".join(printed.split())
    for disposition, count in truth["dispositions"].items():
        assert f"{disposition} {count:,}" in " ".join(printed.split())
    assert "unaccounted for 0" in " ".join(printed.split())


def test_the_run_is_recorded_with_the_rows_of_each_table(
    planted: tuple[Scratch, dict[str, Any], str],
) -> None:
    project, truth, printed = planted
    inside = (
        "select command, status from {s}.obs_runs where parent_run_id is not null order by run_id"
    )
    assert project.query(inside) == [
        ("dbt build", "success"),
        ("dbt docs generate", "success"),
    ]
    passed = re.search(r"([\d,]+) tests passed", printed)
    assert passed
    recorded = project.query(
        "select count(*) from {s}.obs_test_results where status = 'pass' "
        "and run_id = (select min(run_id) from {s}.obs_test_results)"
    )
    assert recorded == [(int(passed[1].replace(",", "")),)]
    sizes = dict(
        project.query(
            "select node_name, max_by(row_count, run_id) from {s}.obs_node_results "
            "where row_count is not null group by node_name"
        )
    )
    assert sizes["client_sales_raw"] == truth["rows"]
    counts = [f"select '{name}', count(*) from {{s}}_live.{name}" for name in sizes]
    assert dict(project.query(" union all ".join(counts))) == sizes
    assert project.query("select row_count from {s}.obs_scorings") == project.query(
        "select count(*) from {s}.silver_sales"
    )
    # One release, scores and all.
    assert project.query("select distinct built_by_run_id from {s}_live.live_models") == (
        project.query("select model_run_id from {s}.obs_scorings")
    )
    accounts = project.query("select layer, row_count, is_accounted from {s}.obs_row_accounts")
    assert sorted(accounts) == [
        (layer, truth["rows"], True) for layer in ("bronze", "gold", "silver")
    ]


def test_a_renamed_column_opens_an_incident(
    planted: tuple[Scratch, dict[str, Any], str], tmp_path: Path
) -> None:
    project = planted[0]
    day = tmp_path / "day1.csv"
    day.write_text("id,date,total\n1,2025-01-01,2.00\n", "utf-8")
    assert project.p360("feed", "new", "shop", "--from", str(day)).returncode == 0
    assert project.p360("ingest", "shop", str(day)).returncode == 0
    renamed = tmp_path / "day2.csv"
    renamed.write_text("id,date,unit_price\n2,2025-01-02,3.00\n", "utf-8")
    refused_or_loaded = project.p360("ingest", "shop", str(renamed))
    assert "Traceback" not in refused_or_loaded.stderr
    kinds = ("--resource-type", "model")
    built = project.dbt("build", *kinds, "--select", "obs_files", "obs_findings")
    assert built.returncode == 0, built.stdout
    listed = project.p360("incidents").stdout
    assert "schema shop" in listed
    assert "unit_price" in listed
    shutil.rmtree(project.folder / "models" / "bronze" / "shop", ignore_errors=True)
    for file in (project.folder / "models" / "bronze").glob("*shop*"):
        file.unlink()


def test_unusual_sales_that_were_planted_are_flagged(
    planted: tuple[Scratch, dict[str, Any], str],
) -> None:
    project, truth, _ = planted
    flagged = dict(project.query(f"select transaction_id, reason from {SCORES} where is_anomaly"))
    found = {
        kind: [flagged.get(s["transaction_id"]) for s in truth["unusual"] if s["kind"] == kind]
        for kind in ("quantity_spike", "price_spike", "decimal_slip", "night_burst")
    }
    assert all(" pieces; " in str(reason) for reason in found["quantity_spike"]), found
    assert all("unit price" in str(reason) for reason in found["price_spike"]), found
    # A slip in the price is one in the amount: either may be the reason.
    assert all(re.match("unit price|amount", str(reason)) for reason in found["decimal_slip"]), (
        found
    )
    burst = [reason for reason in found["night_burst"] if reason]
    assert len(burst) >= 0.8 * len(found["night_burst"]), found
    assert all("times within an hour; usually once in" in reason for reason in burst), found


def test_reasons_name_a_usual_value(
    planted: tuple[Scratch, dict[str, Any], str],
) -> None:
    project = planted[0]
    reasons = [reason for (reason,) in project.query(f"select reason from {SCORES}")]
    assert share_with_usual_value(reasons) >= 0.99


def test_rule_counts_are_those_planted(planted: tuple[Scratch, dict[str, Any], str]) -> None:
    project, truth, _ = planted
    counted = dict(
        project.query(
            "select rule_id, quarantined_count from {s}.observability_rule_counts "
            "where rule_severity = 'quarantine'"
        )
    )
    wanted: dict[str, int] = dict.fromkeys(counted, 0)
    for fault in truth["faults"].values():
        if fault["rule"] and not fault["is_warning"]:
            wanted[fault["rule"]] += fault["count"]
    assert counted == wanted


def test_no_address_leaves_silver(planted: tuple[Scratch, dict[str, Any], str]) -> None:
    project, truth, _ = planted
    assert truth["faults"]["email_in_name"]["count"] > 0
    tables = [
        name
        for _, name, *_ in project.query("show tables in {s}")
        if name.split("_")[0] in ("gold", "semantic", "observability") or name == "silver_sales"
    ]
    assert len(tables) >= 16
    # Spark looks: to fetch all rows takes a minute.
    counts = " union all ".join(
        f"select '{table}', count(*) from {{s}}.{table} as one "
        "where to_json(struct(one.*)) like '%@%'"
        for table in (*tables, "bronze_sales")
    )
    found = {table: count for table, count in project.query(counts) if count}
    assert set(found) == {"bronze_sales"}, found


def test_docs_name_every_column_and_the_lineage(
    planted: tuple[Scratch, dict[str, Any], str],
) -> None:
    folder = planted[0].folder / "target"
    catalog = json.loads((folder / "catalog.json").read_text(encoding="utf-8"))
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert (folder / "static_index.html").stat().st_size > 100_000
    models = {
        name: node
        for name, node in manifest["nodes"].items()
        if node["resource_type"] in ("model", "snapshot")
        and node["config"]["materialized"] != "ephemeral"
    }
    assert set(models) <= set(catalog["nodes"])
    for name, node in models.items():
        described = {column["name"] for column in node["columns"].values() if column["description"]}
        actual = {column.lower() for column in catalog["nodes"][name]["columns"]}
        assert actual == described, name
    exposure = manifest["exposures"]["exposure.project_360.project_360_dashboard"]
    # The days are what metrics stand on.
    semantic = {n for n, node in models.items() if ".semantic_" in n and not node["time_spine"]}
    assert semantic <= set(exposure["depends_on"]["nodes"])


def test_dbt_show_and_test_work_alone(planted: tuple[Scratch, dict[str, Any], str]) -> None:
    project = planted[0]
    shown = project.dbt("show", "--select", "semantic_statuses")
    assert shown.returncode == 0
    assert "Completed" in shown.stdout
    tested = project.dbt("test", "--select", "semantic_statuses")
    assert tested.returncode == 0, tested.stdout


def test_an_address_in_any_text_is_found(planted: tuple[Scratch, dict[str, Any], str]) -> None:
    """One test looks at each declared text, another finds texts that are not declared."""
    project = planted[0]
    view = "alter view {s}.semantic_statuses as select "
    leaks = "'a\uff20b.org' as status, 'a@b.org' as leak"
    project.query(f"{view}* except (status), {leaks} from {{s}}_live.semantic_statuses")
    tests = ("semantic_statuses__no_email_address", "semantic_statuses__declared_types")
    tested = project.dbt("test", "--select", *tests)
    project.query(f"{view}* from {{s}}_live.semantic_statuses")
    assert tested.returncode == 1
    assert tested.stdout.count("Got 1 result") == 2, tested.stdout


def test_the_seed_is_loaded_as_it_stands(scratch: Scratch) -> None:
    """Cells that would break out of a literal, be expanded or be read as another type stay text."""
    nasty = [
        "it's",
        'say "hi"',
        "back\\slash \\n \\u0041",
        "${env:HOME} $$",
        "line\nbreak",
        "0012",
        "1e3",
        "true",
        "2025-01-01",
        "漢字 😀 \u00a0x",
        "'; drop table x; --",
        "r'raw'",
    ]
    folder = Path(scratch.folder) / "seeds"
    with (folder / "nasty.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["id", "cell"], *([str(n), c] for n, c in enumerate(nasty))])
    refused = scratch.dbt("seed", "--select", "nasty")
    assert refused.returncode != 0
    assert "dbt would change the text of column id" in refused.stdout
    (folder / "nasty.yml").write_text(
        "seeds: [{name: nasty, config: {column_types: {id: string, cell: string}}}]", "utf-8"
    )
    done = scratch.dbt("seed", "--select", "nasty")
    assert done.returncode == 0, done.stdout
    rows = dict(scratch.query("select id, cell from {s}.nasty"))
    assert [rows[str(number)] for number in range(len(nasty))] == nasty
    types = {name: kind for name, kind, _ in scratch.query("describe {s}.nasty")}
    assert set(types.values()) == {"string"}


def test_an_interrupt_ends_a_run_at_once_and_it_stays_out(scratch: Scratch) -> None:
    """How the same command ends after that, the chaos tests try."""
    write_sales(scratch.folder / "seeds" / "client_sales_raw.csv", 500, 42)
    # So that unit tests run, whatever passed before.
    scratch.edit("macros/sales/sales_cells.sql", "{#", "{# Edited by a test.\n")
    log = Path(scratch.environment["P360_HOME"]) / "logs" / "dbt.log"  # That of all tests.
    begun = log.read_text(encoding="utf-8").count(UNIT_TEST) if log.exists() else 0
    run = subprocess.Popen(
        [str(BIN / "p360"), "run"],
        cwd=scratch.folder,
        env=scratch.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_ctrl_c,
    )
    # Once its seed is built and the longest statements are on their way:
    deadline = time.monotonic() + 120
    while not log.exists() or log.read_text(encoding="utf-8").count(UNIT_TEST) == begun:
        assert time.monotonic() < deadline, "the unit tests never started"
        time.sleep(0.2)
    run.send_signal(signal.SIGINT)
    _, errors = run.communicate(timeout=20)
    assert run.returncode == 130
    assert errors.endswith("error: interrupted; run the same command again\n")
    # Its seed is built and not live: models alone must not go live on it.
    models = scratch.dbt("run", "--select", "silver_sales_assessed", "bronze_sales_client_sales")
    assert models.returncode == 1
    assert "nothing goes live: " in models.stdout
    assert "bronze_sales_client_sales read client_sales_raw, " in models.stdout
    why = ", whose last build is not live, since its run failed or was rolled back; run 'dbt build'"
    assert why in models.stdout


def test_the_dashboard_shows_what_the_live_tables_hold(
    planted: tuple[Scratch, dict[str, Any], str],
) -> None:
    project, _, printed = planted
    settings = Settings.from_environment(project.environment, project.folder)
    assert f"http://127.0.0.1:{settings.dash_port}" in printed
    store = Store(settings)
    wait_for(lambda: store.data() is not None)
    data = store.data()
    assert data is not None
    customers = [
        str(row[0]) for row in project.query("select customer from {s}_live.semantic_customers")
    ]
    asked = [random_filters(data.domain, customers, seed) for seed in range(200)]
    wrong = []
    for start in range(0, len(asked), 25):
        some = asked[start : start + 25]
        [live] = project.query(
            f"select {', '.join(map(_figures_in_spark, some, [data.domain] * 25))} "
            "from {s}_live.semantic_sales"
        )
        for place, filters in enumerate(some):
            shown = sales.totals(data, filters, filters.days(data.domain))
            want = (live[3 * place] or 0, live[3 * place + 1], live[3 * place + 2])
            if (shown.amount, shown.orders, shown.sales) != want:
                wrong.append((filters, shown, want))
    assert wrong == []


# Texts that would end a literal, were they not escaped.
HOSTILE = (
    *("' or 1=1 --", "\\", "\\'", "\\\\' or true", "''", '"', "`", "x'; drop table y; --"),
    *(
        "{{ 7 * 7 }}",
        "{% raw %}",
        "{# #}",
        "\\u0027",
        "\n",
        "\t\0",
        "%s %(a)s",
        "ß\u2028\U0001f600",
    ),
)


def test_metrics_agree_with_silver(
    planted: tuple[Scratch, dict[str, Any], str], request: pytest.FixtureRequest
) -> None:
    project, _, _ = planted
    settings = Settings.from_environment(project.environment, project.folder)
    desk = Desk(settings)
    with project.connect() as connection:
        silver = silver_beside(connection, settings.live_schema)
        many = 200 if request.config.getoption("--all-questions") else 8
        drawn = [draw(silver, seed) for seed in range(many)]
        assert wrong_answers(connection, desk, silver, drawn) == []
        assert wrong_kinds(connection, desk, silver) == []
        literals = ", ".join(map(quoted, HOSTILE))
        assert connection.query(f"select {literals}").rows == [tuple(HOSTILE)]
    # By the command, as a person asks.
    where = ("--where", "country in ('Germany', 'France')", "--from", "2024-03-05")
    words = ("metrics", "query", "net_sales", "rejection_rate", "--by", "month", "--json")
    refused = project.p360(*words, *where)
    assert refused.returncode == 1
    assert "ask them one by one" in refused.stderr
    done = project.p360("metrics", "query", "net_sales", "--by", "month", "--json", *where)
    assert done.returncode == 0, done.stderr
    by_month = silver.execute(
        "select date_trunc('month', transaction_date)::date, sum(case status when 'Completed' "
        "then amount when 'Returned' then -amount else 0 end) from silver where disposition = "
        "'accepted' and country in ('Germany', 'France') and transaction_date >= '2024-03-05' "
        "group by 1 order by 1"
    ).fetchall()
    assert [(row["month"], row["net_sales"]) for row in json.loads(done.stdout)] == [
        (str(month), str(net)) for month, net in by_month
    ]


def test_four_ways_give_one_figure(
    planted: tuple[Scratch, dict[str, Any], str],
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """200 questions, by ``mf``, by the dashboard, by ``p360 metrics`` and by hand over silver."""
    if not request.config.getoption("--all-questions"):
        pytest.skip("'make test-questions' asks them, in twenty minutes")
    project, _, _ = planted
    settings = Settings.from_environment(project.environment, project.folder)
    with project.connect() as connection:
        silver = silver_beside(connection, settings.live_schema)
    data = Store(settings).data()
    assert data is not None
    asked = shown_questions(silver, data, 200)
    for name, value in project.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(project.folder)
    assert differing_ways(project, data, silver, asked, tmp_path) == []


SAVED = {
    "sales_by_day": (
        "sale_date, net_sales, gross_sales, returned_sales, number_of_orders, units_sold, "
        "units_returned, average_order_value, pending_sales, cancelled_sales "
        "from {s}_live.semantic_sales_over_time"
    ),
    "sales_by_status": (
        "status, sales, number_of_orders, number_of_customers from {s}_live.semantic_statuses"
    ),
    "rows_by_day": (
        "sale_date, raw_rows, clean_rows, quarantined_rows, duplicate_rows, superseded_rows, "
        "clean_amount, quarantined_amount from {s}_live.semantic_clean_against_quarantined"
    ),
}


def test_saved_queries_are_written_as_they_are_answered(
    planted: tuple[Scratch, dict[str, Any], str],
) -> None:
    project, _, _ = planted
    desk = Desk(Settings.from_environment(project.environment, project.folder))
    answers = {name: desk.answer(desk.understand(Asked(saved_query=name))).rows for name in SAVED}
    for name, columns in SAVED.items():
        assert len(answers[name]) > 2
        written = project.query(f"select {columns} order by 1")
        assert [(group and str(group), *figures) for group, *figures in answers[name]] == written
    words = ("query", "--saved-query", "sales_by_status", "--decimals", "2")
    as_mf_says = project.execute([str(BIN / "mf"), *words], {}).stdout
    for status, *figures in answers["sales_by_status"]:
        line = r"\s+".join(map(str, [status, *figures]))
        assert re.search(line, as_mf_says), as_mf_says


def test_mf_works_as_its_documentation_says(planted: tuple[Scratch, dict[str, Any], str]) -> None:
    project, _, _ = planted
    valid = project.execute([str(BIN / "mf"), "validate-configs"], {})
    assert valid.returncode == 0, valid.stdout
    counts = set(re.findall(r"\bERRORS: (\d+)", valid.stdout))
    assert counts == {"0"}, valid.stdout
    # By this text in a plan it finds what does not hold: Spark explains wrong SQL without an error.
    plan = project.query("explain select no_such_column from {s}_live.gold_sales")
    assert "Error occurred during query planning" in str(plan)
    listed = project.execute([str(BIN / "mf"), "list", "metrics"], {})
    assert "net_sales_year_to_date" in listed.stdout
    words = (
        "query",
        "--metrics",
        "net_sales",
        "--group-by",
        "metric_time__year",
        "--decimals",
        "2",
    )
    asked = project.execute([str(BIN / "mf"), *words], {})
    years = project.query(
        "select year(transaction_date), sum(case status when 'Completed' then amount when "
        "'Returned' then -amount else 0 end) from {s}_live.silver_sales group by 1"
    )
    for year, net in years:
        assert re.search(rf"{year}-01-01T00:00:00\s+{net}", asked.stdout), asked.stdout


def test_another_key_gives_the_same_rows_and_other_hashes(
    planted: tuple[Scratch, dict[str, Any], str],
) -> None:
    """The last one, since it judges all rows anew: by code that Spark makes, as for many rows."""
    project, _, _ = planted
    ansi = '        "set:hiveconf:spark.sql.ansi.enabled": "true"\n'
    code = (
        '        "set:hiveconf:spark.sql.codegen.wholeStage": "true"\n'
        '        "set:hiveconf:spark.sql.codegen.factoryMode": "FALLBACK"\n'
    )
    project.edit("profiles.yml", ansi, ansi + code)
    checksum = (
        "select count(*), sum(xxhash64(_row_id, disposition, amount, "
        "array_join(rejection_reasons, ',')) % 1000000007) from {s}.silver_sales_assessed"
    )
    hashed = (
        "select _row_id, customer_email_hash from {s}.silver_sales_assessed "
        "where customer_email_hash is not null"
    )
    rows, hashes = project.query(checksum), dict(project.query(hashed))
    key = {"P360_EMAIL_KEY": "the second secret"}
    for words in (["run", "--full-refresh"], ["docs", "generate", "--static"]):
        said = [str(BIN / "dbt"), *words, "--select", "silver_sales_assessed"]
        done = project.execute(said, key)
        assert done.returncode == 0, done.stdout
        assert "PUBLIC demo key" not in done.stdout
    for artifact in (project.folder / "target").rglob("*"):
        if artifact.is_file():  # Docs are passed on: the key must be in none of them.
            assert key["P360_EMAIL_KEY"].encode().hex().encode() not in artifact.read_bytes()
    others = dict(project.query(hashed))
    assert project.query(checksum) == rows
    assert others.keys() == hashes.keys()
    assert not set(others.values()) & set(hashes.values())


def _figures_in_spark(filters: Filters, domain: Domain) -> str:
    """Return net worth, orders and sales under filters, as columns of one Spark query."""
    days = filters.days(domain)
    parts = [f"sale_date between date '{days.start}' and date '{days.end}'"]
    for column, values in (
        ("status", filters.statuses or ("Completed", "Returned")),
        ("category", filters.categories),
        ("country", filters.countries),
        ("customer", filters.customers),
    ):
        if values:
            quoted = ", ".join("'" + value.replace("'", "\\'") + "'" for value in values)
            parts.append(f"{column} in ({quoted})")
    condition = " and ".join(parts)
    # Returns are taken off, unless they alone are asked for.
    off = "false" if filters.statuses == ("Returned",) else "status = 'Returned'"
    return (
        f"sum(case when {condition} then if({off}, -sales, sales) end), "
        f"count_if(opens_order and {condition} and not {off}), count_if({condition} and not {off})"
    )


def wait_for(is_there: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not is_there():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.5)
