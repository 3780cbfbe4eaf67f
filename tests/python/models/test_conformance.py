"""The adapter tests of dbt itself: does stock dbt-spark work on our server, with our profile?

The projects under test are dbt's own, and so are the materializations, but for snapshots: those are
this project's. What cannot pass on Parquet tables stands in EXPECTED_FAILURES; a change either way
fails. What is stock dbt-spark's alone changes with the pins: `make conformance` asks that. `make
test` asks what code of this project has a part in, and whether stock dbt works at all; but for
snapshots, of which test_history.py asks more.

Left out, for time: other forms of the same merge (unique keys, microbatch, clone),
changed columns of incremental models, many models at once (the pipeline's tests do that), a seed of
20,000 rows. Left out, having no meaning here: what is PostgreSQL at heart (scripts of several
statements, the words of its errors, materialized views), hooks that need files the package does not
carry, and `dbt seed --empty`, which dbt 1.11 does not have.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import REPOSITORY
from dbt.config.renderer import ProfileRenderer
from dbt.tests.adapter.aliases import fixtures as aliases
from dbt.tests.adapter.aliases.test_aliases import BaseSameAliasDifferentSchemas
from dbt.tests.adapter.basic import test_snapshot_check_cols, test_snapshot_timestamp
from dbt.tests.adapter.basic.expected_catalog import base_expected_catalog, no_stats
from dbt.tests.adapter.basic.test_adapter_methods import BaseAdapterMethod
from dbt.tests.adapter.basic.test_base import BaseSimpleMaterializations
from dbt.tests.adapter.basic.test_docs_generate import BaseDocsGenerate
from dbt.tests.adapter.basic.test_empty import BaseEmpty
from dbt.tests.adapter.basic.test_ephemeral import BaseEphemeral
from dbt.tests.adapter.basic.test_generic_tests import BaseGenericTests
from dbt.tests.adapter.basic.test_incremental import (
    BaseIncremental,
    BaseIncrementalNotSchemaChange,
)
from dbt.tests.adapter.basic.test_singular_tests import BaseSingularTests
from dbt.tests.adapter.basic.test_singular_tests_ephemeral import BaseSingularTestsEphemeral
from dbt.tests.adapter.basic.test_snapshot_check_cols import BaseSnapshotCheckCols
from dbt.tests.adapter.basic.test_snapshot_timestamp import BaseSnapshotTimestamp
from dbt.tests.adapter.basic.test_validate_connection import BaseValidateConnection
from dbt.tests.adapter.caching.test_caching import BaseCachingLowercaseModel
from dbt.tests.adapter.constraints import fixtures as constraints
from dbt.tests.adapter.constraints.test_constraints import BaseTableConstraintsColumnsEqual
from dbt.tests.adapter.dbt_show.test_dbt_show import BaseShowLimit
from dbt.tests.adapter.empty.test_empty import BaseTestEmpty
from dbt.tests.adapter.hooks.test_model_hooks import (
    BaseDuplicateHooksInConfigs,
    BasePrePostModelHooksOnSeeds,
)
from dbt.tests.adapter.hooks.test_run_hooks import BaseAfterRunHooks
from dbt.tests.adapter.incremental.test_incremental_merge_exclude_columns import (
    BaseMergeExcludeColumns,
)
from dbt.tests.adapter.python_model.test_python_model import (
    BasePythonEmptyTests,
    BasePythonIncrementalTests,
    BasePythonMetaGetTests,
    BasePythonModelTests,
    BasePythonSampleTests,
)
from dbt.tests.adapter.python_model.test_spark import BasePySparkTests
from dbt.tests.adapter.simple_seed.test_seed import BaseTestEmptySeed
from dbt.tests.adapter.store_test_failures_tests.basic import StoreTestFailuresAsGeneric
from dbt.tests.adapter.unit_testing.test_case_insensitivity import BaseUnitTestCaseInsensivity
from dbt.tests.adapter.unit_testing.test_invalid_input import BaseUnitTestInvalidInput
from dbt.tests.adapter.unit_testing.test_types import BaseUnitTestingTypes
from dbt.tests.util import generate_update_clause, get_connection, relation_from_name, run_dbt
from dbt_common.context import set_invocation_context
from dbt_common.exceptions import DbtRuntimeError
from dbt_python_models import add_python_models

from python_jobs.cluster.login import login_of_dbt
from python_jobs.server.thrift import connect
from python_jobs.settings import Settings

pytest_plugins = ("dbt.tests.fixtures.project",)
pytestmark = pytest.mark.filterwarnings(
    "ignore:Class-scoped fixture:pytest.PytestRemovedIn10Warning"  # All of dbt's are such.
)


@dataclass(frozen=True)
class ExpectedFailure:
    """Why a class cannot pass here.

    Attributes:
        reason: The cause, in a sentence.
        raises: What the test then raises; anything else fails.
        logged: A text that dbt's log then holds; a failure without it fails.
    """

    reason: str
    raises: type[Exception]
    logged: str


# Nothing of this project has a part in it but the server's settings.
stock = pytest.mark.usefixtures("stock_conformance")

EXPECTED_FAILURES = {
    "TestMergeExcludeColumns::test__merge_exclude_columns": ExpectedFailure(
        "Parquet tables have no merge; dbt-spark refuses that incremental strategy on them.",
        AssertionError,
        "Invalid incremental strategy provided: merge",
    ),
    "TestPythonIncremental::test_incremental": ExpectedFailure(
        "Parquet tables have no merge; dbt-spark refuses that incremental strategy on them.",
        AssertionError,
        "Invalid incremental strategy provided: merge",
    ),
    "TestPySpark::test_different_dataframes": ExpectedFailure(
        "One of four models makes a table of Koalas, a package that ended with Spark 3.1.",
        AssertionError,
        "Done. PASS=3 WARN=0 ERROR=1",
    ),
    "TestPrePostModelHooksOnSeeds::test_hooks_on_seeds": ExpectedFailure(
        "The hook updates rows, which Parquet tables cannot do.",
        AssertionError,
        "does not support UPDATE TABLE",
    ),
    "TestTableContract::test__constraints_wrong_column_order": ExpectedFailure(
        "dbt-spark sets a contract's not_null on the finished table, which Parquet tables refuse.",
        AssertionError,
        "does not support ALTER COLUMN ... SET NOT NULL",
    ),
    "TestAfterRunHooks::test_missing_column_pre_hook": ExpectedFailure(
        "dbt-spark wraps the error of a statement into another class than the test waits for.",
        DbtRuntimeError,
        "[TABLE_OR_VIEW_NOT_FOUND]",
    ),
    "TestCachingLowercaseModel::test_cache": ExpectedFailure(
        "The test puts the database's name in lower case; relations of dbt-spark have no database.",
        AttributeError,
        "",
    ),
}


@pytest.fixture(scope="session")
def stock_conformance(request: pytest.FixtureRequest) -> None:
    """Leave a class to ``make conformance``."""
    if not request.config.getoption("--all-conformance"):
        pytest.skip("'make conformance' asks it, for new pins or settings")


@pytest.fixture(scope="class")
def dbt_profile_target(server: dict[str, str]) -> dict[str, Any]:
    """Target ``ci`` of the project's own profile, as dbt renders it."""
    set_invocation_context(server | login_of_dbt(Settings.from_environment(server)))
    profiles = yaml.safe_load((REPOSITORY / "profiles.yml").read_text(encoding="utf-8"))
    return ProfileRenderer({}).render_data(profiles["project_360"]["outputs"]["ci"])


@pytest.fixture(scope="class")
def logs_dir(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Folder of dbt's log; dbt's own fixture takes one in the repository."""
    folder = str(tmp_path_factory.mktemp("logs"))
    os.environ["DBT_LOG_PATH"] = folder
    return folder


@pytest.fixture(scope="class", autouse=True)
def nothing_left(server: dict[str, str], unique_schema: str) -> Iterator[None]:
    """Drop every schema of a class, and leave the process as it was."""
    environment, folder = dict(os.environ), Path.cwd()
    yield
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    with connect(Settings.from_environment(server)) as connection:
        for (schema,) in connection.query(f"show schemas like '{unique_schema}*'").rows:
            connection.query(f"drop schema {schema} cascade")


@pytest.fixture(autouse=True)
def expect_failure(request: pytest.FixtureRequest) -> Iterator[None]:
    """Mark an expected failure, and fail it if its cause is not in dbt's log."""
    expected = EXPECTED_FAILURES.get(request.node.nodeid.split("::", 1)[1])
    if expected is None:
        yield
        return
    request.applymarker(
        pytest.mark.xfail(reason=expected.reason, raises=expected.raises, strict=True)
    )
    log = Path(request.getfixturevalue("logs_dir")) / "dbt.log"
    yield
    assert expected.logged in log.read_text(encoding="utf-8")


def test_every_expected_failure_is_a_test() -> None:
    for name in EXPECTED_FAILURES:
        class_name, method = name.split("::")
        assert hasattr(globals()[class_name], method), name


class TestSimpleMaterializations(BaseSimpleMaterializations):
    """Seed, view, table and incremental model, and a model that changes from one to another."""


@stock
class TestSingularTests(BaseSingularTests):
    """Tests that are a query each."""


@stock
class TestSingularTestsEphemeral(BaseSingularTestsEphemeral):
    """The same, on ephemeral models."""


@stock
class TestGenericTests(BaseGenericTests):
    """Tests in YAML."""


@stock
class TestEmpty(BaseEmpty):
    """A project without anything in it."""


@stock
class TestEphemeral(BaseEphemeral):
    """Ephemeral models become common table expressions."""


@stock
class TestIncremental(BaseIncremental):
    """Rows are appended to an incremental model."""


@stock
class TestIncrementalNotSchemaChange(BaseIncrementalNotSchemaChange):
    """An incremental model whose columns stay runs twice."""


@stock
class TestMergeExcludeColumns(BaseMergeExcludeColumns):
    """An incremental model that merges."""


def update_rows(adapter: Any, wanted: dict[str, Any]) -> None:
    """Do what dbt's function of this name does by UPDATE, which Parquet tables do not have."""
    table = relation_from_name(adapter, wanted["name"])
    clause = generate_update_clause(adapter, wanted["clause"])
    with get_connection(adapter):
        cells = [
            f"if({wanted['where']}, {clause}, {one.name}) as {one.name}"
            if one.name == wanted["dst_col"]
            else one.name
            for one in adapter.get_columns_in_relation(table)
        ]
        rows = f"select {', '.join(cells)} from {table}"
        adapter.execute(f"create table {table}_new using parquet as {rows}")
        adapter.execute(f"drop table {table}")
        adapter.execute(f"alter table {table}_new rename to {table}")


def run_without_hooks(words: list[str]) -> list[Any]:
    """Run dbt, which must pass, and return the results of its nodes."""
    return [one for one in run_dbt(words) if one.node.resource_type != "operation"]


class OurSnapshots:
    """A project whose snapshots are versions that go live; everything else is stock dbt-spark."""

    @pytest.fixture(scope="class")
    def macros(self) -> dict[str, str]:
        folder = REPOSITORY / "macros"
        rooms = [
            file
            for room in ("versions", "history", "erasure")
            for file in (folder / room).glob("*.sql")
        ]
        files = [*rooms, folder / "materializations/snapshot.sql", folder / "text/sql_string.sql"]
        return {file.name: file.read_text(encoding="utf-8") for file in files}

    @pytest.fixture(scope="class")
    def project_config_update(self) -> dict[str, Any]:
        project = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8"))
        return {
            "vars": project["vars"] | {"building_commands": ["snapshot"]},
            "on-run-start": ["{{ begin_run() }}"],
            "on-run-end": ["{{ publish_run(results) }}"],
        }

    @pytest.fixture(autouse=True)
    def our_run_in_their_words(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Leave the hooks of a run out of the results that the tests count; replace UPDATE."""
        for module in (test_snapshot_check_cols, test_snapshot_timestamp):
            monkeypatch.setattr(module, "run_dbt", run_without_hooks)
            monkeypatch.setattr(module, "update_rows", update_rows)


@stock
class TestSnapshotCheckCols(OurSnapshots, BaseSnapshotCheckCols):
    """A snapshot that compares columns."""


@stock
class TestSnapshotTimestamp(OurSnapshots, BaseSnapshotTimestamp):
    """A snapshot that compares times."""


@stock
class TestAdapterMethod(BaseAdapterMethod):
    """Schemas and relations made, listed and dropped from within a model."""


class TestValidateConnection(BaseValidateConnection):
    """What ``dbt debug`` does to see whether the server answers."""


@stock
class TestCachingLowercaseModel(BaseCachingLowercaseModel):
    """The relation that dbt remembers is the one that it finds."""


@stock
class TestEmptyFlag(BaseTestEmpty):
    """``dbt run --empty`` builds without reading rows."""


@stock
class TestShowLimit(BaseShowLimit):
    """``dbt show`` with and without a limit."""


@stock
class TestEmptySeed(BaseTestEmptySeed):
    """A seed that is a header only."""


@stock
class TestStoreTestFailures(StoreTestFailuresAsGeneric):
    """The rows that a test finds are stored as a table or a view."""


@stock
class TestDuplicateHooksInConfigs(BaseDuplicateHooksInConfigs):
    """The same hook twice."""


@stock
class TestPrePostModelHooksOnSeeds(BasePrePostModelHooksOnSeeds):
    """Hooks after a seed."""


@stock
class TestAfterRunHooks(BaseAfterRunHooks):
    """A hook that fails before a run."""


@stock
class TestUnitTestCaseInsensitivity(BaseUnitTestCaseInsensivity):
    """Unit tests whose columns are in other case than the model's."""


@stock
class TestUnitTestInvalidInput(BaseUnitTestInvalidInput):
    """Unit tests with columns that do not exist: the message names them."""


@stock
class TestUnitTestingTypes(BaseUnitTestingTypes):
    """Unit tests on cells of each type."""

    @pytest.fixture
    def data_types(self) -> list[list[str]]:
        return [
            ["true", "true"],
            ["date '2020-01-02'", "2020-01-02"],
            ["timestamp '2013-11-03 00:00:00'", "2013-11-03 00:00:00"],
            ["cast('1.25' as decimal(10, 2))", "1.25"],
        ]


@stock
class TestTableContract(BaseTableConstraintsColumnsEqual):
    """A contract refuses columns of other names or types."""

    @pytest.fixture(scope="class")
    def models(self) -> dict[str, str]:
        return {
            "my_model_wrong_order.sql": constraints.my_model_wrong_order_sql,
            "my_model_wrong_name.sql": constraints.my_model_wrong_name_sql,
            "constraints_schema.yml": constraints.model_schema_yml.replace("text", "string"),
        }

    @pytest.fixture
    def string_type(self) -> str:
        return "string"

    @pytest.fixture
    def data_types(self) -> list[list[str]]:
        return [
            ["1", "int", "INT"],
            ["'1'", "string", "STRING"],
            ["cast('1.25' as decimal(10, 2))", "decimal(10, 2)", "DECIMAL"],
        ]


@stock
class TestDocsGenerate(BaseDocsGenerate):
    """The catalogue of ``dbt docs generate`` holds every column and its type."""

    @pytest.fixture(scope="class")
    def expected_catalog(self, project: Any, profile_user: str) -> dict[str, Any]:
        return base_expected_catalog(
            project,
            role=profile_user,
            id_type="long",  # dbt-spark reads the types from the tree that Spark prints.
            text_type="string",
            time_type="timestamp",
            view_type="view",
            table_type="table",
            model_stats=no_stats(),
        )


@stock
class TestSameAliasDifferentSchemas(BaseSameAliasDifferentSchemas):
    """Tables of one name in three schemas."""

    @pytest.fixture(scope="class")
    def macros(self) -> dict[str, str]:
        return {
            "cast.sql": aliases.MACROS__CAST_SQL.replace("::text", ""),
            "expect_value.sql": aliases.MACROS__EXPECT_VALUE_SQL,
        }


class PythonModels:
    """dbt-spark's own code for Python models, run by our plugin through Spark Connect."""

    @pytest.fixture(scope="class", autouse=True)
    def through_connect(self, server: dict[str, str], nothing_left: None) -> None:
        add_python_models()
        os.environ.update({name: one for name, one in server.items() if name.startswith("P360_")})

    @pytest.fixture(scope="class")
    def project_config_update(self) -> dict[str, Any]:
        return {"models": {"+file_format": "parquet"}}


class TestPythonModel(PythonModels, BasePythonModelTests):
    """References in all their forms, and a view on a Python model."""


class TestPythonIncremental(PythonModels, BasePythonIncrementalTests):
    """An incremental Python model that merges."""

    @pytest.fixture(scope="class")
    def project_config_update(self) -> dict[str, Any]:
        return {"models": {"+file_format": "parquet", "+incremental_strategy": "merge"}}


class TestPythonMetaGet(PythonModels, BasePythonMetaGetTests):
    """Python models read their meta."""


class TestPythonEmpty(PythonModels, BasePythonEmptyTests):
    """Stock dbt-spark reads rows in spite of ``--empty``; the project's own macro reads none."""


class TestPythonSample(PythonModels, BasePythonSampleTests):
    """``--sample`` leaves what Python models read alone."""


class TestPySpark(PythonModels, BasePySparkTests):
    """Tables of pandas, of Spark, and of pandas on Spark."""
