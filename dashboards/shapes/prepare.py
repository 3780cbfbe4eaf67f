"""Prepares ``countries.json``: ``npm pack world-atlas``, unpack it, and name its folder.

``python -m dashboards.shapes.prepare package``. The shapes are projected (Equal Earth, which keeps
areas), thinned and written as whole numbers, so that a page gets a few dozen kilobytes of them.
"""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from math import asin, cos, hypot, radians, sin, sqrt
from pathlib import Path
from typing import Any

from babel.core import get_global

from dashboards.shapes.countries import cut

FILE = Path(__file__).with_name("countries.json")
_UNITS = 2000  # Whole numbers in one unit of the projection, whose width is 5.4.
# Coarse shapes are for the world, fine ones for a part of it: file, units to thin by, and the
# smallest ring to keep.
_KINDS = {"coarse": ("countries-110m.json", 4.0, 30.0), "fine": ("countries-50m.json", 1.6, 12.0)}
_LEFT_OUT = {"Antarctica"}
_WITHOUT_NUMBER = {"Kosovo": "XK", "N. Cyprus": "CY", "Somaliland": "SO"}
_EQUAL_EARTH = (1.340264, -0.081106, 0.000893, 0.003796)
Point = tuple[float, float]
Ring = list[Point]


def main(folder: Path) -> None:
    """Write the file from the unpacked package."""
    written: dict[str, Any] = {}
    for kind, (name, thinned_by, smallest) in _KINDS.items():
        atlas = json.loads((folder / name).read_text(encoding="utf-8"))
        arcs = [_thinned(arc, thinned_by) for arc in _arcs(atlas)]
        shapes: dict[str, list[Ring]] = {}
        for one in atlas["objects"]["countries"]["geometries"]:
            country = one["properties"]["name"]
            if country not in _LEFT_OUT:
                shapes.setdefault(_code(one), []).extend(_rings(one, arcs))
        written[kind] = {
            code: _kept(rings, smallest) for code, rings in sorted(shapes.items()) if rings
        }
    # The middle of the largest part: where a mark stands, the only one of a country too small.
    written["points"] = {code: _middle(rings[0]) for code, rings in written["fine"].items()}
    for kind in _KINDS:
        written[kind] = {code: [_flat(r) for r in rings] for code, rings in written[kind].items()}
    text = json.dumps(written, separators=(",", ":"))
    FILE.write_text(text.replace('"},', '"},\n').replace("]],", "]],\n") + "\n", encoding="utf-8")


def project(longitude: float, latitude: float) -> Point:
    """Return where a place is on the map, in whole units (Šavrič, Patterson and Jenny 2018)."""
    a1, a2, a3, a4 = _EQUAL_EARTH
    at = asin(sqrt(3) / 2 * sin(radians(latitude)))
    wide = 9 * a4 * at**8 + 7 * a3 * at**6 + 3 * a2 * at**2 + a1
    x = 2 * sqrt(3) * radians(longitude) * cos(at) / (3 * wide)
    y = at * (a1 + a2 * at**2 + at**6 * (a3 + a4 * at**2))
    return round(x * _UNITS), round(y * _UNITS)


def _code(one: dict[str, Any]) -> str:
    """Return the two letters of a country; its name where there are none."""
    name = one["properties"]["name"]
    found = get_global("territory_aliases").get(one.get("id") or "", [])
    return str(found[0]) if found else _WITHOUT_NUMBER.get(name, name)


def _arcs(atlas: dict[str, Any]) -> list[Ring]:
    """Return the lines that shapes are made of; two neighbours share the one between them."""
    (wide, high), (left, low) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    found = []
    for arc in atlas["arcs"]:
        x = y = 0
        line = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            line.append((x * wide + left, y * high + low))
        found.append(line)
    return found


def _thinned(line: Ring, by: float) -> Ring:
    """Return a line without the points that lie this near to it (Douglas and Peucker 1973)."""
    if len(line) < 3:
        return line
    (x0, y0), (x1, y1) = project(*line[0]), project(*line[-1])
    length = hypot(x1 - x0, y1 - y0)

    def far(place: Point) -> float:
        x, y = project(*place)
        if not length:
            return hypot(x - x0, y - y0)
        return abs((x1 - x0) * (y0 - y) - (x0 - x) * (y1 - y0)) / length

    most, at = max((far(point), place) for place, point in enumerate(line[1:-1], 1))
    if most <= by:
        return [line[0], line[-1]]
    return _thinned(line[: at + 1], by)[:-1] + _thinned(line[at:], by)


def _rings(one: dict[str, Any], arcs: list[Ring]) -> list[Ring]:
    """Return the closed lines of a country, holes among them."""
    parts = one["arcs"] if one["type"] == "MultiPolygon" else [one["arcs"]]
    found = []
    for part in parts:
        for ring in part:
            line: Ring = []
            for at in ring:
                arc = arcs[at] if at >= 0 else arcs[~at][::-1]
                line += arc[1:] if line else arc
            found += _within_the_map(line)
    return found


def _within_the_map(line: Ring) -> list[Ring]:
    """Return a ring on the map: one that goes on beyond 180 degrees comes in on the other side."""
    far, turned = [line[0]], 0.0
    for (before, _), (longitude, latitude) in pairwise(line):
        turned -= 360 * round((longitude - before) / 360)
        far.append((longitude + turned, latitude))
    found = []
    for turn in (-360, 0, 360):
        part = cut([(x + turn, y) for x, y in far], 0, -180, above=True)
        part = cut(part, 0, 180, above=False)
        if len(part) > 3:
            found.append([project(x, y) for x, y in [*part, part[0]]])
    return found


def _kept(rings: list[Ring], smallest: float) -> list[Ring]:
    """Return the rings that can be seen, the largest first and whatever its size."""
    ordered = sorted(rings, key=_area, reverse=True)
    return ordered[:1] + [one for one in ordered[1:] if _area(one) >= smallest and len(one) > 3]


def _area(ring: Ring) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))) / 2


def _middle(ring: Ring) -> list[int]:
    """Return the centre of a ring's area; of its points where it has none."""
    turns = [(a, b, a[0] * b[1] - b[0] * a[1]) for a, b in pairwise(ring)]
    area = sum(turn for _, _, turn in turns) * 3
    if not area:
        return [round(sum(point[axis] for point in ring) / len(ring)) for axis in (0, 1)]
    x, y = (sum((a[axis] + b[axis]) * turn for a, b, turn in turns) / area for axis in (0, 1))
    return [round(x), round(y)]


def _flat(ring: Ring) -> list[int]:
    """Return a ring as steps: x and y of its first point, then how far to each next one."""
    steps = [int(value) for value in ring[0]]
    for a, b in pairwise(ring):
        steps += [int(b[0] - a[0]), int(b[1] - a[1])]
    return steps


if __name__ == "__main__":
    main(Path(sys.argv[1]))
