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
LOCAL_MASTER = "local[*]"
_SCHEMA_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_MASTER = re.compile(r"local(\[(\*|\d+)\])?|yarn|(spark|k8s)://\S+")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):/.*")
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
        host: Where the server is: the address it listens on (``P360_LISTEN_HOST``), or for the
            target ``cluster`` the host of that target (``P360_CLUSTER_HOST``).
        is_elsewhere: Whether somebody else starts and stops the server: the target ``cluster``.
        master: ``P360_MASTER``, where Spark's work is done.
        warehouse: ``P360_WAREHOUSE``, the folder of the tables' files, as a URI.
        login_file: ``P360_LOGIN_FILE``, the secret that Thrift and Connect ask for.
        tls_certificate: ``P360_TLS_CERTIFICATE``; None where Thrift and Connect have no TLS.
        tls_key: ``P360_TLS_KEY``, the certificate's key; the server alone needs it.
    """

    project_dir: Path
    home: Path
    schema: str
    thrift_port: int
    connect_port: int
    ui_port: int
    dash_port: int
    host: str
    is_elsewhere: bool
    master: str
    warehouse: str
    login_file: Path
    tls_certificate: Path | None = None
    tls_key: Path | None = None

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
        ports = {name: _port(environ, f"P360_{name.upper()}_PORT", _PORTS[name]) for name in _PORTS}
        is_elsewhere = environ.get("P360_TARGET") == "cluster"
        if is_elsewhere:
            ports["thrift"] = _port(environ, "P360_CLUSTER_PORT", _PORTS["thrift"])
        home = (project_dir / environ.get("P360_HOME", ".p360")).resolve()
        return cls(
            project_dir=project_dir,
            home=home,
            schema=schema,
            thrift_port=ports["thrift"],
            connect_port=ports["connect"],
            ui_port=ports["ui"],
            dash_port=ports["dash"],
            host=_cluster_host(environ) if is_elsewhere else environ.get("P360_LISTEN_HOST", HOST),
            is_elsewhere=is_elsewhere,
            master=_master(environ),
            warehouse=_warehouse(environ, project_dir, home),
            login_file=(project_dir / environ.get("P360_LOGIN_FILE", home / "login")).resolve(),
            tls_certificate=_file(environ, "P360_TLS_CERTIFICATE", project_dir),
            tls_key=_file(environ, "P360_TLS_KEY", project_dir),
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
    def warehouse_dir(self) -> Path | None:
        """Folder of the tables' files; None where they are in an object store or the like."""
        scheme, _, path = self.warehouse.partition(":")
        return Path(path) if scheme == "file" else None

    @property
    def is_local(self) -> bool:
        """Whether Spark works in the server's own process, without a cluster."""
        return self.master.startswith("local")

    @property
    def metastore_dir(self) -> Path:
        """Folder of the Derby database that holds the catalogue."""
        return self.home / "metastore"

    @property
    def thrift_inside(self) -> tuple[str, int]:
        """Host and port of Spark's own Thrift Server: behind TLS it is on loopback, one higher."""
        return (
            (HOST, self.thrift_port + 1) if self.tls_certificate else (self.host, self.thrift_port)
        )

    @property
    def connect_inside(self) -> tuple[str, int]:
        """Host and port of Spark's own Connect server, likewise."""
        inside = (HOST, self.connect_port + 1)
        return inside if self.tls_certificate else (self.host, self.connect_port)

    def dbt_environment(self) -> dict[str, str]:
        """Variables that ``profiles.yml`` reads, so that dbt finds the same server."""
        port = "P360_CLUSTER_PORT" if self.is_elsewhere else "P360_THRIFT_PORT"
        return {
            "P360_SCHEMA": self.schema,
            "P360_LISTEN_HOST": self.host,
            port: str(self.thrift_port),
            **({"P360_TLS_CERTIFICATE": str(self.tls_certificate)} if self.tls_certificate else {}),
        }

    def environment(self) -> dict[str, str]:
        """Variables that give another process of this project the same settings."""
        return self.dbt_environment() | {
            "P360_HOME": str(self.home),
            "P360_CONNECT_PORT": str(self.connect_port),
            "P360_UI_PORT": str(self.ui_port),
            "P360_DASH_PORT": str(self.dash_port),
            "P360_WAREHOUSE": self.warehouse,
            "P360_LOGIN_FILE": str(self.login_file),
            **({"P360_TLS_KEY": str(self.tls_key)} if self.tls_key else {}),
        }

    def dbt_project(self) -> dict[str, Any]:
        """Contents of ``dbt_project.yml``."""
        text = (self.project_dir / "dbt_project.yml").read_text(encoding="utf-8")
        project: dict[str, Any] = yaml.safe_load(text)
        return project


def _port(environ: Mapping[str, str], variable: str, usual: int) -> int:
    text = environ.get(variable, str(usual))
    if not text.isdecimal() or not 1024 <= int(text) <= 65535:
        raise P360Error(f"{variable} is '{text}'; use a port number from 1024 to 65535")
    return int(text)


def _file(environ: Mapping[str, str], variable: str, project_dir: Path) -> Path | None:
    path = environ.get(variable, "")
    return (project_dir / path).resolve() if path else None


def _cluster_host(environ: Mapping[str, str]) -> str:
    host = environ.get("P360_CLUSTER_HOST", "")
    if not host:
        raise P360Error("target cluster needs P360_CLUSTER_HOST: the host of its Thrift Server")
    return host


def _master(environ: Mapping[str, str]) -> str:
    master = environ.get("P360_MASTER", LOCAL_MASTER)
    if not _MASTER.fullmatch(master):
        raise P360Error(
            f"P360_MASTER is '{master}'; use local[*], local[2], spark://host:7077, yarn or "
            "k8s://https://host:443"
        )
    return master


def _warehouse(environ: Mapping[str, str], project_dir: Path, home: Path) -> str:
    text = environ.get("P360_WAREHOUSE", "")
    scheme = _SCHEME.fullmatch(text)
    if scheme is None:
        return f"file:{(project_dir / text).resolve() if text else home / 'warehouse'}"
    if scheme[1] == "file":
        return f"file:/{text.removeprefix('file:').strip('/')}"
    return text.rstrip("/")


def _find_project_dir() -> Path:
    """Return the nearest folder upwards that holds the project, else the installed one."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        file = folder / "dbt_project.yml"
        if file.is_file() and "project_360" in file.read_text(encoding="utf-8"):
            return folder
    return Path(__file__).resolve().parent.parent
