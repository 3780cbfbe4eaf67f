"""The dirt: what is planted in raw sales, how often, and what must become of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Fault:
    """One kind of dirt.

    Attributes:
        name: Its name in the truth file.
        group: The cell it spoils; a row has at most one fault of a group.
        share: Share of the rows that get it.
        reason: The rule that must name it; empty for dirt that must do no harm.
        is_warning: Whether the row stays accepted, with the reason as a warning.
        texts: What the cell may hold; empty where the sales module makes the text.
    """

    name: str
    group: str
    share: float
    reason: str = ""
    is_warning: bool = False
    texts: tuple[str, ...] = ()


FAULTS: tuple[Fault, ...] = (
    Fault("transaction_id_missing", "transaction_id", 0.003, "transaction_id_missing", texts=("",)),
    Fault("time_missing", "transaction_at", 0.002, "transaction_at_missing", texts=("", "  ")),
    Fault(
        "time_impossible",
        "transaction_at",
        0.003,
        "transaction_at_unreadable",
        texts=("2025-02-30 10:00:00", "2024-13-01 09:30:00", "2025-06-15 25:61:00", "0000-00-00"),
    ),
    Fault(
        "time_foreign_format",
        "transaction_at",
        0.004,
        "transaction_at_unreadable",
        texts=("31/12/2025 14:05", "12/31/2025 2:05 PM", "5. Mai 2025", "1735689600", "10:15:00"),
    ),
    Fault("amount_missing", "amount", 0.005, "amount_missing", texts=("", " ")),
    Fault(
        "amount_not_a_number",
        "amount",
        0.005,
        "amount_not_a_number",
        texts=("N/A", "12,50", "1.234,56", "€ 19.99", "abc", "NaN", "--"),
    ),
    Fault("amount_zero", "amount", 0.003, "amount_not_positive"),
    Fault("amount_negative", "amount", 0.004, "amount_not_positive"),
    Fault("amount_mismatch", "amount", 0.005, "amount_mismatch"),
    Fault(
        "quantity_unreadable",
        "quantity",
        0.003,
        "quantity_unreadable",
        texts=("two", "1 pc", "", "?", "1,000"),
    ),
    Fault(
        "unit_price_unreadable",
        "unit_price",
        0.003,
        "unit_price_unreadable",
        texts=("free", "", "9.99 EUR", "9,99"),
    ),
    Fault(
        "status_unknown",
        "status",
        0.005,
        "status_unknown",
        texts=("Shipped", "Complete?", "", "REFUND", "n/a"),
    ),
    Fault(
        "customer_missing",
        "customer_id",
        0.008,
        "customer_missing",
        is_warning=True,
        texts=("", "   "),
    ),
    Fault(
        "email_malformed",
        "customer_email",
        0.006,
        "customer_email_malformed",
        is_warning=True,
        texts=("not-an-email", "anna@", "@example.com", "anna@@example.com", "anna at mail.com"),
    ),
    Fault("email_blank", "customer_email", 0.02, texts=("",)),
    Fault("email_in_name", "customer_name", 0.002, texts=("paul.private@example.org",)),
    Fault("name_with_blanks", "customer_name", 0.01),
    Fault("status_spelling", "status", 0.01),
)
GROUPS: tuple[str, ...] = tuple(dict.fromkeys(fault.group for fault in FAULTS))
CODES: dict[str, int] = {fault.name: number for number, fault in enumerate(FAULTS, start=1)}
_QUARANTINING = [CODES[f.name] for f in FAULTS if f.reason and not f.is_warning]


def plant(rng: np.random.Generator, rows: int) -> dict[str, Codes]:
    """Decide which rows get which dirt.

    Args:
        rng: Source of chance.
        rows: Number of rows.

    Returns:
        For each group of ``GROUPS`` an array (rows,) of fault codes, 0 where the cell stays clean.
    """
    codes = {}
    for group in GROUPS:
        draw = rng.random(rows)
        chosen = np.zeros(rows, dtype=np.int8)
        floor = 0.0
        for fault in FAULTS:
            if fault.group == group:
                chosen[(draw >= floor) & (draw < floor + fault.share)] = CODES[fault.name]
                floor += fault.share
        codes[group] = chosen
    # What quantity times unit price should give cannot be told where one of them is unreadable.
    blind = (codes["quantity"] > 0) | (codes["unit_price"] > 0)
    codes["amount"][blind & (codes["amount"] == CODES["amount_mismatch"])] = 0
    return codes


def is_quarantined(codes: dict[str, Codes]) -> npt.NDArray[np.bool_]:
    """Return which rows hold dirt that must send them to quarantine, shape (rows,)."""
    masks = [np.isin(chosen, _QUARANTINING) for chosen in codes.values()]
    quarantined: npt.NDArray[np.bool_] = np.logical_or.reduce(masks)
    return quarantined
