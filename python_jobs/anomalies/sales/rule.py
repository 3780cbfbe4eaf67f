"""When a scoring learns anew, and when the kept model scores: the rule, and the words for it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from python_jobs.anomalies.code import code_digest
from python_jobs.anomalies.config import AnomalyConfig, Budget
from python_jobs.anomalies.drift import LEAST, SHIFTED, Drift
from python_jobs.anomalies.scaling import SPACES


@dataclass(frozen=True)
class Chosen:
    """What is chosen about the scoring of the sales.

    Attributes:
        run_id: The run that scores.
        budget: How many sales to flag.
        clusters: The numbers of clusters of the ensemble.
        seed: Seed of KMeans.
        thin_segment: Categories with fewer sales get no scale of their own.
        kept_model_runs: How many scorings are kept.
        most_new_share: Share of new sales above which a model is trained.
        model_run: Score by the model of this earlier scoring; empty to go by the rule.
        is_full_refresh: Train in any case.
    """

    run_id: str
    budget: Budget
    clusters: tuple[int, ...]
    seed: int
    thin_segment: int
    kept_model_runs: int
    most_new_share: float
    model_run: str = ""
    is_full_refresh: bool = False

    @classmethod
    def of(cls, run_id: str, options: dict[str, Any], **more: Any) -> Chosen:  # noqa: ANN401
        """Return what the variable ``anomalies`` of ``dbt_project.yml`` says.

        Raises:
            P360Error: The budget cannot be read.
        """
        return cls(
            run_id=run_id,
            budget=Budget.parse(str(options["budget"])),
            clusters=tuple(options["clusters"]),
            seed=int(options["seed"]),
            thin_segment=int(options["thin_segment"]),
            kept_model_runs=max(1, int(options["kept_model_runs"])),
            most_new_share=float(options["most_new_share"]),
            **more,
        )

    def options(self) -> dict[str, str]:
        """Return what a model hangs on beside the sales, in words."""
        return {
            "code": code_digest(),
            "budget": str(self.budget),
            "clusters": ", ".join(map(str, self.clusters)),
            "seed": str(self.seed),
            "thin_segment": str(self.thin_segment),
        }

    def config(self, sales: int, days: int) -> AnomalyConfig:
        """Return how to learn from so many sales on so many days."""
        return AnomalyConfig(
            seed=self.seed,
            spaces=SPACES,
            clusters=self.clusters,
            flagged_share=self.budget.share_of(sales, days),
            segment="segment",
            thin_segment=self.thin_segment,
            left_out="is_expected",
            ids=("_row_id",),
        )


@dataclass(frozen=True)
class Trained:
    """What a kept model was trained on.

    Attributes:
        features: Names of its features.
        options: What it hung on beside the sales (``Chosen.options``).
        expected: The sales that people had called expected.
        sale_count: Sales that were there.
    """

    features: tuple[str, ...]
    options: dict[str, str]
    expected: tuple[str, ...]
    sale_count: int


@dataclass(frozen=True)
class Sales:
    """The sales to score.

    Attributes:
        count: How many there are.
        loaded_since: How many of them were loaded after a kept model was trained.
        expected: Those that people call expected.
        features: Names of the features that sales have now.
    """

    count: int
    loaded_since: int
    features: tuple[str, ...]
    expected: tuple[str, ...] = field(default=())


def new_share(trained: Trained, sales: Sales) -> float:
    """Return the share of the sales that are new since a model was trained.

    Sales that were corrected, or are gone, change the number of sales loaded or of all.
    """
    changed = max(sales.loaded_since, abs(sales.count - trained.sale_count))
    return min(1.0, changed / max(sales.count, 1))


def why_train(trained: Trained | None, sales: Sales, chosen: Chosen) -> str:
    """Return why the kept model may not score these sales; empty where it may, but for drift."""
    if trained is None:
        return "no model is kept"
    if chosen.is_full_refresh:
        return "--full-refresh"
    if trained.features != sales.features:
        return "the features have changed"
    wanted = chosen.options()
    other = [name for name, value in wanted.items() if trained.options.get(name) != value]
    if other:
        return f"{', '.join(other)} changed"
    if set(trained.expected) != set(sales.expected):
        return "a verdict in anomaly_feedback has changed"
    share = new_share(trained, sales)
    if share > chosen.most_new_share:
        return f"{percent(share)} of the sales are new (above {percent(chosen.most_new_share)})"
    return ""


def may_shift(share: float) -> bool:
    """Return whether so large a share of new sales can bring a PSI above its bound.

    A new sale moves its own place in a feature, and that of the customer's next sale, which now
    follows another. At worst these sales were all of one bin, and move to one that was empty.
    """
    moved = min(1.0, 2 * share)
    return 2 * moved * math.log(max(moved, LEAST) / LEAST) > SHIFTED


def shift(drift: Drift) -> str:
    """Return what has shifted since the model was trained, in words; empty where nothing has."""
    moved = {**drift.features, "clusters": drift.clusters}
    name = max(moved, key=lambda one: moved[one])
    if moved[name] <= SHIFTED:
        return ""
    return f"{name} shifted (PSI {moved[name]:.2f}, above {SHIFTED})"


def percent(share: float) -> str:
    """Return a share as people read it."""
    return f"{100 * share:.3g} %"
