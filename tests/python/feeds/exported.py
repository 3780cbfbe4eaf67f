"""Small exports in the shapes that real systems write, and what must come out of each.

``exports/`` holds pairs. The export is a text file (``.csv``, ``.tsv``, ``.txt``, ``.jsonl``), or a
spec ``<name>.yml`` with a ``kind``, from which ``Export.write`` builds the file:

- ``text``: ``text`` in an ``encoding``; for signs that an editor would not keep.
- ``zip``: ``files``, name to text.
- ``xlsx``: ``sheets``, name to rows; days and times of YAML become Excel's, with a date's format.
- ``parquet``: ``columns``, name to Arrow type, and ``rows``.

``<name>.expected.yml`` says what a person expects, who reasons from the file alone:

- ``add``: what a person must still write, merged into ``meta.feed`` of the guessed declaration.
- ``said``: what a person must say of the file to `p360 feed new`, as in ``config.meta.csv``.
- ``guessed``: each cell that the guesser should fill from columns, with the column's header; a list
  for columns that are joined. Cells that are not listed should have no column.
- ``wants``: what today's guesser or reader lacks; such an export may fail until it is there.
- ``records``: rows below the header, and lines set aside among them. ``accepted``, ``quarantined``,
  ``duplicate`` and ``superseded`` add up to it.
- ``reasons``: reason to number of records; ``warnings``, where given, likewise and in full.
- ``sales_amount``, ``returns_amount``: sums of the accepted rows that are Completed, and Returned.
- ``rows``: the accepted rows in the order of the file. Times are in UTC. Numbers are compared by
  value: ``"100"`` is 100.000. Rows that are Returned have positive numbers, whatever the file says.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import yaml
from feeds.workbooks import workbook, zipped

from python_jobs.feeds.raw_files import FileFormat

FOLDER = Path(__file__).with_name("exports")
_EXPECTED = ".expected.yml"


@dataclass(frozen=True)
class Export:
    """An export and what must come out of it.

    Attributes:
        name: Its name, which can name a feed.
        path: The file, or the spec that it is built from.
        expected: The content of ``<name>.expected.yml``.
    """

    name: str
    path: Path
    expected: Mapping[str, Any]

    @property
    def said(self) -> FileFormat:
        """What a person says of the file."""
        return FileFormat(**self.expected.get("said", {}))

    def write(self, folder: Path) -> Path:
        """Put the file into a folder, built where it is a spec, and return its path."""
        if self.path.suffix != ".yml":
            target = folder / self.path.name
            target.write_bytes(self.path.read_bytes())
            return target
        spec = read_yaml(self.path)
        ending = {"text": "csv"}.get(spec["kind"], spec["kind"])
        target = folder / f"{self.name}.{ending}"
        target.write_bytes(_BUILDERS[spec["kind"]](spec))
        return target


def all_exports() -> list[Export]:
    """Return all exports by name."""
    found = []
    for file in sorted(FOLDER.glob(f"*{_EXPECTED}")):
        name = file.name.removesuffix(_EXPECTED)
        (path,) = (one for one in FOLDER.glob(f"{name}.*") if one != file)
        found.append(Export(name, path, read_yaml(file)))
    return found


def read_yaml(file: Path) -> Any:
    """Return what a YAML file holds, read fast where PyYAML has its library in C."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(file.read_text(encoding="utf-8"), loader)


def _text(spec: Mapping[str, Any]) -> bytes:
    return str(spec["text"]).encode(spec.get("encoding", "utf-8"))


def _zip(spec: Mapping[str, Any]) -> bytes:
    return zipped({name: str(text).encode("utf-8") for name, text in spec["files"].items()})


def _parquet(spec: Mapping[str, Any]) -> bytes:
    schema = pa.schema([(name, _arrow(kind)) for name, kind in spec["columns"].items()])
    columns = [
        pa.array([_arrow_value(row[place], kind) for row in spec["rows"]], kind)
        for place, kind in enumerate(schema.types)
    ]
    file = io.BytesIO()
    pa.parquet.write_table(pa.table(columns, schema=schema), file)
    return file.getvalue()


def _arrow(kind: str) -> pa.DataType:
    name, _, arguments = kind.rstrip(")").partition("(")
    if name == "decimal":
        return pa.decimal128(*map(int, arguments.split(",")))
    if name == "timestamp":
        return pa.timestamp("us", tz=arguments or None)
    return pa.type_for_alias(kind)


def _arrow_value(value: Any, kind: pa.DataType) -> Any:
    return Decimal(value) if pa.types.is_decimal(kind) and value is not None else value


def _xlsx(spec: Mapping[str, Any]) -> bytes:
    return workbook(spec["sheets"])


_BUILDERS: dict[str, Callable[[Mapping[str, Any]], bytes]] = {
    "text": _text,
    "zip": _zip,
    "xlsx": _xlsx,
    "parquet": _parquet,
}
