"""Rules are declared in one list: adding, breaking and failing one."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from conftest import REPOSITORY, Scratch

from python_jobs.dbt.rules import DECLARED_IN, Rule, read_rules
from python_jobs.generate.files import write_sales

UNIT_TESTS = "models/silver/silver_sales_assessed_unit_tests.yml"
FIRST_RULE = "{% set rules %}\n"
RULES = read_rules(REPOSITORY)
BUILD = (
    "client_sales_raw",
    "sales_corrections",
    "exchange_rates",
    "bronze_sales_client_sales",
    "bronze_sales",
    "silver_sales_assessed",
)


def add_rule(project: Scratch, identifier: str, expression: str, severity: str) -> None:
    project.edit(
        DECLARED_IN,
        FIRST_RULE,
        FIRST_RULE
        + f"- id: {identifier}\n  sentence: A rule of the tests.\n"
        + f"  expression: {expression}\n  severity: {severity}\n",
    )


@pytest.fixture
def few(scratch: Scratch) -> Scratch:
    """A project of few raw rows."""
    write_sales(scratch.folder / "seeds" / "client_sales_raw.csv", 300, 42)
    return scratch


def build(project: Scratch, *more: str) -> Any:
    kinds = ("--resource-type", "seed", "--resource-type", "model")
    return project.dbt("build", *kinds, "--select", *BUILD, *more)


def expected_verdicts() -> set[str]:
    """Return what the unit tests expect as the only reason or warning of some row."""
    declared = yaml.safe_load((REPOSITORY / UNIT_TESTS).read_text(encoding="utf-8"))
    rows = [row for test in declared["unit_tests"] for row in test["expect"]["rows"]]
    return {
        alone[1]
        for row in rows
        for column in ("rejection_reasons", "warnings")
        if (alone := re.fullmatch(r'array\("(\w+)"\)', row.get(column, "")))
    }


def test_every_rule_has_a_broken_row_of_its_own() -> None:
    ids = [rule.id for rule in RULES]
    assert len(ids) == len(set(ids))
    # A unit test sees no declaration of a feed: test_declared_cells.py has the rule of time zones.
    assert {rule.id for rule in RULES if "time_zone" not in rule.needs} == expected_verdicts()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_is_whole(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", rule.id)
    assert rule.sentence.endswith(".")
    assert rule.expression.strip()
    assert rule.severity in ("warn", "quarantine", "fail")


def test_a_rule_is_added_by_editing_the_list_alone(few: Scratch) -> None:
    add_rule(few, "country_is_spain", "country = 'Spain'", "quarantine")
    done = build(few, "silver_loads", "observability_rule_counts")
    assert done.returncode == 0, done.stdout
    counts = dict(few.query("select rule_id, broken_count from {s}.observability_rule_counts"))
    spanish = few.query("select count(*) from {s}.bronze_sales where trim(country) = 'Spain'")
    assert counts["country_is_spain"] == spanish[0][0] > 0
    # It comes first in the list, so it comes first among the reasons.
    first = few.query(
        "select distinct rejection_reasons[0] from {s}.silver_sales_assessed "
        "where country = 'Spain'"
    )
    assert first == [("country_is_spain",)]


def test_broken_expressions_fail_the_build_with_their_rules_ids(few: Scratch) -> None:
    add_rule(few, "of_no_column", "no_such_column = 1", "quarantine")
    add_rule(few, "cut_short", "amount >", "warn")
    add_rule(few, "not_a_condition", "amount", "fail")
    add_rule(few, "fails_when_planned", "cast('x' as int) = 1", "quarantine")
    done = few.p360("run")
    assert done.returncode == 1
    for identifier in ("of_no_column", "cut_short", "not_a_condition", "fails_when_planned"):
        assert f"{identifier}: [" in done.stderr
    assert "amount_missing: [" not in done.stderr  # The other rules are not blamed.
    assert "Traceback" not in done.stderr
    assert "\tat " not in done.stderr


def test_a_rule_that_fails_on_some_row_is_named(few: Scratch) -> None:
    add_rule(few, "divides", "amount / (quantity - quantity) > 1", "warn")
    done = build(few)
    assert done.returncode == 1
    assert "[DIVIDE_BY_ZERO]" in done.stdout
    assert "then 'divides' end" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_fail_rule_stops_the_build_and_names_rows(few: Scratch) -> None:
    add_rule(few, "third_row_is_cursed", "_row_number in (3, 12)", "fail")
    done = build(few, "silver_sales")
    assert done.returncode == 1
    assert "rule third_row_is_cursed (A rule of the tests.) is broken by 2 rows" in done.stdout
    assert "client_sales/seeds/client_sales_raw.csv#12" in done.stdout
    assert "SKIP relation" in done.stdout  # silver_sales, which reads it


def test_an_unknown_severity_is_refused(few: Scratch) -> None:
    add_rule(few, "odd", "amount < 0", "warning")
    done = build(few)
    assert done.returncode != 0
    assert (
        "rule 'odd' in macros/rules/declared_sales_rules.sql has severity 'warning'" in done.stdout
    )
