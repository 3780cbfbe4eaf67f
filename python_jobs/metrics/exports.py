"""The SQL of saved queries that builds write as tables, in the words of the models they read.

dbt Core reads ``exports`` of saved queries, and leaves it to dbt Cloud to write them. Here a model
writes them: it imports what the saved query reads, and the macro ``saved_query`` is the SQL.
"""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

from python_jobs.dbt.kept_sql import kept_in
from python_jobs.metrics.rendering import Renderer

# MetricFlow knows tables with a schema only.
_IMPORTED = "imported_by_the_model"


def exported_sql(manifest: str, home: Path) -> dict[str, str]:
    """Return the SQL of each saved query that has exports, by its name.

    MetricFlow takes seconds to load, so the SQL is kept for as long as nothing else is defined.

    Args:
        manifest: Semantic manifest, as JSON.
        home: Folder of what is kept, the project's ``P360_HOME``.

    Raises:
        P360Error: MetricFlow cannot write it.
    """
    content = _reading_imports(json.loads(manifest))
    names = [str(one["name"]) for one in content["saved_queries"] if one["exports"]]
    file = home / "saved_queries" / f"{_digest(content)}.json"

    def make() -> dict[str, str]:
        renderer = Renderer(json.dumps(content))
        return {name: renderer.saved_sql(name).replace(f"{_IMPORTED}.", "") for name in names}

    return kept_in(file, names, make)


def _reading_imports(content: dict[str, Any]) -> dict[str, Any]:
    """Return a semantic manifest in which all tables are in the schema that stands for imports."""
    for one in [*content["semantic_models"], *content["project_configuration"]["time_spines"]]:
        relation = one["node_relation"]
        relation["schema_name"] = _IMPORTED
        relation["relation_name"] = f"{_IMPORTED}.{relation['alias']}"
    return content


def _digest(content: dict[str, Any]) -> str:
    """Return a digest of all that is defined; dbt gives it in the order in which it parsed."""
    parts = ("semantic_models", "metrics", "saved_queries")
    ordered = {part: sorted(content[part], key=lambda one: str(one["name"])) for part in parts}
    text = version("metricflow") + json.dumps(content | ordered, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
