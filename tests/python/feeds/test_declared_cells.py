"""What a feed declares of its cells: forms of numbers and times, and feeds from file to verdict."""

from __future__ import annotations

import json
import random
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import Scratch, copy_project

from python_jobs.dbt.runner import compile_sql
from python_jobs.errors import P360Error
from python_jobs.feeds.declarations import read_feed
from python_jobs.feeds.declared_cells import check_declaration
from python_jobs.feeds.forms import end_form, number_form, time_form
from python_jobs.feeds.new_feed import write_feed
from python_jobs.settings import Settings

ERP = """\
Belegnr;Datum;Kunde;Artikel;Menge;Einzelpreis;Betrag;Status
R-1001;31.12.2025;Müller GmbH;Schraube M4;100;0,12;12,00;Bezahlt
R-1003;02.01.2026;Schmidt;Säge;1;1.249,50;1.249,50;Offen
R-1004;30.02.2026;Schmidt;Säge;1;1.249,50;1.249,50;Offen
"""
SIGNS = ((".", ""), (",", ""), (",", "."), (".", ","), (",", " "), (".", "'"))
NEGATIVES = ("-{}", "{}-", "({})", "{} CR")
MONEY = ("{}", "{} €", "EUR {}", "${}", "{} PLN", "R$ {}", "+{}")
TIMES = {
    "dd.MM.yyyy": "%d.%m.%Y",
    "dd.MM.yyyy HH:mm": "%d.%m.%Y %H:%M",
    "MM/dd/yyyy hh:mm a": "%m/%d/%Y %I:%M %p",
    "dd/MM/yy": "%d/%m/%y",
    "dd MMM yyyy HH:mm:ss": "%d %b %Y %H:%M:%S",
    "yyyyMMdd": "%Y%m%d",
    "yyyy-MM-dd HH:mm:ssXXX": "%Y-%m-%d %H:%M:%S -0000",
    "MMM-dd-yy": "%b-%d-%y",
}


def written(value: Decimal, decimal: str, thousands: str) -> str:
    """Return a number as a person with these signs writes it."""
    whole, _, part = f"{abs(value):,}".partition(".")
    text = whole.replace(",", thousands)
    return f"{text}{decimal}{part}" if part else text


def numbers() -> list[tuple[str, str, str, Decimal]]:
    """Return signs, text and value of made-up numbers, each sign of money and minus among them."""
    chance = random.Random(360)
    found = []
    for decimal, thousands in SIGNS:
        for form in (*NEGATIVES, *MONEY):
            for digits in (0, 1, 2, 6):
                value = Decimal(chance.randrange(10**9)).scaleb(-digits)
                text = form.format(written(value, decimal, thousands))
                sign = -1 if form in NEGATIVES else 1
                found.append((decimal, thousands, text, sign * value))
        found += [(decimal, thousands, dash, Decimal(0)) for dash in ("-", "$ -", "\u2013")]
    return found


@pytest.mark.parametrize(("decimal", "thousands"), SIGNS)
def test_a_number_of_other_signs_is_none_of_these(decimal: str, thousands: str) -> None:
    form = number_form(decimal, thousands)
    for text in ("", "x", "1..2", "1,2,3,4", "--5", "1.23E+05", "12 34", "(5", "5)"):
        assert not form.match(text), text
    if thousands:
        assert not form.match(f"12{thousands}34")
        assert form.match(f"12{thousands}345")


@pytest.mark.parametrize("pattern", TIMES)
def test_a_time_of_another_form_is_none_of_this(pattern: str) -> None:
    form = time_form(pattern)
    assert form.match(datetime(2025, 12, 31, 14, 5).strftime(TIMES[pattern]))
    for text in ("", "31", "2025", "yesterday", "99.99.9999", "2025-13-01 00:00:00Z"):
        assert not form.match(text), text


def evaluated(scratch: Scratch, cases: list[tuple[str, str]]) -> list[Any]:
    """Return what SQL makes of texts: pairs of Jinja over the column ``t``, and the text."""
    settings = Settings.from_environment(scratch.environment, project_dir=scratch.folder)
    forms = list(dict.fromkeys(form for form, _ in cases))
    columns = ", ".join(f"{form} as c{place}" for place, form in enumerate(forms))
    texts = ", ".join(f"({n}, {json.dumps(text)})" for n, (_, text) in enumerate(cases))
    sql = compile_sql(settings, "compiling", f"select n, {columns} from values {texts} as v(n, t)")
    rows = {row[0]: row[1:] for row in scratch.query(sql.replace("{", "{{").replace("}", "}}"))}
    return [rows[n][forms.index(form)] for n, (form, _) in enumerate(cases)]


def test_every_number_and_time_reads_back(scratch: Scratch) -> None:
    given = numbers()
    cases = [
        (f'{{{{ canonical_number("t", {json.dumps(point)}, {json.dumps(group)}) }}}}', text)
        for point, group, text, _ in given
    ]
    chance = random.Random(360)
    moments = [
        (pattern, datetime(2000, 1, 1).fromtimestamp(chance.randrange(10**9, 2 * 10**9)))
        for pattern in TIMES
        for _ in range(10)
    ]
    times = [
        (f"{{{{ canonical_time('t', ['{pattern}']) }}}}", moment.strftime(TIMES[pattern]))
        for pattern, moment in moments
    ]
    extra = {
        ("excel", "46022.587"): "2025-12-31 14:05:17",
        ("unix", "1767189917"): "2025-12-31 14:05:17",
        ("unix_ms", "1767189917000"): "2025-12-31 14:05:17",
        ("d MMM yyyy", "3 März 2025"): "2025-03-03",
        ("d MMM yyyy", "14 juil. 2025"): "2025-07-14",
        ("iso", "2025-12-31T14:05:17Z"): "2025-12-31T14:05:17Z",
        ("dd.MM.yyyy", "12/31/2025"): None,
        ("yyyy-MM-dd HH:mm:ss z", "2025-07-01 12:00:00 PDT"): "2025-07-01 12:00:00-07:00",
        ("MM/dd/yyyy HH:mm:ss z", "12/31/2025 23:00:00 CET"): "2025-12-31 23:00:00+01:00",
        ("yyyy-MM-dd HH:mm:ss z", "2025-07-01 12:00:00 UTC"): "2025-07-01 12:00:00Z",
        ("yyyy-MM-dd HH:mm:ss z", "2025-07-01 12:00:00 XST"): None,
    }
    ends = {
        ('"without_suffix": ["pc", "pcs", "Pcs."]', "3 Pcs. "): "3 ",
        ('"without_suffix": ["pc", "pcs", "Pcs."]', "1 pc"): "1 ",
        ('"without_suffix": "Stk"', "1,5 kg"): "1,5 kg",
        ('"without_prefix": ["Rs", "Rs."]', " Rs.120"): "120",
        ('"without_prefix": "d\'or", "without_suffix": "€/Stk"', "d'or5 €/Stk"): "5 ",
    }
    cut = [(f'{{{{ _mapped({{"column": "t", {said}}}) }}}}', text) for said, text in ends]
    others = [(f"{{{{ canonical_time('t', ['{form}']) }}}}", text) for form, text in extra]
    read = evaluated(scratch, [*cases, *times, *others, *cut])
    for (_, _, text, value), got in zip(given, read, strict=False):
        assert got is not None, text
        assert Decimal(got) == value, text
    for (pattern, moment), got in zip(moments, read[len(cases) :], strict=False):
        back = datetime.strptime(moment.strftime(TIMES[pattern]), TIMES[pattern])
        assert datetime.fromisoformat(got.removesuffix("-0000")).replace(tzinfo=None) == (
            back.replace(tzinfo=None)
        ), moment
    assert read[len(cases) + len(times) :] == [*extra.values(), *ends.values()]
    for (said, text), value in ends.items():
        for key, texts in json.loads(f"{{{said}}}").items():
            at = "begin" if key == "without_prefix" else "end"
            text = end_form(tuple([texts] if isinstance(texts, str) else texts), at).sub("", text)
        assert text == value  # As the guesser reads it.


def declare(scratch: Scratch, feed: str, text: str, declaration: dict[str, Any] | None) -> Path:
    """Write a file and its declaration: guessed, or with other cells in place of the guesses."""
    sample = scratch.folder / f"{feed}.csv"
    sample.write_text(text, "utf-8")
    write_feed(
        Settings.from_environment(scratch.environment, project_dir=scratch.folder), feed, sample
    )
    if declaration is not None:
        file = scratch.folder / f"models/bronze/bronze_sales_{feed}.yml"
        content = yaml.safe_load(file.read_text("utf-8"))
        content["models"][0]["config"]["meta"]["feed"] = declaration
        file.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    return sample


def test_an_erp_export_is_declared_and_checked_without_a_line_written(scratch: Scratch) -> None:
    sample = scratch.folder / "eu.csv"
    sample.write_text(ERP, "utf-8")
    new = scratch.p360("feed", "new", "eu", "--from", str(sample))
    assert new.returncode == 0, new.stderr
    assert "Datum -> transaction_at" in new.stdout
    assert "dd.MM.yyyy, 3 of 3 read; day first, since 2 days are above 12" in new.stdout
    done = scratch.p360("feed", "check", "eu", str(sample), "--json")
    assert done.returncode == 1  # 66.7 % are accepted, and 95 % are asked for.
    check = json.loads(done.stdout)
    assert (check["records"], check["accepted"], check["quarantined"]) == (3, 2, 1)
    assert check["reasons"] == {"transaction_at_unreadable": 1}
    assert check["sales_amount"] == "12.00"
    assert (check["earliest"], check["latest"]) == ("2025-12-31T00:00:00", "2026-01-02T00:00:00")
    assert scratch.p360("feed", "check", "eu", str(sample), "--at-least", "60").returncode == 0
    # Nothing of it is left where builds or readers look.
    assert scratch.query("show schemas like '{s}*'") == []


def test_local_times_columns_together_and_cells_of_the_first_row(scratch: Scratch) -> None:
    text = (
        "Order,Day,Time,Mail,Paid,Amount\n"
        "A,30/03/2025,02:30,a@example.com,yes,10\n"  # The clocks went forward.
        "B,26/10/2025,02:30,b@example.com,yes,20\n"  # This hour was there twice.
        "C,01/07/2025,12:00,c@example.com,yes,30\n"
        "C,01/07/2025,12:00,,yes,31\n"
        "D,01/07/2025,12:00,d@example.com,perhaps,40\n"
    )
    cells = {
        "order_id": "order",
        "transaction_at": {"columns": ["day", "time"], "times": ["dd/MM/yyyy HH:mm"]},
        "customer_id": {"column": "mail", "carried_down": True},
        "amount": "amount",
        "status": {"column": "paid", "values": {"yes": "Completed"}},
    }
    declaration = {"time_zone": "Europe/Berlin", "cells": cells}
    sample = declare(scratch, "berlin", text, declaration)
    assert scratch.p360("ingest", "berlin", str(sample)).returncode == 0
    chosen = (
        "sales_corrections",
        "exchange_rates",
        "bronze_sales_berlin",
        "bronze_sales",
        "silver_sales_assessed",
    )
    only = ("--exclude-resource-type", "unit_test", "test")
    built = scratch.dbt("build", "--vars", "{feed: berlin}", *only, "--select", *chosen)
    assert built.returncode == 0, built.stdout
    rows = scratch.query(
        "select order_id, cast(transaction_at as string), disposition, "
        "array_join(concat(rejection_reasons, warnings), ' '), amount, customer_id is not null "
        "from {s}.silver_sales_assessed order by _row_number"
    )
    assert rows == [
        ("A", None, "quarantined", "transaction_at_unreadable", Decimal("10.00"), True),
        (
            "B",
            "2025-10-26 00:30:00",
            "accepted",
            "transaction_at_ambiguous",
            Decimal("20.00"),
            True,
        ),
        ("C", "2025-07-01 10:00:00", "accepted", "", Decimal("30.00"), True),
        ("C", "2025-07-01 10:00:00", "accepted", "", Decimal("31.00"), True),
        ("D", "2025-07-01 10:00:00", "quarantined", "status_unknown", Decimal("40.00"), True),
    ]


def test_a_feed_of_day_customer_and_amount_is_accepted(scratch: Scratch) -> None:
    text = "date,customer,amount\n2025-01-02,Ann,1.50\n2025-01-03,Bob,2\n"
    sample = declare(scratch, "till", text, None)
    done = scratch.p360("feed", "check", "till", str(sample), "--json")
    assert done.returncode == 0, done.stderr
    check = json.loads(done.stdout)
    assert (check["accepted"], check["sales_amount"], check["warnings"]) == (2, "3.50", {})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cell": {}}, "meta.feed has the unknown key cell"),
        ({"time_zone": "Berlin"}, "time_zone Berlin is unknown"),
        ({"numbers": {"decimal": ",", "thousands": ","}}, "has ',' as both signs"),
        ({"numbers": {"decimal": ";"}}, "has decimal ';'"),
        ({"times": ["yesterday"]}, "the time pattern 'yesterday' cannot be read"),
        ({"cells": {"colour": "artikel"}}, "cells has the unknown key colour"),
        ({"cells": {"customer_id": "nobody"}}, "reads column nobody, which the source does not"),
        (
            {"cells": {"amount": {"column": "betrag", "without_suffix": [0.5]}}},
            "cell amount has without_suffix '[0.5]'; write a text in quotes",
        ),
        ({"cells": {"status": {"column": "status", "values": {"x": "Sold"}}}}, "becomes Sold; use"),
        ({"cells": {"country": {"constant": "DE", "column": "kunde"}}}, "column and constant"),
        ({"cells": {"amount": "betrag"}}, "no cell transaction_at is declared"),
        (
            {"amount_is": "quantity + tax"},
            "amount_is is 'quantity + tax'; write quantity * unit_price",
        ),
        ({"amount_is": "quantity * unit_price + tax"}, "amount_is names tax, but no cell tax"),
        ({"tolerance": "1 %"}, "tolerance is '1 %'; write a number"),
        ({"tax": "yes"}, "tax is 'yes'; write included or excluded"),
        ({"currency": "Euro"}, "currency is 'Euro'; write three letters"),
        (
            {"returns": "negative"},
            "returns holds 'negative'; write negative_amount, negative_quantity",
        ),
        (
            {"returns": {"column": "art", "prefix": "C"}},
            "returns reads column art, which the source",
        ),
        ({"not_sales": "fees"}, "not_sales holds 'fees'; write {column: NAME"),
        ({"not_sales": {"column": "status", "value": "x"}}, "not_sales holds"),
    ],
)
def test_a_wrong_declaration_is_one_line(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    settings = Settings.from_environment({}, copy_project(tmp_path / "project"))
    sample = tmp_path / "eu.csv"
    sample.write_text(ERP, "utf-8")
    write_feed(settings, "eu", sample)
    feed = read_feed(settings, "eu")
    check_declaration(settings, feed)  # What is guessed is sound.
    file = settings.project_dir / "models/bronze/bronze_sales_eu.yml"
    content = yaml.safe_load(file.read_text("utf-8"))
    content["models"][0]["config"]["meta"]["feed"].update(change)
    file.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    with pytest.raises(P360Error, match=r"bronze_sales_eu\.yml") as raised:
        check_declaration(settings, feed)
    assert message in str(raised.value)
