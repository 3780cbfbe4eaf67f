"""Notes on days, drawn on a line over time and listed below it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboards.data.notes import Note, notes_on
from dashboards.days import Days
from dashboards.figures import Figure
from dashboards.filters import CUSTOM
from dashboards.page import View

TRACE = "notes"
_MOST = 30  # In the list; a line with more numbers could not be read.
_ROOM_ABOVE = 16  # Pixels for a mark on the highest point.


class Notes:
    """The notes on the days of a view, numbered by their first day.

    Args:
        view: What is shown.
        buckets: First days of the days, weeks or months on the line, in order.
    """

    def __init__(self, view: View, buckets: Sequence[date]) -> None:
        self._view = view
        self._notes = notes_on(view.data, view.days)[:_MOST] if buckets else []
        self._at: dict[int, list[int]] = defaultdict(list)
        for number, note in enumerate(self._notes):
            first = max(note.days.start, view.days.start)
            place = max(0, sum(bucket <= first for bucket in buckets) - 1)
            self._at[place].append(number)
        self._buckets = buckets

    def column(self) -> list[str] | None:
        """Return the texts beside each bucket, for a table; None where nothing is noted."""
        if not self._notes:
            return None
        return [
            "; ".join(self._notes[number].text for number in self._at.get(place, ()))
            for place in range(len(self._buckets))
        ]

    def drawn(self, figure: Figure, amounts: Sequence[float]) -> Figure:
        """Return a figure of lines with a numbered mark on each noted bucket.

        Args:
            figure: The lines.
            amounts: Height of the line in each bucket.
        """
        if not self._notes:
            return figure
        palette = self._view.palette
        places = sorted(self._at)
        figure["data"].append(
            {
                "type": "scatter",
                "mode": "markers+text",
                "name": TRACE,
                "meta": "texts",  # A file of the chart holds the texts, not the heights.
                "x": [self._buckets[place].isoformat() for place in places],
                "y": [amounts[place] for place in places],
                "text": [", ".join(str(n + 1) for n in self._at[place]) for place in places],
                "textposition": "middle center",
                "textfont": {"color": palette.text, "size": 11, "weight": 700},
                "hovertext": ["<br>".join(map(self._said, self._at[place])) for place in places],
                "hoverinfo": "text",
                "cliponaxis": False,
                "marker": {
                    "symbol": "circle",
                    "size": [17 + 9 * (len(self._at[place]) - 1) for place in places],
                    "color": palette.paper,
                    "line": {"width": 1.5, "color": palette.text},
                },
            }
        )
        layout = figure["layout"]
        layout["margin"] |= {"t": max(layout["margin"]["t"], _ROOM_ABOVE)}
        layout["shapes"] = [*layout.get("shapes", []), *self._spans()]
        return figure

    def listed(self) -> list[Component]:
        """Return the list below the chart: each note with its number, as a link to its days."""
        if not self._notes:
            return []
        view = self._view
        return [
            html.Ol(
                [
                    html.Li(
                        [
                            dcc.Link(
                                view.formats.days(note.days),
                                href=view.here(
                                    replace(
                                        view.filters,
                                        period=CUSTOM,
                                        start=note.days.start,
                                        end=note.days.end,
                                    )
                                ),
                            ),
                            f" {note.text}",
                        ]
                    )
                    for note in self._notes
                ],
                className="notes",
                **{"aria-label": "Notes on these days"},
            )
        ]

    def _said(self, number: int) -> str:
        note = self._notes[number]
        return f"{number + 1} {_plain(note.text)}, {self._view.formats.days(note.days)}"

    def _spans(self) -> list[dict[str, Any]]:
        """Return a band behind the days of each note of several days."""
        return [
            {
                "type": "rect",
                "layer": "below",
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "x0": f"{shown.start}",
                "x1": f"{shown.end}",
                "line": {"width": 0},
                "fillcolor": self._view.palette.grid,
                "opacity": 0.6,
            }
            for shown in map(self._shown, self._notes)
            if len(shown) > 1
        ]

    def _shown(self, note: Note) -> Days:
        days = self._view.days
        return Days(max(note.days.start, days.start), min(note.days.end, days.end))


def _plain(text: str) -> str:
    """Return a text that Plotly does not take for its own markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;")
