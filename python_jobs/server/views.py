"""Saved views of the dashboard: named addresses, in one YAML file of a schema under P360_HOME."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml
from rich.table import Table

from python_jobs.errors import P360Error
from python_jobs.machine.locks import lock
from python_jobs.settings import Settings
from python_jobs.terminal.console import out

RUN_ID = re.compile(r"[A-Za-z0-9._-]{1,60}")
_LONGEST_NAME, _LONGEST_ADDRESS, _MOST = 80, 2_000, 200
_HEAD = "# Saved views of the dashboard; 'p360 views import FILE' brings them back.\n"


@dataclass(frozen=True)
class SavedView:
    """An address of the dashboard with a name.

    Attributes:
        name: What people call it; no two differ by case alone.
        address: Path and query of the page, less the run.
        run: The run that it is frozen to; blank for one that moves along with the newest data.
        saved_on: The day, ISO 8601.
    """

    name: str
    address: str
    run: str = ""
    saved_on: str = ""

    @property
    def href(self) -> str:
        """Its address, with the run that it is frozen to."""
        sign = "&" if "?" in self.address else "?"
        return f"{self.address}{sign}run={self.run}" if self.run else self.address


def checked(view: SavedView) -> SavedView:
    """Return a view as it is kept, blanks around its name left out.

    Raises:
        P360Error: Its name, address or run is none.
    """
    name = view.name.strip()
    if not name or not name.isprintable() or len(name) > _LONGEST_NAME:
        raise P360Error(
            f"'{name[:99]}' is no name of a view; use 1 to {_LONGEST_NAME} characters in one line"
        )
    address = view.address
    is_page = re.fullmatch(r"/(?![/\\])[^\s#\\]*", address) and address.isprintable()
    if not is_page or len(address) > _LONGEST_ADDRESS:
        raise P360Error(
            f"the view '{name}' has the address '{address[:99]}'; use a page of the dashboard, "
            "such as /time?category=Books"
        )
    if view.run and not RUN_ID.fullmatch(view.run):
        raise P360Error(f"the view '{name}' has the run '{view.run[:99]}'; 'p360 runs' lists runs")
    return SavedView(name, address, view.run, view.saved_on)


def read_views(settings: Settings) -> list[SavedView]:
    """Return the saved views of the schema, by name; none where none were saved.

    Raises:
        P360Error: The file was spoilt.
    """
    file = _file(settings)
    return _read(file) if file.is_file() else []


def save_view(settings: Settings, view: SavedView) -> None:
    """Keep one view more.

    Raises:
        P360Error: It is none, its name is taken, or too many are kept.
    """
    view = checked(view)
    with _locked(settings):
        kept = read_views(settings)
        if any(one.name.casefold() == view.name.casefold() for one in kept):
            raise P360Error(f"a view called '{view.name}' is kept already; choose another name")
        _write(settings, [*kept, view])


def remove_view(settings: Settings, name: str) -> None:
    """Forget a view; nothing happens where there is none of that name."""
    with _locked(settings):
        _write(settings, [one for one in read_views(settings) if one.name != name])


def print_views(settings: Settings) -> None:
    """Print the saved views with their addresses."""
    views = read_views(settings)
    if not views:
        out.print("no view is saved; 'Save or share' on a page of the dashboard saves one")
        return
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for name in ("name", "address", "shows", "saved on"):
        table.add_column(name, overflow="fold")
    for one in views:
        shows = f"run {one.run}" if one.run else "newest data"
        cells = (one.name, one.address, shows, one.saved_on)
        table.add_row(*(cell.replace("[", "\\[") for cell in cells))
    out.print(table)


def export_views(settings: Settings, path: Path | None) -> None:
    """Write the saved views as YAML, to a file or to standard output."""
    text = _as_text(read_views(settings))
    if path is None:
        out.print(text, markup=False, end="")
        return
    path.write_text(text, encoding="utf-8")
    out.print(f"wrote {path}", markup=False)


def import_views(settings: Settings, path: Path) -> None:
    """Keep the views of an exported file, all or none; one of the same name is replaced.

    Raises:
        P360Error: The file is none, or holds something that is no view.
    """
    if not path.is_file():
        raise P360Error(f"{path} is no file; 'p360 views export --out FILE' writes one")
    given = _read(path)
    with _locked(settings):
        kept = {one.name.casefold(): one for one in read_views(settings)}
        new = {one.name.casefold(): one for one in given}
        added = len(new.keys() - kept.keys())
        replaced = sum(kept.get(name, one) != one for name, one in new.items())
        _write(settings, list((kept | new).values()))
    same = len(new) - added - replaced
    out.print(f"{added} added, {replaced} replaced, {same} unchanged")


def _read(file: Path) -> list[SavedView]:
    try:
        found = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise P360Error(f"{file} is no YAML; compare it with 'p360 views export'") from error
    rows = found.get("views") if isinstance(found, dict) else None
    if not isinstance(rows, list):
        raise P360Error(f"{file} has no list of views; compare it with 'p360 views export'")
    views = [_view(row, f"{file}, view {place}") for place, row in enumerate(rows, 1)]
    names = [one.name.casefold() for one in views]
    for name in names:
        if names.count(name) > 1:
            raise P360Error(f"{file} has two views called '{name}'; rename one")
    return sorted(views, key=lambda one: one.name.casefold())


def _view(row: Any, where: str) -> SavedView:  # noqa: ANN401
    keys = {"name", "address", "run", "saved_on"}
    if not isinstance(row, dict) or not {"name", "address"} <= set(row) <= keys:
        raise P360Error(f"{where}: it needs name and address, and may have run and saved_on")
    try:
        return checked(SavedView(**{key: str(value or "") for key, value in row.items()}))
    except P360Error as error:
        raise P360Error(f"{where}: {error}") from error


def _write(settings: Settings, views: Sequence[SavedView]) -> None:
    if len(views) > _MOST:
        raise P360Error(f"{len(views)} views are more than the {_MOST} that are kept; remove some")
    file = _file(settings)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.write_text(_as_text(views), encoding="utf-8")
    draft.replace(file)


def _as_text(views: Sequence[SavedView]) -> str:
    rows = [
        {key: value for key, value in asdict(one).items() if value}
        for one in sorted(views, key=lambda one: one.name.casefold())
    ]
    return _HEAD + yaml.safe_dump({"views": rows}, allow_unicode=True, sort_keys=False, width=1000)


def _file(settings: Settings) -> Path:
    return settings.home / "views" / f"{settings.schema}.yml"


def _locked(settings: Settings) -> AbstractContextManager[None]:
    file = _file(settings)
    file.parent.mkdir(parents=True, exist_ok=True)
    return lock(file.with_suffix(".lock"), lambda: None)
