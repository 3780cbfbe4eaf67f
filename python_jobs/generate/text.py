"""Rows of a chunk as the bytes of a CSV file."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from python_jobs.generate import faults
from python_jobs.generate.catalogue import PAYMENT_METHODS, Catalogue, Customers, Ints
from python_jobs.generate.sales import STATUSES, Chunk

COLUMNS = (
    "transaction_id",
    "transaction_at",
    "customer_id",
    "customer_name",
    "customer_email",
    "product_id",
    "product_name",
    "category",
    "quantity",
    "unit_price",
    "amount",
    "status",
    "payment_method",
    "country",
)
_PENCE = pa.array([f"{cents:02d}" for cents in range(100)])


def csv_cell(text: str) -> str:
    """Return a text as one CSV cell: quoted where it must be, quotes doubled."""
    if any(sign in text for sign in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


class CsvText:
    """Turns chunks into CSV, with the quoted texts of products and customers made once."""

    def __init__(self, catalogue: Catalogue, customers: Customers) -> None:
        self._catalogue = catalogue
        self._customers = customers

    @cached_property
    def _lists(self) -> dict[str, pa.Array]:
        lists = {
            "customer_id": self._customers.ids,
            "customer_name": self._customers.names,
            "customer_email": self._customers.emails,
            "country": self._customers.countries,
            "product_id": self._catalogue.ids,
            "product_name": self._catalogue.names,
            "category": self._catalogue.categories,
            "status": STATUSES,
            "payment_method": PAYMENT_METHODS,
        }
        return {name: pa.array([csv_cell(text) for text in texts]) for name, texts in lists.items()}

    def header(self) -> bytes:
        """Return the header line."""
        return (",".join(COLUMNS) + "\n").encode()

    def rows(self, chunk: Chunk) -> bytes:
        """Return the chunk's rows as UTF-8 lines that end with LF."""
        index = {
            "customer_id": chunk.customer,
            "customer_name": chunk.customer,
            "customer_email": chunk.customer,
            "country": chunk.customer,
            "product_id": chunk.product,
            "product_name": chunk.product,
            "category": chunk.product,
            "status": chunk.status,
            "payment_method": chunk.payment,
        }
        cells = {name: self._lists[name].take(pa.array(rows)) for name, rows in index.items()}
        number = pc.utf8_lpad(_text(chunk.transaction), 9, "0")
        cells["transaction_id"] = pc.binary_join_element_wise("T", number, "")
        cells["transaction_at"] = pa.array(chunk.time).cast(pa.timestamp("s")).cast(pa.string())
        cells["quantity"] = _text(chunk.quantity)
        cells["unit_price"] = _money(chunk.price_cents)
        cells["amount"] = _money(chunk.amount_cents)
        for group, codes in chunk.fault_codes.items():
            cells[group] = _spoil(cells[group], codes, chunk.transaction)
        last = pc.binary_join_element_wise(cells[COLUMNS[-1]], "\n", "")
        lines = pc.binary_join_element_wise(*(cells[name] for name in COLUMNS[:-1]), last, ",")
        return bytes(lines.buffers()[2])[: lines.offset + _bytes_of(lines)]


def _bytes_of(texts: pa.Array) -> int:
    offsets = np.frombuffer(texts.buffers()[1], dtype=np.int32)
    return int(offsets[len(texts)])


def _text(numbers: Ints) -> pa.Array:
    return pa.array(numbers).cast(pa.string())


def _money(cents: Ints) -> pa.Array:
    """Return cents as text with two decimals; the sign stands first."""
    sign = pa.array(["", "-"]).take(pa.array((cents < 0).astype(np.int64)))
    whole, pence = np.divmod(np.abs(cents), 100)
    units = pc.binary_join_element_wise(sign, _text(whole), "")
    return pc.binary_join_element_wise(units, _PENCE.take(pa.array(pence)), ".")


def _spoil(cells: pa.Array, codes: faults.Codes, transaction: Ints) -> pa.Array:
    """Replace the cells that have a fault by what the fault makes of them."""
    rows = np.flatnonzero(codes)
    if not len(rows):
        return cells
    was = cells.take(pa.array(rows)).to_pylist()
    # The transaction picks the text, so that an exact copy stays exact.
    picks = transaction[rows].tolist()
    now = [
        _spoiled(cell, faults.FAULTS[code - 1], pick)
        for cell, code, pick in zip(was, codes[rows].tolist(), picks, strict=True)
    ]
    return pc.replace_with_mask(cells, pa.array(codes > 0), pa.array(now, type=pa.string()))


def _spoiled(cell: str, fault: faults.Fault, pick: int) -> str:
    if fault.texts:
        return csv_cell(fault.texts[pick % len(fault.texts)])
    if fault.name == "name_with_blanks":
        return f'"  {cell[1:-1]} "' if cell.startswith('"') else f"  {cell} "
    if fault.name == "status_spelling":
        return (cell.upper(), cell.lower(), f" {cell}")[pick % 3]
    return cell  # amount_zero and its like are numbers already.
