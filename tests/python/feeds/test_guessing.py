"""What the guesser says of small tables: amounts, returns, ids, forms; and what it leaves open."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import pytest

from python_jobs.feeds.forms import number_form
from python_jobs.feeds.guessing.cells import Guessed, SampleColumn
from python_jobs.feeds.guessing.guess import guess_cells
from python_jobs.feeds.guessing.headers import match_headers
from python_jobs.feeds.guessing.numbers import number_of
from python_jobs.feeds.guessing.times import read_times
from python_jobs.feeds.guessing.units import without_units


def guess(table: str) -> Guessed:
    """Guess from a table with ``|`` between cells; a column's name is its header."""
    header, *rows = [[cell.strip() for cell in line.split("|")] for line in table.split("\n")]
    columns = [
        SampleColumn(name, name, [row[place] for row in rows]) for place, name in enumerate(header)
    ]
    return guess_cells(columns)


def told(guessed: Guessed) -> str:
    return "\n".join(f"{what}: {why}" for what, why in guessed.told)


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("Price ($)", "unit_price"),
        ("Amount EUR", "amount"),
        ("Betrag (brutto)", "amount"),
        ("Price excl. VAT", "unit_price"),
        ("Sale Price", "unit_price"),
        ("Nº pedido", "order_id"),
        ("N° de commande", "order_id"),
        ("Customer Number", "customer_id"),
        ("Order reference", "order_id"),
        ("À-pris", "unit_price"),
        ("Währung", "currency"),
        ("Frais de port", "shipping"),
        ("Order Name", None),
        ("Ship Date", None),
        ("Tax Number", None),
        ("Country Code", "country"),
    ],
)
def test_what_does_not_count_in_a_header(header: str, cell: str | None) -> None:
    found = match_headers([SampleColumn(header, "x", [])], lambda *_: True)
    assert list(found) == [cell] * (cell is not None)


@pytest.mark.parametrize(
    ("rows", "feed"),
    [
        # With discount, tax and shipping; a row of ten may differ.
        (
            "2|10|1|1.52|4.90|25.42\n1|99|0|7.92|0|106.92",
            {"amount_is": "- discount + tax + shipping"},
        ),
        # The discount is not taken off.
        ("2|10|1|0|0|20\n1|5|1|0|0|5", {"amount_is": ""}),
        # The tax is a share, though nothing says so.
        ("2|10|0|19|0|23.80\n1|5|0|7|0|5.35", {"amount_is": "- discount + tax"}),
        ("2|10|1|1|1|19\n1|5|0|1|1|5", {}),
        # Prices were rounded before they were multiplied.
        ("3|3.33|0|0|0|10.00\n1|5|0|1|1|5", {"tolerance": 0.01}),
    ],
)
def test_the_sum_that_rows_obey_is_declared(rows: str, feed: dict[str, Any]) -> None:
    guessed = guess(f"Quantity|Price|Discount|Tax|Shipping|Amount\n{rows}")
    if "amount_is" in feed:
        feed = {"amount_is": f"quantity * unit_price {feed['amount_is']}".strip()}
    assert guessed.feed == feed
    assert "2 of 2 rows" in told(guessed) or "2 with a tolerance" in told(guessed)


def test_a_share_that_only_the_sums_tell_is_declared() -> None:
    guessed = guess("Quantity|Price|Tax|Amount\n2|10|19|23.80\n1|5|7|5.35")
    assert guessed.cells["tax"] == {"column": "Tax", "percent": True}


def test_the_amount_that_adds_up_is_taken() -> None:
    guessed = guess("Order ID|Qty|Price|Total|Line Value|Value\nA|2|3|99|1|6\nA|1|4|98|1|4")
    assert guessed.cells["amount"] == "Value"
    assert "Total: could be amount as well; not used" in told(guessed)


def test_a_price_that_does_not_give_the_amount_is_left_out() -> None:
    rows = "\n".join(f"{n}|2|10|{n}.37" for n in range(1, 10))
    guessed = guess(f"Order ID|Qty|List|Amount\n{rows}".replace("List", "Price"))
    assert "unit_price" not in guessed.cells
    assert guessed.cells["amount"] == "Amount"
    assert "quantity * unit_price is Amount in 0 of 9 rows; not used" in told(guessed)


@pytest.mark.parametrize("rows", ["A|2|3|99\nA|1|4|99\nB|1|5|5", "A|2|3|6\nA|1|4|\nB|1|5|5"])
def test_the_total_of_an_order_is_no_amount_of_a_row(rows: str) -> None:
    guessed = guess(f"Order ID|Qty|Price|Total\n{rows}")
    assert "amount" not in guessed.cells
    assert guessed.cells["unit_price"] == "Price"
    assert "the order's total, not a row's" in told(guessed)


@pytest.mark.parametrize(
    ("table", "returns", "why"),
    [
        ("Amount\n5\n6\n-2", "negative_amount", "1 of 3 amounts is negative: returns"),
        ("Qty|Price\n5|1\n6|1\n-2|1", "negative_quantity", "1 of 3 quantities is negative"),
        # The amount tells as well: one word will do.
        ("Qty|Amount\n5|5\n-6|-6", "negative_amount", "1 of 2 amounts is negative"),
        ("Qty|Amount\n5|5\n-6|6", "negative_quantity", "1 of 2 quantities is negative"),
        ("Amount\n-5\n-6\n2", None, "2 of 3 amounts are negative: too many"),
        (
            "Type|Status|Amount\nSale|Paid|5\nCredit note|Paid|5",
            {"column": "Type", "values": ["Credit note"]},
            "Credit note: 1 return",
        ),
        ("Type|Amount\nSale|5\nRefund|-5", "negative_amount", "1 of 2 amounts is negative"),
        ("Type|Amount\nRetail|5\nRefund|5", None, ""),
    ],
)
def test_returns_are_told_by_signs_or_kinds(table: str, returns: Any, why: str) -> None:
    guessed = guess(table)
    assert guessed.feed.get("returns") == returns
    assert why in told(guessed)


@pytest.mark.parametrize(
    ("table", "status"),
    [
        ("Status|Amount\nGutschrift|5", "Returned"),
        # The row of a refunded order is the sale itself.
        ("Order ID|Status|Amount\nA|Paid|5\nB|Refunded|5", "Cancelled"),
        ("Order ID|Status|Amount\nA|Paid|5\nA|Refunded|5", "Returned"),
        ("Order ID|Product|Status|Amount\nA|x|Paid|5\nA|y|Refunded|5", "Cancelled"),
        ("Status|Amount\nPaid|5\nStorno|-5", "Returned"),
    ],
)
def test_a_credit_note_is_returned_and_an_undone_sale_cancelled(table: str, status: str) -> None:
    values = guess(table).cells["status"]["values"]
    assert [one for value, one in values.items() if value != "Paid"] == [status]


def test_the_currency_of_most_rows_is_the_feeds() -> None:
    guessed = guess("Amount|Currency\n1|usd\n2|€\n3|€")
    assert guessed.feed["currency"] == "EUR"
    assert guessed.cells["currency"] == "Currency"


@pytest.mark.parametrize(
    ("cell", "form", "value"),
    [
        ("+5", ". ", 5),
        ("-", ". ", 0),
        ("$ -", ". ", 0),
        ("\u2013", ", .", 0),
        ("R$ 1.234,50", ", .", 1234.5),
        ("US$-3", ". ", -3),
        ("0.250", ", .", None),
        ("1.250", ", .", 1250),
        ("--", ". ", None),
        ("$", ". ", None),
    ],
)
def test_forms_of_numbers(cell: str, form: str, value: float | None) -> None:
    assert number_of(cell, form) == value
    decimal, _, thousands = form.partition(" ")
    assert bool(number_form(decimal, thousands).match(cell)) == (value is not None)


@pytest.mark.parametrize(
    ("cells", "form", "others"),
    [
        (["12/31/25, 2:05 PM"], "MM/dd/yy, h:mm a", ()),
        (["Dec 31, 2025 2:05 PM"], "MMM d, yyyy h:mm a", ()),
        (["31-Dec-25"], "dd-MMM-yy", ()),
        (["12/31/25 23:00:01"], "MM/dd/yy HH:mm:ss", ()),
        (["31.12.2025 23:00 CET"], "dd.MM.yyyy HH:mm z", ()),
        (["2025-12-31T14:05:17.123Z"], "iso", ()),
        (["31.12.2025 10:00", "30.12.2025"], "dd.MM.yyyy", ("dd.MM.yyyy HH:mm",)),
        # Days and months trade places: no two forms, but one that half of the cells have.
        (["31/12/2025", "12/31/2025"], "dd/MM/yyyy", ()),
    ],
)
def test_forms_of_times(cells: list[str], form: str, others: tuple[str, ...]) -> None:
    reading = read_times(cells)
    assert reading is not None
    assert (reading.form, reading.others) == (form, others)


@pytest.mark.parametrize(("others", "decimal"), [(1, ","), (200, ".")])
def test_one_row_of_many_does_not_tell_a_form(others: int, decimal: str) -> None:
    rows = ["1,000|2.50|2.50", *["2|2.50|5.00"] * others]
    guessed = guess("Qty|Price|Amount\n" + "\n".join(rows))
    assert (guessed.numbers or guessed.cells["quantity"])["decimal"] == decimal


@pytest.mark.parametrize(
    ("header", "cells", "ends"),
    [
        ("Qty", "3 pcs|1 pc|12 Pcs.|5", {"without_suffix": ["pcs", "pc", "Pcs."]}),
        ("Qty", "3 Stk|1,5 kg|2 Stk", {"without_suffix": "Stk"}),
        ("Qty", "x3|x 4", {"without_prefix": "x"}),
        ("Qty", "3\u00a0Stück|4Stück", {"without_suffix": "Stück"}),
        # One of these is read as a currency, the other is not.
        ("Qty", "3 PCS|1 PC", {"without_suffix": ["PCS", "PC"]}),
        ("Price", "Rs. 120|Rs.130", {"without_prefix": "Rs."}),
        ("Price", "12,50 €/Stk|-3,00 €/Stk", {"without_suffix": "€/Stk"}),
        ("Qty", "3 m|4 m", {"without_suffix": "m"}),
        # Read as they are.
        ("Price", "12 EUR|3 €|7 CR", {}),
        ("Qty", "3|4|5 pcs", {}),
    ],
)
def test_a_text_that_most_numbers_share_is_taken_off(
    header: str, cells: str, ends: dict[str, Any]
) -> None:
    cell = {"Qty": "quantity", "Price": "unit_price"}[header]
    guessed = guess("\n".join([header, *cells.split("|")]))
    said = guessed.cells[cell]
    assert (
        {key: one for key, one in said.items() if "fix" in key} == ends if ends else said == header
    )
    for text in ends.values():
        assert f"{text!r}" if isinstance(text, str) else repr(text[0]) in told(guessed)


@pytest.mark.parametrize(
    "cells",
    # Multiples, shares, bounds, two units of which neither is the usual one, sizes.
    [
        *("3 k€|4 k€", "3 Mio. €|4 Mio. €", "3 TEUR|4 TEUR", "3 m|4 m", "3 lakh|4 lakh"),
        *(
            "3 %|4 %",
            "3 % net|4 % net",
            "< 3|< 4",
            "3 pcs|4 kg",
            "3 x 5 l|4 x 5 l",
            "3,- Stk|4,- Stk",
        ),
        "Room 3 B|Room 4 C",
    ],
)
def test_a_text_that_makes_another_number_stays(cells: str) -> None:
    guessed = guess("\n".join(["Amount", *cells.split("|")]))
    assert "amount" not in guessed.cells


@pytest.mark.parametrize("before", ["", "Rs.", "ca. "])
@pytest.mark.parametrize("behind", ["", " pcs", "Stk.", " d'or"])
@pytest.mark.parametrize("form", [". ", ", .", ", "])
def test_a_number_with_its_units_is_the_number(before: str, behind: str, form: str) -> None:
    decimal, _, thousands = form.partition(" ")
    values = [Decimal(n * 7919).scaleb(-2) for n in range(40)]
    texts = [f"{one:,}".translate(str.maketrans({",": thousands, ".": decimal})) for one in values]
    column = SampleColumn("x", "x", [f" {before}{text}{behind} " for text in texts])
    read = without_units("quantity", column)
    assert [number_of(cell, form) for cell in read.cells] == values


def test_ids_and_cells_of_an_order() -> None:
    guessed = guess(
        "Receipt No|Date|Customer|Pos|Price|Qty\n7.0|2025-01-02|Lee|1|3|1\n7.0|2025-01-02||2|4|1\n"
        "8.0|2025-01-03|Ray|1|3|1"
    )
    assert guessed.cells["order_id"] == {"column": "Receipt No", "without_suffix": ".0"}
    assert guessed.cells["customer_id"] == {"column": "Customer", "carried_down": True}
    assert "transaction_id" not in guessed.cells


@pytest.mark.parametrize(("blank_rows", "is_carried"), [(1, False), (20, True)])
def test_an_order_is_carried_down_unless_few_of_its_numbers_are_missing(
    blank_rows: int, is_carried: bool
) -> None:
    rows = ["A|2025-01-02|Lee|x|3", *(["|||y|4"] * blank_rows), *(["B|2025-01-03|Ray|x|3"] * 50)]
    guessed = guess("Order ID|Date|Customer|Product|Amount\n" + "\n".join(rows))
    carried = {"column": "Order ID", "carried_down": "file"}
    assert guessed.cells["order_id"] == (carried if is_carried else "Order ID")


def test_a_missing_id_alone_is_not_carried_down() -> None:
    guessed = guess(
        "Order ID|Date|Customer|Amount\nA|2025-01-02|Lee|3\n|2025-01-02|Lee|4\nB|2025-01-03|Ray|3"
    )
    assert guessed.cells["order_id"] == "Order ID"


def test_guessing_takes_no_longer_than_a_person_waits() -> None:
    rows = "\n".join(f"R{n // 3}|{n % 28 + 1:02}.01.2025|1|{n},50|0,50|{n},00" for n in range(4000))
    start = time.process_time()
    guessed = guess(f"Rechnungsnr|Datum|Menge|Preis|Rabatt|Betrag\n{rows}")
    assert time.process_time() - start < 4
    assert "quantity * unit_price - discount, 1,000 of 1,000 rows" in told(guessed)
