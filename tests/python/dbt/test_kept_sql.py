"""Compiled SQL is used again only while nothing that it depends on has changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from conftest import copy_project

from python_jobs.dbt import kept_sql
from python_jobs.settings import Settings

MODELS = ("bronze_sales", "silver_sales_assessed")


class Compiler:
    """Stands for dbt: counts how often it is asked, and says so in the SQL."""

    def __init__(self, during: Callable[[], object] = lambda: None) -> None:
        self.asked = 0
        self._during = during

    def __call__(
        self, settings: Settings, title: str, models: Sequence[str], variables: Mapping[str, str]
    ) -> dict[str, str]:
        self.asked += 1
        self._during()
        return dict.fromkeys(models, f"select {self.asked}")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environment({}, copy_project(tmp_path / "project"))


@pytest.fixture
def compiler(monkeypatch: pytest.MonkeyPatch) -> Compiler:
    one = Compiler()
    monkeypatch.setattr(kept_sql, "compile_models", one)
    return one


def compiled(settings: Settings, feed: str = "client_sales") -> dict[str, str]:
    return kept_sql.compiled_models(settings, "compiling", MODELS, {"feed": feed})


@pytest.mark.parametrize(
    "file",
    [
        "models/silver/silver_sales_assessed.sql",
        "models/bronze/bronze_sales_client_sales.yml",  # A declaration stands in such a file.
        "macros/text/clean_text.sql",
        "macros/rules/declared_sales_rules.sql",
        "seeds/exchange_rates.csv",  # Its digest stands in the SQL.
        "tests/generic/one_row_per.sql",
        "dbt_project.yml",
        "profiles.yml",
    ],
)
def test_an_edit_has_the_models_compiled_anew(
    settings: Settings, compiler: Compiler, file: str
) -> None:
    first = compiled(settings)
    assert compiled(settings) == first == dict.fromkeys(MODELS, "select 1")
    path = settings.project_dir / file
    before = path.read_text("utf-8")
    path.write_text(before + "\n", "utf-8")
    assert compiled(settings) == dict.fromkeys(MODELS, "select 2")
    path.write_text(before, "utf-8")
    assert compiled(settings) == first


def test_new_and_renamed_files_count(settings: Settings, compiler: Compiler) -> None:
    compiled(settings)
    new = settings.project_dir / "macros" / "text" / "z_new.sql"
    new.write_text("{% macro new() %}{% endmacro %}", "utf-8")
    compiled(settings)
    new.rename(new.with_name("z_renamed.sql"))
    compiled(settings)
    assert compiler.asked == 3


def test_what_is_asked_and_where_counts(
    settings: Settings, compiler: Compiler, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    compiled(settings)
    compiled(settings, "online_retail")
    other = Settings.from_environment({"P360_SCHEMA": "other"}, settings.project_dir)
    compiled(other)
    monkeypatch.setenv("P360_TARGET", "ci")  # profiles.yml reads it.
    compiled(settings)
    monkeypatch.setattr(kept_sql, "version", lambda name: "9.9")
    compiled(settings)
    assert compiler.asked == 5


def test_a_secret_is_not_in_the_digest(
    settings: Settings, compiler: Compiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("P360_EMAIL_KEY", raising=False)
    compiled(settings)
    for key, asked in (("one", 2), ("another", 2), ("public-demo-key", 2)):
        monkeypatch.setenv("P360_EMAIL_KEY", key)
        compiled(settings)
        assert compiler.asked == asked, key


def test_what_was_edited_meanwhile_is_not_kept(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = settings.project_dir / "models" / "bronze" / "bronze_sales.sql"
    before = model.read_text("utf-8")
    compiler = Compiler(during=lambda: model.write_text(before + "\n", "utf-8"))
    monkeypatch.setattr(kept_sql, "compile_models", compiler)
    compiled(settings)
    model.write_text(before, "utf-8")
    compiled(settings)
    assert compiler.asked == 2


def test_a_file_that_was_cut_short_is_compiled_anew(settings: Settings, compiler: Compiler) -> None:
    compiled(settings)
    (kept,) = (settings.home / "compiled").iterdir()
    for text in (kept.read_text("utf-8")[:20], "[]", "{}"):
        kept.write_text(text, "utf-8")
        compiled(settings)
    assert compiler.asked == 4


def test_the_oldest_are_taken_away(settings: Settings, compiler: Compiler) -> None:
    for number in range(25):
        compiled(settings, f"feed_{number}")
    assert len(list((settings.home / "compiled").iterdir())) == 20
    compiled(settings, "feed_24")
    assert compiler.asked == 25
