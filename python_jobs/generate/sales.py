"""One chunk of raw sales as numbers: who bought what, when, and what became of it.

A chunk stands alone: it is made from the seed and its own number, so the same seed gives the same
bytes however many chunks there are in memory.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from python_jobs.generate import faults
from python_jobs.generate.calendar import times_at
from python_jobs.generate.catalogue import Catalogue, Customers, Floats, Ints

STATUSES = ("Completed", "Pending", "Cancelled")
UNUSUAL_KINDS = ("quantity_spike", "price_spike", "habit_break", "decimal_slip", "night_burst")

_COMPLETED, _PENDING, _CANCELLED = range(3)
_FOLLOWED_UP = 0.08  # Share of rows that are Pending and come back.
_COPIED = 0.01  # Share of rows that are exact copies of an earlier one.
_UNUSUAL = 0.001  # Share of rows that are unusual sales of the first three kinds.
_SLIPPED = 0.0003  # Share of rows whose price lost its decimal point.
_BURST, _ROWS_PER_BURST = (
    6,
    15_000,
)  # Sales of one customer in one night, one night in so many rows.
_HOUR, _DAY = 3_600, 86_400
_PRICE_RISE = 1.03  # From one calendar year to the next.
_YEAR_TWO = 1_735_689_600  # 2025-01-01 UTC

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Chunk:
    """Rows of one chunk in the order of the file; every array is (rows,).

    Attributes:
        transaction: Number of the transaction, unique in the file.
        time: Seconds since 1970-01-01 UTC.
        customer: Index into the customers.
        product: Index into the catalogue.
        quantity: Pieces.
        price_cents: Price of a piece in cents.
        amount_cents: What the amount cell says, in cents.
        status: Index into ``STATUSES``.
        payment: Index into ``PAYMENT_METHODS``.
        fault_codes: Planted dirt by group (``faults.plant``).
        is_copy: Whether the row is an exact copy of an earlier one.
        is_superseded: Whether a later valid record of the transaction must replace the row.
        unusual: 1 + index into ``UNUSUAL_KINDS`` of planted unusual sales, else 0.
    """

    transaction: Ints
    time: Ints
    customer: Ints
    product: Ints
    quantity: Ints
    price_cents: Ints
    amount_cents: Ints
    status: Ints
    payment: Ints
    fault_codes: dict[str, faults.Codes]
    is_copy: Flags
    is_superseded: Flags
    unusual: npt.NDArray[np.int8]


def make_chunk(
    rng: np.random.Generator,
    catalogue: Catalogue,
    customers: Customers,
    first_row: int,
    rows: int,
    all_rows: int,
) -> Chunk:
    """Return rows ``first_row`` to ``first_row + rows`` of a file with ``all_rows``.

    Args:
        rng: Source of chance of this chunk alone.
        catalogue: Products.
        customers: Customers.
        first_row: Number of the chunk's first row, from 0.
        rows: Rows of this chunk.
        all_rows: Rows of the whole file.
    """
    followed, copies = round(rows * _FOLLOWED_UP), round(rows * _COPIED)
    sold = rows - followed - copies
    sales = _sell(rng, catalogue, customers, (first_row + rng.random(sold) * rows) / all_rows)
    sales["transaction"] = first_row + 1 + np.argsort(np.argsort(sales["time"], kind="stable"))
    unusual = _make_unusual(rng, sales, catalogue, followed)
    # A source of chance of their own: the other rows stay as they are.
    own = np.random.default_rng(rng.bit_generator.seed_seq.spawn(1)[0])  # type: ignore[attr-defined]
    _slip_decimals(own, sales, unusual, followed)
    _burst_at_night(own, sales, unusual, followed)

    # The first `followed` sales are Pending and come back under the same transaction.
    sales["status"][:followed] = _PENDING
    later = {name: column[:followed].copy() for name, column in sales.items()}
    later["time"] += rng.integers(_HOUR, 5 * _DAY, size=followed)
    later["status"] = np.where(rng.random(followed) < 0.8, _COMPLETED, _CANCELLED)
    record = {name: np.concatenate([sales[name], later[name]]) for name in sales}
    unusual = np.concatenate([unusual, np.zeros(followed, dtype=np.int8)])

    codes = faults.plant(rng, sold + followed)
    _spoil_numbers(rng, record, codes)
    bad = faults.is_quarantined(codes)
    superseded = np.zeros(sold + followed, dtype=bool)
    superseded[:followed] = ~bad[:followed] & ~bad[sold:]

    # Exact copies of any record, further down.
    source = rng.permutation(sold + followed)[:copies]
    rows_of = np.concatenate([np.arange(sold + followed), source])
    place = np.concatenate([record["time"], record["time"][source]])
    place[sold + followed :] += rng.integers(1, 2 * _DAY, size=copies)
    order = np.argsort(place, kind="stable")
    chosen, is_copy = rows_of[order], order >= sold + followed
    return Chunk(
        **{name: column[chosen] for name, column in record.items()},
        fault_codes={group: code[chosen] for group, code in codes.items()},
        is_copy=is_copy,
        is_superseded=superseded[chosen] & ~is_copy,
        unusual=np.where(is_copy, 0, unusual[chosen]).astype(np.int8),
    )


def _sell(
    rng: np.random.Generator, catalogue: Catalogue, customers: Customers, shares: Floats
) -> dict[str, Ints]:
    """Return clean sales; ``shares`` says how far through the two years each one happens."""
    count = len(shares)
    customer = np.searchsorted(customers.activity, rng.random(count), side="right")
    anywhere = rng.integers(len(catalogue.first_of_category), size=count)
    category = np.where(rng.random(count) < 0.7, customers.favourite[customer], anywhere)
    rank = (rng.random(count) ** 2 * catalogue.size_of_category[category]).astype(np.int64)
    product = catalogue.first_of_category[category] + rank
    time = times_at(shares, rng)
    price = catalogue.price_cents[product] * np.where(time >= _YEAR_TWO, _PRICE_RISE, 1.0)
    price *= np.where(rng.random(count) < 0.1, 0.9, 1.0)  # Some days have a discount.
    cents = np.rint(price).astype(np.int64)
    quantity = 1 + rng.poisson(customers.appetite[customer])
    habit = rng.random(count) < 0.85
    other = rng.integers(4, size=count)
    return {
        "time": time,
        "customer": customer,
        "product": product,
        "quantity": quantity,
        "price_cents": cents,
        "amount_cents": quantity * cents,
        "status": rng.choice(3, size=count, p=[0.88, 0.05, 0.07]).astype(np.int64),
        "payment": np.where(habit, customers.payment[customer], other),
    }


def _make_unusual(
    rng: np.random.Generator,
    sales: dict[str, Ints],
    catalogue: Catalogue,
    followed: int,
) -> npt.NDArray[np.int8]:
    """Turn a few sales into unusual ones, still valid, and return which (0 for the others)."""
    count = len(sales["time"])
    unusual = np.zeros(count, dtype=np.int8)
    chosen = followed + rng.permutation(count - followed)[: round(count * _UNUSUAL)]
    kind = 1 + rng.integers(3, size=len(chosen))
    unusual[chosen] = kind
    crowd = rng.integers(40, 120, size=len(chosen))
    sales["quantity"][chosen] = np.where(kind == 1, crowd, sales["quantity"][chosen])
    dear = sales["price_cents"][chosen] * rng.integers(12, 40, size=len(chosen))
    sales["price_cents"][chosen] = np.where(kind == 2, dear, sales["price_cents"][chosen])
    # A customer who never buys so: the dearest product of a foreign category, a dozen and more.
    dearest = int(np.argmax(catalogue.price_cents))
    habit = chosen[kind == 3]
    sales["product"][habit] = dearest
    sales["price_cents"][habit] = catalogue.price_cents[dearest]
    sales["quantity"][habit] = 12 + rng.integers(12, size=len(habit))
    sales["amount_cents"][chosen] = sales["quantity"][chosen] * sales["price_cents"][chosen]
    return unusual


def _slip_decimals(
    rng: np.random.Generator, sales: dict[str, Ints], unusual: npt.NDArray[np.int8], followed: int
) -> None:
    """Write a few prices without their decimal point: a hundred times the price."""
    free = followed + np.flatnonzero(unusual[followed:] == 0)
    chosen = rng.permutation(free)[: round(len(unusual) * _SLIPPED)]
    sales["price_cents"][chosen] *= 100
    sales["amount_cents"][chosen] = sales["quantity"][chosen] * sales["price_cents"][chosen]
    unusual[chosen] = 1 + UNUSUAL_KINDS.index("decimal_slip")


def _burst_at_night(
    rng: np.random.Generator, sales: dict[str, Ints], unusual: npt.NDArray[np.int8], followed: int
) -> None:
    """Let one customer buy several times within minutes, between two and four at night."""
    free = followed + np.flatnonzero(unusual[followed:] == 0)
    bursts = round(len(unusual) / _ROWS_PER_BURST + 0.4)  # A small file has one as well.
    chosen = rng.permutation(free)[: bursts * _BURST].reshape(-1, _BURST)
    for rows in chosen:
        day = sales["time"][rows[0]] // _DAY * _DAY
        start = day + 2 * _HOUR + rng.integers(_HOUR)
        sales["time"][rows] = start + np.cumsum(rng.integers(40, 400, size=_BURST))
        sales["customer"][rows] = sales["customer"][rows[0]]
        unusual[rows] = 1 + UNUSUAL_KINDS.index("night_burst")


def _spoil_numbers(
    rng: np.random.Generator, record: dict[str, Ints], codes: dict[str, faults.Codes]
) -> None:
    """Plant the dirt that stays a number: zero, negative and mismatched amounts."""
    zero = codes["amount"] == faults.CODES["amount_zero"]
    negative = codes["amount"] == faults.CODES["amount_negative"]
    mismatch = codes["amount"] == faults.CODES["amount_mismatch"]
    record["price_cents"][zero] = 0
    record["quantity"][negative] *= -1
    record["amount_cents"] = record["quantity"] * record["price_cents"]
    record["amount_cents"][mismatch] += rng.integers(1, 500, size=int(mismatch.sum()))
