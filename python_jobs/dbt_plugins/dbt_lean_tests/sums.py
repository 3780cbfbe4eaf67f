"""Data tests told by aggregates: each relation is read once for all tests of a batch."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from dbt.clients.jinja import MacroGenerator, add_rendered_test_kwargs
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import GenericTestNode, TestNode

_MACRO = "sums_of_test"
_COUNT_BOUND = re.compile(r"\s*(?:>=|>|<=|<|=|!=)\s*\d+\s*")
_PLACE = re.compile(r"\$(\d+)")
_ASKS = re.compile(r"\bselect\b|--", re.IGNORECASE)


@dataclass(frozen=True)
class Sums:
    """What a test counts, told by aggregates.

    Attributes:
        failures: SQL of the number of rows that it finds; ``$0`` stands for the first aggregate.
        of: Each aggregate's relation and SQL.
        warn_if: When the test warns, as SQL behind the number.
        error_if: When it fails.
    """

    failures: str
    of: tuple[tuple[str, str], ...]
    warn_if: str
    error_if: str


def sums_of(test: TestNode, context: dict[str, Any], manifest: Manifest) -> Sums | None:
    """Return what a test counts; None where it cannot be told by aggregates.

    That is so for tests which the macro ``sums_of_test`` does not know, where a limit is set or a
    bound is a share or a sum, and where an aggregate would ask a query of its own.

    Args:
        test: The node.
        context: dbt's context of the node; what the test is given is added to it.
        manifest: The project's.
    """
    config = test.config
    if not isinstance(test, GenericTestNode) or config.limit is not None:
        return None
    if not all(_COUNT_BOUND.fullmatch(str(bound)) for bound in (config.warn_if, config.error_if)):
        return None
    macro = manifest.find_macro_by_name(_MACRO, context["project_name"], None)
    if macro is None:
        return None
    add_rendered_test_kwargs(context, test)
    given = context["_dbt_generic_test_kwargs"]
    told: Any = MacroGenerator(macro, context)(test.test_metadata.name, given)
    if told is None or any(_ASKS.search(aggregate) for _, aggregate in told["sums"]):
        return None
    of = tuple((str(relation).strip(), aggregate) for relation, aggregate in told["sums"])
    return Sums(told["failures"], of, str(config.warn_if), str(config.error_if))


def _named(names: Sequence[str], place: re.Match[str]) -> str:
    return names[int(place[1])]


def query_of(tests: Mapping[int, Sums]) -> str:
    """Return a query of a row per test: its number, failures, whether it warns, whether it fails.

    Failures are null where a relation without rows cannot tell; the test has to ask for itself.
    """
    scans: dict[str, dict[str, str]] = {}
    counts, answers = [], []
    for number, test in tests.items():
        names = []
        for relation, aggregate in test.of:
            scan = scans.setdefault(relation, {})
            name = scan.setdefault(aggregate, f"sum_{len(scan)}")
            names.append(f"scan_{list(scans).index(relation)}.{name}")
        failures = _PLACE.sub(partial(_named, names), test.failures)
        counts.append(f"cast({failures} as bigint) as failures_{number}")
        answers.append(
            f"struct({number} as number, failures_{number} as failures,"
            f" failures_{number} {test.warn_if} as should_warn,"
            f" failures_{number} {test.error_if} as should_error)"
        )
    read = ",\n".join(
        f"(select struct({', '.join(f'{one} as {name}' for one, name in scan.items())})"
        f"\nfrom {relation}) as scan_{number}"
        for number, (relation, scan) in enumerate(scans.items())
    )
    return (
        f"select inline(array({', '.join(answers)}))\n"
        f"from (select {', '.join(counts)}\nfrom (select {read}))"
    )
