"""Where things are: the settings that come from the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from python_jobs.errors import P360Error

HOST = "127.0.0.1"
_SCHEMA_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_PORTS = {"thrift": 10000, "connect": 15002, "ui": 4040, "dash": 8050}


@dataclass(frozen=True)
class Settings:
    """What the environment says, checked.

    Attributes:
        project_dir: Folder of ``dbt_project.yml``.
        home: ``P360_HOME``: warehouse, metastore, logs and locks.
        schema: ``P360_SCHEMA``: the schema that dbt builds.
        thrift_port: ``P360_THRIFT_PORT``, for dbt and BI tools.
        connect_port: ``P360_CONNECT_PORT``, for Spark Connect.
        ui_port: ``P360_UI_PORT``, the Spark UI.
        dash_port: ``P360_DASH_PORT``, the dashboard.
    """

    project_dir: Path
    home: Path
    schema: str
    thrift_port: int
    connect_port: int
    ui_port: int
    dash_port: int

    @classmethod
    def from_environment(
        cls, environ: Mapping[str, str] | None = None, project_dir: Path | None = None
    ) -> Settings:
        """Read and check the settings.

        Args:
            environ: Environment to read; the process's own by default.
            project_dir: Folder of ``dbt_project.yml``; found from the current folder by default.

        Raises:
            P360Error: A variable holds what it may not.
        """
        environ = os.environ if environ is None else environ
        project_dir = project_dir or _find_project_dir()
        schema = environ.get("P360_SCHEMA", "p360")
        if not _SCHEMA_NAME.fullmatch(schema):
            raise P360Error(
                f"P360_SCHEMA is '{schema}'; use a lower-case letter, then letters, digits or _"
            )
        ports = {name: _port(environ, name) for name in _PORTS}
        return cls(
            project_dir=project_dir,
            home=(project_dir / environ.get("P360_HOME", ".p360")).resolve(),
            schema=schema,
            thrift_port=ports["thrift"],
            connect_port=ports["connect"],
            ui_port=ports["ui"],
            dash_port=ports["dash"],
        )

    @property
    def live_schema(self) -> str:
        """What readers see: views on the versions of the last run that passed."""
        return f"{self.schema}_live"

    @property
    def store_schema(self) -> str:
        """Where every version is stored under a name of its own."""
        return f"{self.schema}_store"

    @property
    def logs_dir(self) -> Path:
        """Folder of the server's and dbt's logs."""
        return self.home / "logs"

    @property
    def warehouse_dir(self) -> Path:
        """Folder of the tables' files."""
        return self.home / "warehouse"

    @property
    def metastore_dir(self) -> Path:
        """Folder of the Derby database that holds the catalogue."""
        return self.home / "metastore"

    def dbt_environment(self) -> dict[str, str]:
        """Variables that ``profiles.yml`` reads, so that dbt finds the same server."""
        return {
            "P360_SCHEMA": self.schema,
            "P360_THRIFT_PORT": str(self.thrift_port),
        }

    def environment(self) -> dict[str, str]:
        """Variables that give another process of this project the same settings."""
        return self.dbt_environment() | {
            "P360_HOME": str(self.home),
            "P360_CONNECT_PORT": str(self.connect_port),
            "P360_UI_PORT": str(self.ui_port),
            "P360_DASH_PORT": str(self.dash_port),
        }

    def dbt_project(self) -> dict[str, Any]:
        """Contents of ``dbt_project.yml``."""
        text = (self.project_dir / "dbt_project.yml").read_text(encoding="utf-8")
        project: dict[str, Any] = yaml.safe_load(text)
        return project


def _port(environ: Mapping[str, str], name: str) -> int:
    variable = f"P360_{name.upper()}_PORT"
    text = environ.get(variable, str(_PORTS[name]))
    if not text.isdecimal() or not 1024 <= int(text) <= 65535:
        raise P360Error(f"{variable} is '{text}'; use a port number from 1024 to 65535")
    return int(text)


def _find_project_dir() -> Path:
    """Return the nearest folder upwards that holds the project, else the installed one."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        file = folder / "dbt_project.yml"
        if file.is_file() and "project_360" in file.read_text(encoding="utf-8"):
            return folder
    return Path(__file__).resolve().parent.parent
