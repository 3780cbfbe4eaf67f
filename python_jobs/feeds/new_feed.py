"""`p360 feed new`: a start for a feed, guessed from one file; every guess says that it is one."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from python_jobs.errors import P360Error
from python_jobs.feeds.declarations import SOURCE, check_feed_name, declared_feeds
from python_jobs.feeds.raw_files import FileFormat, RawFile, open_raw_file
from python_jobs.settings import Settings

_SAMPLE_BATCHES = 1
# What other systems call the cells of the canonical record, best first, in small letters only.
_USUAL_NAMES = {
    "transaction_id": "transactionid transactionno txnid saleid salesid lineid receiptid id",
    "order_id": "orderid orderno ordernumber order invoiceid invoiceno invoicenumber invoice",
    "transaction_at": "transactionat transactiondate transactiontime timestamp datetime orderdate "
    "invoicedate saledate createdat date time",
    "customer_id": "customerid customerno customernumber clientid buyerid userid customer client",
    "customer_name": "customername clientname buyername fullname name",
    "customer_email": "customeremail emailaddress email mail",
    "product_id": "productid productcode productno sku stockcode itemid articleno article item",
    "product_name": "productname itemname description product title",
    "category": "category productcategory categoryname department segment",
    "quantity": "quantity qty units pieces count",
    "unit_price": "unitprice priceperunit priceeach price",
    "amount": "amount totalamount total totalprice linetotal sales revenue value",
    "status": "status orderstatus state",
    "payment_method": "paymentmethod paymenttype payment",
    "country": "country countryname countrycode",
}
_EACH_ROW_IS_AN_ORDER = (
    "    config:",
    "      meta:",
    "        # guess: no column names an order. Where one does, delete this and the test of it.",
    "        has_orders: false",
)
_NEEDED = ("transaction_at", "quantity", "unit_price", "status")  # By the rules as they come.


@dataclass(frozen=True)
class _Column:
    """A column of the sample file: its header, its name in the raw table, what its cells hold."""

    header: str
    name: str
    kind: str


def write_feed(settings: Settings, feed: str, sample: Path) -> list[Path]:
    """Write ``models/bronze/bronze_sales_<feed>.yml`` and ``.sql``.

    Args:
        settings: Where the project is.
        feed: Name of the feed.
        sample: A file of the feed; its header and first records are looked at.

    Returns:
        Both files, relative to the project.

    Raises:
        P360Error: The name is taken or cannot be one, or the file cannot be read.
    """
    check_feed_name(feed)
    folder = settings.project_dir / "models" / "bronze"
    model = folder / f"bronze_sales_{feed}.sql"
    properties = model.with_suffix(".yml")
    for taken in (model, properties):
        if taken.exists():
            raise P360Error(f"{taken.name} already exists; edit it, or choose another feed name")
    if feed in declared_feeds(settings):
        raise P360Error(f"feed '{feed}' is declared already; edit it, or choose another name")
    raw = open_raw_file(sample, sample.name, FileFormat())
    columns = _columns(raw)
    described = (folder / "bronze_sales.yml").read_text(encoding="utf-8")
    properties.write_text(
        _properties(feed, raw, columns, described.partition("    columns:\n")[2]), encoding="utf-8"
    )
    model.write_text(_model(feed, columns), encoding="utf-8")
    return [path.relative_to(settings.project_dir) for path in (properties, model)]


def _columns(raw: RawFile) -> list[_Column]:
    tables = [batch.rows for batch in islice(raw.batches(), _SAMPLE_BATCHES)]
    names: list[str] = []
    columns = []
    for position, header in enumerate(raw.columns, 1):
        spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", header)
        name = re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_")
        if not name or name[0].isdigit():
            name = f"column_{name or position}"
        if name in names:
            name = f"{name}_{position}"
        names.append(name)
        cells = [cell for table in tables for cell in table[header].slice(0, 1000).to_pylist()]
        columns.append(_Column(header, name, _kind(cells)))
    return columns


def _kind(cells: Sequence[str]) -> str:
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled:
        return "empty in the sample"
    for kind, pattern in (
        ("whole numbers", r"[+-]?\d+"),
        ("numbers", r"[+-]?\d*\.?\d+"),
        ("numbers with a decimal comma: put them right in the model", r"[+-]?[\d.]*,\d+"),
        ("ISO dates or times", r"\d{4}-\d\d-\d\d([T ].*)?"),
        (
            "dates in a form that silver does not read: put them right in the model",
            r"\d\d?[./]\d\d?[./]\d{2,4}.*",
        ),
        ("e-mail addresses", r"[^@\s]+@[^@\s]+"),
    ):
        if all(re.fullmatch(pattern, cell) for cell in filled):
            return kind
    return "text"


def _properties(feed: str, raw: RawFile, columns: list[_Column], described: str) -> str:
    found = raw.format
    has_orders = "order_id" in _guesses(columns)
    lines = [
        "sources:",
        f"  - name: {SOURCE}",
        "    description: Raw rows that `p360 ingest` loaded from files, every cell as text.",
        '    schema: "{{ target.schema }}"',
        "    tables:",
        f"      - name: {feed}_raw",
        f"        description: One row per physical record of the files of feed {feed}.",
        "        # The sample was read as below. What is said here is not guessed any more:",
        "        # config:",
        "        #   meta:",
        f"        #     csv: {{encoding: {found.encoding}, delimiter: {_quoted(found.delimiter)}, "
        f"quote: {_quoted(found.quote)}}}",
        "        # A file without a required column is refused; say `required: true` where that is",
        "        # right. Columns that are not listed are kept in `_extra_cells`.",
        "        columns:",
    ]
    for column in columns:
        lines += [
            f"          - name: {column.name}",
            f"            description: {_quoted(f'TODO; the sample holds {column.kind}.')}",
            "            data_type: string",
            f"            config: {{meta: {{header: {_quoted(column.header)}}}}}",
        ]
    lines += [
        "models:",
        f"  - name: bronze_sales_{feed}",
        "    description: >",
        f"      One row per record of feed {feed}, under the project's column names.",
        *([] if has_orders else _EACH_ROW_IS_AN_ORDER),
        "    data_tests:",
        "      - same_row_count:",
        f"          name: bronze_sales_{feed}__keeps_every_raw_row",
        "          arguments:",
        f"            other: source('{SOURCE}', '{feed}_raw')",
        *([] if has_orders else _order_test(feed)),
        "    columns:",
    ]
    return "\n".join(lines) + "\n" + described


def _order_test(feed: str) -> list[str]:
    return [
        "      - is_true:",
        f"          name: bronze_sales_{feed}__each_row_is_an_order",
        "          arguments:",
        "            expression: order_id <=> transaction_id",
    ]


def _model(feed: str, columns: list[_Column]) -> str:
    guessed = _guesses(columns)
    has_amount = "amount" in guessed
    parts = []
    for cell in _USUAL_NAMES:
        if cell == "transaction_id":
            parts.append("        -- ids")
        elif cell == "transaction_at":
            parts.append("\n        -- cells")
        parts += _cell(cell, guessed, columns)
    unused = [column.name for column in columns if column not in guessed.values()]
    note = f"-- Not used by any guess: {', '.join(unused)}.\n" if unused else ""
    derived = str(not has_amount).lower()
    return (
        f"{{{{ config(enabled=var('feed') == '{feed}') }}}}\n\n"
        "-- Guessed from the header of one file: check each line, then delete its guess.\n"
        f"{note}"
        f"with {feed}_raw as (\n"
        f"    select * from {{{{ source('{SOURCE}', '{feed}_raw') }}}}\n"
        "),\n\n"
        "final as (\n    select\n" + "\n".join(parts) + "\n\n        -- booleans\n"
        "        -- true: the feed has no amount, silver takes quantity times unit price.\n"
        f"        {derived} as is_amount_derived,\n\n"
        "        -- lineage\n        {{ lineage_columns() }}\n"
        f"    from {feed}_raw\n)\n\nselect * from final\n"
    )


def _cell(cell: str, guessed: dict[str, _Column], columns: list[_Column]) -> list[str]:
    column = guessed.get(cell)
    if column is not None:
        alias = "" if column.name == cell else f" as {cell}"
        return [
            f"        -- guess: {column.header}; {column.kind}",
            f"        {column.name}{alias},",
        ]
    if cell == "transaction_id":
        # Without an id of its own a record is known by its cells; exact copies share it.
        cells = ",\n".join(f"                    coalesce({column.name}, '')" for column in columns)
        return [
            "        -- guess: no column names a record, so its cells are its id",
            "        left(",
            "            sha2(",
            "                concat_ws(",
            "                    '|',",
            cells,
            "                ),",
            "                256",
            "            ),",
            "            16",
            "        ) as transaction_id,",
        ]
    if cell == "order_id" and "transaction_id" in guessed:
        return [
            "        -- guess: no column names an order, so each record is one",
            f"        {guessed['transaction_id'].name} as order_id,",
        ]
    hint = "; without one every row is quarantined" if cell in _NEEDED else ""
    return [
        f"        -- guess: no column looks like {cell}{hint}",
        f"        cast(null as string) as {cell},",
    ]


def _guesses(columns: list[_Column]) -> dict[str, _Column]:
    """Return canonical cell to column; a column serves one cell, the best name first."""
    guessed: dict[str, _Column] = {}
    plain = {re.sub(r"[^a-z0-9]", "", column.header.lower()): column for column in columns}
    for cell, names in _USUAL_NAMES.items():
        for name in names.split():
            column = plain.get(name)
            if column is not None and column not in guessed.values():
                guessed[cell] = column
                break
    if "customer_email" not in guessed:
        emails = [c for c in columns if c.kind == "e-mail addresses" and c not in guessed.values()]
        if emails:
            guessed["customer_email"] = emails[0]
    return guessed


def _quoted(text: str) -> str:
    """Return the text as a YAML scalar in double quotes."""
    return json.dumps(text, ensure_ascii=False)
