"""The commands of a cluster: `p360 node master`, `p360 node worker`, `p360 ui-token`."""

from __future__ import annotations

import os

import click

from python_jobs.cluster import secrets
from python_jobs.cluster.node import run_master, run_worker
from python_jobs.settings import Settings


@click.group()
def node() -> None:
    """Run a master or worker of a Spark cluster.

    It stays in the foreground; see docs/cluster.md.
    """


@node.command("master")
@click.option("--port", type=int, default=7077, show_default=True, help="Port for workers.")
@click.option("--ui-port", type=int, default=8080, show_default=True, help="Port of its web page.")
def node_master(port: int, ui_port: int) -> None:
    """Run the master at P360_LISTEN_HOST."""
    run_master(Settings.from_environment(), port, ui_port)


@node.command("worker")
@click.option("--cores", type=click.IntRange(1), required=True, help="Number of tasks at once.")
@click.option("--memory", required=True, help="Memory for its executors, such as 2g.")
@click.option("--ui-port", type=int, default=8081, show_default=True, help="Port of its web page.")
def node_worker(cores: int, memory: str, ui_port: int) -> None:
    """Run a worker of the master P360_MASTER."""
    run_worker(Settings.from_environment(), cores, memory, ui_port)


@click.command("ui-token")
def ui_token() -> None:
    """Print the bearer token for the web pages of a cluster."""
    click.echo(secrets.ui_token(secrets.read_cluster_secret(os.environ)))
