"""Editing the known events: what is added stands in the seed, what is bad is one line."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import cast

import hypothesis
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from python_jobs.cli.events import events
from python_jobs.errors import P360Error
from python_jobs.observability.known_events import (
    FILE,
    KnownEvent,
    checked,
    read_events,
    write_events,
)
from python_jobs.settings import Settings

HEADER = "feed,first_date,last_date,event\n"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A project with two feeds and no event."""
    (tmp_path / "dbt_project.yml").write_text("name: project_360\nvars: {feed: shop}\n", "utf-8")
    (tmp_path / "seeds").mkdir()
    (tmp_path / FILE).write_text(HEADER, "utf-8")
    models = tmp_path / "models" / "bronze"
    models.mkdir(parents=True)
    for feed in ("shop", "till"):
        (models / f"bronze_sales_{feed}.sql").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("P360_HOME", str(tmp_path / "home"))
    return Settings.from_environment(project_dir=tmp_path)


def said(*words: str) -> Result:
    return CliRunner().invoke(events, words)


def refused(*words: str) -> str:
    done = said(*words)
    assert isinstance(done.exception, P360Error), done.output
    assert "\n" not in str(done.exception)
    return str(done.exception)


def test_events_are_added_listed_and_removed(settings: Settings) -> None:
    assert said("add", "2025-11-28", 'Sale, "big"', "--to", "2025-12-01").exception is None
    assert said("add", "2025-11-28", " Till down ", "--feed", "till").exception is None
    assert "the next build" in said("add", "2024-05-01", "Strike", "--to", "2024-05-01").output
    assert (settings.project_dir / FILE).read_text("utf-8") == HEADER + (
        "shop,2024-05-01,,Strike\n"
        'shop,2025-11-28,2025-12-01,"Sale, ""big"""\n'
        "till,2025-11-28,,Till down\n"
    )
    assert "Till down" in (listed := said("list", "--feed", "till").output)
    assert "Strike" not in listed
    assert said("remove", "2024-05-01").exception is None
    assert said("remove", "2025-11-28", "Till down", "--feed", "till").exception is None
    assert [one.event for one in read_events(settings)] == ['Sale, "big"']
    assert [file.name for file in (settings.project_dir / "seeds").iterdir()] == [
        "known_events.csv"
    ]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("2025-02-30", "x"), "2025-02-30"),
        (("28.11.2025", "x"), "write a day such as"),
        (("20251128", "x"), "write a day such as"),
        (("2025-11-28", " "), "has no text"),
        (("2025-11-28", "a\nb"), "line break"),
        (("2025-11-28", "x" * 121), "121 characters"),
        (("2025-11-28", "x", "--to", "2025-11-27"), "before the first day"),
        (("2025-11-28", "x", "--to", "soon"), "the last day is 'soon'"),
        (("2024-01-01", "x", "--to", "2025-12-31"), "731 days"),
        (("2025-11-28", "x", "--feed", "Shop"), "not a feed name"),
        (("2025-11-28", "x", "--feed", "store"), "no feed 'store'"),
    ],
)
def test_bad_input_is_one_line_and_changes_nothing(
    settings: Settings, words: tuple[str, ...], why: str
) -> None:
    assert why in refused("add", *words)
    assert (settings.project_dir / FILE).read_text("utf-8") == HEADER


def test_the_same_event_twice_and_a_doubtful_removal_are_refused(settings: Settings) -> None:
    for text in ("Sale", "Outage"):
        said("add", "2025-11-28", text)
    assert "known already" in refused("add", "2025-11-28", "Sale")
    assert "name one: 'Outage', 'Sale'" in refused("remove", "2025-11-28")
    assert "'Strike' of shop" in refused("remove", "2025-11-28", "Strike")
    assert "no event of till" in refused("remove", "2025-11-28", "--feed", "till")
    assert len(read_events(settings)) == 2


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("feed,day\n", "must have the columns"),
        (
            HEADER + "shop,2025-01-01,,ok\nshop,2025-01-1,,x\n",
            "line 3: the first day is '2025-01-1'",
        ),
        (HEADER + "shop,2025-01-01,x\n", "line 2: it has 3 cells"),
        (HEADER + 'shop,2025-01-01,,"x\n', "unexpected end"),
    ],
)
def test_a_file_that_was_spoilt_by_hand_is_named_by_line(
    settings: Settings, text: str, why: str
) -> None:
    (settings.project_dir / FILE).write_text(text, "utf-8")
    assert why in refused("add", "2025-11-28", "x")
    assert (settings.project_dir / FILE).read_text("utf-8") == text


@hypothesis.settings(max_examples=30, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=40), max_size=4))
def test_any_text_that_is_taken_comes_back(texts: list[str]) -> None:
    kept = set()
    for text in texts:
        try:
            kept.add(checked(KnownEvent("shop", "2025-01-01", "", text)))
        except P360Error:
            continue
    with TemporaryDirectory() as folder:
        (Path(folder) / "seeds").mkdir()
        settings = cast(Settings, SimpleNamespace(project_dir=Path(folder)))
        write_events(settings, list(kept))
        assert read_events(settings) == sorted(kept)
