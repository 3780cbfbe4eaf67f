"""`p360 feed new`: a declaration that works as it is, of a known export or guessed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from textwrap import wrap

import yaml

from python_jobs.errors import P360Error
from python_jobs.feeds.declarations import SOURCE, check_feed_name, declared_feeds
from python_jobs.feeds.guessing.cells import Guessed, SampleColumn
from python_jobs.feeds.guessing.guess import guess_cells
from python_jobs.feeds.presets.declaring import declare, known_export
from python_jobs.feeds.raw_files import FileFormat, RawFile, open_raw_file
from python_jobs.settings import Settings

_READ_AS = [
    "        # The sample was read as below; uncomment to declare it for all files.",
    "        # config:",
    "        #   meta:",
]
# Rows to guess from: runs of consecutive rows, taken evenly from each part of the file, since what
# is said of an order shows on neighbouring rows only.
_ROWS_OF_A_BATCH, _ROWS, _RUN = 2000, 4000, 50
_NOTHING_SAID = FileFormat()
_EACH_ROW_IS_AN_ORDER = "        has_orders: false  # No column names an order.\n"


@dataclass(frozen=True)
class NewFeed:
    """A declaration that was written.

    Attributes:
        files: The YAML file and the model, relative to the project.
        guessed: What it declares, and why.
    """

    files: list[Path]
    guessed: Guessed


def write_feed(
    settings: Settings,
    feed: str,
    sample: Path,
    *,
    said: FileFormat = _NOTHING_SAID,
    guess: bool = False,
) -> NewFeed:
    """Write ``models/bronze/bronze_sales_<feed>.yml`` and ``.sql``.

    Args:
        settings: Where the project is.
        feed: Name of the feed.
        sample: A file of the feed; cells from all over it are looked at.
        said: What is said of the feed's files; it is declared. What is not is found out.
        guess: Whether to guess even if the headers are those of a known export.

    Raises:
        P360Error: The name is taken or cannot be one, the file cannot be read, or it is a known
            export without sales or without a column that it must have.
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
    raw = open_raw_file(sample, sample.name, said)
    columns = _columns(raw)
    known = None if guess else known_export(columns)
    guessed = declare(known, columns, sample.name) if known else guess_cells(columns)
    described = (folder / "bronze_sales.yml").read_text(encoding="utf-8")
    top = _properties(feed, raw, columns, guessed, said)
    properties.write_text(top + described.partition("    columns:\n")[2], "utf-8")
    model.write_text(
        f"{{{{ config(enabled=var('feed') == '{feed}') }}}}\n{{{{ declared_sales('{feed}') }}}}\n",
        encoding="utf-8",
    )
    files = [path.relative_to(settings.project_dir) for path in (properties, model)]
    return NewFeed(files, guessed)


def _columns(raw: RawFile) -> list[SampleColumn]:
    cells: dict[str, list[str]] = {header: [] for header in raw.columns}
    for batch in raw.batches():
        for run in _runs(batch.rows.num_rows, _ROWS_OF_A_BATCH):
            rows = batch.rows.slice(run.start, len(run))
            for header in raw.columns:
                cells[header] += rows[header].to_pylist()
    count = len(cells[raw.columns[0]])
    kept = [place for run in _runs(count, _ROWS) for place in run]
    columns: list[SampleColumn] = []
    for position, header in enumerate(raw.columns, 1):
        name = _column_name(header, position, [column.name for column in columns])
        columns.append(SampleColumn(header, name, [cells[header][place] for place in kept]))
    return columns


def _runs(rows: int, most: int) -> list[range]:
    """Return runs of rows that lie evenly apart, to the last row; all rows where they are few."""
    if rows <= most:
        return [range(rows)]
    count = most // _RUN
    starts = (place * (rows - _RUN) // (count - 1) for place in range(count))
    return [range(start, start + _RUN) for start in starts]


def _column_name(header: str, position: int, taken: Sequence[str]) -> str:
    """Return a name for the raw table: small letters, digits and _, unlike those before."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", header)
    name = re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_")
    if not name or name[0].isdigit():
        name = f"column_{name or position}"
    return f"{name}_{position}" if name in taken else name


def _properties(
    feed: str,
    raw: RawFile,
    columns: Sequence[SampleColumn],
    guessed: Guessed,
    form: FileFormat,
) -> str:
    """Return the YAML up to the columns of the mapping model."""
    lines = [
        "sources:",
        f"  - name: {SOURCE}",
        "    description: Raw rows that `p360 ingest` loaded from files, every cell as text.",
        '    schema: "{{ target.schema }}"',
        "    tables:",
        f"      - name: {feed}_raw",
        f"        description: One row per record of the files of feed {feed}.",
        *_csv(raw, guessed.csv | {key: value for key, value in asdict(form).items() if value}),
        "        # `required: true` beside a header refuses files without that column. Columns",
        "        # that are not listed are kept in `_extra_cells`.",
        "        columns:",
    ]
    for column in columns:
        lines += [
            f"          - name: {column.name}",
            f"            description: {_quoted(f'Column {column.header} of the files.')}",
            "            data_type: string",
            f"            config: {{meta: {{header: {_quoted(column.header)}"
            + (", required: true" if column.name in guessed.required else "")
            + "}}",
        ]
    has_orders = "order_id" in guessed.cells
    numbers = {"numbers": guessed.numbers} if guessed.numbers else {}
    declared = yaml.safe_dump(
        numbers | guessed.feed | {"cells": guessed.cells}, allow_unicode=True, sort_keys=False
    )
    to_fill = "".join(f"          # to fill in: {line}\n" for line in guessed.to_fill)
    lines += [
        "models:",
        f"  - name: bronze_sales_{feed}",
        "    description: >",
        f"      One row per record of feed {feed}, under the project's column names.",
        "    config:",
        "      meta:",
        *([] if has_orders else [_EACH_ROW_IS_AN_ORDER.rstrip()]),
        *_where_from(guessed),
        "        feed:",
        to_fill + "".join(f"          {line}\n" for line in declared.splitlines()).rstrip(),
        "    data_tests:",
        "      - same_row_count:",
        f"          name: bronze_sales_{feed}__keeps_every_raw_row",
        "          arguments:",
        f"            other: source('{SOURCE}', '{feed}_raw')",
        *([] if has_orders else _order_test(feed)),
        "    columns:",
    ]
    return "\n".join(lines) + "\n"


def _csv(raw: RawFile, declared: Mapping[str, str | int]) -> list[str]:
    """Return what is declared of how files are written, or what one might declare."""
    if declared:
        said = ", ".join(f"{key}: {_quoted(value)}" for key, value in declared.items())
        return [f"        config: {{meta: {{csv: {{{said}}}}}}}"]
    found = ", ".join(
        f"{key}: {value if key == 'encoding' or isinstance(value, int) else _quoted(value)}"
        for key, value in raw.as_declared().items()
    )
    return [*_READ_AS, f"        #     csv: {{{found}}}"] if found else []


def _where_from(guessed: Guessed) -> list[str]:
    if not guessed.known_export:
        return ["        # Guessed from one file: check each line (docs/your-files.md)."]
    return [
        f"        # {line}"
        for said in (f"Known export: {guessed.known_export}.", *guessed.notes)
        for line in wrap(said, 88)
    ]


def _order_test(feed: str) -> list[str]:
    return [
        "      - is_true:",
        f"          name: bronze_sales_{feed}__each_row_is_an_order",
        "          arguments:",
        "            expression: order_id <=> transaction_id",
    ]


def _quoted(said: str | int) -> str:
    return json.dumps(said, ensure_ascii=False)
