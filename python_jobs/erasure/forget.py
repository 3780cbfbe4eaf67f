"""The command ``p360 forget``: its steps, in an order that each may be cut off and begun again.

Nothing that readers see changes before the run that goes live without the person. What needs the
person's texts (records, logs, histories) is done while the live release still tells them; what
comes behind the run needs the run's id alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from python_jobs.dbt.runner import run_dbt
from python_jobs.erasure.carried import write_erased_copies
from python_jobs.erasure.find import find_person
from python_jobs.erasure.others import (
    all_places,
    blacken_records,
    blacken_texts,
    drop_snapshots,
)
from python_jobs.erasure.report import Report
from python_jobs.erasure.residue import Wanted, files_that_name
from python_jobs.errors import P360Error
from python_jobs.feeds.forgotten import SuppressionList
from python_jobs.feeds.ingest.erase import check_naming, erase_raw_rows
from python_jobs.observability.recording import recorded
from python_jobs.pipeline.start import start_server
from python_jobs.server.thrift import ThriftConnection, connect
from python_jobs.settings import Settings
from python_jobs.terminal.console import say, steps
from python_jobs.warehouse.erasing import begin_erasing, end_erasing, erasing, is_erasing
from python_jobs.warehouse.run_lock import run_lock
from python_jobs.warehouse.sums import read_sums
from python_jobs.warehouse.versions import read_live_run_id


@dataclass(frozen=True)
class Asked:
    """Who asks to be forgotten.

    Attributes:
        ids: Ids of a customer, as silver has them.
        addresses: E-mail addresses.
    """

    ids: tuple[str, ...] = ()
    addresses: tuple[str, ...] = field(default=())


def forget(settings: Settings, asked: Asked, confirm: Callable[[], None]) -> Report:
    """Take a person out of all that is kept of a schema; return what to tell them.

    Args:
        settings: Which schema.
        asked: Who.
        confirm: Called once it is said what was found; raises where a person says no.

    Raises:
        P360Error: Nothing is kept of them, another run goes on, or the build fails. What had begun
            stays begun: the same command goes on with it.
    """
    if not asked.ids and not asked.addresses:
        raise P360Error("nobody is named; give --customer ID or --email ADDRESS")
    if settings.warehouse_dir is None or settings.is_elsewhere:
        raise P360Error(
            f"p360 forget rewrites files, and {settings.warehouse} is no folder here; run it where "
            "the server is"
        )
    # The command is recorded without its arguments, which name the person.
    with erasing(settings), run_lock(settings, "p360 forget"), recorded(settings, "p360 forget"):
        start_server(settings)
        with connect(settings) as connection:
            report = _begin(connection, settings, asked, confirm)
            if report.is_over:
                return report
            _erase(connection, settings, report)
        _go_live(settings, report)
        _look_again(settings, report)
        SuppressionList.read(settings).end()
        end_erasing(settings)
    return report


def _begin(
    connection: ThriftConnection, settings: Settings, asked: Asked, confirm: Callable[[], None]
) -> Report:
    """Find the person and put them on the list, where no call that was cut off has done so."""
    if read_live_run_id(connection, settings) is None:
        raise P360Error(f"no run is live in schema {settings.schema} yet; start with 'p360 run'")
    suppressed = SuppressionList.read(settings)
    entry, pending = suppressed.entry_of(asked.ids, asked.addresses), suppressed.pending
    if is_erasing(settings) and pending is not None and entry != pending:
        raise P360Error(
            "an erasure of somebody else was cut off; run 'p360 forget' for them again first"
        )
    with steps("finding what is kept"):
        found = find_person(connection, settings, asked.ids, asked.addresses)
    report = Report(found, read_sums(connection, settings))
    if is_erasing(settings) and pending is not None:
        say("going on with an erasure that was cut off")
        return report
    if not found.rows:
        if entry is None:
            raise P360Error(
                f"no row of {settings.live_schema} bears that id or address; build first what was "
                "loaded since, or look how it is written there"
            )
        report.erased_before = entry.begun_at
        return report
    check_naming(connection, settings)
    report.print_found()
    confirm()
    begin_erasing(settings)
    suppressed.begin(found.texts())
    return report


def _erase(connection: ThriftConnection, settings: Settings, report: Report) -> None:
    """Erase what no build makes anew."""
    suppressed, wanted = SuppressionList.read(settings), Wanted.of(report.found)
    with steps("records, logs and saved views"):
        report.erased["records of runs"] = blacken_records(connection, settings, wanted)
        report.erased["files of logs, views and records"] = blacken_texts(settings, wanted)
    with steps("histories and kept models"):
        report.erased |= write_erased_copies(connection, settings, suppressed, report.found)
    with steps("raw rows"):
        for feed, rows in erase_raw_rows(connection, settings, suppressed).items():
            report.erased[f"raw rows of feed {feed}"] = rows


def _go_live(settings: Settings, report: Report) -> None:
    """Build what is live from the erased rows, and drop all that is older."""
    with connect(settings) as connection:
        feeds = [
            str(row[0])
            for row in connection.query(
                f"select distinct feed from {settings.live_schema}.observability_row_account"
            ).rows
        ]
    words = ["build", "--exclude-resource-type", "unit_test"]
    if len(feeds) == 1 and feeds[0] != settings.dbt_project()["vars"]["feed"]:
        words += ["--vars", json.dumps({"feed": feeds[0]})]
    run_dbt(settings, "building and testing", words)
    with connect(settings) as connection:
        _check_live(connection, settings, report)
    arguments = json.dumps({"run": report.live_run})
    words = ["run-operation", "keep_live_only", "--args", arguments]
    run_dbt(settings, "dropping older releases", words)
    report.dropped_snapshots = drop_snapshots(settings, report.live_run)


def _check_live(connection: ThriftConnection, settings: Settings, report: Report) -> None:
    """Look whether what went live has all rows and amounts, and none of the person's.

    Raises:
        P360Error: It has not. Older releases are kept then, and others may build: what is live is
            the whole of one run.
    """
    report.live_run = read_live_run_id(connection, settings) or ""
    report.after = read_sums(connection, settings)
    differing = report.before.differing(report.after)
    left = find_person(connection, settings, report.found.ids, report.found.addresses)
    problem = ""
    if differing:
        problem = (
            f"rows or amounts of load {differing[0]} are others than before: something else than "
            "names has changed in its rows or in how they are validated; look into that"
        )
    elif left.rows:
        problem = (
            f"{left.rows:,} rows of {settings.live_schema} still bear the id or address: their "
            "cells are not made of one column as it stands; see 'Forget a person' in "
            "docs/operations.md"
        )
    if problem:
        end_erasing(settings)
        raise P360Error(f"{problem}, then run the same command again; no older release is dropped")


def _look_again(settings: Settings, report: Report) -> None:
    """Look through all files for what still names the person."""
    wanted = Wanted.of(report.found)
    with steps("looking through all files"):
        blacken_texts(settings, wanted)  # The build has written logs since.
        found = list(files_that_name(wanted, all_places(settings)))
    report.left = [(_shown(settings, path), count) for path, count in found]


def _shown(settings: Settings, path: Path) -> str:
    homes: Sequence[Path] = (settings.home, settings.project_dir)
    return next(
        (path.relative_to(home).as_posix() for home in homes if path.is_relative_to(home)),
        str(path),
    )
