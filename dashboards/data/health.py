"""Questions about the runs: what is recorded of them, as far as it is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashboards.data.store import Data

_MOST = 60
RUNS = "semantic_health_runs"
MODELS = "semantic_health_models"
TESTS = "semantic_health_tests"
FRESHNESS = "semantic_health_freshness"
VOLUME = "semantic_health_volume"
INCIDENTS = "semantic_health_incidents"
# The newest run of all models.
_SINCE = (
    f"coalesce((select max(run_id) from {RUNS} where selection = '' "
    "and command in ('dbt build', 'dbt run')), '')"
)


def records(data: Data, table: str, columns: str, order: str) -> list[dict[str, Any]]:
    """Return columns of the first records of a table in an order; none where it is not there."""
    if not data.has(table):
        return []
    return data.rows(f"select {columns} from {table} order by {order} limit {_MOST}")


def durations(data: Data) -> list[dict[str, Any]]:
    """Return the seconds that each model took last, slowest first, and the time before that.

    Columns: ``model``, ``seconds``, ``before`` (None where it was built once only).
    """
    if not data.has(MODELS):
        return []
    return data.rows(
        f"""
        with numbered as (
            select model, run_id, cast(seconds as double) as seconds,
                row_number() over (partition by model order by run_id desc) as place
            from {MODELS} where status = 'success'
        )
        select now.model, now.seconds, past.seconds as before
        from numbered as now
        left join numbered as past on past.place = 2 and past.model = now.model
        where now.place = 1 and now.run_id >= {_SINCE}
        order by now.seconds desc, now.model
        """
    )


def newest_results(data: Data, table: str, name: str) -> list[dict[str, Any]]:
    """Return how each model or test ended last, the worst first.

    What was not part of the newest run of all models, or of a run since, is left out: it may be
    long gone. So is what has nothing to build, such as a saved query.

    Args:
        data: The snapshot.
        table: ``MODELS`` or ``TESTS``.
        name: The column that names each.
    """
    if not data.has(table):
        return []
    return data.rows(
        f"""
        with newest as (
            select {name} as name, max(run_id) as run_id, arg_max(status, run_id) as status,
                arg_max(message, run_id) as message, arg_max(seconds, run_id) as seconds
            from {table} where run_id >= {_SINCE} group by {name}
        )
        select * from newest where status <> 'no-op'
        order by status in ('success', 'pass'), status = 'skipped', seconds desc, name
        """
    )


def volume(data: Data) -> list[dict[str, Any]]:
    """Return the rows of each day beside what like days lead to expect, by day."""
    if not data.has(VOLUME):
        return []
    return data.rows(
        "select sale_date, sum(row_count)::bigint as rows, "
        "sum(lowest_expected_count)::double as lowest, "
        "sum(highest_expected_count)::double as highest, "
        "bool_or(verdict in ('low', 'high')) as is_odd, "
        "string_agg(distinct verdict, ', ') as verdict "
        f"from {VOLUME} where sale_date is not null group by sale_date order by sale_date"
    )


def promised_hours(data: Data) -> float | None:
    """Return how old the newest sale may be at most; None where no freshness target set."""
    if not data.has(FRESHNESS):
        return None
    row = data.row(
        f"select min(promised_hours) as promised_hours from {FRESHNESS} where clock = 'sale'"
    )
    return None if row["promised_hours"] is None else float(row["promised_hours"])


def live_models(data: Data) -> list[dict[str, Any]]:
    """Return the live models and the run that built each."""
    if not data.has("live_models"):
        return []
    return data.rows("select model, built_by_run_id from live_models order by model")


@dataclass(frozen=True)
class Layer:
    """The rows of one layer, counted in a table of its own.

    Attributes:
        name: Name of the layer.
        rows: Its rows.
        what: What they are.
        parts: What they split into, as name and count.
        adds_up: Whether they agree with the layer before.
    """

    name: str
    rows: int
    what: str
    parts: tuple[tuple[str, int], ...]
    adds_up: bool


def strip(data: Data) -> list[Layer]:
    """Return the layers from raw rows to figures, each held against the one before."""
    counts = data.row(
        "select coalesce(cast(sum(raw_count) as bigint), 0) as raw, "
        "coalesce(cast(sum(accepted_count) as bigint), 0) as accepted, "
        "coalesce(cast(sum(quarantined_count) as bigint), 0) as quarantined, "
        "coalesce(cast(sum(duplicate_count) as bigint), 0) as duplicates, "
        "coalesce(cast(sum(superseded_count) as bigint), 0) as superseded, "
        "coalesce(bool_and(unaccounted_count = 0), true) as is_sound from observability_row_account"
    )
    gold = data.row(
        "select coalesce(cast(sum(raw_rows) as bigint), 0) as raw, "
        "coalesce(cast(sum(clean_rows) as bigint), 0) as clean "
        "from semantic_clean_against_quarantined"
    )
    parts = tuple((name, counts[name]) for name in ("quarantined", "duplicates", "superseded"))
    judged = counts["accepted"] + sum(count for _, count in parts)
    sold = data.manifest.rows["semantic_sales"]
    rejected = data.manifest.rows["semantic_rejected_rows"]
    return [
        Layer("Bronze", counts["raw"], "raw rows, as received", (), counts["is_sound"]),
        Layer("Silver", counts["accepted"], "accepted", parts, judged == counts["raw"]),
        Layer(
            "Gold",
            gold["clean"],
            "sales by day",
            (("raw rows by day", gold["raw"]),),
            (gold["raw"], gold["clean"]) == (counts["raw"], counts["accepted"]),
        ),
        Layer(
            "Semantic",
            sold,
            "sales in these figures",
            (("rejected rows", rejected),),
            (sold, rejected) == (counts["accepted"], counts["quarantined"]),
        ),
    ]
