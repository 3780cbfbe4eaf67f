"""What a declaration makes of a sample, in plain Python: beside the SQL, and much slower.

It knows only what presets declare, so that a wrong column or status in a preset shows in seconds.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from python_jobs.feeds.guessing.cells import Guessed, SampleColumn

HOURS = {"UTC": 0, "GMT": 0, "PST": -8, "PDT": -7, "EST": -5, "EDT": -4, "CET": 1, "CEST": 2}
TOKENS = {
    **{"yyyy": "%Y", "yy": "%y", "MMM": "%b", "MM": "%m", "dd": "%d", "HH": "%H", "H": "%H"},
    **{"mm": "%M", "ss": "%S", "XXX": "%z", "z": "%z"},
}


def split_sample(file: Path) -> tuple[list[str], list[list[str]]]:
    """Return the header and all records below it; above it stand titles of fewer words."""
    delimiter = "\t" if file.suffix == ".txt" else ","
    with file.open(encoding="utf-8-sig", newline="") as lines:
        records = [
            one for one in csv.reader(lines, delimiter=delimiter) if any(map(str.strip, one))
        ]
    most = max(sum(bool(cell) for cell in one) for one in records)
    start = next(place for place, one in enumerate(records) if 2 * sum(map(bool, one)) > most)
    header = [name or f"column_{place}" for place, name in enumerate(records[start], 1)]
    return header, records[start + 1 :]


def columns_of(file: Path) -> list[SampleColumn]:
    header, records = split_sample(file)
    whole = [one for one in records if len(one) == len(header)]
    return [
        SampleColumn(name, f"c{place}", [one[place] for one in whole])
        for place, name in enumerate(header)
    ]


class PlainReading:
    """The sales of a sample, and why other records are none."""

    def __init__(self, file: Path, declared: Guessed) -> None:
        header, self._records = split_sample(file)
        self._declared = declared
        self._names = [f"c{place}" for place in range(len(header))]
        self._last: dict[tuple[str, str], str] = {}
        self._before: dict[str, Decimal] = {}
        self.sales: list[dict[str, Any]] = []
        self.quarantined: dict[int, str] = {}
        for number, record in enumerate(self._records, 1):
            reason = self._judge(number, record)
            if reason:
                self.quarantined[number] = reason

    def sum_of(self, status: str) -> Decimal:
        return sum(
            (one["amount"] for one in self.sales if one["status"] == status), Decimal("0.00")
        )

    def _judge(self, number: int, record: Sequence[str]) -> str:
        if len(record) < len(self._names):
            return "too_few_cells"
        if record[0].casefold().startswith("total"):
            return "total_row"
        row = dict(zip(self._names, record, strict=True))
        cells = {cell: self._text(cell, said, row) for cell, said in self._declared.cells.items()}
        carried = [
            said["column"]
            for said in self._declared.cells.values()
            if isinstance(said, Mapping) and said.get("carried_down") == "file"
        ]
        if carried and not any(text for name, text in row.items() if name not in carried):
            return "heading_row"
        if self._meets(self._declared.feed.get("not_sales", []), row):
            return "not_a_sale"
        amount, quantity = self._amount(cells)
        status = self._status(cells, row, amount)
        if cells.get("currency", "").upper() != self._declared.feed.get("currency", ""):
            return "currency_other"
        amount = abs(amount) if status == "Returned" else amount
        if amount <= 0:
            return "amount_not_positive"
        sale: dict[str, Any] = {**cells, "record": number, "transaction_at": self._time(cells)}
        sale |= {"status": status, "amount": amount.quantize(Decimal("0.01"))}
        sale |= {"quantity": abs(quantity)} if "quantity" in cells else {}
        sale["order_id"] = cells.get("order_id", cells.get("transaction_id"))
        self.sales.append(sale)
        return ""

    def _text(self, cell: str, said: Any, row: Mapping[str, str]) -> str:
        if isinstance(said, str):
            return row[said].strip()
        said = {"first_filled": said} if isinstance(said, list) else said
        if "constant" in said:
            return str(said["constant"])
        if "columns" in said:
            text = " ".join(row[name].strip() for name in said["columns"]).strip()
        else:
            named = said.get("first_filled") or [said["column"]]
            text = next((row[name].strip() for name in named if row[name].strip()), "")
        if said.get("carried_down"):
            order = self._declared.cells.get("order_id", "")
            of = (
                ""
                if said["carried_down"] == "file"
                else row[order if isinstance(order, str) else ""]
            )
            text = self._last[cell, of] = text or self._last.get((cell, of), "")
        return text

    def _number(self, text: str) -> Decimal:
        decimal = self._declared.numbers.get("decimal", ".")
        digits = re.sub(rf"[^0-9{decimal}]", "", text).replace(decimal, ".")
        return Decimal(digits or 0) * (-1 if re.search(r"-|\(", text) else 1)

    def _amount(self, cells: Mapping[str, str]) -> tuple[Decimal, Decimal]:
        numbers = {cell: self._number(cells.get(cell, "")) for cell in ("quantity", "unit_price")}
        product = numbers["quantity"] * numbers["unit_price"]
        discount = self._number(cells.get("discount", ""))
        said = self._declared.cells.get("discount")
        if isinstance(said, Mapping) and said.get("percent"):
            discount = product * discount / 100
        if isinstance(said, Mapping) and said.get("spread_over_order"):
            discount = self._part_of_discount(cells["order_id"], product)
        made = product - (discount if "discount" in self._declared.feed.get("amount_is", "") else 0)
        if "amount" not in cells:
            return made, numbers["quantity"]
        amount = self._number(cells["amount"])
        assert "unit_price" not in cells or abs(made - amount) <= Decimal("0.01"), cells
        return amount, numbers["quantity"]

    def _part_of_discount(self, order: str, product: Decimal) -> Decimal:
        """Return what a row bears of its order: what the rows so far bear, less those before."""
        named = self._declared.cells
        cells = ("quantity", "unit_price", "discount")
        rows = [
            {cell: self._number(self._text(cell, named[cell], row)) for cell in cells}
            for row in (dict(zip(self._names, one, strict=False)) for one in self._records)
            if self._text("order_id", named["order_id"], row) == order
        ]
        whole = sum(row["quantity"] * row["unit_price"] for row in rows)
        discount = sum(row["discount"] for row in rows)
        before = self._before.get(order, Decimal(0))
        self._before[order] = before + product
        cent = Decimal("0.01")
        return (discount * (before + product) / whole).quantize(cent) - (
            discount * before / whole
        ).quantize(cent)

    def _status(self, cells: Mapping[str, str], row: Mapping[str, str], amount: Decimal) -> str:
        returns = self._declared.feed.get("returns", [])
        said = self._declared.cells["status"]
        values = {raw.lower(): status for raw, status in said.get("values", {}).items()}
        status = values[cells["status"].lower()] if values else cells["status"]
        is_negative = "negative_amount" in returns and amount < 0 and status != "Cancelled"
        return "Returned" if is_negative or self._meets(returns, row) else status

    @staticmethod
    def _meets(said: Sequence[Any], row: Mapping[str, str]) -> bool:
        for one in said:
            if isinstance(one, Mapping):
                cell = row[one["column"]].strip().lower()
                values = [value.lower() for value in one.get("values", one.get("others_than"))]
                if (cell in values) is ("values" in one):
                    return True
        return False

    def _time(self, cells: Mapping[str, str]) -> str:
        text = re.sub(r" (?=[+-]\d{2}:?\d{2}$)", "", cells["transaction_at"])
        word = re.search(r" ([A-Z]{3,4})$", text)
        if word:
            text = f"{text[: word.start()]} {HOURS[word[1]]:+03d}00"
        for pattern in self._declared.cells["transaction_at"]["times"]:
            form = re.sub("|".join(TOKENS), lambda one: TOKENS[one[0]], pattern)
            try:
                read = datetime.strptime(text, form)
            except ValueError:
                continue
            zone = ZoneInfo(self._declared.feed.get("time_zone", "UTC"))
            has_clock = ":" in text
            local = read if read.tzinfo else read.replace(tzinfo=zone if has_clock else UTC)
            return local.astimezone(timezone(timedelta())).strftime("%Y-%m-%dT%H:%M:%SZ")
        raise AssertionError(f"{text} fits no pattern")
