"""Filters: what people type becomes known parts, or is refused in a line."""

from __future__ import annotations

import re

import jinja2
import pytest
from browser.workspace import REPOSITORY
from hypothesis import given
from hypothesis import strategies as st

from python_jobs.dbt import read_metrics
from python_jobs.errors import P360Error
from python_jobs.metrics.filters import quoted, read_filter
from python_jobs.metrics.question import Asked, understand

METRICS = read_metrics(REPOSITORY)


def sql(text: str) -> str:
    return read_filter(text, lambda name: f"[{name}]", lambda _, value, __: quoted(value))


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("a = 'x'", "[a] = 'x'"),
        ("a != 'x' AND b<>'y'", "([a] <> 'x' and [b] <> 'y')"),
        ("a = 'x' or b = 'y' and c = 'z'", "([a] = 'x' or ([b] = 'y' and [c] = 'z'))"),
        (
            "(a = 'x' or b = 'y') and not c = 'z'",
            "((([a] = 'x' or [b] = 'y')) and not ([c] = 'z'))",
        ),
        ("a in ('x', 2)", "[a] in ('x', '2')"),
        ("a not in ('x')", "[a] not in ('x')"),
        ("a between -1 and 2.5", "[a] between '-1' and '2.5'"),
        ("a is not null and b is null", "([a] is not null and [b] is null)"),
        ("a like 'x%'", "[a] like 'x%'"),
        ("a = 'it''s'".replace("\\", ""), "[a] = 'it\\'s'"),
    ],
)
def test_a_filter_is_read(typed: str, wanted: str) -> None:
    assert sql(typed) == wanted


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            "  ",
            "1 = 1",
            "a",
            "a =",
            "a = b",
            "a = 'x",
            "'x' = a",
            "a in ()",
            "a in ('x'",
            "or",
        ),
        *("a = 'x' b", "a = 'x';", "a = 'x' -- y", "a = 'x' /* y */", "a = f('x')", "a = 'x' and"),
        *("a.b = 'x'", "a = 'x' union select 1", "{{ x }} = 'y'", 'a = "x"', "a = 1e5"),
        *("a like 1",),
        *("(" * 30 + "a = 'x'" + ")" * 30, "a = 'x'" + " or a = 'x'" * 2000),
    ],
)
def test_what_is_no_filter_is_refused(typed: str) -> None:
    with pytest.raises(P360Error, match="filter") as refused:
        sql(typed)
    assert "\n" not in str(refused.value)


@given(st.text(max_size=60))
def test_no_text_leaves_its_literal(text: str) -> None:
    literal = quoted(text)
    # Jinja takes the break at the end of a text away, but no other sign.
    assert jinja2.Template(literal).render() == literal
    inner = re.fullmatch(r"'((?:[^'\\]|\\.)*)'", literal, re.DOTALL)
    assert inner
    assert re.sub(r"\\(?:u([0-9a-f]{4})|(.))", as_spark_reads, inner[1]) == text


def as_spark_reads(escaped: re.Match[str]) -> str:
    return chr(int(escaped[1], 16)) if escaped[1] else escaped[2]


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_in_a_line(text: str) -> None:
    try:
        understand(Asked(("net_sales",), where=(text,)), METRICS)
    except P360Error:
        return


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Asked(("net_sale",)), "there is no metric 'net_sale'; did you mean net_sales"),
        (Asked(("qqq",)), "'p360 metrics' lists all"),
        (Asked(("net_sales",), ("contry",)), "did you mean country"),
        (Asked(("net_sales",), ("moth",)), "did you mean month"),
        (Asked(("net_sales",), where=("countri = 'x'",)), "did you mean country"),
        (
            Asked(("net_sales", "rejection_rate"), ("country",)),
            "net_sales and rejection_rate have no one 'country'; ask them one by one",
        ),
        (
            Asked(("net_sales", "new_customers"), ("country",)),
            "new_customers cannot be asked by 'country'; ask them one by one",
        ),
        (Asked(("net_sales_growth",)), "'net_sales_growth' looks back from each period"),
        (Asked(("net_sales_year_to_date",), ("country",)), "by a grain of time only: by day"),
        (Asked(("net_sales",), limit=0), "the limit is 0"),
        (Asked(("net_sales",), limit=-5), "the limit is -5"),
        (Asked(("net_sales",), where=("hour_of_day = 'noon'",)), "'hour_of_day' is a number"),
        (Asked(("net_sales",), where=("month = 'May'",)), "is no day"),
        (Asked(("net_sales",), start="2025-02-30"), "--from is '2025-02-30'"),
        (Asked(("net_sales",), start="2025-02-03", end="2025-02-01"), "turn them round"),
        (Asked(("net_sales",), compare="previous-period"), "--compare needs --from and --to"),
        (Asked(("net_sales",), ("month",), compare="previous"), "did you mean previous-year"),
        (Asked(("net_sales",), ("week",), compare="previous-year"), "begin on different days"),
        (Asked(()), "ask 1 to 12 metrics"),
    ],
)
def test_bad_questions_are_refused_in_a_line(asked: Asked, said: str) -> None:
    with pytest.raises(P360Error, match=re.escape(said)) as refused:
        understand(asked, METRICS)
    assert "\n" not in str(refused.value)


def test_what_is_asked_twice_is_answered_once() -> None:
    by = ("month", "metric_time__month", "metric_time", "day", "country", "sale__country")
    question = understand(Asked(("net_sales", "orders", "net_sales"), by), METRICS)
    assert [one.name for one in question.metrics] == ["net_sales", "orders"]
    assert question.groups == (
        ("month", "metric_time__month"),
        ("metric_time", "metric_time__day"),
        ("country", "sale__country"),
    )


def test_metrics_that_look_back_are_known() -> None:
    assert {one.name for one in METRICS.values() if one.needs_grain} == {
        *("net_sales_year_to_date", "net_sales_of_7_days"),
        *("net_sales_of_previous_year", "net_sales_growth"),
    }
