"""Which rows are returns: told by signs, by a status, or by a column of kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from python_jobs.feeds.guessing.amounts import Numbers
from python_jobs.feeds.guessing.cells import Guessed, SampleColumn
from python_jobs.feeds.guessing.columns import clean, filled_cells, values_of
from python_jobs.feeds.guessing.headers import plain, words

_KNOWN = ("Completed", "Pending", "Cancelled")
_ITSELF = " (its row is the sale itself)"
_MOST_KINDS = 12  # A column with more values does not say the kind of a row.


def declare_returns(
    columns: Sequence[SampleColumn],
    taken: Mapping[str, SampleColumn],
    numbers: Mapping[str, Numbers],
    guessed: Guessed,
) -> None:
    """Declare which rows are returns, where signs or kinds tell.

    Args:
        columns: All columns of the sample.
        taken: The column of each cell.
        numbers: The numbers of cells.
        guessed: What is guessed so far.
    """
    negative = negative_rows(numbers)
    found: list[Any] = []
    amounts = _signs(numbers, "amount")
    told_by_amount = _few_below_zero("amount", amounts, guessed)
    if told_by_amount:
        found.append("negative_amount")
    # Where the amount tells as well, the quantity need not.
    quantities = _signs(numbers, "quantity")
    covered = told_by_amount and all(
        amount is not None and amount < 0
        for amount, quantity in zip(amounts, quantities, strict=False)
        if quantity is not None and quantity < 0
    )
    if not covered and _few_below_zero("quantity", quantities, guessed):
        found.append("negative_quantity")
    # A kind of payment may be a kind of row as well.
    used = {column.name for cell, column in taken.items() if cell != "payment_method"}
    for column in columns:
        kinds = _return_kinds(column) if column.name not in used else []
        rows = [place for place, cell in enumerate(column.cells) if clean(cell) in kinds]
        if rows and not (found and all(negative[place] for place in rows)):
            found.append({"column": column.name, "values": kinds})
            guessed.told.append(
                (
                    f"{column.header} -> returns",
                    f"{', '.join(kinds)}: {_count(len(rows), 'return')}",
                )
            )
    if found:
        guessed.feed["returns"] = found[0] if len(found) == 1 else found


def declared_status(
    taken: Mapping[str, SampleColumn], numbers: Mapping[str, Numbers], guessed: Guessed
) -> tuple[Any, str]:
    """Return what is declared of a status, and what is told of it."""
    column = taken["status"]
    values = values_of(column.cells)
    if all(plain(value) in map(plain, _KNOWN) for value in values):
        return column.name, f"{len(values)} values, all known"
    known: dict[str, str] = {}
    for value in values:
        status = words()["statuses"].get(plain(value))
        if status == "Undone":
            status = "Returned" if _has_own_rows(value, taken, numbers) else "Cancelled"
        if status:
            known[value] = status
    open_values = [value for value in values if value not in known]
    told = ", ".join(
        f"{value} is {status}" + (_ITSELF if _is_undone(value) and status == "Cancelled" else "")
        for value, status in known.items()
    )
    told = told or "no value known"
    if open_values:
        shown = ", ".join(open_values[:5])
        told += f"; not known: {shown}"
        guessed.to_fill += [f"status: values: {value}: STATUS" for value in open_values]
    return {"column": column.name, "values": known}, told


def _is_undone(value: str) -> bool:
    return bool(words()["statuses"].get(plain(value)) == "Undone")


def _has_own_rows(
    value: str, taken: Mapping[str, SampleColumn], numbers: Mapping[str, Numbers]
) -> bool:
    """Return whether the rows of a status are returns, rather than the sales that were undone."""
    says_so = [clean(cell) == value for cell in taken["status"].cells]
    negative = negative_rows(numbers)
    if negative and all(is_below for is_below, said in zip(negative, says_so, strict=True) if said):
        return True
    known_by = (
        "order_id" if "order_id" in taken else "transaction_id",
        "product_id",
        "product_name",
    )
    keys = [taken[cell].cells for cell in known_by if cell in taken]
    if known_by[0] not in taken:
        return False
    rows = list(zip(says_so, zip(*keys, strict=True), strict=True))
    sold = {key for said, key in rows if not said}
    undone = [key for said, key in rows if said]
    return 2 * sum(key in sold for key in undone) > len(undone)


def negative_rows(numbers: Mapping[str, Numbers]) -> list[bool]:
    """Return whether the amount or the quantity of each row is below zero."""
    columns = [_signs(numbers, cell) for cell in ("amount", "quantity") if cell in numbers]
    return [
        any(value is not None and value < 0 for value in row) for row in zip(*columns, strict=True)
    ]


def _signs(numbers: Mapping[str, Numbers], cell: str) -> Sequence[Decimal | None]:
    return numbers[cell].values if cell in numbers else []


def _few_below_zero(cell: str, values: Sequence[Decimal | None], guessed: Guessed) -> bool:
    filled = [value for value in values if value is not None]
    below = sum(value < 0 for value in filled)
    if not below:
        return False
    plural = "amounts" if cell == "amount" else "quantities"
    are = "is" if below == 1 else "are"
    counted = f"{below:,} of {len(filled):,} {plural} {are} negative"
    if below > sum(value > 0 for value in filled):
        guessed.told.append((f"{cell} -> returns", f"{counted}: too many for returns"))
        guessed.to_fill.append(f"returns: negative_{cell}, if these rows are returns")
        return False
    guessed.told.append((f"{cell} -> returns", f"{counted}: returns"))
    return True


def _return_kinds(column: SampleColumn) -> list[str]:
    """Return the values of a column that mean returns, where others of it mean sales."""
    values = values_of(column.cells)
    if len(values) > _MOST_KINDS or len(filled_cells(column.cells)) < len(column.cells) / 2:
        return []
    kinds = {value: words()["kinds"].get(plain(value)) for value in values}
    if "sale" not in kinds.values():
        return []
    return [value for value, kind in kinds.items() if kind == "return"]


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
