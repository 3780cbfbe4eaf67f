"""The runs that are kept, which of them is live, and going back to one of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from rich.table import Table

from python_jobs.dbt.runner import run_dbt
from python_jobs.errors import P360Error
from python_jobs.server.thrift import ThriftConnection, connect
from python_jobs.settings import Settings
from python_jobs.terminal.console import out, say
from python_jobs.warehouse.run_lock import run_lock

_RELEASE = "release__"


@dataclass(frozen=True)
class KeptRun:
    """A run that went live and can go live again.

    Attributes:
        run_id: The run's id.
        number: 1 for the first run that went live, and so on.
        previous_run_id: What was live before it; empty for the first.
        is_full_run: Whether it built every model.
        started_at: When it started, UTC.
        newest_load_at: When the newest of its rows was loaded, UTC; None without sales.
        models: Models, seeds and snapshots in its release.
        built: How many of them it built itself.
    """

    run_id: str
    number: int
    previous_run_id: str
    is_full_run: bool
    started_at: datetime
    newest_load_at: datetime | None
    models: int
    built: int


def read_kept_runs(connection: ThriftConnection, settings: Settings) -> list[KeptRun]:
    """Return the kept runs, the newest first; none where nothing ever went live."""
    store = settings.store_schema
    if not connection.has_schema(store):
        return []
    releases = [
        f"select run_id, release_number, previous_run_id, is_full_run, run_started_at, "
        f"newest_load_at, count(*), count_if(built_by_run_id = run_id) from {store}.{name} "
        "group by all"
        for _, name, *_ in connection.query(f"show views in {store} like '{_RELEASE}*'").rows
    ]
    if not releases:
        return []
    rows = connection.query(" union all ".join(releases) + " order by release_number desc").rows
    return [KeptRun(*row) for row in rows]


def read_live_run_id(connection: ThriftConnection, settings: Settings) -> str | None:
    """Return the id of the run that is live; None before the first one."""
    live = settings.live_schema
    if not connection.has_schema(live) or not connection.has_view(live, "live_run"):
        return None
    return str(connection.scalar(f"select run_id from {live}.live_run"))


def print_runs(settings: Settings) -> None:
    """Print the kept runs, each with the reason why it is kept.

    Raises:
        P360Error: No server runs, or nothing ever went live.
    """
    with connect(settings) as connection:
        runs = read_kept_runs(connection, settings)
        live = next(
            (run for run in runs if run.run_id == read_live_run_id(connection, settings)), None
        )
    if live is None:
        raise P360Error(f"no run is live in schema {settings.schema} yet; start with 'p360 run'")
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for name in ("run", "started (UTC)", "built", "newest rows loaded (UTC)", "why it is kept"):
        table.add_column(name, justify="right" if name == "built" else "left")
    for run in runs:
        loaded = run.newest_load_at
        table.add_row(
            run.run_id,
            f"{run.started_at:%Y-%m-%d %H:%M:%S}",
            "all" if run.is_full_run else f"{run.built} of {run.models}",
            f"{loaded:%Y-%m-%d %H:%M:%S}" if loaded else "",
            _why_kept(run, live),
        )
    out.print(table)


def roll_back(settings: Settings, run_id: str | None) -> None:
    """Make an earlier run live again, all its models in one step.

    Args:
        settings: Where the server is.
        run_id: The run; by default the one that was live before the live one.

    Raises:
        P360Error: That run is not kept, or another run is going on.
    """
    with run_lock(settings, "p360 rollback"):
        with connect(settings) as connection:
            runs = {run.run_id: run for run in read_kept_runs(connection, settings)}
            live = runs.get(read_live_run_id(connection, settings) or "")
        if live is None:
            raise P360Error(
                f"no run is live in schema {settings.schema} yet; start with 'p360 run'"
            )
        target = runs.get(run_id or live.previous_run_id)
        if target is None:
            wanted = f"no run {run_id}" if run_id else "no earlier live run"
            raise P360Error(f"{wanted} is kept; 'p360 runs' lists the runs that are")
        if target == live:
            say(f"run {live.run_id} is already live")
            return
        arguments = json.dumps({"run": target.run_id})
        run_dbt(settings, "rolling back", ["run-operation", "go_live", "--args", arguments])
    out.print(
        f"live: run {target.run_id} of {target.started_at:%Y-%m-%d %H:%M:%S} UTC, "
        f"before it {live.run_id}"
    )


def _why_kept(run: KeptRun, live: KeptRun) -> str:
    if run == live:
        hours = (datetime.now(UTC).replace(tzinfo=None) - run.started_at).total_seconds() / 3600
        return f"live; built {hours:,.1f} hours ago"
    if run.run_id == live.previous_run_id:
        return "was live before; 'p360 rollback' brings it back"
    age = "newer" if run.number > live.number else "older"
    return f"{age} than the live one; 'p360 rollback {run.run_id}'"
