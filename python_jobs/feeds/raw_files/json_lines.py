"""Reads JSON lines: one object a line, its keys being the columns, every value as text.

A key inside a key is a column too: ``customer.id``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from python_jobs.feeds.raw_files.encodings import as_utf8, original_bytes, without_bom
from python_jobs.feeds.raw_files.formats import FoundFormat, UnreadableFileError
from python_jobs.feeds.raw_files.header import named
from python_jobs.feeds.raw_files.no_records import NOT_OF_THE_ENCODING
from python_jobs.feeds.raw_files.packed import PackedFile
from python_jobs.feeds.raw_files.raw_file import Batch, RawFile
from python_jobs.feeds.raw_files.records import SetAsideLine
from python_jobs.feeds.raw_files.texts import Number, arrays_of, sound_text, text_of

NOT_JSON = "not_json"
NAMED = re.compile(r"\.(jsonl|ndjson)(\.\w+)?$", re.IGNORECASE)
_BATCH_ROWS = 20_000
_DEPTH = 8  # Of objects inside objects whose keys are columns.
_DECODER = json.JSONDecoder(parse_float=Number, parse_int=Number, parse_constant=Number)


class JsonLinesFile(RawFile):
    """A file of JSON lines. It is read twice, since any line may bring a key.

    Args:
        path: Where it lies.
        name: What it is called in messages.
        encoding: What its bytes are.
        line_end: How its lines end.

    Raises:
        UnreadableFileError: No line is a JSON object.
    """

    def __init__(self, path: Path, name: str, encoding: str, line_end: str) -> None:
        keys: dict[str, bool] = {}  # Whether any record has a value there.
        for line in _lines(PackedFile(path, name), encoding):
            record = _record(line)
            if isinstance(record, dict):
                for key, value in record.items():
                    keys[key] = keys.get(key, False) or value is not None
        keys = {
            key: has  # Where it is null, others may have an object.
            for key, has in keys.items()
            if has or not any(other.startswith(f"{key}.") for other in keys)
        }
        if not any(key.strip() for key in keys):
            raise UnreadableFileError(f"{name} has no line that is a JSON object; request it again")
        packed = PackedFile(path, name)
        super().__init__(packed, name, named([sound_text(key.strip()) for key in keys], name))
        self._keys = list(keys)
        self.format = FoundFormat(packed.compression, encoding, line_end=line_end)

    def as_declared(self) -> dict[str, str | int]:
        """Return what a declaration would say of the file's form."""
        return {"encoding": self.format.encoding}

    def batches(self) -> Iterator[Batch]:
        """Yield all records in order; to be called once."""
        records: list[dict[str, Any]] = []
        numbers: list[int] = []
        lines: list[int] = []
        set_aside: list[SetAsideLine] = []
        for line_number, line in enumerate(_lines(self._packed, self.format.encoding), 1):
            if not line.strip():
                self.blank_lines += 1
                continue
            record = _record(line)
            row_number = self.rows + self.lines_set_aside + 1
            if isinstance(record, dict):
                self.rows += 1
                records.append(record)
                numbers.append(row_number)
                lines.append(line_number)
            else:
                self.lines_set_aside += 1
                content = original_bytes(line, self.format.encoding)
                text = line.decode("utf-8", "replace")
                set_aside.append(SetAsideLine(row_number, line_number, *record, text, content))
            if len(records) + len(set_aside) >= _BATCH_ROWS:
                yield self.batch(self._columns(records), numbers, lines, set_aside)
                records, numbers, lines, set_aside = [], [], [], []
        yield self.batch(self._columns(records), numbers, lines, set_aside)

    def _columns(self, records: list[dict[str, Any]]) -> list[pa.Array]:
        return arrays_of([[text_of(one.get(key)) for one in records] for key in self._keys])


def is_json_object(line: bytes) -> bool:
    """Return whether a line is a JSON object."""
    return isinstance(_record(line), dict)


def _record(line: bytes) -> dict[str, Any] | tuple[str, str]:
    """Return a line's object, or the reason and detail why it has none."""
    try:
        found = _DECODER.decode(line.decode("utf-8").strip())
    except UnicodeDecodeError:
        return NOT_OF_THE_ENCODING, "bytes that are no text"
    except (ValueError, RecursionError):
        return NOT_JSON, "the line is not JSON"
    return _flat(found) if isinstance(found, dict) else (NOT_JSON, "a JSON value that is no object")


def _flat(record: dict[str, Any], depth: int = _DEPTH) -> dict[str, Any]:
    """Return the values of objects inside an object under both keys, joined by a point.

    Where the record has such a key already, or objects lie deep, the object stays one value.
    """
    flat: dict[str, Any] = {}
    for key, value in record.items():
        inner = _flat(value, depth - 1) if isinstance(value, dict) and depth else {}
        joined = {f"{key}.{name}": cell for name, cell in inner.items()}
        is_taken = joined.keys() & (record.keys() | flat.keys())
        flat |= {key: value} if not joined or is_taken else joined
    return flat


def _lines(packed: PackedFile, encoding: str) -> Iterator[bytes]:
    """Yield the lines in UTF-8, without their ends."""
    rest = b""
    for block in as_utf8(without_bom(packed.blocks()), encoding):
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            yield line.removesuffix(b"\r")
    if rest:
        yield rest
