"""A project folder and home for a dashboard alone: no Spark server answers there."""

from __future__ import annotations

import random
import shutil
import socket
from pathlib import Path

from python_jobs.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[2]


def dashboard_settings(folder: Path) -> Settings:
    """Return settings whose project holds what the app reads: names, currency, corrections."""
    project = folder / "project"
    (project / "seeds").mkdir(parents=True)
    shutil.copy(REPOSITORY / "dbt_project.yml", project)
    shutil.copy(REPOSITORY / "seeds" / "sales_corrections.csv", project / "seeds")
    metrics = Path("models") / "semantic" / "metrics"
    shutil.copytree(REPOSITORY / metrics, project / metrics)
    shutil.copy(REPOSITORY / "models" / "_docs.md", project / "models")
    ports = free_ports(4)
    names = ("THRIFT", "CONNECT", "UI", "DASH")
    environ = {f"P360_{name}_PORT": str(port) for name, port in zip(names, ports, strict=True)}
    return Settings.from_environment(
        environ | {"P360_HOME": str(folder / "home"), "P360_SCHEMA": "sample"}, project
    )


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on."""
    found: list[int] = []
    for port in random.sample(range(20_000, 30_000), 200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                found.append(port)
        if len(found) == count:
            break
    return found
