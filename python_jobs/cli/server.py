"""The commands ``p360 up``, ``down``, ``status``, ``doctor`` and ``dashboard``."""

from __future__ import annotations

import sys

import click

from python_jobs.settings import Settings
from python_jobs.terminal.console import out, say


@click.command()
@click.option("--stay", is_flag=True, help="Keep running until the server ends; Ctrl+C stops it.")
def up(stay: bool) -> None:
    """Start the Spark server and wait until it answers."""
    from python_jobs.pipeline.start import start_server
    from python_jobs.server.record import running
    from python_jobs.server.stop import stay as stay_until_it_ends

    settings = Settings.from_environment()
    already = running(settings) is not None
    start_server(settings)
    state = "already up" if already else "up"
    host = settings.host
    out.print(
        f"Spark server {state}: Thrift {host}:{settings.thrift_port}, Connect {host}:"
        f"{settings.connect_port}, UI http://{host}:{settings.ui_port}"
    )
    if stay:
        stay_until_it_ends(settings)


@click.command()
def down() -> None:
    """Stop the Spark server and the dashboard."""
    from python_jobs.server import dashboard as dashboard_server
    from python_jobs.server.stop import stop

    settings = Settings.from_environment()
    if dashboard_server.stop(settings):
        out.print("dashboard stopped")
    if settings.is_elsewhere:
        say("the server of target cluster cannot be stopped from here; stop it where it runs")
        return
    stopped = stop(settings)
    out.print("Spark server stopped" if stopped else "no Spark server was running")


@click.command()
def dashboard() -> None:
    """Serve the dashboard in the foreground until Ctrl+C."""
    from python_jobs.server import dashboard as dashboard_server

    settings = Settings.from_environment()
    say(f"dashboard at {dashboard_server.address(settings)}; Ctrl+C stops it")
    dashboard_server.serve(settings)


@click.command()
@click.option("--connection", is_flag=True, help="Print what a BI tool needs, the password too.")
def status(connection: bool) -> None:
    """Show whether the server runs; exit code 3 if not."""
    from python_jobs.server.record import running

    settings = Settings.from_environment()
    if connection:
        _print_connection(settings)
        return
    host = settings.host
    record = running(settings)
    if record is None:
        out.print("Spark server: down")
        sys.exit(3)
    out.print(f"Spark server: up since {record.started_at}, process {record.pid}")
    out.print(f"  Thrift   {host}:{record.thrift_port}")
    out.print(f"  Connect  sc://{host}:{record.connect_port}")
    out.print(f"  UI       http://{host}:{record.ui_port}")
    out.print(f"  Java     {record.java}, heap {record.heap / 1024**3:.1f} GiB")
    out.print(f"  Works on {record.master}")


def _print_connection(settings: Settings) -> None:
    from python_jobs.cluster.login import USER, connect_address, read_secret_of

    host, port, secret = settings.host, settings.thrift_port, read_secret_of(settings)
    lines = {
        "Host": host,
        "Port": str(port),
        "User": USER,
        "Password": secret,
        "Schema": settings.live_schema,
        "JDBC": f"jdbc:hive2://{host}:{port}/{settings.live_schema}",
        "Connect": connect_address(settings),
    }
    if settings.tls_certificate is not None:
        lines["JDBC"] += ";ssl=true"
        lines["Trust"] = str(settings.tls_certificate)
    for name, value in lines.items():
        click.echo(f"{name:<9}{value}")


@click.command()
def doctor() -> None:
    """Check what a run needs; exit code 1 if something fails."""
    from python_jobs.server.doctor import run_doctor

    if not run_doctor(Settings.from_environment()):
        sys.exit(1)
