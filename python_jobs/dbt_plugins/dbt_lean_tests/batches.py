"""Data tests that are ready at the same time, and the statement that answers them."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from dbt.clients.jinja import MacroGenerator
from dbt.context.providers import generate_runtime_model_context
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import GenericTestNode, SingularTestNode, TestNode
from dbt.flags import get_flags
from dbt.task.test import TestResultData, TestRunner
from dbt_common.events.base_types import EventLevel
from dbt_common.events.functions import fire_event
from dbt_common.events.types import Note
from dbt_common.exceptions import DbtBaseException

from dbt_lean_tests.sums import Sums, query_of, sums_of

VARIABLE = "batch_tests"


class Batch:
    """Tests that one statement answers; the first that is run asks it.

    Args:
        tests: Nodes of data tests that are ready at the same time.
    """

    def __init__(self, tests: Iterable[TestNode]) -> None:
        self._tests = list(tests)
        self._compiled: set[str] = set()
        self._answers: dict[str, TestResultData] | None = None
        self._asking = threading.Lock()
        self._compiling = threading.Lock()

    def compile(self, runner: TestRunner, test: TestNode, manifest: Manifest) -> TestNode:
        """Return a test's node, compiled once: by its own runner, or by the one that asks for all.

        dbt keeps what it compiles in the node itself, which two threads must not change at once.
        """
        with self._compiling:
            if test.unique_id not in self._compiled:
                runner.compiler.compile_node(test, manifest, {})
                self._compiled.add(test.unique_id)
        return test

    def answer(
        self, runner: TestRunner, test: TestNode, manifest: Manifest
    ) -> TestResultData | None:
        """Return what a test finds; ``None`` where it has to ask for itself.

        That is so for all tests of a batch whose statement failed: one of them is broken, and its
        own statement will say which, and leave the others as they are.
        """
        with self._asking:
            if self._answers is None:
                self._answers = self._ask(runner, manifest)
        return self._answers.get(test.unique_id)

    def _ask(self, runner: TestRunner, manifest: Manifest) -> dict[str, TestResultData]:
        sums: dict[int, Sums] = {}
        statements: dict[int, str] = {}
        for number, test in enumerate(self._tests):
            try:
                self.compile(runner, test, manifest)
                context = generate_runtime_model_context(test, runner.config, manifest)
                told = sums_of(test, context, manifest)
                if told:
                    sums[number] = told
                else:
                    statements[number] = _statement_of(runner, test, manifest, context)
            except DbtBaseException:
                continue  # Its own runner will say what is wrong with it.
        asked = len(sums) + len(statements)
        if asked < 2:
            return {}
        parts = [
            f"select {number}, failures, should_warn, should_error from (\n{statement}\n)"
            for number, statement in statements.items()
        ]
        if sums:
            parts.append(query_of(sums))
        try:
            response, table = runner.adapter.execute("\nunion all\n".join(parts), fetch=True)
        except DbtBaseException as error:
            told = f"{asked} tests ask one by one, since one statement failed: {error}"
            fire_event(Note(msg=told), level=EventLevel.DEBUG)
            return {}
        answer = response.to_dict(omit_none=True)
        return {
            self._tests[int(number)].unique_id: TestResultData(
                int(failures), bool(warns), bool(fails), answer
            )
            for number, failures, warns, fails in table.rows
            if failures is not None  # Else it has to ask for itself.
        }


def batches_of(task: Any) -> dict[str, Batch]:  # noqa: ANN401
    """Return the batch of each selected test that may be in one, by the test's id.

    Tests are ready at the same time where the same node is the last that they wait for: the one
    that all other nodes which they read come before.

    Args:
        task: The dbt command, with its selected nodes and its graph.
    """
    if not {**task.config.vars.to_dict(), **task.config.cli_vars}.get(VARIABLE, True):
        return {}
    waiting: dict[frozenset[str], list[TestNode]] = defaultdict(list)
    for node in task._flattened_nodes:
        if isinstance(node, GenericTestNode | SingularTestNode) and _can_join(node):
            waiting[last_read(frozenset(node.depends_on.nodes), task.graph)].append(node)
    batches = [Batch(tests) for tests in waiting.values() if len(tests) > 1]
    return {test.unique_id: batch for batch in batches for test in batch._tests}


def last_read(nodes: frozenset[str], graph: Any) -> frozenset[str]:  # noqa: ANN401
    """Return the one of some nodes that all others come before; all of them, where none is.

    Args:
        nodes: Ids of nodes.
        graph: dbt's graph.
    """
    for node in nodes:
        if nodes - {node} <= graph.ancestors(node):
            return frozenset({node})
    return nodes


def _can_join(test: TestNode) -> bool:
    """Return whether a test is a plain count of the rows of a query, with nothing to store."""
    config = test.config
    stores = config.store_failures
    if stores is None:
        stores = get_flags().STORE_FAILURES  # type: ignore[no-untyped-call]
    return config.fail_calc == "count(*)" and not stores and not config.get("sql_header")


def _statement_of(
    runner: TestRunner, test: TestNode, manifest: Manifest, context: dict[str, Any]
) -> str:
    """Return the statement that dbt would run for a test: its materialization's, not executed."""
    materialization: Any = manifest.find_materialization_macro_by_name(
        runner.config.project_name, test.config.materialized, runner.adapter.type()
    )
    written: list[str] = []

    def keep(name: str = "", *, caller: Any, **how: Any) -> str:  # noqa: ANN401
        written.append(caller())
        context["write"](written[-1])
        return ""

    context["statement"] = keep
    MacroGenerator(materialization, context)()
    (statement,) = written
    return statement
