"""The metrics, as the project's YAML defines them: what they are called, mean and can be asked by.

Read without dbt and MetricFlow, which take seconds to load.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from python_jobs.errors import P360Error

_HAS_METRICS = re.compile(r"^(metrics|semantic_models|saved_queries):", re.MULTILINE)
_DOC = re.compile(r"""\{\{\s*doc\(\s*['"](\w+)['"]\s*\)\s*\}\}""")
_BLOCK = re.compile(r"{% docs (\w+) %}\n(.*?)\n?{% enddocs %}", re.DOTALL)
_OFFSETS = ("offset_window", "offset_to_grain")
# The same in C, where it is there.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Dimension:
    """What a metric can be grouped and filtered by.

    Attributes:
        name: As people type it, such as ``country``.
        path: As MetricFlow names it, such as ``sale__country``.
        kind: ``categorical``, ``entity`` or ``time``.
        label: What people call it.
        description: What it is.
        is_number: Whether its values are numbers.
    """

    name: str
    path: str
    kind: str
    label: str = field(default="", compare=False)
    description: str = field(default="", compare=False)
    is_number: bool = False


@dataclass(frozen=True)
class Metric:
    """A metric.

    Attributes:
        name: As people type it, such as ``net_sales``.
        label: What people call it, such as "Net sales".
        description: What it is.
        kind: ``simple``, ``ratio``, ``derived``, ``cumulative`` or ``conversion``.
        unit: What it counts: ``currency``, ``share``, or a noun such as ``orders``.
        owner: Who answers for it.
        dimensions: What it can be grouped by, next to time.
        parts: Names of the metrics that it is computed from; none for a simple one.
        row: The dimension that tells its rows apart; blank for one of several tables.
        needs_grain: Whether it looks back from each period, so that it has no value without one.
    """

    name: str
    label: str
    description: str
    kind: str
    unit: str
    owner: str
    dimensions: tuple[Dimension, ...] = ()
    parts: tuple[str, ...] = ()
    row: str = ""
    needs_grain: bool = False


def read_metrics(project_dir: Path) -> dict[str, Metric]:
    """Return the metrics by name, in the order of files and of lines.

    Args:
        project_dir: Folder of ``dbt_project.yml``.

    Raises:
        P360Error: A file holds no metrics of the form that dbt reads.
    """
    models: list[dict[str, Any]] = []
    metrics: list[dict[str, Any]] = []
    for content in metrics_yaml(project_dir):
        models += content.get("semantic_models") or []
        metrics += content.get("metrics") or []
    texts = doc_blocks(project_dir)
    try:
        of_measure = {
            str(measure["name"]): _dimensions(model, models, texts)
            for model in models
            for measure in model.get("measures", [])
        }
        by_name = {str(one["name"]): one for one in metrics}
        return {name: _metric(one, by_name, of_measure, texts) for name, one in by_name.items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise P360Error(
            f"a metric or semantic model in {project_dir / 'models'} lacks {error}; "
            "'dbt parse' says which"
        ) from error


def metrics_yaml(project_dir: Path) -> Iterator[dict[str, Any]]:
    """Yield the content of each file that defines metrics, semantic models or saved queries.

    Raises:
        P360Error: A file is no YAML.
    """
    for file in sorted((project_dir / "models").rglob("*.yml")):
        text = file.read_text(encoding="utf-8")
        if not _HAS_METRICS.search(text):
            continue
        try:
            content = yaml.load(text, _Loader)
        except yaml.YAMLError as error:
            raise P360Error(f"{file.relative_to(project_dir)} is no YAML: {error}") from error
        if isinstance(content, dict):
            yield content


def doc_blocks(project_dir: Path) -> dict[str, str]:
    """Return the texts that descriptions name, each as one line."""
    return {
        name: " ".join(text.split())
        for file in sorted((project_dir / "models").rglob("*.md"))
        for name, text in _BLOCK.findall(file.read_text(encoding="utf-8"))
    }


def described(one: dict[str, Any], texts: dict[str, str]) -> str:
    """Return the description of a part of the YAML, with the texts that it names."""
    text = str(one.get("description") or "")
    return _DOC.sub(lambda found: texts.get(found[1], found[0]), text).strip()


def _metric(
    one: dict[str, Any],
    by_name: dict[str, dict[str, Any]],
    of_measure: dict[str, tuple[Dimension, ...]],
    texts: dict[str, str],
) -> Metric:
    meta = (one.get("config") or {}).get("meta") or {}
    shared = [of_measure[measure] for measure in _measures(one, by_name)]
    if not shared:
        raise P360Error(
            f"the metric '{one['name']}' is made of no measure; 'dbt parse' says what it lacks"
        )
    primary = {dimensions[-1].name for dimensions in shared}
    return Metric(
        name=str(one["name"]),
        label=str(one["label"]),
        description=described(one, texts),
        kind=str(one["type"]),
        unit=str(meta.get("unit", "")),
        owner=str(meta.get("owner", "")),
        dimensions=tuple(
            dimension for dimension in shared[0] if all(dimension in other for other in shared)
        ),
        parts=tuple(dict.fromkeys(_named(other) for other in _inputs(one))),
        row=primary.pop() if len(primary) == 1 else "",
        needs_grain=_looks_back(one, by_name),
    )


def _measures(one: dict[str, Any], by_name: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Yield the measures that a metric is made of; of a conversion, those that may convert."""
    params = one["type_params"]
    converted = params.get("conversion_type_params") or {}
    if measure := params.get("measure") or converted.get("base_measure"):
        yield _named(measure)
    for other in _inputs(one):
        yield from _measures(by_name[_named(other)], by_name)


def _looks_back(one: dict[str, Any], by_name: dict[str, dict[str, Any]]) -> bool:
    """Return whether a metric, or one that it is computed from, is of days before each period."""
    params = one["type_params"]
    spans = params | (params.get("cumulative_type_params") or {})
    return any(spans.get(key) for key in ("window", "grain_to_date")) or any(
        (isinstance(other, dict) and any(other.get(key) for key in _OFFSETS))
        or _looks_back(by_name[_named(other)], by_name)
        for other in _inputs(one)
    )


def _inputs(one: dict[str, Any]) -> list[Any]:
    """Return the metrics that a metric is computed from, in YAML's short or long form."""
    params = one["type_params"]
    ratio = [params[key] for key in ("numerator", "denominator") if key in params]
    return [*ratio, *params.get("metrics", [])]


def _named(one: Any) -> str:  # noqa: ANN401
    """Return the name in YAML's short or long form."""
    return str(one["name"] if isinstance(one, dict) else one)


def _dimensions(
    model: dict[str, Any], models: list[dict[str, Any]], texts: dict[str, str]
) -> tuple[Dimension, ...]:
    """Return what a model's measures can be grouped by: its own, its entities, those beside it."""
    found = list(_own(model, texts))
    for entity in model.get("entities", []):
        if entity["type"] == "primary":
            continue
        found.append(_entity(entity, texts))
        for other in models:
            if other is not model and _primary(other) == entity["name"]:
                found += _own(other, texts)
    found += [_entity(one, texts) for one in model.get("entities", []) if one["type"] == "primary"]
    return tuple(found)


def _entity(one: dict[str, Any], texts: dict[str, str]) -> Dimension:
    name = str(one["name"])
    return Dimension(name, name, "entity", str(one.get("label", "")), described(one, texts))


def _primary(model: dict[str, Any]) -> str:
    entities = model.get("entities", [])
    return next((str(one["name"]) for one in entities if one["type"] == "primary"), "")


def _own(model: dict[str, Any], texts: dict[str, str]) -> Iterator[Dimension]:
    time = (model.get("defaults") or {}).get("agg_time_dimension")
    for one in model.get("dimensions", []):
        if one["name"] == time:  # Asked for as metric_time.
            continue
        meta = (one.get("config") or {}).get("meta") or {}
        yield Dimension(
            name=str(one["name"]),
            path=f"{_primary(model)}__{one['name']}",
            kind=str(one["type"]),
            label=str(one.get("label", "")),
            description=described(one, texts),
            is_number=meta.get("type") == "number",
        )
