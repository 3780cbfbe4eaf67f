"""The commands ``p360 metrics``."""

from __future__ import annotations

import click

from python_jobs.settings import Settings


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with the dimensions of each.")
@click.pass_context
def metrics(context: click.Context, as_json: bool) -> None:
    """List the metrics and saved queries, or ask them.

    models/semantic/metrics/ defines them.
    """
    if context.invoked_subcommand is None:
        from python_jobs.dbt.metrics import read_metrics
        from python_jobs.dbt.saved_queries import read_saved_queries
        from python_jobs.metrics.listing import print_metrics

        folder = Settings.from_environment().project_dir
        print_metrics(read_metrics(folder), read_saved_queries(folder), with_json=as_json)


@metrics.command()
@click.argument("names", nargs=-1, metavar="[METRIC]...")
@click.option("--saved-query", metavar="NAME", help="Ask what is saved under a name instead.")
@click.option("--by", multiple=True, help="Grain of time (day to year) or dimension; repeatable.")
@click.option("--where", multiple=True, help="Filter, such as: country = 'Germany'; repeatable.")
@click.option("--from", "start", metavar="DAY", help="First day.")
@click.option("--to", "end", metavar="DAY", help="Last day.")
@click.option("--compare", metavar="WITH", help="previous-period or previous-year.")
@click.option("--limit", type=click.IntRange(1), help="Most rows.")
@click.option("--top", is_flag=True, help="Order by the first metric, largest first.")
@click.option("--sql", "only_sql", is_flag=True, help="Print the SQL instead of asking.")
@click.option("--csv", "style", flag_value="csv", help="Print CSV.")
@click.option("--json", "style", flag_value="json", help="Print JSON; decimals as text.")
def query(
    names: tuple[str, ...],
    saved_query: str | None,
    by: tuple[str, ...],
    where: tuple[str, ...],
    start: str | None,
    end: str | None,
    compare: str | None,
    limit: int | None,
    top: bool,
    only_sql: bool,
    style: str | None,
) -> None:
    """Ask METRICs of the live run.

    Example: p360 metrics query net_sales --by month --where "country = 'Germany'"
    """
    from python_jobs.metrics.answers import Desk
    from python_jobs.metrics.question import Asked
    from python_jobs.terminal.result import print_result

    desk = Desk(Settings.from_environment())
    groups = tuple(one.strip() for text in by for one in text.split(","))
    question = desk.understand(
        Asked(names, groups, where, start, end, compare, limit, top, saved_query)
    )
    if only_sql:
        print(desk.sql(question))
        return
    answer = desk.answer(question)
    print_result(answer.columns, answer.types, answer.rows, style or "table")


@click.command()
def mcp() -> None:
    """Serve metrics, row account and health to agents, read-only (MCP over stdio)."""
    from python_jobs.agents.server import serve

    serve(Settings.from_environment())
