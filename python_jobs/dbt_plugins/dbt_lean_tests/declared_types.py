"""Types of columns as YAML declares them, for unit tests: dbt asks the catalogue for each input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import UnitTestNode

# What dbt writes where an input's rows are given in YAML; the second argument is the types.
_FIXTURE = "{{ get_fixture_sql("
_WITHOUT_TYPES = ", None) }}"


def add_declared_types(tested: Manifest, manifest: Manifest) -> None:
    """Tell a unit test's inputs and its expected rows the types of their columns.

    An input, or a model, of which the YAML does not declare every type is left to dbt.

    Args:
        tested: dbt's small manifest of one unit test; changed.
        manifest: The project's.
    """
    for node in tested.nodes.values():
        if isinstance(node, UnitTestNode):
            model = manifest.nodes[str(node.tested_node_unique_id)]
            node.config["column_types"] = column_types(model)
        elif node.raw_code.startswith(_FIXTURE) and node.raw_code.endswith(_WITHOUT_TYPES):
            types = column_types(_original(node, manifest))
            if types:
                node.raw_code = f"{node.raw_code.removesuffix(_WITHOUT_TYPES)}, {types}) }}}}"


def column_types(node: Any) -> dict[str, str]:  # noqa: ANN401
    """Return the declared types of a node's columns by name in lower case; none where one lacks."""
    columns: Mapping[str, Any] = getattr(node, "columns", None) or {}
    if not all(column.data_type for column in columns.values()):
        return {}
    return {column.name.lower(): column.data_type for column in columns.values()}


def _original(stand_in: Any, manifest: Manifest) -> Any:  # noqa: ANN401
    """Return the project's node for which an input stands in; none where there is no such node."""
    _, package, name = stand_in.unique_id.split(".", 2)
    for kind in ("model", "seed", "snapshot"):
        if f"{kind}.{package}.{name}" in manifest.nodes:
            return manifest.nodes[f"{kind}.{package}.{name}"]
    return manifest.sources.get(f"source.{package}.{name.replace('__', '.', 1)}")
