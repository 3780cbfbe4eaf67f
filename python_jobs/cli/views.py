"""The commands ``p360 views``."""

from __future__ import annotations

from pathlib import Path

import click

from python_jobs.settings import Settings


@click.group()
def views() -> None:
    """List, export or import the saved views of the dashboard.

    They are kept under P360_HOME, by schema; the exported YAML can be kept in git.
    """


@views.command("list")
def views_list() -> None:
    """List the saved views."""
    from python_jobs.server.views import print_views

    print_views(Settings.from_environment())


@views.command("export")
@click.option(
    "--out",
    "path",
    type=click.Path(path_type=Path),
    help="File to write; default: standard output.",
)
def views_export(path: Path | None) -> None:
    """Write the saved views as YAML.

    Example: p360 views export --out views.yml
    """
    from python_jobs.server.views import export_views

    export_views(Settings.from_environment(), path)


@views.command("import")
@click.argument("file", type=click.Path(path_type=Path))
def views_import(file: Path) -> None:
    """Keep the views of an exported FILE.

    All or none; one that is kept under the same name is replaced, others stay.
    """
    from python_jobs.server.views import import_views

    import_views(Settings.from_environment(), file)
