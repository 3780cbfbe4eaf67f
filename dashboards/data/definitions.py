"""What the numbers mean: descriptions from dbt's manifest, kept with the snapshot."""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from dashboards.data.store import Data
from python_jobs.settings import Settings

FILE = "definitions.json"
_LAYERS = ("semantic_", "observability_", "obs_")
_PACKAGES = ("project-360", "dbt-core", "dbt-spark", "pyspark", "dash", "plotly", "duckdb")


def write_definitions(settings: Settings, folder: Path, names: set[str]) -> None:
    """Keep what dbt's docs say of tables beside their rows, and the versions at work.

    Args:
        settings: Where dbt's artifacts are; without them only the versions are kept.
        folder: Folder of the snapshot.
        names: Tables of the snapshot.
    """
    models: list[dict[str, Any]] = []
    try:
        text = (settings.project_dir / "target" / "manifest.json").read_text(encoding="utf-8")
        nodes = json.loads(text)["nodes"].values()
    except (OSError, ValueError, KeyError):
        nodes = []
    for node in sorted(nodes, key=lambda one: str(one.get("name"))):
        name = str(node.get("name"))
        if node.get("resource_type") == "model" and name in names and name.startswith(_LAYERS):
            columns = node.get("columns", {}).values()
            models.append(
                {
                    "name": name,
                    "description": node.get("description", "").strip(),
                    "columns": [[one["name"], one.get("description", "")] for one in columns],
                }
            )
    content = {"models": models, "versions": _versions()}
    (folder / FILE).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def read_definitions(data: Data) -> dict[str, Any]:
    """Return ``models`` and ``versions`` as they were written; empty ones where none were."""
    try:
        found: dict[str, Any] = json.loads((data.folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {"models": [], "versions": {}}
    return found


def _versions() -> dict[str, str]:
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
