"""Small exports in the shapes that real systems write, and what must come out of each.

``exports/`` holds pairs. The export is a text file (``.csv``, ``.tsv``, ``.txt``, ``.jsonl``), or a
spec ``<name>.yml`` with a ``kind``, from which ``Export.write`` builds the file:

- ``text``: ``text`` in an ``encoding``; for signs that an editor would not keep.
- ``zip``: ``files``, name to text.
- ``xlsx``: ``sheets``, name to rows; days and times of YAML become Excel's, with a date's format.
- ``parquet``: ``columns``, name to Arrow type, and ``rows``.

``<name>.expected.yml`` says what a person expects, who reasons from the file alone:

- ``add``: what a person must still write, merged into ``meta.feed`` of the guessed declaration.
- ``schema_add``: the same for the source's ``config.meta.csv``.
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
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pyarrow as pa
import pyarrow.parquet
import yaml

FOLDER = Path(__file__).with_name("exports")
_EXPECTED = ".expected.yml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_DAY, _MOMENT = 1, 2  # Places in the workbook's list of formats; 0 is the general one.
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="3"><xf/><xf numFmtId="14" applyNumberFormat="1"/>'
    '<xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>'
)


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
    return _zipped({name: str(text).encode("utf-8") for name, text in spec["files"].items()})


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
    sheets = list(spec["sheets"].items())
    numbers = range(1, len(sheets) + 1)
    named = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>'
        for n, (name, _) in zip(numbers, sheets, strict=True)
    )
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
        f'ContentType="{_SHEET_TYPE}.worksheet+xml"/>'
        for n in numbers
    )
    links = {f"rId{n}": ("worksheet", f"worksheets/sheet{n}.xml") for n in numbers}
    parts = {
        "[Content_Types].xml": (
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET_TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_SHEET_TYPE}.styles+xml"/>'
            f"{types}</Types>"
        ),
        "_rels/.rels": _relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{named}</sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": _relations(links | {"rId0": ("styles", "styles.xml")}),
        "xl/styles.xml": _STYLES,
    }
    for n, (_, rows) in zip(numbers, sheets, strict=True):
        parts[f"xl/worksheets/sheet{n}.xml"] = _sheet(rows)
    declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return _zipped({name: (declaration + text).encode("utf-8") for name, text in parts.items()})


def _relations(links: Mapping[str, tuple[str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for name, (kind, target) in links.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def _sheet(rows: list[list[Any]]) -> str:
    lines = "".join(
        f'<row r="{n}">'
        + "".join(
            _cell(f"{chr(ord('A') + place)}{n}", value)
            for place, value in enumerate(row)
            if value is not None
        )
        + "</row>"
        for n, row in enumerate(rows, 1)
    )
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{lines}</sheetData></worksheet>'


def _cell(place: str, value: Any) -> str:
    if isinstance(value, date):  # A datetime is one as well.
        moment = value if isinstance(value, datetime) else datetime(*value.timetuple()[:3])
        days = (moment - datetime(1899, 12, 30)).total_seconds() / 86400
        style = _MOMENT if isinstance(value, datetime) else _DAY
        return f'<c r="{place}" s="{style}"><v>{days:.15g}</v></c>'
    if isinstance(value, (int, float)):
        return f'<c r="{place}"><v>{value}</v></c>'
    text = f'<t xml:space="preserve">{escape(str(value))}</t>'
    return f'<c r="{place}" t="inlineStr"><is>{text}</is></c>'


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return file.getvalue()


_BUILDERS: dict[str, Callable[[Mapping[str, Any]], bytes]] = {
    "text": _text,
    "zip": _zip,
    "xlsx": _xlsx,
    "parquet": _parquet,
}
