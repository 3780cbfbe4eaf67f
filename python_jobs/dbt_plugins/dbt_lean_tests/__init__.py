"""Fewer statements for the same tests: a statement is what a test costs, not its rows.

The data tests that are ready at the same time are answered by one statement. dbt runs each of
them as before, with its own name, severity, bounds and record; the first asks for all that wait
beside it, and the others read its answer. ``--vars '{batch_tests: false}'`` lets each ask for
itself.

Unit tests learn the types of their columns from the YAML of the models, not from the catalogue.
"""

from __future__ import annotations

from typing import Any

from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import TestNode, UnitTestDefinition
from dbt.plugins.manager import dbtPlugin
from dbt.task.compile import CompileRunner
from dbt.task.runnable import GraphRunnableTask
from dbt.task.test import TestResultData, TestRunner

from dbt_lean_tests.batches import Batch, batches_of
from dbt_lean_tests.declared_types import add_declared_types

_get_runner = GraphRunnableTask.get_runner
_execute_data_test = TestRunner.execute_data_test
_unit_test_manifest = TestRunner.build_unit_test_manifest_from_test


class LeanTests(dbtPlugin):
    """Changes how dbt's runner of tests asks."""

    def initialize(self) -> None:
        """Let runners of tests know their batch, and unit tests their types."""
        if self.project_name != "project_360":
            return
        setattr(GraphRunnableTask, "get_runner", get_runner)  # noqa: B010
        setattr(TestRunner, "compile", compile_test)  # noqa: B010
        setattr(TestRunner, "execute_data_test", execute_data_test)  # noqa: B010
        setattr(  # noqa: B010
            TestRunner, "build_unit_test_manifest_from_test", unit_test_manifest
        )


def get_runner(task: Any, node: Any) -> Any:  # noqa: ANN401
    """Return a node's runner, which knows the batch of its test if it is one."""
    runner = _get_runner(task, node)
    if isinstance(runner, TestRunner):
        batches = vars(task).get("batches")
        if batches is None:
            batches = task.batches = batches_of(task)
        vars(runner)["batch"] = batches.get(node.unique_id)
    return runner


def compile_test(runner: TestRunner, manifest: Manifest) -> TestNode:
    """Compile a test, where its batch has not done so."""
    batch: Batch | None = vars(runner).get("batch")
    compiled: TestNode = (
        batch.compile(runner, runner.node, manifest)
        if batch
        else CompileRunner.compile(runner, manifest)
    )
    return compiled


def execute_data_test(runner: TestRunner, test: TestNode, manifest: Manifest) -> TestResultData:
    """Return what a test finds: the answer of its batch, or of its own statement."""
    batch: Batch | None = vars(runner).get("batch")
    answer = batch.answer(runner, test, manifest) if batch else None
    return answer or _execute_data_test(runner, test, manifest)


def unit_test_manifest(
    runner: TestRunner, unit_test: UnitTestDefinition, manifest: Manifest
) -> Manifest:
    """Return dbt's manifest of one unit test, with the types of its columns."""
    tested = _unit_test_manifest(runner, unit_test, manifest)
    add_declared_types(tested, manifest)
    return tested


plugins = [LeanTests]
