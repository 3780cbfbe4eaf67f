"""Copies of the project with a server of their own."""

from __future__ import annotations

import os
import random
import re
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench import REPOSITORY
from bench.measure import execute, program
from python_jobs.server.record import read_record
from python_jobs.settings import HOST, Settings

FEED = "shop"

_OWN_KIND = re.compile(r"materialized='(?!table|view|ephemeral)\w+'")
_DBT_PARTS = (
    *("models", "seeds", "snapshots", "macros", "tests"),
    *("dbt_project.yml", "profiles.yml", ".dbtignore"),
)
_PORT_NAMES = ("P360_THRIFT_PORT", "P360_CONNECT_PORT", "P360_UI_PORT")
_PORTS = range(20_000, 30_000)  # None of them is ever given to an outgoing connection.
_KEPT = (*_PORT_NAMES, "P360_DRIVER_MEMORY")


@dataclass(frozen=True)
class Workspace:
    """A copy of the project.

    Attributes:
        folder: Where it is.
        environment: Variables for its commands: home, ports, schema.
        log: What its commands said.
    """

    folder: Path
    environment: dict[str, str]
    log: Path

    @property
    def settings(self) -> Settings:
        """The copy's settings."""
        return Settings.from_environment(self.environment, self.folder)

    def p360(self, *words: str | Path) -> str:
        """Run a ``p360`` command and return what it said."""
        return execute([program("p360"), *words], self.folder, self.environment, self.log)

    def dbt(self, *words: str) -> str:
        """Run plain dbt and return what it said."""
        command: tuple[str | Path, ...] = (program("dbt"), "--no-use-colors", *words)
        return execute(command, self.folder, self.environment, self.log)

    def server_pid(self) -> int | None:
        """Return the process id of the copy's server, if one was started."""
        record = read_record(self.settings)
        return record.pid if record else None

    def replace(self, file: str, old: str, new: str) -> None:
        """Replace a text that must stand in a file of the copy."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        if old not in text:
            raise ValueError(f"{old!r} is not in {file}: change bench/workspace.py with it")
        path.write_text(text.replace(old, new), encoding="utf-8")


def server_environment(home: Path) -> dict[str, str]:
    """Return this process's variables with a home and ports for a server of the bench."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("P360_") or name in _KEPT
    }
    free = dict(zip(_PORT_NAMES, map(str, _free_ports(len(_PORT_NAMES))), strict=True))
    return free | kept | {"P360_HOME": str(home)}


def make_workspace(
    folder: Path, environment: dict[str, str], *, schema: str = "p360", revision: str = ""
) -> Workspace:
    """Copy the project.

    Args:
        folder: Where to, not there yet.
        environment: As ``server_environment`` gives it.
        schema: ``P360_SCHEMA`` of the copy.
        revision: Take models and macros from this git revision, not from the working folder.
    """
    folder.mkdir(parents=True)
    if revision:
        git = ["git", "-C", str(REPOSITORY)]
        listed = subprocess.run(
            [*git, "ls-tree", "--name-only", revision, *_DBT_PARTS],  # An older one lacks some.
            capture_output=True,
            check=True,
            text=True,
        ).stdout.split()
        packed = subprocess.run(
            [*git, "archive", revision, *listed], capture_output=True, check=True
        ).stdout
        subprocess.run(["tar", "-x", "-C", str(folder)], input=packed, check=True)
    else:
        for part in _DBT_PARTS:
            source = REPOSITORY / part
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, folder / part)
    log = folder.with_suffix(".log")
    return Workspace(folder, environment | {"P360_SCHEMA": schema}, log)


def use_stock_materializations(workspace: Workspace) -> None:
    """Let dbt-spark's own ``table`` and ``view`` build the models, and nothing go live.

    Its snapshots cannot be on Parquet tables.
    """
    shutil.rmtree(workspace.folder / "snapshots", ignore_errors=True)
    materializations = workspace.folder / "macros" / "materializations"
    for file in materializations.glob("*.sql"):
        if re.search(r"{% materialization (?!seed)", file.read_text(encoding="utf-8")):
            file.unlink()
    for model in (workspace.folder / "models").rglob("*.sql"):
        text = model.read_text(encoding="utf-8")
        model.write_text(_OWN_KIND.sub("materialized='table'", text), encoding="utf-8")
    workspace.replace("dbt_project.yml", '  - "{{ begin_run() }}"\n', "")
    publish = 'on-run-end:\n  - "{{ publish_run(results) }}"\n'
    workspace.replace("dbt_project.yml", publish, "")
    # The seed, which is no model, keeps its version and needs its schema.
    store = f"create schema if not exists {workspace.settings.store_schema}"
    check = '  - "{{ check_email_key() }}"\n'
    workspace.replace("dbt_project.yml", check, f'{check}  - "{store}"\n')


def _free_ports(count: int) -> list[int]:
    ports = []
    for port in random.sample(_PORTS, len(_PORTS)):
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) != 0:
                ports.append(port)
        if len(ports) == count:
            break
    return ports
