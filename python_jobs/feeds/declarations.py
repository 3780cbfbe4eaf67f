"""Feeds as the project declares them: dbt sources `ingested.<feed>_raw`, wherever under models/."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from python_jobs.errors import P360Error
from python_jobs.feeds.raw_files import FileFormat
from python_jobs.settings import Settings

SOURCE = "ingested"
_FEED_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_COLUMN_NAME = re.compile(r"[a-z][a-z0-9_]*")
_FORMAT_TEXTS = ("encoding", "delimiter", "quote", "escape", "sheet")
_FORMAT_NUMBERS = {"header_line": None, "header_lines": 2}  # And the highest number.


@dataclass(frozen=True)
class DeclaredColumn:
    """A column of a feed.

    Attributes:
        name: Its name in the raw table.
        header: Its name in the files; case and blanks around it do not count.
        is_required: Whether a file without it is refused.
        names: The cell by which the column names a customer, such as ``customer_id``; blank where
            the YAML does not say. Needed where the mapping is SQL.
    """

    name: str
    header: str
    is_required: bool
    names: str = ""


@dataclass(frozen=True)
class Feed:
    """What the project says of a feed's files.

    Attributes:
        name: Name of the feed; its rows become ``<schema>.<name>_raw``.
        columns: Columns of the raw table, in its order.
        file_format: What is said of the files; the rest is found out.
        declared_in: The YAML file, relative to the project.
    """

    name: str
    columns: tuple[DeclaredColumn, ...]
    file_format: FileFormat = field(default_factory=FileFormat)
    declared_in: str = ""


def check_feed_name(name: str) -> None:
    """Raise P360Error where the text cannot name a feed."""
    if not _FEED_NAME.fullmatch(name):
        raise P360Error(f"'{name}' is not a feed name; use lower-case words joined by single _")


def read_feed(settings: Settings, name: str) -> Feed:
    """Return the declaration of a feed.

    Raises:
        P360Error: The feed is not declared, or its declaration cannot be understood.
    """
    check_feed_name(name)
    if (settings.project_dir / "seeds" / f"{name}_raw.csv").exists():
        raise P360Error(f"feed '{name}' is a seed of dbt; choose another name for your files")
    for file in sorted((settings.project_dir / "models").rglob("*.yml")):
        where = file.relative_to(settings.project_dir).as_posix()
        for table in _ingested_tables(file, where):
            if table.get("name") == f"{name}_raw":
                return _feed(name, table, where)
    raise P360Error(
        f"no feed '{name}' is declared; 'p360 feed new {name} --from FILE' writes a start"
    )


def declared_feeds(settings: Settings) -> list[str]:
    """Return the names of all declared feeds, in order."""
    names = [
        str(table.get("name")).removesuffix("_raw")
        for file in sorted((settings.project_dir / "models").rglob("*.yml"))
        for table in _ingested_tables(file, file.name)
    ]
    return sorted(names)


def _ingested_tables(file: Path, where: str) -> list[dict[str, Any]]:
    text = file.read_text(encoding="utf-8")
    if SOURCE not in text:
        return []
    try:
        content = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", -1) + 1
        raise P360Error(f"{where}, line {line}: this is not YAML; fix that line") from error
    return [
        table
        for source in content.get("sources") or []
        if source.get("name") == SOURCE
        for table in source.get("tables") or []
    ]


def _feed(name: str, table: dict[str, Any], where: str) -> Feed:
    columns = tuple(_column(column, where) for column in table.get("columns") or [])
    if not columns:
        raise P360Error(
            f"{where}: source {name}_raw declares no columns; list them, as 'p360 feed new' would"
        )
    for kind in ("name", "header"):
        texts = [getattr(column, kind).casefold() for column in columns]
        twice = next((text for text in texts if texts.count(text) > 1), None)
        if twice is not None:
            raise P360Error(f"{where}: two columns of {name}_raw have the {kind} {twice}")
    said = meta_of(table).get("csv") or {}
    return Feed(name, columns, _file_format(said, f"{where}: csv of {name}_raw"), where)


def _file_format(said: dict[str, Any], where: str) -> FileFormat:
    keys = (*_FORMAT_TEXTS, *_FORMAT_NUMBERS)
    unknown = sorted(set(said) - set(keys))
    if unknown:
        raise P360Error(f"{where} has the unknown key {unknown[0]}; use {', '.join(keys)}")
    declared: dict[str, Any] = {key: str(said[key]) for key in _FORMAT_TEXTS if key in said}
    for key, most in _FORMAT_NUMBERS.items():
        number = said.get(key, 1)
        if type(number) is not int or number < 1 or (most and number > most):
            allowed = f"1 to {most}" if most else "1 or more"
            raise P360Error(f"{where} has {key}: {number}; write a whole number, {allowed}")
        if key in said:
            declared[key] = number
    return FileFormat(**declared)


def _column(column: dict[str, Any], where: str) -> DeclaredColumn:
    name = str(column.get("name"))
    if not _COLUMN_NAME.fullmatch(name):
        raise P360Error(
            f"{where}: column {name} is not a valid column name; use a-z, digits and _, and give "
            "the file's own name as meta: {header: ...}"
        )
    meta = meta_of(column)
    return DeclaredColumn(
        name,
        str(meta.get("header", name)),
        bool(meta.get("required", False)),
        str(meta.get("names", "")),
    )


def meta_of(node: dict[str, Any]) -> dict[str, Any]:
    """Return what a node of YAML has as its meta."""
    meta: dict[str, Any] = (node.get("config") or {}).get("meta") or {}
    return meta
