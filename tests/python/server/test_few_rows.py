"""Few rows are read without generated code, and only where it is seen that they are few."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dbt_few_rows
import pytest

from python_jobs.server.few_rows import SEEDS_BYTES, TABLES_BYTES, session_settings
from python_jobs.settings import Settings

HERE = {"P360_HOME": "home", "P360_SCHEMA": "shop"}
WITHOUT_CODE = {
    "set:hiveconf:spark.sql.codegen.wholeStage": "false",
    "set:hiveconf:spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a seed and a stored table."""
    write(tmp_path / "seeds" / "sales.csv", 1_000)
    write(tmp_path / "home/warehouse/shop_store.db/sales/part.parquet", 1_000)
    return tmp_path


def write(path: Path, size: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"0" * size)


def said(project: Path, **environment: str) -> dict[str, str]:
    return session_settings(Settings.from_environment({**HERE, **environment}, project))


def test_few_rows_have_no_code_made_for_them(project: Path) -> None:
    assert said(project) == WITHOUT_CODE
    # Nothing is stored yet.
    assert said(project, P360_SCHEMA="new") == WITHOUT_CODE


@pytest.mark.parametrize(
    ("file", "size"),
    [
        ("seeds/more.csv", SEEDS_BYTES),
        ("home/warehouse/shop_store.db/more/part.parquet", TABLES_BYTES),
    ],
)
def test_more_rows_do(project: Path, file: str, size: int) -> None:
    write(project / file, size)
    assert said(project) == {}


def test_another_schemas_tables_do_not_count(project: Path) -> None:
    write(project / "home/warehouse/other_store.db/part.parquet", TABLES_BYTES)
    assert said(project) == WITHOUT_CODE


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"P360_WAREHOUSE": "s3a://sales/warehouse"},
        {"P360_TARGET": "cluster", "P360_CLUSTER_HOST": "sales.example.com"},
    ],
)
def test_rows_out_of_sight_may_be_many(project: Path, elsewhere: dict[str, str]) -> None:
    assert said(project, **elsewhere) == {}


def test_what_the_profile_says_holds(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in HERE.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(
        dbt_few_rows, "get_flags", lambda: SimpleNamespace(PROJECT_DIR=str(project))
    )
    opened: list[dict[str, str]] = []
    monkeypatch.setattr(
        dbt_few_rows,
        "_open",
        classmethod(lambda _, one: opened.append(one.credentials.server_side_parameters)),
    )
    first, second = WITHOUT_CODE
    credentials = SimpleNamespace(schema="shop", server_side_parameters={first: "true"})
    connection: Any = SimpleNamespace(credentials=credentials)
    dbt_few_rows.open_connection(object, connection)  # type: ignore[arg-type]
    assert opened == [{first: "true", second: WITHOUT_CODE[second]}]
