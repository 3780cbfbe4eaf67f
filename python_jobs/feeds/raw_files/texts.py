"""Values of typed files as text: ISO times, plain numbers, nested values as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa


class Number(str):
    """A number as a file writes it."""


def text_of(value: Any) -> str:  # noqa: ANN401
    """Return the text of a value; blank for none."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _plain(repr(value))
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() else str(value)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        minutes, seconds = divmod(value.total_seconds(), 60)
        return f"{int(minutes // 60)}:{int(minutes % 60):02}:{_plain(repr(seconds)).zfill(2)}"
    if isinstance(value, (list, tuple, dict)):
        return json_of(value)
    if isinstance(value, bytes):
        return _text_of_bytes(value)
    return str(value)


def json_of(value: Any) -> str:  # noqa: ANN401
    """Return a nested value as JSON, its numbers as they were written."""
    if isinstance(value, dict):
        parts = (f"{json_of(str(key))}: {json_of(one)}" for key, one in value.items())
        return f"{{{', '.join(parts)}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(json_of, value))}]"
    if value is None:
        return "null"
    if isinstance(value, (Number, bool, int, float, Decimal)):
        return text_of(value)
    return json.dumps(text_of(value), ensure_ascii=False)


def arrow_texts(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Return the cells of a column as text; blank for nulls."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if isinstance(column, pa.ChunkedArray):  # Arrow keeps chunks that are too large for one.
        column = pa.concat_arrays(column.chunks)
    kind = column.type
    if pa.types.is_dictionary(kind):
        return arrow_texts(column.dictionary_decode())
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    if is_text or pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return column.cast(pa.string()).fill_null("")
    if pa.types.is_nested(kind) or pa.types.is_null(kind):
        return pa.array(map(text_of, column.to_pylist()), pa.string())
    # Each distinct value once: there are few days, prices and amounts.
    encoded = column.dictionary_encode()
    values = encoded.dictionary
    if pa.types.is_floating(kind):
        texts = [_plain(text) for text in values.cast(pa.string()).to_pylist()]
    else:
        texts = list(map(text_of, values.to_pylist()))
    return pa.array(texts, pa.string()).take(encoded.indices).fill_null("")


def arrays_of(columns: Sequence[Sequence[str]]) -> list[pa.Array]:
    """Return columns of texts as arrays, with ``?`` for halves of pairs of surrogates."""
    arrays = []
    for cells in columns:
        try:
            arrays.append(pa.array(cells, pa.string()))
        except UnicodeEncodeError:
            arrays.append(pa.array([sound_text(cell) for cell in cells], pa.string()))
    return arrays


def sound_text(text: str) -> str:
    """Return a text with ``?`` for halves of pairs of surrogates."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _plain(number: str) -> str:
    """Return a number without exponent, and without a point where it is whole."""
    decimal = Decimal(number)
    if not decimal.is_finite():
        return number
    text = format(decimal, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _text_of_bytes(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.hex()
