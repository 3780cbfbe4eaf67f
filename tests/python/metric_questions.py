"""Random questions to metrics, and their answers by SQL that a person wrote over silver.

The SQL runs in DuckDB, over a table ``silver`` with the columns of ``silver_sales_assessed``.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import duckdb

from python_jobs.metrics.answers import CHANGE, Answer
from python_jobs.metrics.question import GRAINS, Asked

Cells = dict[tuple[Any, ...], tuple[Any, ...]]

_ACCEPTED, _EVERY = "disposition = 'accepted'", "true"
_JUDGED = "disposition in ('accepted', 'quarantined')"
_GROSS = "sum(case when status = 'Completed' then amount else 0 end)"
_RETURNED = "sum(case when status = 'Returned' then amount else 0 end)"
_ORDERS = "count(*) filter (is_first_of_order and status = 'Completed')"
# Which rows a metric counts, and how, by hand.
BY_HAND = {
    "net_sales": (_ACCEPTED, f"{_GROSS} - {_RETURNED}"),
    "gross_sales": (_ACCEPTED, _GROSS),
    "returned_sales": (_ACCEPTED, _RETURNED),
    "return_rate": (_ACCEPTED, f"{_RETURNED}::double / nullif({_GROSS}, 0)::double"),
    "orders": (_ACCEPTED, _ORDERS),
    "average_order_value": (_ACCEPTED, f"{_GROSS}::double / nullif({_ORDERS}, 0)"),
    "units": (_ACCEPTED, "sum(case when status = 'Completed' then quantity else 0 end)"),
    "sales_of_any_status": (_ACCEPTED, "sum(amount)"),
    "active_customers": (
        _ACCEPTED,
        "count(distinct customer_id) filter (status = 'Completed')",
    ),
    "raw_rows": (_EVERY, "count(*)"),
    "accepted_rows": (_EVERY, f"count(*) filter ({_ACCEPTED})"),
    "quarantined_rows": (_EVERY, "count(*) filter (disposition = 'quarantined')"),
    "quarantined_value": (
        _EVERY,
        "coalesce(sum(amount) filter (disposition = 'quarantined'), 0)",
    ),
    "rejection_rate": (
        _EVERY,
        "count(*) filter (disposition = 'quarantined')::double "
        f"/ nullif(count(*) filter ({_JUDGED}), 0)",
    ),
}
_COLUMNS = {
    "status": "coalesce(status, '(unknown)')",
    "category": "coalesce(category, '(unknown)')",
    "country": "coalesce(country, '(unknown)')",
    "payment_method": "payment_method",
    "customer": "coalesce(customer_id, '(unknown)')",
    "product": "coalesce(product_id, '(unknown)')",
}
OF_SALES = [name for name, (rows, _) in BY_HAND.items() if rows == _ACCEPTED]
_OF_ROWS = [name for name, (rows, _) in BY_HAND.items() if rows == _EVERY]


@dataclass(frozen=True)
class Drawn:
    """A random question.

    Attributes:
        asked: As a person would type it.
        kept: The values that each filtered dimension may have.
    """

    asked: Asked
    kept: Mapping[str, tuple[str, ...]]


def draw(silver: duckdb.DuckDBPyConnection, seed: int) -> Drawn:
    """Return one of many questions, the same for a seed each time.

    Args:
        silver: Holds the rows; filters ask for values that are there.
        seed: Which.
    """
    chance = random.Random(seed)
    metrics = chance.choice([OF_SALES, OF_SALES, _OF_ROWS])
    grain = chance.choice([None, *GRAINS, "month"])
    groups = chance.sample([*_COLUMNS], chance.choice([0, 0, 1, 1, 2]))
    kept = {}
    for name in chance.sample([*_COLUMNS], chance.choice([0, 0, 1, 2])):
        values = [
            str(value)
            for (value,) in silver.execute(
                f"select distinct {_COLUMNS[name]} as value from silver "
                "where value is not null order by value"
            ).fetchall()
        ]
        kept[name] = tuple(chance.sample(values, min(len(values), chance.randint(1, 4))))
    first, last = silver.execute(
        f"select min(transaction_date), max(transaction_date) from silver where {_ACCEPTED}"
    ).fetchall()[0]
    is_compared = grain is not None and chance.random() < 0.25
    start = first + timedelta(days=chance.randint(0, (last - first).days))
    other = "previous-period" if grain == "week" else "previous-year"
    has_days = chance.random() < 0.4
    asked = Asked(
        metrics=tuple(chance.sample(metrics, chance.randint(1, 3))),
        by=(*([grain] if grain else []), *groups),
        where=tuple(_typed(chance, name, values) for name, values in kept.items()),
        start=str(start) if has_days else None,
        end=str(start + timedelta(days=chance.choice([0, 6, 30, 200]))) if has_days else None,
        compare=chance.choice(["previous-period", other]) if is_compared else None,
    )
    return Drawn(asked, kept)


def _typed(chance: random.Random, name: str, values: Sequence[str]) -> str:
    """Return a filter in one of the forms that people write."""
    texts = ["'" + value.replace("'", "''") + "'" for value in values]
    forms = [
        f"{name} in ({', '.join(texts)})",
        " or ".join(f"{name} = {text}" for text in texts),
        f"not ({' and '.join(f'{name} <> {text}' for text in texts)})",
    ]
    return chance.choice(forms)


def by_hand(silver: duckdb.DuckDBPyConnection, drawn: Drawn) -> Cells:
    """Return the answer as metrics by groups; where compared, each with the value before."""
    now = _summed(silver, drawn.asked, drawn.kept)
    if drawn.asked.compare is None:
        return now
    asked = drawn.asked
    grain = next(one for one in asked.by if one in GRAINS)
    step = "year" if asked.compare == "previous-year" else grain
    if asked.start and asked.end:
        ask = f"select (date '{asked.start}' - interval 1 {step})::date, "
        ask += f"(date '{asked.end}' + interval 1 day - interval 1 {step} - interval 1 day)::date"
        (start, end) = silver.execute(ask).fetchall()[0]
        asked = replace(asked, start=str(start), end=str(end))
    place = asked.by.index(grain)
    last = max((key[place] for key in now if key[place]), default=None)
    before, buckets = {}, {}
    for key, values in _summed(silver, asked, drawn.kept).items():
        if key[place] is None:
            continue
        if key[place] not in buckets:
            later = f"date '{key[place]}' + interval 1 {step}"
            ask = f"select ({later})::date, ({later} - interval 1 {step})::date"
            buckets[key[place]] = silver.execute(ask).fetchall()[0]
        bucket, back = buckets[key[place]]
        if back != key[place]:
            continue  # 29 February has no day in the year after.
        if asked.end or (last and bucket <= last):
            before[(*key[:place], bucket, *key[place + 1 :])] = values
    none = (None,) * len(asked.metrics)
    return {
        key: tuple(
            cell
            for pair in zip(now.get(key, none), before.get(key, none), strict=True)
            for cell in pair
        )
        for key in {*now, *before}
    }


def _summed(
    silver: duckdb.DuckDBPyConnection, asked: Asked, kept: Mapping[str, tuple[str, ...]]
) -> Cells:
    groups = [
        f"date_trunc('{one}', transaction_date)::date" if one in GRAINS else _COLUMNS[one]
        for one in asked.by
    ]
    conditions = list({BY_HAND[name][0] for name in asked.metrics})
    for name, values in kept.items():
        texts = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
        conditions.append(f"{_COLUMNS[name]} in ({texts})")
    if asked.start:
        conditions.append(f"transaction_date between '{asked.start}' and '{asked.end}'")
    sums = [BY_HAND[name][1] for name in asked.metrics]
    by = f" group by {', '.join(groups)}" if groups else ""
    found = silver.execute(
        f"select {', '.join([*groups, *sums])}, count(*) from silver "
        f"where {' and '.join(conditions)}{by}"
    ).fetchall()
    # Where nothing matches there is no figure, not even 0.
    return {
        row[: len(groups)]: row[len(groups) : -1] if row[-1] else (None,) * len(sums)
        for row in found
    }


def given(answer: Answer, drawn: Drawn) -> Cells:
    """Return an answer of ``p360 metrics`` in the form of ``by_hand``, without changes."""
    many = len(drawn.asked.by)
    kept = [place for place, name in enumerate(answer.columns) if not name.endswith(CHANGE)]
    rows = [tuple(row[place] for place in kept) for row in answer.rows]
    return {row[:many]: row[many:] for row in rows}


def differences(found: Cells, wanted: Cells, units: Sequence[str]) -> list[Any]:
    """Return where two answers differ: amounts by a cent, shares in the sixth digit."""
    units = list(units)
    each = [unit for unit in units for _ in range(_width(found, wanted) // len(units))]
    none = (None,) * len(each)
    wrong = []
    for key in sorted({*found, *wanted}, key=str):
        mine, other = found.get(key, none), wanted.get(key, none)
        if not all(map(_is_same, mine, other, each)):
            wrong.append((key, mine, other))
    return wrong


def _width(*answers: Cells) -> int:
    return next((len(values) for answer in answers for values in answer.values()), 0)


def _is_same(mine: Any, other: Any, unit: str) -> bool:
    if mine is None or other is None:
        return mine is other
    away = abs(Decimal(str(mine)) - Decimal(str(other)))
    return away <= {"currency": Decimal("0.0051"), "share": Decimal("0.0000006")}.get(unit, 0)
