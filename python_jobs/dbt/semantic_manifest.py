"""What dbt makes of semantic models and metrics, for MetricFlow."""

from __future__ import annotations

import json

from python_jobs.dbt.kept_sql import kept_texts
from python_jobs.dbt.runner import run_dbt
from python_jobs.settings import Settings

_NAME = "semantic_manifest"


def semantic_manifest(settings: Settings) -> str:
    """Return the semantic manifest as JSON, of the files as they are now; it reads live tables.

    Raises:
        P360Error: dbt cannot read the project; the message is dbt's own first line.
    """

    def parse() -> dict[str, str]:
        run_dbt(settings, "reading the metrics", ["parse"], warnings=False)
        file = settings.project_dir / "target" / f"{_NAME}.json"
        return {_NAME: file.read_text(encoding="utf-8")}

    return of_live_tables(kept_texts(settings, [_NAME], [_NAME], parse)[_NAME])


def of_live_tables(manifest: str) -> str:
    """Return a semantic manifest that reads what readers see: tables of the last run that passed.

    Args:
        manifest: As dbt wrote it, on the schema that dbt builds.
    """
    content = json.loads(manifest)
    spines = content["project_configuration"]["time_spines"]
    for one in [*content["semantic_models"], *spines]:
        relation = one["node_relation"]
        relation["schema_name"] += "_live"
        relation["relation_name"] = f"{relation['schema_name']}.{relation['alias']}"
    return json.dumps(content)
