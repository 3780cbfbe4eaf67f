"""The figures of a page, worked out anew: plain Python over the rows, no SQL of the app."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from dashboards.days import Days, written_range
from dashboards.filters import ALL, CUSTOM, PERIODS, Domain, Filters

Row = dict[str, Any]
NET = ("Completed", "Returned")


@dataclass(frozen=True)
class Expected:
    """What a page has to show.

    ``amount`` is less ``returned``; ``orders`` and ``sales`` are without the ``returns``. Where
    returned sales are all that is asked for, nothing is taken off.
    """

    amount: Decimal
    gross: Decimal
    returned: Decimal
    orders: int
    sales: int
    returns: int
    rejected: int
    rejected_amount: Decimal
    accepted: int


def random_filters(domain: Domain, customers: list[str], seed: int) -> Filters:
    """Return one of many combinations of filters, the same for a seed each time."""
    chance = random.Random(seed)

    def some(values: Iterable[str], odds: float) -> tuple[str, ...]:
        values = list(values)
        if chance.random() > odds:
            return ()
        return tuple(sorted(chance.sample(values, chance.randint(1, min(3, len(values))))))

    period = chance.choice([*PERIODS, ALL, CUSTOM, CUSTOM])
    start = domain.first + timedelta(days=chance.randint(-5, (domain.last - domain.first).days))
    return Filters(
        period=period,
        start=start if period == CUSTOM else None,
        end=start + timedelta(days=chance.choice([0, 1, 6, 30, 100, 400]))
        if period == CUSTOM
        else None,
        statuses=some(domain.statuses, 0.4),
        categories=some(domain.categories, 0.4),
        countries=some(domain.countries, 0.3),
        customers=some(customers, 0.2),
    ).with_extra("vs", _versus(domain, chance))


def _versus(domain: Domain, chance: random.Random) -> str:
    """Return what to compare with: the period before, a year before, or days chosen by hand."""
    start = domain.first + timedelta(days=chance.randint(-5, (domain.last - domain.first).days))
    chosen = written_range(Days(start, start + timedelta(days=chance.choice([0, 6, 40, 200]))))
    return chance.choice(["", "year", chosen, chosen])


def expected(filters: Filters, domain: Domain, sales: list[Row], rejected: list[Row]) -> Expected:
    """Return the figures for filters, row by row."""
    start, end = _ends(filters, domain)
    fitting = [
        row
        for row in sales
        if start <= row["sale_date"] <= end
        and (not filters.categories or row["category"] in filters.categories)
        and (not filters.countries or row["country"] in filters.countries)
        and (not filters.customers or row["customer"] in filters.customers)
    ]
    counted = [row for row in fitting if row["status"] in (filters.statuses or NET)]
    taken_off = [row for row in counted if filters.statuses != ("Returned",) and is_return(row)]
    sold = [row for row in counted if row not in taken_off]
    accepted = [row for row in fitting if not filters.statuses or row["status"] in filters.statuses]
    aside = [row for row in rejected if _is_aside(row, filters, start, end)]
    return Expected(
        amount=worth(sold) - worth(taken_off),
        gross=worth(sold),
        returned=worth(taken_off),
        orders=sum(row["opens_order"] for row in sold),
        sales=len(sold),
        returns=len(taken_off),
        rejected=len(aside),
        rejected_amount=sum((row["readable_amount"] or Decimal(0) for row in aside), Decimal(0)),
        accepted=len(accepted),
    )


def is_return(row: Row) -> bool:
    """Return whether a sale came back."""
    return bool(row["status"] == "Returned")


def worth(rows: Iterable[Row]) -> Decimal:
    """Return the sum of amounts, as they stand."""
    return sum((row["sales"] for row in rows), Decimal(0))


def net_by_customer(rows: Iterable[Row]) -> dict[str, Decimal]:
    """Return what each customer bought less what came back; no word of pending and cancelled."""
    net: dict[str, Decimal] = {}
    for row in rows:
        if row["status"] in NET:
            sign = -1 if is_return(row) else 1
            net[row["customer"]] = net.get(row["customer"], Decimal(0)) + sign * row["sales"]
    return net


def _ends(filters: Filters, domain: Domain) -> tuple[date, date]:
    if filters.period == CUSTOM:
        assert filters.start
        assert filters.end
        return filters.start, filters.end
    if filters.period == ALL:
        return domain.first, domain.last
    weeks = {"1w": 1, "4w": 4, "13w": 13, "52w": 52}[filters.period]
    return domain.last - timedelta(weeks=weeks) + timedelta(days=1), domain.last


def _is_aside(row: Row, filters: Filters, start: date, end: date) -> bool:
    day = row["sale_date"]
    if day is None and filters.period != ALL:
        return False
    if day is not None and not start <= day <= end:
        return False
    raw = {
        "categories": _named(row["category_raw"]),
        "countries": _named(row["country_raw"]),
        "customers": _named(row["customer_id_raw"]),
    }
    if filters.statuses and (row["status_raw"] or "").strip(" ").lower() not in [
        one.lower() for one in filters.statuses
    ]:
        return False
    return all(
        not getattr(filters, name) or cell in getattr(filters, name) for name, cell in raw.items()
    )


def _named(cell: str | None) -> str:
    return (cell or "").strip(" ") or "(unknown)"
