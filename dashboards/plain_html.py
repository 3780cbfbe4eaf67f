"""Blocks of a page as plain HTML, without Dash in the browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from itertools import count
from typing import Any

from dash.development.base_component import Component
from plotly.io.json import to_json_plotly

from dashboards.blocks import Block

_VOID = {"img", "br", "hr", "input", "wbr"}
_NAMES = {"className": "class", "colSpan": "colspan", "rowSpan": "rowspan"}
_LEFT_OUT = {"children", "id", "style", "n_clicks", "n_clicks_timestamp", "tabIndex", "href"}
_SKIPPED = {"button", "store"}  # What a file cannot do, and what it need not hold twice.
_NUMBERS = count()


def filled(block: Block, contents: Any) -> Component:
    """Return a block with its contents in their places."""
    layout = block.layout()
    by_id = {_key(one.id): one for one in _all(layout) if getattr(one, "id", None) is not None}
    for (where, name), value in zip(block.properties(), block.values(contents), strict=True):
        setattr(by_id[_key(where)], name, value)
    return layout


def as_html(part: Any) -> str:
    """Return a component, a text or a list of both as HTML; links lead nowhere in a file."""
    if part is None:
        return ""
    if isinstance(part, (list, tuple)):
        return "".join(map(as_html, part))
    if not isinstance(part, Component):
        return escape(str(part))
    kind = part._type.lower()
    if kind in _SKIPPED or getattr(part, "className", "") == "card-explain":
        return ""
    if kind == "graph":
        return _graph(part)
    if kind == "table" and part._namespace == "dash_mantine_components":
        return _table(part.data)
    if kind == "details" and getattr(part, "className", "") == "chart-table":
        return ""  # The same numbers once more; the file of a chart has them.
    tag = "span" if kind in ("link", "a") else kind
    inner = "" if tag in _VOID else f"{as_html(getattr(part, 'children', None))}</{tag}>"
    return f"<{tag}{_attributes(part)}>{inner}"


def _all(part: Any) -> Iterator[Component]:
    if isinstance(part, (list, tuple)):
        for one in part:
            yield from _all(one)
    elif isinstance(part, Component):
        yield part
        yield from _all(getattr(part, "children", None))


def _key(where: Any) -> str:
    return json.dumps(where, sort_keys=True) if isinstance(where, dict) else str(where)


def _attributes(part: Component) -> str:
    found = {}
    for name in part._prop_names:
        value = getattr(part, name, None)
        if name not in _LEFT_OUT and isinstance(value, (str, int)):
            found[_NAMES.get(name, name)] = value
    for name, value in part.to_plotly_json()["props"].items():
        if name.startswith(("aria-", "data-")) or name in ("role", "scope", "src", "alt"):
            found[name] = value
    found.pop("hidden", None)
    if getattr(part, "hidden", None):
        found["hidden"] = ""
    identity = getattr(part, "id", None)
    if isinstance(identity, str):
        found["id"] = identity
    if style := getattr(part, "style", None):
        found["style"] = ";".join(f"{_css(key)}:{value}" for key, value in style.items())
    return "".join(f' {name}="{escape(str(value))}"' for name, value in found.items())


def _css(name: str) -> str:
    if name.startswith("--"):
        return name
    return "".join(f"-{one.lower()}" if one.isupper() else one for one in name)


def _graph(graph: Component) -> str:
    """Return the place of a chart, and its marks as data; the file's own script draws them."""
    name = f"figure-{next(_NUMBERS)}"
    marks = to_json_plotly(graph.figure).replace("<", "\\u003c")
    return (
        f'<div class="chart-graph" style="height:100%" data-figure="{name}"></div>'
        f'<script type="application/json" id="{name}">{marks}</script>'
    )


def _table(data: dict[str, Any]) -> str:
    head = "".join(f'<th scope="col">{escape(str(one))}</th>' for one in data["head"])
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(one))}</td>" for one in row) + "</tr>"
        for row in data["body"]
    )
    return f'<table class="table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
