"""Looks at everything that a run needs and says what is wrong with it."""

from __future__ import annotations

import os
import pkgutil
import shutil
import sys
from collections.abc import Callable
from importlib.metadata import version

from rich.markup import escape

from python_jobs.cluster.metastore import Metastore
from python_jobs.errors import P360Error
from python_jobs.machine.java import find_java
from python_jobs.machine.memory import GIB, heap_bytes
from python_jobs.machine.spark import spark_home
from python_jobs.server.checks import check_metastore_is_free, check_ports_are_free
from python_jobs.server.record import running
from python_jobs.server.start import start
from python_jobs.server.thrift import connect
from python_jobs.settings import Settings
from python_jobs.terminal.console import out

_LEAST_DISK = GIB
_GUARD = "dbt_run_guard"


def run_doctor(settings: Settings) -> bool:
    """Print one line for each check.

    Returns:
        Whether all went well.
    """
    checks: list[tuple[str, Callable[[Settings], str]]] = [
        ("Python", _python),
        ("packages", _packages),
        ("dbt guard", _guard),
        ("Java", _java),
        ("memory", _memory),
        ("disk", _disk),
        ("metastore", _metastore),
        ("ports", _ports),
        ("server", _server),
    ]
    healthy = True
    for name, check in checks:
        try:
            sign, text = "[green]ok  [/]", check(settings)
        except P360Error as error:
            healthy = False
            sign, text = "[bold red]bad [/]", str(error)
        out.print(f"{sign} {name:<10} {escape(text)}")
    return healthy


def _python(settings: Settings) -> str:
    del settings
    return f"{sys.version.split()[0]} in {sys.prefix}"


def _packages(settings: Settings) -> str:
    del settings
    names = ("dbt-core", "dbt-spark", "pyspark")
    return ", ".join(f"{name} {version(name)}" for name in names) + f" in {spark_home()}"


def _guard(settings: Settings) -> str:
    del settings
    if not any(module.name == _GUARD for module in pkgutil.iter_modules()):
        raise P360Error(f"dbt does not find {_GUARD}, which takes the run lock; run 'make setup'")
    return f"dbt loads {_GUARD}, which takes the run lock"


def _java(settings: Settings) -> str:
    del settings
    java = find_java(os.environ)
    note = f"; {java.passed_over}" if java.passed_over else ""
    return f"{java.version} from {java.source}{note}"


def _memory(settings: Settings) -> str:
    record = running(settings)
    if record is not None:
        return f"{record.heap / GIB:.1f} GiB given to the server"
    heap = heap_bytes(os.environ.get("P360_DRIVER_MEMORY"))
    return f"{heap / GIB:.1f} GiB for the server, and free"


def _disk(settings: Settings) -> str:
    folder = settings.home if settings.home.exists() else settings.home.parent
    free = shutil.disk_usage(folder).free
    if free < _LEAST_DISK:
        raise P360Error(
            f"only {free / GIB:.1f} GiB are free in {folder}; free some space, "
            "or set P360_HOME to a folder on another disk"
        )
    return f"{free / GIB:.0f} GiB free in {folder}"


def _metastore(settings: Settings) -> str:
    database = Metastore.from_environment(os.environ)
    if database.url:
        return f"{database.url}, as {database.user}"
    if running(settings) is not None:
        return "held by the server, as it should be"
    check_metastore_is_free(settings)
    return "free"


def _ports(settings: Settings) -> str:
    names = f"thrift {settings.thrift_port}, connect {settings.connect_port}, ui {settings.ui_port}"
    if running(settings) is not None:
        return f"{names}: the server's own"
    check_ports_are_free(settings)
    return f"{names}: free"


def _server(settings: Settings) -> str:
    if settings.is_elsewhere:
        with connect(settings) as connection:
            spark = connection.scalar("select version()").split()[0]
        return f"Spark {spark} answers at {settings.host}:{settings.thrift_port}"
    record = running(settings)
    if record is None:
        return "not running; 'p360 up' starts it"
    start(settings)
    with connect(settings) as connection:
        spark = connection.scalar("select version()").split()[0]
    return f"Spark {spark} answers, process {record.pid}, since {record.started_at}"
