"""SQL of the records that stand in models already: rules and accounts of loads, scorings."""

from __future__ import annotations

from collections.abc import Collection

from python_jobs.observability.records import Run
from python_jobs.settings import Settings

_RULE = ("feed", "load_id", "rule_id", "rule_severity", "broken_count", "accepted_count")
_RULE_MORE = ("quarantined_count",)
_SCORING = ("model_run_id", "row_count", "flagged_count", "budget")
_ACCOUNT = (
    "feed",
    "load_id",
    "loaded_at",
    "raw_count",
    "accepted_count",
    "quarantined_count",
    "duplicate_count",
    "superseded_count",
    "unaccounted_count",
)


def model_records(settings: Settings, run: Run, built: Collection[str]) -> list[str]:
    """Return queries for loads that a run has judged, loads that do not add up, and its scoring.

    Args:
        settings: Whose schema.
        run: The run.
        built: Names of the models that it has built.
    """
    queries = []
    loads = _version(settings, "silver_loads", run)
    if {"silver_loads", "observability_rule_counts"} <= set(built):
        queries.append(
            f"select {_record(run, 'rule', (*_RULE, *_RULE_MORE))} "
            f"from {_version(settings, 'observability_rule_counts', run)} as model "
            f"left semi join {loads} as loads on model.load_id = loads._load_id "
            f"and loads.judged_by_run_id = '{run.run_id}'"
        )
    wanted = {"silver_loads", "observability_row_account", "gold_row_dispositions"}
    if wanted <= set(built):
        queries.append(
            f"select {_record(run, 'account', _ACCOUNT, ', gold_count', 'gold.gold_count')} "
            f"from {_version(settings, 'observability_row_account', run)} as model "
            "left join (select load_id, sum(row_count) as gold_count from "
            f"{_version(settings, 'gold_row_dispositions', run)} group by load_id) as gold "
            "on model.load_id = gold.load_id "
            f"left join {loads} as loads on model.load_id = loads._load_id "
            f"where loads.judged_by_run_id = '{run.run_id}' or model.unaccounted_count <> 0 "
            "or not model.raw_count <=> gold.gold_count"
        )
    if "ml_anomaly_model_runs" in built:
        queries.append(
            f"select {_record(run, 'scoring', _SCORING)} "
            f"from {_version(settings, 'ml_anomaly_model_runs', run)} as model "
            f"where model.model_run_id = '{run.run_id}'"
        )
    return queries


def _version(settings: Settings, model: str, run: Run) -> str:
    return f"{settings.store_schema}.{model}__{run.run_id}"


def _record(
    run: Run, kind: str, columns: Collection[str], more_name: str = "", more: str = ""
) -> str:
    cells = [f"'{name}', model.{name}" for name in columns]
    if more:
        cells.append(f"'{more_name.strip(', ')}', {more}")
    return (
        f"'{run.run_id}', '{kind}', current_timestamp(), to_json(named_struct({', '.join(cells)}))"
    )
