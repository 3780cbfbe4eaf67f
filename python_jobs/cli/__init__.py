"""The command ``p360``."""

from __future__ import annotations

import sys
from dataclasses import asdict
from errno import ENOSPC
from pathlib import Path

import click

from python_jobs.cli.cluster import node, ui_token
from python_jobs.cli.health import alerts, health, incidents, report
from python_jobs.errors import DISK_FULL, P360Error
from python_jobs.settings import Settings
from python_jobs.terminal.console import complain, out, say
from python_jobs.warehouse.run_lock import run_lock

MOST_ROWS = 999_999_999  # Transaction ids of generated sales have nine digits.

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=_CONTEXT)
def cli() -> None:
    """A sales lakehouse in one repository: every raw row accounted for."""


for _command in (health, incidents, alerts, report):
    cli.add_command(_command)


@cli.command()
@click.option("--feed", help="Feed to build; the one of dbt_project.yml by default.")
@click.option("--no-dashboard", is_flag=True, help="Do not serve the dashboard at the end.")
def run(feed: str | None, no_dashboard: bool) -> None:
    """Build and test every model, write the docs, print the summary, serve the dashboard."""
    from python_jobs.observability.writer import recorded
    from python_jobs.pipeline import run as pipeline

    settings = Settings.from_environment()
    feed = feed or str(settings.dbt_project()["vars"]["feed"])
    with recorded(settings, "p360 run", feed=feed):
        pipeline.run(settings, feed, with_dashboard=not no_dashboard)


@cli.command()
def runs() -> None:
    """List the runs that are kept, which one is live, and why each is kept."""
    from python_jobs.warehouse.versions import print_runs

    print_runs(Settings.from_environment())


@cli.command()
@click.argument("run_id", required=False)
def rollback(run_id: str | None) -> None:
    """Make the run before live again, or RUN_ID, all its models in one step."""
    from python_jobs.observability.writer import recorded
    from python_jobs.pipeline import run as pipeline
    from python_jobs.warehouse.versions import roll_back

    settings = Settings.from_environment()
    with recorded(settings, "p360 rollback"):
        pipeline.start_server(settings)
        roll_back(settings, run_id)


@cli.command()
@click.option("--stay", is_flag=True, help="Stay until the server ends; a signal stops both.")
def up(stay: bool) -> None:
    """Start the Spark server, and return once queries run."""
    from python_jobs.pipeline import run as pipeline
    from python_jobs.server import process as spark_server

    settings = Settings.from_environment()
    already = spark_server.running(settings) is not None
    pipeline.start_server(settings)
    state = "already up" if already else "up"
    host = settings.host
    out.print(
        f"Spark server {state}: Thrift {host}:{settings.thrift_port}, Connect {host}:"
        f"{settings.connect_port}, UI http://{host}:{settings.ui_port}"
    )
    if stay:
        spark_server.stay(settings)


@cli.command()
def down() -> None:
    """Stop the Spark server and the dashboard."""
    from dashboards import serve
    from python_jobs.server import process as spark_server

    settings = Settings.from_environment()
    if serve.stop(settings):
        out.print("dashboard stopped")
    if settings.is_elsewhere:
        say("the target cluster's server is stopped where it runs, not from here")
        return
    stopped = spark_server.stop(settings)
    out.print("Spark server stopped" if stopped else "no Spark server was running")


@cli.command()
def dashboard() -> None:
    """Serve the dashboard in the foreground, until Ctrl+C."""
    from dashboards import serve

    settings = Settings.from_environment()
    say(f"dashboard at {serve.address(settings)}; Ctrl+C stops it")
    serve.serve(settings)


@cli.command()
def status() -> None:
    """Say whether the server runs; exits with 3 where it does not."""
    from python_jobs.server import process as spark_server

    settings = Settings.from_environment()
    host = settings.host
    record = spark_server.running(settings)
    if record is None:
        out.print("Spark server: down")
        sys.exit(3)
    out.print(f"Spark server: up since {record.started_at}, process {record.pid}")
    out.print(f"  Thrift   {host}:{record.thrift_port}")
    out.print(f"  Connect  sc://{host}:{record.connect_port}")
    out.print(f"  UI       http://{host}:{record.ui_port}")
    out.print(f"  Java     {record.java}, heap {record.heap / 1024**3:.1f} GiB")
    out.print(f"  Works on {record.master}")


@cli.command()
def doctor() -> None:
    """Check everything a run needs; exits with 1 where something is wrong."""
    from python_jobs.server.doctor import run_doctor

    if not run_doctor(Settings.from_environment()):
        sys.exit(1)


@cli.command()
@click.argument("statement")
@click.option("--csv", "style", flag_value="csv", help="Print CSV.")
@click.option("--json", "style", flag_value="json", help="Print JSON; decimals as text.")
def sql(statement: str, style: str | None) -> None:
    """Run one SQL STATEMENT and print its rows."""
    from python_jobs.cli.sql import run_sql

    run_sql(Settings.from_environment(), statement, style or "table")


@cli.command()
@click.option("--rows", type=click.IntRange(1, MOST_ROWS), required=True, help="Records to write.")
@click.option(
    "--seed", type=click.IntRange(0), default=360, show_default=True, help="Seed of chance."
)
@click.option("--out", "path", type=click.Path(path_type=Path), required=True, help="CSV file.")
def generate(rows: int, seed: int, path: Path) -> None:
    """Write raw demo sales, dirt included, and next to them the truth about it."""
    from python_jobs.generate.files import write_sales

    truth = write_sales(path, rows, seed)
    out.print(f"{rows:,} rows in {path}, what was planted in {truth}", markup=False)


@cli.command()
@click.argument("feed")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Let changed files replace what they held.")
def ingest(feed: str, paths: tuple[Path, ...], replace: bool) -> None:
    """Load the CSV files in PATHS as raw rows of FEED, each content once."""
    from python_jobs.feeds.declarations import read_feed
    from python_jobs.feeds.ingest import ingest as load
    from python_jobs.feeds.ingest.report import print_ingested
    from python_jobs.observability.writer import recorded
    from python_jobs.pipeline import run as pipeline

    settings = Settings.from_environment()
    read_feed(settings, feed)  # A wrong name is told before a server starts for it.
    command = f"p360 ingest {feed}"
    with run_lock(settings, command), recorded(settings, command, feed=feed) as writer:
        pipeline.start_server(settings)
        result = load(settings, feed, paths, replace=replace)
        for entry in (*result.loaded, *result.refused):
            writer.add("file", **asdict(entry))
    if not print_ingested(settings, feed, result):
        sys.exit(1)


@cli.command()
@click.argument("feed")
def files(feed: str) -> None:
    """List the files of FEED: what each one brought, or why it was refused."""
    from python_jobs.feeds.ingest.report import print_files

    print_files(Settings.from_environment(), feed)


@cli.command()
@click.argument("feed", required=False)
def drift(feed: str | None) -> None:
    """List the files whose columns differ from what their FEED declares."""
    from python_jobs.feeds.ingest.report import print_drift

    print_drift(Settings.from_environment(), feed)


@cli.command()
@click.option("--budget", help="How many to flag, as 0.5% or 20/day; else as in dbt_project.yml.")
@click.option("--what-if", help="Tell what budget=1% would flag, and write nothing.")
@click.option("--model-run", help="Score by the model of this earlier scoring.")
@click.option("--table", help="Score this table or CSV file in place of the sales.")
@click.option("--features", help="Its numeric columns to judge by, with commas between.")
@click.option("--segment", help="Its text column whose values have scales of their own.")
@click.option("--out", "target", help="Table or CSV file for its rows with their scores.")
def score(**options: str | None) -> None:
    """Score every accepted sale by how unusual it is, or the rows of --table."""
    from python_jobs.cli.scores import Asked
    from python_jobs.cli.scores import score as score_rows

    score_rows(Settings.from_environment(), Asked(**options))


@cli.group()
def rules() -> None:
    """Ask what the rules do."""


@rules.command("diff")
@click.option("--json", "as_json", is_flag=True, help="Print JSON; money as text.")
def rules_diff(as_json: bool) -> None:
    """Show which live rows would change sides under the rules as they are written now."""
    from python_jobs.pipeline import run as pipeline
    from python_jobs.quarantine.rules_diff import print_rules_diff

    settings = Settings.from_environment()
    pipeline.start_server(settings)
    print_rules_diff(settings, as_json=as_json)


@cli.group()
def feed() -> None:
    """Work on the declarations of feeds."""


@feed.command("new")
@click.argument("name")
@click.option("--from", "sample", type=click.Path(path_type=Path), required=True, help="CSV file.")
def feed_new(name: str, sample: Path) -> None:
    """Write a start for the feed NAME: its YAML and its mapping model, guessed from a file."""
    from python_jobs.feeds.new_feed import write_feed

    settings = Settings.from_environment()
    written = write_feed(settings, name, sample)
    for path in written:
        out.print(f"wrote {path}", markup=False)
    say(f"next: check the guesses in both, then 'p360 ingest {name} {sample}'")


@cli.group()
def quarantine() -> None:
    """Put quarantined rows right, or waive them.

    Export the open rows, fill in the corrected_ cells or waived, apply the file, look at it in git,
    run. Corrections are kept in seeds/sales_corrections.csv, personal data included; a line that is
    deleted there takes its decision back.
    """


@quarantine.command("export")
@click.option("--out", "path", type=click.Path(path_type=Path), help="New file; else it prints.")
@click.option("--feed", help="Rows of this feed only.")
@click.option("--reason", help="Rows that break this rule only.")
@click.option("--all", "waived", is_flag=True, help="Waived rows too.")
def quarantine_export(
    path: Path | None, feed: str | None, reason: str | None, waived: bool
) -> None:
    """Write the open rows and their reasons as CSV, to be filled in.

    A file starts with a byte order mark, so that a spreadsheet reads it as UTF-8; standard output
    does not. What a spreadsheet would run as a formula, or change (times, long numbers), stands
    behind a quote (') that apply takes away again.
    """
    from python_jobs.pipeline import run as pipeline
    from python_jobs.quarantine import export

    settings = Settings.from_environment()
    pipeline.start_server(settings)
    export(settings, path, feed, reason, waived=waived)


@quarantine.command("apply")
@click.argument("file", type=click.Path(path_type=Path))
def quarantine_apply(file: Path) -> None:
    """Check a filled-in FILE, and keep its decisions in seeds/sales_corrections.csv.

    All of them or none; applying it twice changes nothing. They count from the next run on.
    """
    from python_jobs.observability.writer import recorded
    from python_jobs.pipeline import run as pipeline
    from python_jobs.quarantine import apply, read_sheet

    settings = Settings.from_environment()
    sheet = read_sheet(file)  # A file that is none is told before a server starts for it.
    command = f"p360 quarantine apply {file}"
    with run_lock(settings, command), recorded(settings, command):
        pipeline.start_server(settings)
        is_kept = apply(settings, sheet)
    if not is_kept:
        sys.exit(1)


cli.add_command(node)
cli.add_command(ui_token)


def main() -> None:
    """Run the command; an error a person can put right is one line and exit code 1."""
    try:
        cli(standalone_mode=False)
    except P360Error as error:
        complain(str(error))
        sys.exit(1)
    except OSError as error:
        what = error.strerror or str(error)
        where = error.filename or "a file or folder"
        if error.errno == ENOSPC:
            complain(DISK_FULL)
        else:
            complain(f"{what}: {where}; put that right and run it again")
        sys.exit(1)
    except (click.exceptions.Abort, KeyboardInterrupt):
        complain("interrupted; run the same command again")
        sys.exit(130)
    except click.exceptions.NoArgsIsHelpError as error:
        out.print(error.format_message(), markup=False)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        complain(error.format_message() + "; see 'p360 --help'")
        sys.exit(error.exit_code)
