"""The numbers behind a chart as rows of a file: values as they are, not as they are written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dashboards.data.grids import harmless
from dashboards.figures import Figure

_DECIMALS = 4


def chart_rows(figure: Figure, names: Sequence[str]) -> Iterator[list[Any]]:
    """Yield the header, then a row for each mark, bar or day of a chart.

    Lines and bars over the same days stand side by side; single points one below the other.

    Args:
        figure: The marks.
        names: Columns of the chart's table: what the first column, and one without a name, holds.
    """
    traces = [_Trace(one, names) for one in _as_said(figure["data"])]
    if not traces:
        yield list(names)
        return
    keys = list(dict.fromkeys(key for one in traces for key in one.keys))
    if all(one.is_keyed for one in traces):
        yield [names[0], *(one.name for one in traces)]
        columns = [one.by_key() for one in traces]
        for key in _in_order(keys, traces):
            yield [_cell(key), *(_cell(column.get(key)) for column in columns)]
        return
    yield ["series", "x", "y", "text"]
    for one in traces:
        for key, value, text in zip(one.keys, one.values, one.texts, strict=True):
            yield [harmless(one.name), _cell(key), _cell(value), harmless(text)]


class _Trace:
    """Marks of one name: what each is of, and its value."""

    def __init__(self, trace: dict[str, Any], names: Sequence[str]) -> None:
        self.name = str(trace.get("name") or (names[1] if len(names) > 1 else "value"))
        x, y = list(trace["x"]), list(trace["y"])
        texts = [str(one).replace("<br>", "; ") for one in trace.get("hovertext") or [""] * len(x)]
        self.keys, self.values = (y, x) if trace.get("orientation") == "h" else (x, y)
        self.texts = texts
        if trace.get("meta") == "texts":  # Such as notes: their height says nothing.
            self.values = list(texts)
        self.is_keyed = len(set(self.keys)) == len(self.keys)

    def by_key(self) -> dict[Any, Any]:
        """Return the values by what they are of."""
        return dict(zip(self.keys, self.values, strict=True))


def _as_said(traces: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return traces in the order of their meaning: of lines the loudest is drawn last."""
    lines = [one for one in traces if str(one.get("mode", "")).startswith("lines")]
    return [*reversed(lines), *(one for one in traces if one not in lines)]


def _in_order(keys: list[Any], traces: Sequence[_Trace]) -> list[Any]:
    """Return all keys: as the first trace has them, or sorted where others know more."""
    return keys if set(traces[0].keys) == set(keys) else sorted(keys, key=str)


def _cell(value: Any) -> Any:
    return harmless(round(value, _DECIMALS) if isinstance(value, float) else value)
