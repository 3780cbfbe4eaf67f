"""The command ``p360 sql``."""

from __future__ import annotations

import click

from python_jobs.settings import Settings


@click.command()
@click.argument("statement")
@click.option("--csv", "style", flag_value="csv", help="Print CSV.")
@click.option("--json", "style", flag_value="json", help="Print JSON; decimals as text.")
def sql(statement: str, style: str | None) -> None:
    """Run one SQL STATEMENT and print its rows.

    Example: p360 sql "select * from p360_live.semantic_statuses"
    """
    from python_jobs.server.thrift import connect
    from python_jobs.terminal.result import print_result

    with connect(Settings.from_environment()) as connection:
        result = connection.query(statement.strip().rstrip(";"))
    print_result(result.columns, result.types, result.rows, style or "table")
