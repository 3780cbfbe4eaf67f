"""The command ``p360``: one file for each group of commands."""

from __future__ import annotations

import sys
from errno import ENOSPC

import click

from python_jobs.cli.backup import backup, restore
from python_jobs.cli.cluster import node, ui_token
from python_jobs.cli.events import events
from python_jobs.cli.feeds import drift, feed, files, generate, ingest
from python_jobs.cli.forget import forget
from python_jobs.cli.health import alerts, health, incidents, report
from python_jobs.cli.metrics import mcp, metrics
from python_jobs.cli.quarantine import quarantine, rules
from python_jobs.cli.retention import retention
from python_jobs.cli.run import rollback, run, runs
from python_jobs.cli.scores import score
from python_jobs.cli.server import dashboard, doctor, down, status, up
from python_jobs.cli.sql import sql
from python_jobs.cli.views import views
from python_jobs.errors import DISK_FULL, P360Error
from python_jobs.terminal.console import complain, out

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
_GROUPS: dict[str, tuple[click.Command, ...]] = {
    "Build": (run, runs, rollback),
    "Ask": (metrics, sql, mcp),
    "Load and correct": (feed, ingest, files, drift, quarantine, rules),
    "Score": (score,),
    "Watch": (health, incidents, alerts, events, report),
    "Keep": (backup, restore, retention, forget),
    "Servers": (up, down, status, doctor, dashboard, views),
    "Clusters and demo data": (node, ui_token, generate),
}


class _Grouped(click.Group):
    """A group whose help lists its commands by what they are for."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one section for each group of commands."""
        widest = max(len(name) for name in self.commands)
        for title, commands in _GROUPS.items():
            with formatter.section(title):
                limit = formatter.width - widest - 6
                formatter.write_dl(
                    [(one.name or "", one.get_short_help_str(limit)) for one in commands],
                    col_max=widest,
                )


@click.group(cls=_Grouped, context_settings=_CONTEXT)
@click.version_option(package_name="project-360", prog_name="p360", message="%(prog)s %(version)s")
def cli() -> None:
    """A sales lakehouse in one repository: every raw row accounted for."""


for _commands in _GROUPS.values():
    for _command in _commands:
        cli.add_command(_command)


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
            complain(f"{what}: {where}; fix that and run the command again")
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
