"""Figures as plain dicts: a fraction of the time and size of Plotly's own objects."""

from dashboards.figures.ahead import ahead
from dashboards.figures.axes import CONFIG, FONT, amount_axis, empty
from dashboards.figures.maps import Shaded, countries
from dashboards.figures.naming import Name, name_ends
from dashboards.figures.ranking import ranked
from dashboards.figures.scores import histogram, points
from dashboards.figures.series import Figure, Series, shortened
from dashboards.figures.time import lines, stacked

__all__ = [
    "CONFIG",
    "FONT",
    "Figure",
    "Name",
    "Series",
    "Shaded",
    "ahead",
    "amount_axis",
    "countries",
    "empty",
    "histogram",
    "lines",
    "name_ends",
    "points",
    "ranked",
    "shortened",
    "stacked",
]
