"""Forecasts against naive ones, on planted series and on the demo."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from dashboards.forecasts import COVERED, HORIZON, LEAST_WEEKS, METHODS, forecast, why_not
from dashboards.shapes.countries import AREAS, code_of, outlines, point

REPOSITORY = Path(__file__).resolve().parents[3]
_WEEKS = np.arange(156)
_SEASON = 1 + 0.4 * np.sin(_WEEKS / 52 * 2 * np.pi)
Amounts = np.ndarray


def planted(kind: str, seed: int) -> Amounts:
    noise = np.random.default_rng(seed).normal(0, 0.08, len(_WEEKS))
    return {
        "level": np.full(len(_WEEKS), 1000.0),
        "season": 1000 * _SEASON,
        "growing season": (1000 + 8 * _WEEKS) * _SEASON,
    }[kind] * (1 + noise)


@pytest.mark.parametrize(
    ("kind", "most"), [("level", 0.9), ("season", 0.75), ("growing season", 0.75)]
)
def test_it_misses_less_than_naive_on_planted_series(kind: str, most: float) -> None:
    found = [forecast(list(planted(kind, seed))) for seed in range(12)]
    errors = np.mean([one.error for one in found])
    assert errors < most * np.mean([one.naive_error for one in found])
    assert errors < 0.12  # Of which 0.064 is noise that nobody could know.
    # Weeks that come after the last one that it was given, which it never saw.
    missed, by_naive, within = [], [], []
    for seed in range(12):
        whole = planted(kind, seed)
        known, came = whole[:-HORIZON], whole[-HORIZON:]
        ahead = forecast(list(known))
        missed.append(np.abs(came - ahead.amounts).mean())
        by_naive.append(np.abs(came - known[-1]).mean())
        within.append(((ahead.low <= came) & (came <= ahead.high)).mean())
    assert np.mean(missed) < most * np.mean(by_naive)
    assert abs(np.mean(within) - COVERED) < 0.13


def test_the_error_is_of_weeks_that_were_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    kept = dict(METHODS)

    def watched(past: Amounts, weeks: int) -> Amounts:
        seen.append(len(past))
        return kept["the level of the last weeks (exponential smoothing)"](past, weeks)

    for name in METHODS:
        monkeypatch.setitem(METHODS, name, watched)
    found = forecast(list(planted("level", 1)))
    assert max(seen) == len(_WEEKS)  # The forecast of the coming weeks alone knows them all.
    assert sorted(set(seen))[-2] == len(_WEEKS) - HORIZON
    assert (found.origins, found.held_back) == (8, 64)


def test_it_misses_less_than_naive_on_the_demo() -> None:
    days: dict[date, float] = defaultdict(float)
    with (REPOSITORY / "seeds" / "client_sales_raw.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            try:
                day, amount = date.fromisoformat(row["transaction_at"][:10]), float(row["amount"])
            except ValueError:
                continue
            if row["status"] in ("Completed", "Returned") and 0 < amount < 100_000:
                days[day] += amount if row["status"] == "Completed" else -amount
    last, many = max(days), ((max(days) - min(days)).days + 1) // 7
    weeks = [0.0] * many
    for day, amount in days.items():
        back = (last - day).days // 7
        if back < many:
            weeks[many - 1 - back] += amount
    found = forecast(weeks)
    assert many == 104
    assert found.error < 0.95 * found.naive_error
    assert found.error < 0.35


def test_a_short_or_sparse_past_is_refused_with_its_reason() -> None:
    assert why_not([100.0] * LEAST_WEEKS) == ""
    assert "has 25" in why_not([100.0] * (LEAST_WEEKS - 1))
    assert "only 33 % of the weeks" in why_not([0.0, 0.0, 10.0] * 20)
    assert "more came back" in why_not([10.0] * 30 + [-20.0] * 15)


@pytest.mark.parametrize("many", range(LEAST_WEEKS, 140, 7))
def test_any_past_that_is_long_enough_has_a_forecast(many: int) -> None:
    found = forecast(list(planted("season", many)[-many:]))
    assert len(found.amounts) == HORIZON
    assert (found.low <= found.amounts).all()
    assert (found.amounts <= found.high).all()
    assert found.low.min() >= 0
    assert np.diff(found.high - found.amounts).min() > -1e-6  # No narrower further ahead.


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("United Kingdom", "GB"),
        ("EIRE", "IE"),
        ("U.S.A.", "US"),
        ("deu", "DE"),
        ("Österreich", "AT"),
        ("Korea, Republic of", "KR"),
        ("Côte d'Ivoire", "CI"),
        ("Channel Islands", "JE"),
        ("RSA", "ZA"),
        ("European Community", None),
        ("Unspecified", None),
        ("(unknown)", None),
    ],
)
def test_a_country_is_known_however_an_export_writes_it(name: str, code: str | None) -> None:
    assert code_of(name, "en_GB") == code


def test_shapes_lie_where_their_countries_are() -> None:
    world, europe = outlines("world"), outlines("europe")
    assert {"FR", "JP", "BR", "ZA", "GL"} <= set(world)
    assert "MT" in europe  # Too small for the world, there nevertheless.
    for code in ("FR", "DE", "BR", "CN"):
        x, y = point(code)
        rings = world[code]
        assert any(min(r[0]) < x < max(r[0]) and min(r[1]) < y < max(r[1]) for r in rings)
    assert point("NO")[1] > point("ES")[1]
    assert point("JP")[0] > point("FR")[0] > point("US")[0]
    # No shape goes around the back of the world in one stroke.
    for rings in world.values():
        for x, _ in rings:
            assert np.abs(np.diff(x)).max() < 3000
    widths = {name: area.x[1] - area.x[0] for name, area in AREAS.items()}
    assert max(widths, key=lambda one: widths[one]) == "world"
