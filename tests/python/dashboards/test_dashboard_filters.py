"""What stands in a URL: round trips, junk, periods that compare like with like."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards import ids
from dashboards.callbacks import _from_controls
from dashboards.days import Days
from dashboards.filters import ALL, CUSTOM, PERIODS, Domain, Filters, parse, unknown

DOMAIN = Domain(
    first=date(2024, 1, 1),
    last=date(2025, 12, 31),
    statuses=("Completed", "Pending", "Cancelled", "Returned"),
    categories=("Books", "R&D, 50% off", "Toys"),
    countries=("Côte d'Ivoire", "Spain"),
    knows_customer=lambda one: one.startswith("C"),
)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


def some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.sets(st.sampled_from(values)).map(lambda found: tuple(sorted(found)))


@st.composite
def filters(draw: st.DrawFn) -> Filters:
    period = draw(st.sampled_from([*PERIODS, ALL, CUSTOM]))
    start, end = sorted((draw(DAYS), draw(DAYS)))
    return Filters(
        period=period,
        start=start if period == CUSTOM else None,
        end=end if period == CUSTOM else None,
        statuses=draw(some(DOMAIN.statuses)),
        categories=draw(some(DOMAIN.categories)),
        countries=draw(some(DOMAIN.countries)),
        customers=draw(
            st.sets(st.text(min_size=1, max_size=9).map("C".__add__), max_size=3)
            .map(lambda found: tuple(sorted(found)))
            .filter(
                lambda found: all(one.encode("utf-8", "ignore").decode() == one for one in found)
            )
        ),
    ).with_extra("grain", draw(st.sampled_from(["", "day", "month"])))


@given(filters())
def test_what_is_asked_comes_back_from_its_url(asked: Filters) -> None:
    assert parse(asked.search(), DOMAIN) == asked


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading(search: str) -> None:
    assert isinstance(parse(search, DOMAIN).days(DOMAIN), Days)


@pytest.mark.parametrize(
    "search",
    [
        "?period=99w",
        "?from=2025-02-30&to=2025-03-01",
        "?from=2025-03-02&to=2025-03-01",
        "?grain=second&from=x",
        "?" + "&".join(f"a{n}=1" for n in range(500)),
    ],
)
def test_junk_asks_for_nothing_and_is_named(search: str) -> None:
    asked = parse(search, DOMAIN)
    assert asked == Filters()
    assert asked.ignored


def test_what_is_asked_well_is_not_named_as_junk() -> None:
    for search in ("", "?period=13w&grain=day", "?from=2025-01-01&to=2025-01-31&status=Pending"):
        assert parse(search, DOMAIN).ignored == ()


def test_a_value_that_the_data_has_not_stays_and_shows_nothing() -> None:
    asked = parse("?category=Boks&category=Toys&customer=X1&product=P1&status=Nope", DOMAIN)
    assert asked.categories == ("Boks", "Toys")
    assert unknown(asked, DOMAIN) == [
        *(("statuses", "Nope"), ("categories", "Boks"), ("customers", "X1"), ("products", "P1"))
    ]
    assert parse(asked.search(), DOMAIN) == asked  # A saved link stays what it is.


def test_case_and_blanks_are_forgiven() -> None:
    asked = parse("?category=books&country=%20SPAIN&status=completed&customer=c1&period=4W", DOMAIN)
    assert (asked.categories, asked.countries, asked.statuses) == (
        ("Books",),
        ("Spain",),
        ("Completed",),
    )
    assert (asked.customers, asked.period, unknown(asked, DOMAIN)) == (("C1",), "4w", [])


def test_periods_end_at_the_last_day_with_sales() -> None:
    days = Filters(period="4w").days(DOMAIN)
    assert (days.start, days.end, len(days)) == (date(2025, 12, 4), date(2025, 12, 31), 28)


@given(DAYS, st.integers(1, 800))
def test_the_period_before_has_as_many_days_and_the_same_weekdays(start: date, length: int) -> None:
    days = Days(start, start + timedelta(days=length - 1))
    before = days.before()
    assert len(before) == len(days)
    assert before.end < days.start
    assert before.start.weekday() == days.start.weekday()
    assert (days.start - before.end).days <= 7


def test_a_period_is_compared_with_what_is_asked_for() -> None:
    plain = parse("?from=2025-03-03&to=2025-03-16", DOMAIN)
    assert plain.compared(DOMAIN) == Days(date(2025, 2, 17), date(2025, 3, 2))
    year = parse("?from=2025-03-03&to=2025-03-16&vs=Year", DOMAIN)
    assert year.compared(DOMAIN) == Days(date(2024, 3, 4), date(2024, 3, 17))
    free = parse("?from=2025-03-03&to=2025-03-16&vs=2025-06-01", DOMAIN)
    assert free.compared(DOMAIN) == Days(date(2025, 6, 1), date(2025, 6, 14))
    assert free.for_other_pages().extra("vs") == "2025-06-01"
    assert parse("?period=52w&vs=year", DOMAIN).compared(DOMAIN) is not None
    assert parse("?period=all&vs=year", DOMAIN).compared(DOMAIN) is None
    for junk in ("yesterday", "2025-06-01..", "2025-06-02..2025-06-01", "2025-06-01..soon"):
        assert parse(f"?vs={junk}", DOMAIN).ignored == (("vs", junk),)


def test_days_chosen_by_hand_may_be_more_or_fewer_and_lie_anywhere() -> None:
    search = "?from=2025-03-03&to=2025-03-16&vs=2025-03-10..2025-06-30"
    asked = parse(search, DOMAIN)
    assert asked.compared(DOMAIN) == Days(date(2025, 3, 10), date(2025, 6, 30))
    assert asked.search() == search
    assert asked.ignored == ()
    after = parse("?period=4w&vs=2030-01-01..2030-02-01", DOMAIN)
    assert after.compared(DOMAIN) is None  # No sales then.


def test_a_control_for_days_to_compare_with_waits_for_both_ends() -> None:
    plain = Filters(period="4w")
    moved = {ids.COMPARED_RANGE}
    none: list[str | None] = [None, None]
    chosen = _from_controls(plain, moved, "4w", none, ["2025-03-10", "2025-06-30"], {})
    assert chosen == plain.with_extra("vs", "2025-03-10..2025-06-30")
    assert _from_controls(chosen, moved, "4w", none, ["2025-03-10", None], {}) is None
    assert _from_controls(chosen, moved, "4w", none, none, {}) == plain  # Cleared.
