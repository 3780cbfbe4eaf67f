"""The blocks of which every page is made: cards, charts with their table, grids, panels."""

from dashboards.blocks.bars import Bars
from dashboards.blocks.block import Block, Property
from dashboards.blocks.card import Card, CardContents, spark_line
from dashboards.blocks.chart import (
    CHART,
    TABLE,
    TABLE_PLACE,
    TABLE_TOGGLE,
    Chart,
    ChartContents,
)
from dashboards.blocks.grid import GRID, Grid, GridContents
from dashboards.blocks.heat import Heat, HeatContents, HeatMap
from dashboards.blocks.multiples import Multiple, Multiples, MultiplesContents
from dashboards.blocks.noted_chart import NotedChart
from dashboards.blocks.panel import Panel, Tabs
from dashboards.blocks.sentence import Sentence
from dashboards.blocks.table import Link, Table
from dashboards.blocks.targets import Reached, TargetContents, Targets

__all__ = [
    "CHART",
    "GRID",
    "TABLE",
    "TABLE_PLACE",
    "TABLE_TOGGLE",
    "Bars",
    "Block",
    "Card",
    "CardContents",
    "Chart",
    "ChartContents",
    "Grid",
    "GridContents",
    "Heat",
    "HeatContents",
    "HeatMap",
    "Link",
    "Multiple",
    "Multiples",
    "MultiplesContents",
    "NotedChart",
    "Panel",
    "Property",
    "Reached",
    "Sentence",
    "Table",
    "Tabs",
    "TargetContents",
    "Targets",
    "spark_line",
]
