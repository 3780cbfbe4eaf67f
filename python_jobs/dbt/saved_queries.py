"""The saved queries, as the project's YAML defines them: questions to metrics with a name.

Read without dbt and MetricFlow, which take seconds to load.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from python_jobs.dbt.metrics import described, doc_blocks, metrics_yaml
from python_jobs.errors import P360Error

# TimeDimension('metric_time', 'month'), Dimension('sale__status'), Entity('customer'), or a path.
_GROUP = re.compile(
    r"""(?:(?:TimeDimension|Dimension|Entity)\(\s*)?
    ['"]?(?P<name>\w+)['"]?
    (?:\s*,\s*['"](?P<grain>\w+)['"])?
    \s*\)?""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class SavedQuery:
    """A question with a name.

    Attributes:
        name: As people type it, such as ``sales_by_day``.
        label: What people call it.
        description: What it answers.
        metrics: Names of the metrics that it asks.
        paths: What they are grouped by, as MetricFlow names it, such as ``metric_time__day``.
        exports: Names of the tables that a build writes of it.
        is_ordered: Whether it says in which order rows come, or how many of them.
    """

    name: str
    label: str
    description: str
    metrics: tuple[str, ...]
    paths: tuple[str, ...]
    exports: tuple[str, ...] = ()
    is_ordered: bool = False


def read_saved_queries(project_dir: Path) -> dict[str, SavedQuery]:
    """Return the saved queries by name, in the order of files and of lines.

    Args:
        project_dir: Folder of ``dbt_project.yml``.

    Raises:
        P360Error: A file holds no saved queries of the form that dbt reads.
    """
    found = [
        one for content in metrics_yaml(project_dir) for one in content.get("saved_queries") or []
    ]
    texts = doc_blocks(project_dir)
    try:
        return {str(one["name"]): _saved_query(one, texts) for one in found}
    except (KeyError, TypeError, AttributeError) as error:
        raise P360Error(
            f"a saved query in {project_dir / 'models'} lacks {error}; 'dbt parse' says which"
        ) from error


def _saved_query(one: dict[str, Any], texts: dict[str, str]) -> SavedQuery:
    asked = one["query_params"]
    name = str(one["name"])
    return SavedQuery(
        name=name,
        label=str(one.get("label") or name),
        description=described(one, texts),
        metrics=tuple(map(str, asked["metrics"])),
        paths=tuple(_path(str(group), name) for group in asked.get("group_by") or []),
        exports=tuple(str(export["name"]) for export in one.get("exports") or []),
        is_ordered=bool(asked.get("order_by") or asked.get("limit")),
    )


def _path(group: str, query: str) -> str:
    found = _GROUP.fullmatch(group.strip())
    if found is None:
        raise P360Error(
            f'the saved query \'{query}\' is grouped by "{group}"; write "TimeDimension('
            "'metric_time', 'month')\", \"Dimension('sale__status')\" or \"Entity('customer')\""
        )
    return "__".join(part for part in found.group("name", "grain") if part)
