"""`p360 rules diff` foretells what a rebuild with the edited rules does, and leaves nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from conftest import Scratch, scratch_project

from python_jobs.dbt.rules import DECLARED_IN

RULES = DECLARED_IN
BUILT = (
    *("client_sales_raw", "sales_corrections", "exchange_rates", "bronze_sales_client_sales"),
    "bronze_sales",
    "silver_sales_assessed",
)
JUDGED = (
    "select _row_id, disposition, amount, concat(rejection_reasons, warnings) "
    "from {s}_live.silver_sales_assessed"
)


@pytest.fixture(scope="module")
def sales(server: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scratch]:
    """A project whose silver is live."""
    for one in scratch_project(server, tmp_path_factory.mktemp("rules") / "project", "rules_diff"):
        build(one)
        yield one


def build(project: Scratch) -> None:
    kinds = ("--resource-type", "seed", "--resource-type", "model")
    done = project.dbt("build", *kinds, "--select", *BUILT)
    assert done.returncode == 0, done.stdout


def foretold(project: Scratch) -> Any:
    done = project.p360("rules", "diff", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def judged(project: Scratch) -> dict[str, tuple[str, Decimal | None, set[str]]]:
    return {row[0]: (row[1], row[2], set(json.loads(row[3]))) for row in project.query(JUDGED)}


def relations(project: Scratch) -> list[Any]:
    return [
        project.query(f"show {kind} in {{s}}{schema}")
        for kind in ("tables", "views")
        for schema in ("", "_live", "_store")
    ]


def test_rules_as_they_are_change_nothing(sales: Scratch) -> None:
    before = relations(sales)
    diff = foretold(sales)
    assert diff["rows"] == 5000
    assert (diff["moves"], diff["rules"], diff["examples"]) == ([], [], [])
    assert relations(sales) == before
    # A text that says the same in other words changes nothing either.
    sales.edit(RULES, "expression: amount_exact <= 0", "expression: not amount_exact > 0")
    assert sales.p360("rules", "diff").stdout.startswith("0 of 5,000 rows would change")


def test_edited_rules_do_what_was_foretold(sales: Scratch) -> None:
    sales.edit(RULES, "  expression: quantity is null\n", "  expression: false\n")
    sales.edit(
        RULES,
        "status is null\n  severity: quarantine",
        "amount > 500\n  severity: quarantine",
    )
    sales.edit(
        RULES,
        "customer_id is null\n  severity: warn",
        "customer_id is null\n  severity: quarantine",
    )
    before = judged(sales)
    diff = foretold(sales)
    build(sales)
    after = judged(sales)
    moves: dict[tuple[str, str], list[Decimal]] = {}
    gained: dict[str, int] = {}
    lost: dict[str, int] = {}
    for row, (now, amount, reasons) in after.items():
        was, _, old = before[row]
        if now != was:
            moves.setdefault((was, now), []).append(amount or Decimal(0))
        for rule in reasons - old:
            gained[rule] = gained.get(rule, 0) + 1
        for rule in old - reasons:
            lost[rule] = lost.get(rule, 0) + 1
    assert len(moves) > 3
    assert {
        (move["before"], move["after"]): (move["rows"], Decimal(move["amount"]))
        for move in diff["moves"]
    } == {sides: (len(amounts), sum(amounts)) for sides, amounts in moves.items()}
    assert {rule["rule"]: rule["gained"] for rule in diff["rules"] if rule["gained"]} == gained
    assert {rule["rule"]: rule["lost"] for rule in diff["rules"] if rule["lost"]} == lost
    assert len(diff["examples"]) == 10
    for example in diff["examples"]:
        assert before[example["row"]][0] == example["before"]
        assert after[example["row"]][0] == example["after"]


def test_a_broken_rule_is_named(sales: Scratch) -> None:
    sales.edit(RULES, "  expression: amount > 500\n", "  expression: amount >\n")
    done = sales.p360("rules", "diff")
    assert done.returncode == 1
    assert "status_unknown" in done.stderr
    assert "Traceback" not in done.stderr


def test_where_nothing_is_live_it_says_so(scratch: Scratch) -> None:
    done = scratch.p360("rules", "diff")
    assert done.returncode == 1
    assert "no run is live in schema" in done.stderr
