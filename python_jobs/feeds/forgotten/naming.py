"""Which columns of a raw table name a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from python_jobs.errors import P360Error
from python_jobs.feeds.declarations import Feed, meta_of
from python_jobs.feeds.declared_cells import read_declaration, unused_columns
from python_jobs.feeds.declared_keys import as_list
from python_jobs.settings import Settings

NAMING_CELLS = ("customer_id", "customer_name", "customer_email")
_COLUMNS = ("column", "columns", "first_filled")


@dataclass(frozen=True)
class NamingColumns:
    """Columns of a table that name a person.

    Attributes:
        ids: Columns of customers' ids.
        names: Columns of their names.
        addresses: Columns of their e-mail addresses.
        others: Columns that no cell of the sale uses, such as a street or a telephone number.
        prefixes: Texts before an id that are no part of it.
        suffixes: Texts behind it, likewise.
        row: Column of the row's id, where rows are named by it.
        has_headings: Whether a name may stand on a line of its own above its rows.
    """

    ids: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = (".0",)
    row: str = ""
    has_headings: bool = False


def naming_columns(settings: Settings, feed: Feed) -> NamingColumns:
    """Return the columns of a feed's raw rows that name a person.

    Raises:
        P360Error: Its mapping is SQL, and no column says that it holds customers' ids or addresses.
    """
    declared = read_declaration(settings, feed.name)
    if declared is not None:
        return declared_naming(feed, declared)
    found = named_by_meta({column.name: column.names for column in feed.columns})
    if not found.ids and not found.addresses:
        raise P360Error(
            f"{feed.declared_in}: no column of {feed.name}_raw says that it names a customer; "
            "write config: {meta: {names: customer_id}} at the column that holds the id, and "
            "customer_name or customer_email at others"
        )
    return found


def declared_naming(feed: Feed, declared: Mapping[str, Any]) -> NamingColumns:
    """Return the columns that a declaration of cells names."""
    cells = declared.get("cells") or {}
    unused = set(unused_columns(feed, declared))
    id_cell = cells.get("customer_id")
    edits = id_cell if isinstance(id_cell, Mapping) else {}
    ids, names, addresses = (_columns(cells.get(cell)) for cell in NAMING_CELLS)
    return NamingColumns(
        ids,
        names,
        addresses,
        others=tuple(column.name for column in feed.columns if column.header in unused),
        prefixes=tuple(map(str, as_list(edits.get("without_prefix", [])))),
        suffixes=(*map(str, as_list(edits.get("without_suffix", []))), ".0"),
        has_headings=any(
            isinstance(cells.get(cell), Mapping) and cells[cell].get("carried_down") == "file"
            for cell in NAMING_CELLS
        ),
    )


def named_by_meta(columns: Mapping[str, str]) -> NamingColumns:
    """Return the columns that say so themselves, or are called as a cell is.

    Args:
        columns: What the YAML says that each column names, by the column's name.
    """
    said = {name: names or name for name, names in columns.items()}
    ids, texts, addresses = (
        tuple(name for name, cell in said.items() if cell == one) for one in NAMING_CELLS
    )
    row = "row_id" if "row_id" in columns else ""
    return NamingColumns(ids, texts, addresses, row=row)


def check_id_is_one_column(settings: Settings, feed: str) -> None:
    """Raise where the ids of a feed are joined of several columns: none of these is the id then.

    Raises:
        P360Error: They are.
    """
    cell = ((read_declaration(settings, feed) or {}).get("cells") or {}).get("customer_id")
    if isinstance(cell, Mapping) and len(as_list(cell.get("columns", []))) > 1:
        raise P360Error(
            f"models/bronze/bronze_sales_{feed}.yml: customer_id is joined of several columns, so "
            "that its rows cannot be found by it; declare the column that tells customers apart"
        )


def check_seeds(settings: Settings) -> None:
    """Raise where a seed of raw rows does not say which of its columns names a customer.

    Raises:
        P360Error: One does not; the message says what to write.
    """
    for file in sorted((settings.project_dir / "seeds").glob("*.yml")):
        for seed in (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).get("seeds") or []:
            if not meta_of(seed).get("lineage"):
                continue
            columns = seed.get("columns") or []
            found = named_by_meta(
                {str(one["name"]): str(meta_of(one).get("names", "")) for one in columns}
            )
            if not found.ids and not found.addresses:
                raise P360Error(
                    f"seeds/{file.name}: no column of {seed['name']} says that it names a "
                    "customer; write config: {meta: {names: customer_id}} at the one that does"
                )


def _columns(said: Any) -> tuple[str, ...]:  # noqa: ANN401
    if isinstance(said, str):
        return (said,)
    if isinstance(said, Mapping):
        return tuple(str(one) for key in _COLUMNS for one in as_list(said.get(key, [])))
    return tuple(map(str, said or ()))
