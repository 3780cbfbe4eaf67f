"""Known exports: each sample is told by its headers, declared whole, and read as by hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from conftest import copy_project
from plain_reading import PlainReading, columns_of, split_sample

from python_jobs.cli import cli
from python_jobs.errors import P360Error
from python_jobs.feeds.declarations import read_feed
from python_jobs.feeds.declared_cells import check_declaration
from python_jobs.feeds.guessing.cells import SampleColumn
from python_jobs.feeds.new_feed import write_feed
from python_jobs.feeds.presets import declaring, reading
from python_jobs.feeds.presets.declaring import declare, known_export
from python_jobs.feeds.presets.reading import PRESETS, Preset, read_preset, read_presets
from python_jobs.settings import Settings

SAMPLES = Path(__file__).with_name("known_exports")
NAMES = sorted(file.stem for file in PRESETS.glob("*.yml"))
WITHOUT_SALES = ["woocommerce_analytics_products"]
# Beside a sample, some presets have one of another country or version: shop__germany.csv.
READ = sorted(file.name.removesuffix(".expected.yml") for file in SAMPLES.glob("*.expected.yml"))
FEEDS = [name for name in NAMES if name not in WITHOUT_SALES]


def sample_of(name: str) -> Path:
    return next(file for file in SAMPLES.glob(f"{name}.*") if file.suffix in (".csv", ".txt"))


def preset_of(name: str) -> Preset:
    return read_preset(PRESETS / f"{name.partition('__')[0]}.yml")


def declared_of(name: str) -> Any:
    return declare(preset_of(name), columns_of(sample_of(name)), sample_of(name).name)


def named(columns: list[SampleColumn], renamed: dict[str, str]) -> list[SampleColumn]:
    """Return the columns, some under other headers; a blank one leaves a column out."""
    return [
        SampleColumn(renamed.get(one.header, one.header), one.name, one.cells)
        for one in columns
        if renamed.get(one.header, one.header)
    ]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings.from_environment({}, copy_project(tmp_path_factory.mktemp("known") / "project"))


@pytest.mark.parametrize("name", [*READ, *WITHOUT_SALES])
def test_a_sample_is_its_own_export_and_no_other(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = columns_of(sample_of(name))
    assert known_export(columns) == preset_of(name)
    others = tuple(preset for preset in read_presets() if preset != preset_of(name))
    monkeypatch.setattr(declaring, "read_presets", lambda: others)
    assert known_export(columns) is None


@pytest.mark.parametrize("name", NAMES)
def test_case_and_blanks_of_headers_do_not_count(name: str) -> None:
    columns = columns_of(sample_of(name))
    loud = {column.header: f" {column.header.upper().replace(' ', '  ')} " for column in columns}
    assert known_export(named(columns, loud)) == preset_of(name)


@pytest.mark.parametrize("name", READ)
def test_a_sample_is_read_as_by_hand(name: str) -> None:
    file = SAMPLES / f"{name}.expected.yml"
    expected = yaml.safe_load(file.read_text("utf-8"))
    declared = declared_of(name)
    read = PlainReading(sample_of(name), declared)
    assert len(split_sample(sample_of(name))[1]) == expected["records"]
    assert declared.feed.get("currency") == expected.get("currency")
    wanted = expected["quarantined"]
    assert read.quarantined.keys() == wanted.keys()
    for record, reason in read.quarantined.items():
        assert reason in (wanted[record] if isinstance(wanted[record], list) else [wanted[record]])
    assert [one["record"] for one in read.sales] == [one["record"] for one in expected["sales"]]
    for found, sale in zip(read.sales, expected["sales"], strict=True):
        for cell, value in sale.items():
            is_number = cell in ("quantity", "amount")
            assert found[cell] == (Decimal(value) if is_number else value), (sale, cell)
    assert read.sum_of("Completed") == Decimal(expected["sales_amount"])
    assert read.sum_of("Returned") == Decimal(expected["returns_amount"])


@pytest.mark.parametrize("name", FEEDS)
def test_transaction_ids_are_unique(name: str) -> None:
    read = PlainReading(sample_of(name), declared_of(name))
    ids = [sale["transaction_id"] for sale in read.sales if "transaction_id" in sale]
    assert len(set(ids)) == len(ids)
    assert all(ids)


@pytest.mark.parametrize("name", FEEDS)
def test_the_written_declaration_is_accepted(name: str, project: Settings, tmp_path: Path) -> None:
    written = write_known(name, project, tmp_path)
    assert f"Known export: {preset_of(name).title}" in written
    feed = read_feed(project, name)
    check_declaration(project, feed)
    # Files without a column that is needed are refused.
    assert any(column.is_required for column in feed.columns)


def write_known(name: str, project: Settings, folder: Path) -> str:
    """Declare a feed from a sample without titles and footers; return the YAML."""
    header, records = split_sample(sample_of(name))
    lines = [header, *(one for one in records if len(one) == len(header))]
    quoted = ['"' + '","'.join(cell.replace('"', '""') for cell in one) + '"' for one in lines]
    delimiter = "\t" if sample_of(name).suffix == ".txt" else ","
    sample = folder / sample_of(name).name
    sample.write_text("\n".join(quoted).replace('","', f'"{delimiter}"') + "\n", "utf-8")
    models = project.project_dir / "models" / "bronze"
    for other in FEEDS:  # Each declared feed costs the next one time.
        for left in models.glob(f"bronze_sales_{other}.*"):
            left.unlink()
    write_feed(project, name, sample)
    return (models / f"bronze_sales_{name}.yml").read_text("utf-8")


@pytest.mark.parametrize("name", FEEDS)
def test_a_column_that_is_missing_is_named_in_one_line(name: str) -> None:
    preset, columns = preset_of(name), columns_of(sample_of(name))
    known = {one for names in preset.recognised_by for one in names}
    required = declared_of(name).required
    missing = next(
        one.header for one in columns if one.name in required and one.header not in known
    )
    with pytest.raises(P360Error) as told:
        declare(preset, named(columns, {missing: "Other"}), "day.csv")
    message = str(told.value)
    assert "\n" not in message
    for part in ("day.csv", preset.title, missing, "--guess"):
        assert part in message


def test_an_export_without_sales_says_what_to_export(project: Settings) -> None:
    sample = sample_of("woocommerce_analytics_products")
    with pytest.raises(P360Error, match="sums by product without dates; export Analytics > Orders"):
        write_feed(project, "products", sample)
    assert not write_feed(project, "products", sample, guess=True).guessed.known_export


def test_the_one_with_more_headers_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    few = Preset("few", "-", (("a",),))
    many = Preset("many", "-", (("a",), ("b", "c")))
    columns = [SampleColumn(header, header, []) for header in ("A", "C", "d")]
    for order in ((few, many), (many, few)):
        monkeypatch.setattr(declaring, "read_presets", lambda order=order: order)
        assert known_export(columns) == many


def test_forms_of_a_country_are_taken_from_the_sample() -> None:
    columns = columns_of(sample_of("paypal_activity"))
    german = [
        SampleColumn(one.header, one.name, ["31.01.2025"] if one.header == "Date" else ["1.250,00"])
        for one in columns
    ]
    declared = declare(preset_of("paypal_activity"), german, "day.csv")
    assert declared.cells["transaction_at"]["times"] == ["dd.MM.yyyy HH:mm:ss z"]
    assert declared.numbers == {"decimal": ",", "thousands": "."}
    assert not declared.to_fill
    nobody_knows = [SampleColumn(one.header, one.name, ["01/02/2025"]) for one in columns]
    declared = declare(preset_of("paypal_activity"), nobody_knows, "day.csv")
    assert "transaction_at: times: MM/dd/yyyy or dd/MM/yyyy" in declared.to_fill


def test_a_zone_is_taken_from_the_sample_or_left_to_a_person() -> None:
    declared = declared_of("square_items")
    assert declared.feed["time_zone"] == "America/New_York"
    columns = columns_of(sample_of("square_items"))
    without = declare(preset_of("square_items"), named(columns, {"Time Zone": ""}), "day.csv")
    for one in (without, declared_of("ebay_orders")):
        assert one.feed["time_zone"] == "UTC"
        assert any(line.startswith("time_zone: ZONE") for line in one.to_fill)


def test_cells_that_a_version_lacks_are_left_out() -> None:
    columns = columns_of(sample_of("odoo_sale_orders"))
    lacking = {"Status": "", "Order Lines/Discount (%)": "", "Order Lines/Subtotal": ""}
    declared = declare(preset_of("odoo_sale_orders"), named(columns, lacking), "day.csv")
    assert declared.cells["status"] == {"constant": "Completed"}
    assert declared.feed["amount_is"] == "quantity * unit_price"
    assert not {"discount", "amount"} & declared.cells.keys()
    told = dict(declared.told)["(no column) -> discount"]
    assert told.startswith("the file has no column Order Lines/Discount (%) or ")


# Headers of other versions of an export, as public files have them.
VERSIONS = {
    "quickbooks_sales_by_customer": (
        "column_1,Transaction date,Transaction type,Num,Product/Service full name,Memo/Description,"
        "Quantity,Sales price,Amount,Balance"
    ),
    "ebay_orders": (
        "Sales record number,Order number,Buyer username,Buyer name,Post to country,Item number,"
        "Item title,Custom label,Quantity,Sold for,Postage and packaging,Sale date,Transaction ID"
    ),
    "woocommerce_order_items": (
        "order_id,order_number,order_date,paid_date,status,order_total,order_currency,"
        "payment_method_title,customer_email,billing_first_name,billing_last_name,item_product_id,"
        "item_name,item_sku,item_quantity,item_subtotal,item_total,item_refunded,item_refunded_qty"
    ),
    "woocommerce_analytics_orders": (
        "Date,Order #,N. Revenue (formatted),Status,Customer,Customer type,Product(s),Items sold,"
        "Coupon(s),N. Revenue"
    ),
    "stripe_balance_activity": (
        "balance_transaction_id,created_utc,available_on_utc,currency,gross,fee,net,"
        "reporting_category,description"
    ),
    "stripe_balance_history": (
        "id,Type,Source,Amount,Fee,Net,Currency,Created (UTC),Available On (UTC),Description"
    ),
    "paypal_activity": (
        "Date,Time,Time Zone,Name,Type,Status,Currency,Gross,Fee,Net,From Email Address,"
        "To Email Address,Transaction ID,Reference Txn ID,Balance,Balance Impact"
    ),
    "odoo_sale_orders": (
        "name,date_order,partner_id,state,order_line/id,order_line/product_id,order_line/name,"
        "order_line/product_uom_qty,order_line/price_unit,order_line/discount"
    ),
    "square_items": (
        "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,"
        "Discounts,Net Sales,Tax,Transaction ID,Payment ID,Device Name,Notes,Details,Event Type"
    ),
    "etsy_order_items": (
        "Sale Date,Item Name,Buyer,Quantity,Price,Discount Amount,Item Total,Currency,"
        "Transaction ID,Listing ID,Order ID"
    ),
}


@pytest.mark.parametrize("name", VERSIONS)
def test_other_versions_are_known_as_well(name: str) -> None:
    headers = VERSIONS[name].split(",")
    columns = [SampleColumn(one, f"c{place}", ["EUR"]) for place, one in enumerate(headers)]
    assert known_export(columns) == preset_of(name)
    assert declare(preset_of(name), columns, "day.csv").cells.keys() >= {"transaction_at", "status"}


def test_a_person_is_told_what_is_known(project: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.project_dir)
    words = ["feed", "new", "told", "--from", str(sample_of("shopify_orders"))]
    done = CliRunner().invoke(cli, words, env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    for part in ("known export: Shopify orders", "Lineitem price -> unit_price"):
        assert part in done.output


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("colour: red\n", "the preset has the unknown key colour"),
        ("csv: {sep: ','}\n", "csv has the unknown key sep"),
        ("feed: {cells: {}, zone: UTC}\n", "feed has the unknown key zone"),
        ("feed: {cells: {sku: SKU}}\n", "cells has the unknown key sku"),
        (
            "feed: {cells: {amount: {column: A, decimals: ','}}}\n",
            "cell amount has the unknown key",
        ),
        ("feed: {cells: {status: {column: S, values: {Paid: Done}}}}\n", "'Paid' becomes Done"),
        ("feed: {cells: {status: {column: S, values: {1: Pending}}}}\n", "1 becomes Pending"),
        ("feed: {cells: {amount: A}, not_sales: [{of: B}]}\n", "not_sales has the unknown key of"),
        ("feed: {cells: {amount: A, status: S}}\n", "no cell transaction_at is declared"),
        ("optional_cells: [country]\n", "optional_cells has the unknown key country"),
        ("has_orders: true\n", "has_orders must be true with a cell order_id, else false"),
        ("not_a_feed: sums\n", "write either feed or not_a_feed"),
        ("source:\n", "source is missing"),
    ],
)
def test_a_preset_that_nobody_understands_is_refused(tmp_path: Path, said: str, told: str) -> None:
    good: dict[str, Any] = {
        "title": "Till",
        "source": "https://example.com",
        "recognised_by": ["A", "S"],
        "has_orders": False,
        "feed": {"cells": {"transaction_at": "T", "amount": "A", "status": "S"}},
    }
    file = tmp_path / "till.yml"
    file.write_text(yaml.safe_dump(good), "utf-8")
    assert read_preset(file).title == "Till"
    file.write_text(yaml.safe_dump(good | yaml.safe_load(said)), "utf-8")
    with pytest.raises(P360Error) as error:
        read_preset(file)
    assert told in str(error.value)
    assert "till.yml" in str(error.value)


def test_every_preset_has_samples_and_a_manual() -> None:
    assert reading.read_presets()
    for name in NAMES:
        assert sample_of(name).exists()
        assert preset_of(name).source.startswith("https://")
    assert set(FEEDS) == {name.partition("__")[0] for name in READ}
