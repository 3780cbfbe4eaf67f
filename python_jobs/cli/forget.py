"""The command ``p360 forget``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from python_jobs.settings import Settings


@click.command()
@click.option("--customer", "ids", metavar="ID", multiple=True, help="Id of the customer.")
@click.option("--email", "addresses", metavar="ADDRESS", multiple=True, help="E-mail address.")
@click.option(
    "--report",
    "report_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write what to tell the person who asked.",
)
@click.option("--yes", is_flag=True, help="Do not ask before erasing.")
def forget(
    ids: tuple[str, ...], addresses: tuple[str, ...], report_file: Path | None, yes: bool
) -> None:
    """Erase what names a person; every row and amount stays.

    All tables of the schema are built anew, and older releases are dropped. A later load of the
    same data is erased as it is loaded.

    Example: p360 forget --customer C000093 --report answer.md
    """
    from python_jobs.erasure.forget import Asked
    from python_jobs.erasure.forget import forget as forget_person

    def confirm() -> None:
        if not yes:
            click.confirm("erase what names them? it cannot be undone", abort=True, err=True)

    del sys.argv[2:]  # dbt writes them into its log and artifacts.
    report = forget_person(Settings.from_environment(), Asked(ids, addresses), confirm)
    report.print_done()
    if report_file is not None and not report.is_over:
        report.write(report_file)
    if report.left:
        sys.exit(1)
