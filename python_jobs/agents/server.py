"""The MCP server: its tools as agents see them, over standard input and output."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from python_jobs.agents import tools
from python_jobs.errors import P360Error
from python_jobs.metrics.question import Asked
from python_jobs.settings import Settings

_Given = TypeVar("_Given")
_ONE_AT_A_TIME = threading.Lock()
_ABOUT = (
    "Figures of a sales lakehouse, from the last run that passed its tests. Begin with "
    "list_metrics. Filters are comparisons such as country = 'Germany' and category in "
    "('Books', 'Toys'); days are written 2025-03-31. Nothing here writes."
)


def serve(settings: Settings) -> None:
    """Serve the tools on standard input and output, until the input ends.

    Raises:
        P360Error: The package ``mcp`` is not installed.
    """
    build_server(settings).run("stdio")


def build_server(settings: Settings) -> Any:  # noqa: ANN401
    """Return the server with its tools.

    Raises:
        P360Error: The package ``mcp`` is not installed.
    """
    try:
        from mcp.server.mcpserver import MCPServer
        from mcp.types import ToolAnnotations
    except ImportError as error:
        raise P360Error(
            "the package mcp is not installed; run: .venv/bin/python -m pip install --no-deps "
            "--require-hashes -r requirements-mcp.txt"
        ) from error
    server = MCPServer("project-360", instructions=_ABOUT, log_level="CRITICAL")
    read_only = ToolAnnotations(read_only_hint=True, destructive_hint=False, open_world_hint=False)
    for tool in _tools(settings):
        server.tool(annotations=read_only)(tool)
    return server


def _tools(settings: Settings) -> list[Callable[..., Any]]:
    """Return the tools; their docstrings and types are what agents read."""

    def list_metrics(search: str = "") -> dict[str, Any]:
        """List metrics with label, description, unit, owner, grains and dimensions; what these are.

        search: only those whose name, label or description holds this text.
        """
        return _told(partial(tools.list_metrics, settings, search))

    def list_saved_queries() -> list[dict[str, Any]]:
        """List saved queries: questions with a name, their metrics, groups, and tables of them."""
        return _told(partial(tools.list_saved_queries, settings))

    def query_metric(
        metrics: list[str] | None = None,
        by: list[str] | None = None,
        where: list[str] | None = None,
        start: str | None = None,
        end: str | None = None,
        compare: str | None = None,
        limit: int | None = None,
        saved_query: str | None = None,
    ) -> dict[str, Any]:
        """Query metrics, or a saved query; at most 500 rows.

        by: grains of time (day, week, month, quarter, year) and dimensions. where: filters, all of
        which must hold. start, end: first and last day. compare: previous-period or previous-year,
        which needs a grain of time. saved_query: its name, in place of metrics and by.
        """
        chosen, groups, filters = tuple(metrics or ()), tuple(by or ()), tuple(where or ())
        asked = Asked(chosen, groups, filters, start, end, compare, limit, False, saved_query)
        return _told(partial(tools.query_metrics, settings, asked))

    def explain_figure(
        metric: str,
        where: list[str] | None = None,
        start: str | None = None,
        end: str | None = None,
    ) -> dict[str, Any]:
        """Explain one figure: meaning, parts, rows, SQL, raw rows by disposition, rows left out."""
        asked = Asked((metric,), (), tuple(where or ()), start, end)
        return _told(partial(tools.explain_figure, settings, asked))

    def row_account() -> dict[str, Any]:
        """Tell what became of all raw rows: accepted, quarantined, duplicate or superseded."""
        return _told(partial(tools.row_account, settings))

    def health() -> dict[str, Any]:
        """Tell how the last run, the age of the data, the account of rows and incidents stand."""
        return _told(partial(tools.health, settings))

    return [list_metrics, list_saved_queries, query_metric, explain_figure, row_account, health]


def _told(work: Callable[[], _Given]) -> _Given:
    """Return what a tool gives, one at a time; an error is told in its line."""
    from mcp.server.mcpserver.exceptions import ToolError

    try:
        with _ONE_AT_A_TIME:  # A server works in threads, and dbt reads a project in one only.
            return work()
    except P360Error as error:
        raise ToolError(str(error)) from error
