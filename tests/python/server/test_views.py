"""Saved views: what is kept comes back, by itself and by YAML; what is none is one line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis
import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from python_jobs.cli.views import views
from python_jobs.errors import P360Error
from python_jobs.server import SavedView, read_views, remove_view, save_view
from python_jobs.server.views import export_views, import_views
from python_jobs.settings import Settings

BOOKS = SavedView("Books, last quarter", "/?category=Books", saved_on="2026-11-28")
FROZEN = SavedView("Bücher [Q3] #1", "/time?grain=week", "20261128T010203-abcdef01", "2026-11-27")


def settings_in(folder: Path) -> Settings:
    return Settings.from_environment({"P360_HOME": str(folder), "P360_SCHEMA": "shop"}, folder)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    (tmp_path / "dbt_project.yml").write_text("name: project_360\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("P360_HOME", str(tmp_path))
    monkeypatch.setenv("P360_SCHEMA", "shop")
    return settings_in(tmp_path)


def said(*words: str) -> Result:
    return CliRunner().invoke(views, words)


names = st.text(min_size=1, max_size=80).filter(lambda one: one.isprintable() and one.strip())
words = st.text("abcÄ+&=%/?<>\"'", max_size=30)
some_views = st.builds(
    SavedView,
    name=names.map(str.strip),
    address=words.map("/time?x=".__add__),
    run=st.sampled_from(["", "run-2", "20261128T010203-abcdef01"]),
    saved_on=st.sampled_from(["", "2026-11-28"]),
)


@hypothesis.settings(max_examples=30, deadline=None)
@given(st.lists(some_views, max_size=5, unique_by=lambda one: one.name.casefold()))
def test_views_come_back_from_their_file_and_from_an_export(given_views: list[SavedView]) -> None:
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        here, there = settings_in(Path(one)), settings_in(Path(other))
        for view in given_views:
            save_view(here, view)
        want = sorted(given_views, key=lambda one: one.name.casefold())
        assert read_views(here) == want
        export_views(here, Path(one) / "views.yml")
        import_views(there, Path(one) / "views.yml")
        assert read_views(there) == want


def test_commands_list_export_and_import(settings: Settings, tmp_path: Path) -> None:
    assert "no view is saved" in said("list").output
    for view in (BOOKS, FROZEN):
        save_view(settings, view)
    listed = said("list").output
    assert "Bücher [Q3] #1" in listed
    assert "run 20261128T010203-abcdef01" in listed
    assert yaml.safe_load(said("export").output)["views"][0]["address"] == "/?category=Books"
    said("export", "--out", "views.yml")
    remove_view(settings, BOOKS.name)
    save_view(settings, replace(BOOKS, name="Another"))
    (tmp_path / "edited.yml").write_text(
        (tmp_path / "views.yml").read_text("utf-8").replace("week", "month"), "utf-8"
    )
    assert "1 added, 1 replaced, 0 unchanged" in said("import", "edited.yml").output
    assert [one.name for one in read_views(settings)] == ["Another", BOOKS.name, FROZEN.name]
    assert read_views(settings)[2].address == "/time?grain=month"
    assert "0 added, 0 replaced, 2 unchanged" in said("import", "edited.yml").output


def test_a_name_is_taken_whatever_its_case(settings: Settings) -> None:
    save_view(settings, BOOKS)
    with pytest.raises(P360Error, match="kept already"):
        save_view(settings, replace(BOOKS, name=BOOKS.name.upper()))


@pytest.mark.parametrize(
    ("view", "why"),
    [
        (replace(BOOKS, name=" "), "no name of a view"),
        (replace(BOOKS, name="a\nb"), "no name of a view"),
        (replace(BOOKS, name="x" * 81), "no name of a view"),
        (replace(BOOKS, address="https://evil.example"), "use a page"),
        (replace(BOOKS, address="//evil.example"), "use a page"),
        (replace(BOOKS, address="/\\evil.example"), "use a page"),
        (replace(BOOKS, address="javascript:alert(1)"), "use a page"),
        (replace(BOOKS, address="/" + "x" * 2001), "use a page"),
        (replace(BOOKS, run="a b"), "'p360 runs' lists"),
    ],
)
def test_what_is_no_view_is_not_kept(settings: Settings, view: SavedView, why: str) -> None:
    with pytest.raises(P360Error, match=why):
        save_view(settings, view)
    assert read_views(settings) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (None, "is no file"),
        ("a: [", "is no YAML"),
        ("views: 3", "has no list of views"),
        ("views: [{name: a}]", "view 1: it needs name and address"),
        ("views: [{name: a, address: /, colour: red}]", "view 1: it needs name"),
        ("views: [{name: a, address: /}, {name: b, address: b}]", "view 2: the view 'b' has"),
        ("views: [{name: a, address: /}, {name: A, address: /}]", "two views called 'a'"),
    ],
)
def test_a_spoilt_file_is_one_line_and_changes_nothing(
    settings: Settings, tmp_path: Path, text: str | None, why: str
) -> None:
    save_view(settings, BOOKS)
    if text is not None:
        (tmp_path / "given.yml").write_text(text, "utf-8")
    done = said("import", "given.yml")
    assert isinstance(done.exception, P360Error)
    assert why in str(done.exception)
    assert "\n" not in str(done.exception)
    assert read_views(settings) == [BOOKS]


def test_no_more_are_kept_than_a_page_can_list(settings: Settings, tmp_path: Path) -> None:
    rows = [{"name": f"view {n}", "address": "/"} for n in range(201)]
    (tmp_path / "many.yml").write_text(yaml.safe_dump({"views": rows}), "utf-8")
    assert "more than the 200" in str(said("import", "many.yml").exception)
