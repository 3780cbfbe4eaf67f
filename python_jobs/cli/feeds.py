"""The commands ``p360 generate``, ``feed``, ``ingest``, ``files`` and ``drift``."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from python_jobs.settings import Settings
from python_jobs.terminal.console import complain, out, say

MOST_ROWS = 999_999_999  # Transaction ids of generated sales have nine digits.


@click.command()
@click.option("--rows", type=click.IntRange(1, MOST_ROWS), required=True, help="Number of records.")
@click.option("--seed", type=click.IntRange(0), default=360, show_default=True, help="Random seed.")
@click.option(
    "--out", "path", type=click.Path(path_type=Path), required=True, help="CSV file to write."
)
def generate(rows: int, seed: int, path: Path) -> None:
    """Write raw demo sales with known faults.

    The faults are listed in a truth file beside the CSV file.
    """
    from python_jobs.generate.files import write_sales

    truth = write_sales(path, rows, seed)
    out.print(f"{rows:,} rows in {path}, its faults in {truth}", markup=False)


@click.command()
@click.argument("feed")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Replace the rows of files whose content changed.")
def ingest(feed: str, paths: tuple[Path, ...], replace: bool) -> None:
    """Load files into FEED, each content once.

    PATHS are files, or folders that are searched for files.

    Example: p360 ingest shop drop/
    """
    from python_jobs.feeds.declarations import read_feed
    from python_jobs.feeds.declared_cells import check_declaration
    from python_jobs.feeds.ingest import ingest as load
    from python_jobs.feeds.ingest.report import print_ingested
    from python_jobs.observability.recording import recorded
    from python_jobs.pipeline.start import start_server
    from python_jobs.quarantine.replaced_files import warn_of_decisions
    from python_jobs.warehouse.run_lock import run_lock

    settings = Settings.from_environment()
    # A wrong declaration is told before a server starts for it.
    check_declaration(settings, read_feed(settings, feed))
    command = f"p360 ingest {feed}"
    with run_lock(settings, command), recorded(settings, command, feed=feed) as writer:
        start_server(settings)
        result = load(settings, feed, paths, replace=replace)
        for entry in (*result.loaded, *result.refused):
            writer.add("file", **asdict(entry))
    warn_of_decisions(settings, feed, result.replaced)
    if not print_ingested(feed, result):
        sys.exit(1)


@click.command()
@click.argument("feed")
def files(feed: str) -> None:
    """List the loaded and refused files of FEED."""
    from python_jobs.feeds.ingest.report import print_files

    print_files(Settings.from_environment(), feed)


@click.command()
@click.argument("feed", required=False)
def drift(feed: str | None) -> None:
    """List files whose columns differ from the declared ones."""
    from python_jobs.feeds.ingest.report import print_drift

    print_drift(Settings.from_environment(), feed)


@click.group()
def feed() -> None:
    """Declare feeds."""


@feed.command("new")
@click.argument("name")
@click.option(
    "--from", "sample", type=click.Path(path_type=Path), required=True, help="Sample file."
)
@click.option("--sheet", help="Sheet of a workbook; default: the first.")
@click.option(
    "--header-line", type=click.IntRange(1), help="Line on which the header begins; found out."
)
@click.option(
    "--header-lines", type=click.IntRange(1, 2), help="Lines of the header; default: found out."
)
@click.option("--guess", is_flag=True, help="Guess even if the export is known.")
def feed_new(
    name: str,
    sample: Path,
    sheet: str | None,
    header_line: int | None,
    header_lines: int | None,
    guess: bool,
) -> None:
    """Write a first declaration of feed NAME from a sample file.

    An export that is known by its headers is declared as it is known; else columns are guessed.

    Example: p360 feed new shop --from drop/2025-01-01.csv
    """
    from python_jobs.feeds.guessing.report import print_guesses
    from python_jobs.feeds.new_feed import write_feed
    from python_jobs.feeds.raw_files import FileFormat

    settings = Settings.from_environment()
    said = FileFormat(sheet=sheet, header_line=header_line, header_lines=header_lines)
    new = write_feed(settings, name, sample, said=said, guess=guess)
    print_guesses(new.guessed)
    for path in new.files:
        out.print(f"wrote {path}", markup=False)
    first = "" if new.guessed.known_export else "check the guesses, then "
    say(f"next: {first}'p360 feed check {name} {sample}'")


@feed.command("check")
@click.argument("name")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON; amounts as text.")
@click.option(
    "--at-least",
    type=click.FloatRange(0, 100),
    default=95,
    show_default=True,
    help="Exit with 1 if a smaller share of records, in percent, is accepted.",
)
@click.option("--all", "judge_all", is_flag=True, help="Judge every record, however many.")
def feed_check(
    name: str, paths: tuple[Path, ...], as_json: bool, at_least: float, judge_all: bool
) -> None:
    """Show what would become of files, before loading them.

    Of more than 200,000 records a sample of so many is judged, and the output says so.

    Example: p360 feed check shop drop/
    """
    from python_jobs.feeds.check import MOST_JUDGED, check_files
    from python_jobs.feeds.check_report import print_check
    from python_jobs.feeds.declarations import read_feed
    from python_jobs.feeds.declared_cells import check_declaration
    from python_jobs.pipeline.start import start_server

    settings = Settings.from_environment()
    check_declaration(settings, read_feed(settings, name))
    start_server(settings)
    check = check_files(settings, name, paths, None if judge_all else MOST_JUDGED)
    if as_json:
        click.echo(check.as_json())
    else:
        print_check(check)
    for cell, text in check.unread.items():
        complain(
            f"models/bronze/bronze_sales_{name}.yml: cell {cell} is read from no record, not even "
            f"'{text}'; declare how it is written (docs/your-files.md)"
        )
    if 100 * check.accepted_share < at_least:
        complain(
            f"{100 * check.accepted_share:.1f} % of the records are accepted, under {at_least:g} %"
        )
        sys.exit(1)
