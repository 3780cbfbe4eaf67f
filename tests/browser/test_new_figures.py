"""Products, buyers and what changed most, against the rows, for 200 random filters."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from browser.oracle import NET, Row, is_return, random_filters
from browser.sample import sample_data
from browser.test_numbers import contents, rows_of
from browser.workspace import dashboard_settings
from dashboards.blocks import Link
from dashboards.data import buyers, changes, over_time, products
from dashboards.data.store import Data
from dashboards.days import Days
from dashboards.filters import Filters, parse, unknown
from dashboards.pages.registry import PAGES
from dashboards.search import results

_LISTS = {
    "categories": "category",
    "countries": "country",
    "customers": "customer",
    "products": "product",
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Data:
    return sample_data(dashboard_settings(tmp_path_factory.mktemp("new")), 3_000)


def counted(sales: list[Row], filters: Filters, days: Days) -> list[tuple[Row, Decimal]]:
    """Return the sales behind a sum, each with what it adds to it."""
    takes_off = filters.statuses != ("Returned",)
    return [
        (row, -row["sales"] if takes_off and is_return(row) else row["sales"])
        for row in sales
        if days.start <= row["sale_date"] <= days.end
        and row["status"] in (filters.statuses or NET)
        and all(not getattr(filters, k) or row[v] in getattr(filters, k) for k, v in _LISTS.items())
    ]


def sums(rows: list[tuple[Row, Decimal]], column: str) -> dict[str, Decimal]:
    """Return the sum by value of a column."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for row, amount in rows:
        found[row[column]] += amount
    return dict(found)


def test_200_random_filters_agree_with_the_rows(data: Data) -> None:
    sales = rows_of(data, "semantic_sales")
    customers = sorted({row["customer"] for row in sales})
    seen, uneven = set(), 0
    for seed in range(200):
        filters = random_filters(data.domain, customers, seed)
        days, before = filters.days(data.domain), filters.compared(data.domain)
        now = counted(sales, filters, days)
        past = counted(sales, filters, before) if before else []
        sql, parameters = products.by_product(filters, days, before)
        listed = {row["product"]: row for row in data.rows(sql, parameters)}
        want, earlier = sums(now, "product"), sums(past, "product")
        assert {name: row["amount"] for name, row in listed.items() if name in want} == want
        assert set(listed) == set(want) | set(earlier)
        for name, row in listed.items():
            assert row["before"] == (earlier.get(name, 0) if before else None)
        grain = ("day", "week", "month")[seed % 3]
        split = buyers.new_and_returning(data, filters, days, grain)
        whole = sum((amount for _, amount in now), Decimal(0))
        assert sum(one["new"] + one["returning"] + one["nobody"] for one in split) == whole
        if before:
            gaps = changes.differences(data, filters, days, before, "category")
            both = {row["category"] for row, _ in [*now, *past]}
            kinds, olds = sums(now, "category"), sums(past, "category")
            is_like = len(days) == len(before)
            by_day = (1, 1) if is_like else (len(days), len(before))  # Sums of each, or by day.
            assert {one["value"]: one["difference"] for one in gaps} == {
                kind: kinds.get(kind, Decimal(0)) / by_day[0]
                - olds.get(kind, Decimal(0)) / by_day[1]
                for kind in both
            }
            moved = over_time.earlier_by_grain(data, filters, days, grain, before)
            assert sum(one["amount"] for one in moved) == sum(amount for _, amount in past)
            assert float(sum(one["moved"] for one in listed.values())) == pytest.approx(
                float(whole) / by_day[0] - float(sum(olds.values())) / by_day[1], abs=0.01
            )
            uneven += not is_like
        seen.add(whole)
    assert len(seen) > 120  # Else the filters were all alike.
    assert uneven > 40


def test_a_cohort_is_of_those_who_bought_first_in_its_month(data: Data) -> None:
    bought: dict[str, set[date]] = defaultdict(set)
    for row in rows_of(data, "semantic_sales"):
        if row["status"] == "Completed" and row["customer"] != "(unknown)":
            bought[row["customer"]].add(row["sale_date"].replace(day=1))
    want: dict[tuple[date, int], int] = defaultdict(int)
    for months in bought.values():
        first = min(months)
        for month in months:
            want[first, (month.year - first.year) * 12 + month.month - first.month] += 1
    found = {(r["cohort"], r["age"]): r["customers"] for r in buyers.cohorts(data, Filters())}
    assert found == dict(want)


def test_new_customers_are_those_of_no_earlier_day(data: Data) -> None:
    filters = Filters(period="52w")
    days = filters.days(data.domain)
    sold = [r for r in rows_of(data, "semantic_sales") if r["status"] == "Completed"]
    first = {}
    for row in sold:
        first[row["customer"]] = min(row["sale_date"], first.get(row["customer"], date.max))
    now = sums(counted(rows_of(data, "semantic_sales"), filters, days), "customer")
    now.pop("(unknown)", None)
    new = {one: amount for one, amount in now.items() if first.get(one, date.min) >= days.start}
    bought = {row["customer"] for row in sold if days.start <= row["sale_date"] <= days.end}
    split = buyers.period_split(data, filters, days)
    assert split["new_amount"] == sum(new.values(), Decimal(0))
    assert split["new"] == len(new.keys() & bought)


def test_what_is_bought_together_stands_in_the_same_orders(data: Data) -> None:
    filters = Filters(period="all", categories=("Books", "Toys"))
    orders: dict[str, set[str]] = defaultdict(set)
    for row, _ in counted(
        rows_of(data, "semantic_sales"), filters, Days(data.domain.first, data.domain.last)
    ):
        if not is_return(row):
            orders[row["order_number"]].add(row["product"])
    pairs: dict[tuple[str, str], int] = defaultdict(int)
    for held in orders.values():
        for one in held:
            for other in held - {one}:
                pairs[one, other] += 1
    found = products.bought_together(data, filters, filters.days(data.domain), 1_000)
    assert found
    for row in found:
        assert row["orders"] == pairs[row["product"], row["other"]]
    assert len(found) == sum(one < other for one, other in pairs)


def test_the_sentence_names_what_changed_most(data: Data) -> None:
    sales, checked = rows_of(data, "semantic_sales"), 0
    for period in ("4w", "13w", "52w"):
        filters = Filters(period=period)
        days, before = filters.days(data.domain), filters.compared(data.domain)
        assert before is not None
        now, past = counted(sales, filters, days), counted(sales, filters, before)
        parts: list[Any] = contents(data, "/", filters)["overview-insight"]
        text = "".join(part.text if isinstance(part, Link) else part for part in parts)
        whole = sum(amount for _, amount in now) - sum(amount for _, amount in past)
        assert data.formats.money(abs(whole)) in text
        cause = changes.main_cause(data, filters, days, before)
        assert cause is not None
        column = _LISTS[cause.list_name]
        gaps = {
            value: sums(now, column).get(value, Decimal(0)) - sums(past, column).get(value, 0)
            for value in {row[column] for row, _ in [*now, *past]} - {"(unknown)"}
        }
        most = max(gaps.values()) if whole > 0 else min(gaps.values())
        assert cause.difference == most == gaps[cause.value]
        assert cause.name in text
        assert data.formats.money(abs(most)) in text
        checked += 1
    assert checked == 3


def test_a_figure_is_explained_with_the_numbers_of_its_card(data: Data) -> None:
    filters = Filters(period="52w", categories=("Books",))
    cards = contents(data, "/", filters)
    for card, figure in (
        ("kpi-sales", "net-sales"),
        ("kpi-average", "average-order"),
        ("kpi-orders", "orders"),
        ("kpi-rejected", "rejection-rate"),
    ):
        assert f"figure={figure}" in cards[card].explained
        page = contents(data, "/explain", filters.with_extra("figure", figure))
        said = str(page["explain-made"])
        shown = cards[card].exact.split()[0] if card == "kpi-orders" else cards[card].exact
        if card == "kpi-rejected":
            shown = cards[card].exact.split()[0]
        assert shown in said
        assert data.formats.count(int(cards["kpi-rejected"].exact.split()[0])) in str(
            page["explain-left-out"]
        )
        assert data.manifest.run_id in str(page["explain-run"])


def test_search_finds_customers_products_sales_and_pages(data: Data) -> None:
    row = next(one for one in rows_of(data, "semantic_sales") if one["customer_name"])
    for typed, kind, path in (
        (row["customer_name"].lower(), "Customers", "/customers"),
        (row["customer"], "Customers", "/customers"),
        (row["product"].lower(), "Products", "/products"),
        (row["sale"].lower(), "Sales", "/customers"),
        ("who b", "Pages", "/buyers"),
    ):
        groups = dict(results(typed, PAGES, data))
        name, href = groups[kind][0]
        assert href.startswith(path)
        there = parse(href.partition("?")[2], data.domain)
        assert unknown(there, data.domain) == []
        if kind == "Sales":
            assert row["sale"] in name
            assert (there.start, there.end) == (row["sale_date"], row["sale_date"])
            assert there.customers == (row["customer"],)
    assert results("zzzz", PAGES, data) == []
    assert [kind for kind, _ in results("", PAGES, None)] == ["Pages"]
