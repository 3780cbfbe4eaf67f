"""Tells a known export by its headers, and declares it for a sample of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from python_jobs.errors import P360Error
from python_jobs.feeds.declared_keys import NUMBER_CELLS, as_list
from python_jobs.feeds.guessing.cells import Guessed, SampleColumn
from python_jobs.feeds.guessing.columns import values_of
from python_jobs.feeds.presets.forms import fitting_numbers, fitting_times
from python_jobs.feeds.presets.reading import Preset, read_presets

_MOST_FREQUENT = "most frequent"


class _MissingColumnError(Exception):
    """None of these headers is in the file."""


def known_export(columns: Sequence[SampleColumn]) -> Preset | None:
    """Return the preset whose headers are all there, of several the one with the most."""
    headers = {_plain(column.header) for column in columns}
    fitting = [
        preset
        for preset in read_presets()
        if all(any(_plain(one) in headers for one in names) for names in preset.recognised_by)
    ]
    return max(fitting, key=lambda preset: len(preset.recognised_by), default=None)


def declare(preset: Preset, columns: Sequence[SampleColumn], file: str) -> Guessed:
    """Return the declaration of a known export, in the raw table's column names.

    Args:
        preset: What is known of it.
        columns: All columns of the sample, in the order of the file.
        file: What the sample is called in messages.

    Raises:
        P360Error: The export holds no sales, or a column of a required cell is missing.
    """
    if preset.not_a_feed:
        raise P360Error(
            f"{file}: this is {preset.title}: {preset.not_a_feed}; or add --guess to guess anyway"
        )
    return _Declaring(preset, columns, file).declared()


class _Declaring:
    """One preset beside one sample."""

    def __init__(self, preset: Preset, columns: Sequence[SampleColumn], file: str) -> None:
        self._preset = preset
        self._feed = preset.feed
        self._file = file
        self._by_header = {_plain(column.header): column for column in reversed(columns)}
        self._by_name = {column.name: column for column in columns}
        self._done = Guessed(known_export=preset.title, notes=[*preset.notes], csv={**preset.csv})
        self._done.told.append((f"known export: {preset.title}", preset.source))

    def declared(self) -> Guessed:
        done = self._done
        for cell, said in self._feed["cells"].items():
            self._declare_cell(cell, said)
        self._declare_numbers()
        for key in ("time_zone", "currency", "tax", "amount_is", "tolerance"):
            if key in self._feed:
                getattr(self, f"_{key}", self._as_said)(key)
        for key in ("returns", "not_sales"):
            if key in self._feed:
                done.feed[key] = self._conditions(key)
        used = {name for said in done.cells.values() for name in _columns_of(said)}
        for said in (done.feed.get("returns", []), done.feed.get("not_sales", [])):
            used |= {one["column"] for one in said if isinstance(one, Mapping)}
        done.unused = [one.header for name, one in self._by_name.items() if name not in used]
        done.told += [("note", note) for note in self._preset.notes]
        return done

    def _declare_cell(self, cell: str, said: Any) -> None:  # noqa: ANN401
        done = self._done
        if cell == "transaction_id" and isinstance(said, Mapping) and "columns" in said:
            # An id of several columns does without those that a version lacks.
            there = [one for one in said["columns"] if _plain(one) in self._by_header]
            said = {**said, "columns": there or said["columns"]}
        try:
            declared = self._in_raw_names(said)
        except _MissingColumnError as missing:
            self._do_without(cell, str(missing))
            return
        why = _in_short(declared)
        if isinstance(declared, dict) and "times" in declared:
            first = self._by_name[_columns_of(declared)[0]]
            times = fitting_times(declared["times"], first.cells)
            declared["times"], why = times.forms, times.told
            done.to_fill += [f"{cell}: times: {line}" for line in times.open_choice]
        done.cells[cell] = declared
        names = _columns_of(declared)
        headers = ", ".join(self._by_name[name].header for name in names) or "(no column)"
        done.told.append((f"{headers} -> {cell}", why))
        if cell not in self._preset.optional_cells and len(names) == 1:
            done.required.update(names)

    def _do_without(self, cell: str, header: str) -> None:
        """Leave a cell out whose column is not in the file, if the export is known without it."""
        if cell not in self._preset.optional_cells:
            raise P360Error(
                f"{self._file}: this is {self._preset.title}, and its column {header} ({cell}) is "
                "missing; export it with that column, or add --guess to guess instead"
            )
        told = f"the file has no column {header}"
        if cell == "status":
            self._done.cells[cell] = {"constant": "Completed"}
            told += "; every row is Completed"
        self._done.told.append((f"(no column) -> {cell}", told))

    def _in_raw_names(self, said: Any) -> Any:  # noqa: ANN401
        """Return what is declared of a cell with the raw table's names for the files' headers."""
        if isinstance(said, str):
            return self._one(said).name
        if isinstance(said, list):
            return self._present(said)
        declared = dict(said)
        if "column" in said:
            declared["column"] = self._one(said["column"]).name
        if "columns" in said:
            declared["columns"] = [self._one(one).name for one in said["columns"]]
        if "first_filled" in said:
            present = self._present(said["first_filled"])
            declared.pop("first_filled")
            key = "column" if isinstance(present, str) else "first_filled"
            declared = {key: present, **declared}
        return declared

    def _one(self, named: str | Sequence[str]) -> SampleColumn:
        names = [named] if isinstance(named, str) else named
        for name in names:
            if _plain(name) in self._by_header:
                return self._by_header[_plain(name)]
        raise _MissingColumnError(" or ".join(names))

    def _present(self, names: Sequence[str]) -> str | list[str]:
        found = [
            self._by_header[_plain(one)].name for one in names if _plain(one) in self._by_header
        ]
        if not found:
            raise _MissingColumnError(" or ".join(names))
        return found[0] if len(found) == 1 else found

    def _conditions(self, key: str) -> list[Any]:
        said = self._feed[key]
        declared: list[Any] = []
        for one in as_list(said):
            if isinstance(one, Mapping):
                try:
                    column = self._one(one["column"]).name
                except _MissingColumnError as missing:
                    self._do_without(key, str(missing))
                else:
                    self._done.required.add(column)
                    declared.append({**one, "column": column})
            else:
                declared.append(one)
        for one in declared:
            self._done.told.append((key.replace("_", " "), self._in_words(one)))
        return declared

    def _in_words(self, condition: Any) -> str:  # noqa: ANN401
        if not isinstance(condition, Mapping):
            return str(condition).replace("_", " ")
        header = self._by_name[condition["column"]].header
        for key, words in (("values", "is"), ("others_than", "is none of"), ("prefix", "begins")):
            if key in condition:
                values = condition[key] if isinstance(condition[key], list) else [condition[key]]
                return f"{header} {words} {', '.join(value or '(empty)' for value in values)}"
        return header

    def _declare_numbers(self) -> None:
        said = self._feed.get("numbers")
        if not said:
            return
        cells = [
            text
            for cell in NUMBER_CELLS
            for name in _columns_of(self._done.cells.get(cell, {}))
            for text in self._by_name[name].cells
        ]
        numbers = fitting_numbers(as_list(said), cells)
        self._done.numbers = numbers.forms[0]
        self._done.told.append(("numbers", numbers.told))
        self._done.to_fill += [f"numbers: {line}" for line in numbers.open_choice]

    def _time_zone(self, key: str) -> None:
        said = self._feed[key]
        if isinstance(said, str) and said != "local":
            self._as_said(key)
            return
        zone, told = "", "the export does not say in which zone its times are"
        header = said.get("column") if isinstance(said, Mapping) else None
        column = self._by_header.get(_plain(header)) if header else None
        if column is not None:
            value = next(iter(values_of(column.cells)), "")
            zone = said["values"].get(value) or (value if value in available_timezones() else "")
            told = f"{zone or 'UTC'}, since {column.header} is mostly {value or '(empty)'}"
        self._done.feed[key] = zone or "UTC"
        self._done.told.append((key, told))
        if not zone:
            self._done.to_fill.append("time_zone: ZONE, such as Europe/Berlin, instead of UTC")

    def _currency(self, key: str) -> None:
        said = self._feed[key]
        if said == _MOST_FREQUENT:
            columns = _columns_of(self._done.cells.get(key, {}))
            values = values_of(self._by_name[columns[0]].cells) if columns else []
            if not values:
                self._done.cells.pop(key, None)
                return
            header = self._by_name[columns[0]].header
            self._done.feed[key] = values[0].upper()
            self._done.told.append((key, f"{values[0].upper()}, the most frequent of {header}"))
        else:
            self._as_said(key)

    def _amount_is(self, key: str) -> None:
        """Declare what amounts are, without the terms whose cells the file lacks."""
        said = self._feed[key]
        for cell in self._feed["cells"]:
            if cell not in self._done.cells:
                said = re.sub(rf"\s*[+-]\s*{cell}\b", "", said)
        self._done.feed[key] = said
        self._done.told.append(("an amount is", said))

    def _as_said(self, key: str) -> None:
        self._done.feed[key] = self._feed[key]
        self._done.told.append((key.replace("_", " "), str(self._feed[key])))


def _in_short(said: Any) -> str:  # noqa: ANN401
    """Return in a few words how a cell is made of its columns."""
    if isinstance(said, list) or "first_filled" in said:
        return "the first one that is filled"
    if isinstance(said, str):
        return "as it stands"
    if "constant" in said:
        return f"every row is {said['constant']}"
    if "values" in said:
        return ", ".join(f"{raw} is {status}" for raw, status in said["values"].items())
    if said.get("carried_down"):
        is_heading = said["carried_down"] == "file"
        return "from the row above that has it" if is_heading else "from the order's first row"
    if "columns" in said:
        return "joined by blanks"
    return "a share of the price, in percent" if said.get("percent") else "as it stands"


def _columns_of(said: Any) -> list[str]:  # noqa: ANN401
    """Return the columns that a cell is read from."""
    if isinstance(said, str):
        return [said]
    if isinstance(said, list):
        return said
    named = said.get("column") or said.get("columns") or said.get("first_filled") or []
    return [named] if isinstance(named, str) else list(named)


def _plain(header: str) -> str:
    """Return a header in small letters and without blanks."""
    return re.sub(r"\s+", "", header.casefold())
