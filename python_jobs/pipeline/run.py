"""The main job: from raw rows to tested tables, docs and a summary."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass

from rich.table import Table

from python_jobs.dbt.runner import DbtSummary, run_dbt
from python_jobs.dbt.unit_tests import code_digest, keep_passed, unit_tests_passed
from python_jobs.errors import P360Error
from python_jobs.feeds.declarations import declared_feeds, read_feed
from python_jobs.feeds.declared_cells import check_declaration
from python_jobs.machine.memory import check_space
from python_jobs.pipeline.start import start_server
from python_jobs.server import dashboard as dashboard_server
from python_jobs.server.thrift import connect
from python_jobs.settings import Settings
from python_jobs.terminal.console import out
from python_jobs.warehouse.run_lock import run_lock

_DISPOSITIONS = ("accepted", "quarantined", "duplicate", "superseded")


@dataclass(frozen=True)
class RowAccount:
    """What became of the raw rows.

    Attributes:
        raw: Rows in bronze.
        by_disposition: Rows by disposition, all four of them.
        erased: Rows of these that lost what named a person who was forgotten.
    """

    raw: int
    by_disposition: dict[str, int]
    erased: int = 0

    @property
    def unaccounted(self) -> int:
        """Rows that are in no count; anything but 0 is a fault."""
        return self.raw - sum(self.by_disposition.values())


def run(settings: Settings, feed: str, *, with_dashboard: bool = True) -> None:
    """Build and test every model, make the docs, print the summary, serve the dashboard.

    Args:
        settings: Where everything is.
        feed: Feed to build.
        with_dashboard: Whether to serve the dashboard at the end.

    Raises:
        P360Error: The feed is not known or not loaded, the server does not start, or dbt fails.
    """
    from python_jobs.anomalies.sales import print_scored

    project_vars = settings.dbt_project()["vars"]
    _check_feed(settings, feed)
    if feed in declared_feeds(settings):
        check_declaration(settings, read_feed(settings, feed))
    check_space(settings.home)
    with run_lock(settings, "p360 run"):
        start_server(settings)
        variables = []
        if feed != project_vars["feed"]:
            _check_ingested(settings, feed)
            # Not where it is so anyway: for other variables dbt parses all files anew.
            variables = ["--vars", json.dumps({"feed": feed})]
        # Taken before the build: what is edited while it runs has passed nothing.
        code = code_digest(settings, feed)
        known = unit_tests_passed(settings, code)
        without = ["--exclude-resource-type", "unit_test"] if known else []
        built = run_dbt(settings, "building and testing", ["build", *variables, *without])
        keep_passed(settings, code)
        run_dbt(
            settings,
            "writing the docs",
            ["docs", "generate", "--static", *variables],
            warnings=False,
        )
    dashboard = serve_dashboard(settings) if with_dashboard else "not served from here"
    _print_summary(settings, feed, built, read_account(settings), dashboard)
    if known:
        out.print("\nunit tests left out: no model, macro or rule has changed since they passed")
    print_scored(settings)


def serve_dashboard(settings: Settings) -> str:
    """Serve the dashboard in the background; return its address, or why there is none.

    The run has passed and is live: a dashboard that cannot start does not undo that.
    """
    try:
        dashboard_server.start(settings)
    except P360Error as error:
        return f"not served: {error}"
    return dashboard_server.address(settings)


def read_account(settings: Settings) -> RowAccount:
    """Return the account of all rows that are live, from the observability models."""
    counts = ", ".join(f"sum({name}_count)" for name in ("raw", *_DISPOSITIONS, "erased"))
    with connect(settings) as connection:
        row = connection.query(
            f"select {counts} from {settings.live_schema}.observability_row_account"
        ).rows[0]
    raw, *parts, erased = (int(count or 0) for count in row)
    return RowAccount(raw, dict(zip(_DISPOSITIONS, parts, strict=True)), erased)


def _check_feed(settings: Settings, feed: str) -> None:
    folder = settings.project_dir / "models" / "bronze"
    prefix = "bronze_sales_"
    known = sorted(file.stem.removeprefix(prefix) for file in folder.glob(f"{prefix}*.sql"))
    if feed not in known:
        raise P360Error(
            f"no feed '{feed}': models/bronze has mapping models for {', '.join(known)}; "
            f"add {prefix}{feed}.sql, or choose one of these"
        )


def _check_ingested(settings: Settings, feed: str) -> None:
    with connect(settings) as connection:
        connection.query(f"create schema if not exists {settings.schema}")
        if not connection.has_view(settings.schema, f"{feed}_raw"):
            raise P360Error(
                f"feed '{feed}' has no rows in schema {settings.schema}; "
                f"run 'P360_SCHEMA={settings.schema} p360 ingest {feed} PATH' first"
            )


def _print_summary(
    settings: Settings, feed: str, built: DbtSummary, account: RowAccount, dashboard: str
) -> None:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    table.add_column(justify="right", style="dim")
    table.add_row("raw rows in", f"{account.raw:,}", "")
    for name, count in account.by_disposition.items():
        share = f"{100 * count / account.raw:.1f} %" if account.raw else ""
        table.add_row(f"  {name}", f"{count:,}", share)
    table.add_row("  unaccounted for", f"{account.unaccounted:,}", "")
    if account.erased:
        table.add_row("  of these erased", f"{account.erased:,}", "")
    out.print(f"\n[bold]Project 360[/]  feed {feed}, live in schema {settings.live_schema}")
    warned = f", {built.warned} warned" if built.warned else ""
    out.print(f"{built.models} tables and views built, {built.tests} tests passed{warned}\n")
    out.print(table)
    p360 = _command_name()
    docs = os.path.relpath(settings.project_dir / "target" / "static_index.html")
    out.print("\nWhere to look next")
    select = f'{p360} sql "select * from {settings.live_schema}'
    for what, where in (
        ("the dashboard", dashboard),
        ("a question in SQL", f'{select}.semantic_statuses"'),
        ("why rows were rejected", f'{select}.semantic_rejections"'),
        ("lineage and docs", f"{docs} (open it in a browser)"),
        ("what is kept, and since when", f"{p360} runs"),
        ("Spark at work", f"http://{settings.host}:{settings.ui_port}"),
        ("stop both servers", f"{p360} down"),
    ):
        out.print(f"  {what:<31}{where}", markup=False)


def _command_name() -> str:
    """Return what to type for this command here: ``p360`` where it is on the path."""
    return "p360" if shutil.which("p360") else os.path.relpath(sys.argv[0])
