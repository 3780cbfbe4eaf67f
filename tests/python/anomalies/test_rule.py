"""When a model is trained again, and which scorings are kept; no server."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from python_jobs.anomalies.config import Budget
from python_jobs.anomalies.drift import SHIFTED, Drift, psi
from python_jobs.anomalies.sales.feedback import checked_verdicts
from python_jobs.anomalies.sales.kept import Kept, after_scoring, model_of
from python_jobs.anomalies.sales.rule import (
    Chosen,
    Sales,
    Trained,
    may_shift,
    new_share,
    shift,
    why_train,
)
from python_jobs.errors import P360Error

CHOSEN = Chosen(
    run_id="r9",
    budget=Budget.parse("0.5%"),
    clusters=(1, 2),
    seed=360,
    thin_segment=300,
    kept_model_runs=3,
    most_new_share=0.1,
)
TRAINED = Trained(features=("a", "b"), options=CHOSEN.options(), expected=("T1",), sale_count=1_000)
SALES = Sales(count=1_000, loaded_since=0, features=("a", "b"), expected=("T1",))


@pytest.mark.parametrize(
    ("trained", "sales", "chosen", "why"),
    [
        (TRAINED, SALES, CHOSEN, ""),
        (None, SALES, CHOSEN, "no model is kept"),
        (TRAINED, SALES, replace(CHOSEN, is_full_refresh=True), "--full-refresh"),
        (TRAINED, replace(SALES, features=("a", "c")), CHOSEN, "the features have changed"),
        (
            TRAINED,
            SALES,
            replace(CHOSEN, budget=Budget.parse("1%"), seed=1),
            "budget, seed changed",
        ),
        (
            TRAINED,
            replace(SALES, expected=()),
            CHOSEN,
            "a verdict in anomaly_feedback has changed",
        ),
        # At the bound the kept model scores; above it one is trained.
        (TRAINED, replace(SALES, loaded_since=100), CHOSEN, ""),
        (
            TRAINED,
            replace(SALES, loaded_since=101),
            CHOSEN,
            "10.1 % of the sales are new (above 10 %)",
        ),
        (
            TRAINED,
            replace(SALES, count=800),
            CHOSEN,
            "25 % of the sales are new (above 10 %)",
        ),
        (TRAINED, replace(SALES, loaded_since=1), replace(CHOSEN, most_new_share=0.0), "0.1 % of"),
    ],
)
def test_the_rule(trained: Trained | None, sales: Sales, chosen: Chosen, why: str) -> None:
    said = why_train(trained, sales, chosen)
    assert said == why or (why.endswith(" of") and said.startswith(why))


def test_no_sales_at_all_are_no_new_ones() -> None:
    assert new_share(replace(TRAINED, sale_count=0), replace(SALES, count=0)) == 0
    assert new_share(TRAINED, replace(SALES, count=0)) == 1


def test_a_shift_is_named_above_the_bound() -> None:
    assert shift(Drift({"a": 0.25, "b": 0.1}, 0.2)) == ""
    assert shift(Drift({"a": 0.25, "b": 0.3}, 0.2)) == "b shifted (PSI 0.30, above 0.25)"
    assert shift(Drift({"a": 0.0}, 0.9)) == "clusters shifted (PSI 0.90, above 0.25)"


def test_few_new_sales_cannot_shift_anything() -> None:
    assert [may_shift(share) for share in (0.0, 0.005, 0.01, 0.02, 1.0)] == [
        *(False, False, False, True, True)
    ]
    chance = np.random.default_rng(7)
    for _ in range(2_000):
        before = chance.dirichlet(np.full(6, 0.3))
        share = chance.uniform(0, 0.02)
        leave = before * min(1.0, 2 * share / before[chance.integers(6)])
        leave *= min(1.0, 2 * share / leave.sum())
        after = before - leave + leave.sum() * np.eye(6)[chance.integers(6)]
        assert may_shift(share) or psi(before, after) <= SHIFTED


def row(run: str, *scored: str, used: bool = False) -> dict[str, Any]:
    return {"trained_by_run_id": run, "model_run_ids": list(scored), "is_in_use": used}


def test_a_model_goes_with_the_last_of_its_scorings() -> None:
    before = [row("r1", "r1", "r4"), row("r2", "r2", "r3"), row("r5", "r5", used=True)]
    assert after_scoring(before, before[2], "r6", kept=3) == [
        row("r1", "r4"),
        row("r5", "r5", "r6", used=True),
    ]
    # One that is new, and one that is asked for.
    new = after_scoring(before, row("r6"), "r6", kept=2)
    assert new == [row("r5", "r5"), row("r6", "r6", used=True)]
    assert after_scoring(before, before[0], "r6", kept=1) == [row("r1", "r6", used=True)]


def test_a_kept_scoring_is_found_by_its_own_id_or_that_of_its_model() -> None:
    kept = Kept(None, (row("r1", "r4"), row("r5", "r5", "r6", used=True)))
    assert kept.of_run("r4")["trained_by_run_id"] == "r1"
    assert kept.of_run("r1")["trained_by_run_id"] == "r1"
    assert kept.in_use() == kept.of_run("r6")
    assert Kept(None).in_use() is None
    with pytest.raises(P360Error, match="no model run r2 is kept"):
        kept.of_run("r2")


def test_a_text_that_is_no_model_is_none() -> None:
    assert [model_of({"model": text}) for text in ("", "{}", "[1]", None)] == [None] * 4


def test_feedback_is_checked_line_by_line() -> None:
    assert checked_verdicts([]) == {}
    good = [("T1", "expected"), ("T2", "error")]
    assert checked_verdicts(good) == dict(good)
    for line, words in (
        ((None, "error"), "names no transaction_id"),
        (("T3", "maybe"), "the verdict on T3 is 'maybe'; write expected or error"),
        (("T3", None), "the verdict on T3 is ''"),
        (("T1", "error"), "judges T1 a second time"),
    ):
        with pytest.raises(P360Error, match=words):
            checked_verdicts([*good, line])
