"""Questions about the runs: what is recorded of them, as far as it is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashboards.data.store import Data

_MOST = 60
# The tables that may hold each kind of record, best first.
_TABLES = {
    "runs": ("semantic_runs", "semantic_pipeline_runs", "obs_runs", "observability_runs"),
    "nodes": ("obs_node_results", "observability_node_results"),
    "tests": ("semantic_test_results", "obs_test_results", "observability_test_results"),
    "freshness": ("semantic_freshness", "obs_freshness", "observability_freshness"),
    "volume": ("semantic_volume", "obs_volume", "observability_volume"),
    "incidents": ("semantic_incidents", "obs_incidents", "observability_incidents"),
}


def table_of(data: Data, kind: str) -> str | None:
    """Return the table that holds records of a kind; None where there is none."""
    return next((table for table in _TABLES[kind] if data.has(table)), None)


def records(data: Data, kind: str) -> tuple[list[str], list[dict[str, Any]], int]:
    """Return the columns, the newest records of a kind, and how many there are in all."""
    table = table_of(data, kind)
    if table is None:
        return [], [], 0
    described = data.rows(f"describe {table}")
    times = [row["column_name"] for row in described if row["column_type"].startswith("TIMESTAMP")]
    days = [row["column_name"] for row in described if row["column_type"] == "DATE"]
    order = f" order by {(times or days)[0]} desc nulls last" if times or days else ""
    rows = data.rows(f"select * from {table}{order} limit {_MOST}")
    return [row["column_name"] for row in described], rows, data.manifest.rows[table]


def durations(data: Data) -> list[dict[str, Any]]:
    """Return the seconds of each node in the newest run, slowest first, and in the run before.

    Columns: ``node``, ``seconds``, ``before`` (None where the run before had no such node).
    """
    table = table_of(data, "nodes")
    if table is None:
        return []
    there = data.columns(table)
    node = next((one for one in ("node", "node_name", "model", "name") if one in there), None)
    seconds = next((one for one in ("seconds", "duration_seconds") if one in there), None)
    if node is None or seconds is None or "run_id" not in there:
        return []
    return data.rows(
        f"""
        with numbered as (
            select {node} as node, cast(max({seconds}) as double) as seconds,
                dense_rank() over (order by run_id desc) as place
            from {table} where {seconds} > 0 group by {node}, run_id
        )
        select now.node, now.seconds, past.seconds as before
        from numbered as now
        left join numbered as past on past.place = 2 and past.node = now.node
        where now.place = 1 order by now.seconds desc, now.node
        """
    )


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
        "coalesce(cast(sum(duplicate_count) as bigint), 0) as copies, "
        "coalesce(cast(sum(superseded_count) as bigint), 0) as superseded, "
        "coalesce(bool_and(unaccounted_count = 0), true) as is_sound from observability_row_account"
    )
    gold = data.row(
        "select coalesce(cast(sum(raw_rows) as bigint), 0) as raw, "
        "coalesce(cast(sum(clean_rows) as bigint), 0) as clean "
        "from semantic_clean_against_quarantined"
    )
    parts = tuple((name, counts[name]) for name in ("quarantined", "copies", "superseded"))
    judged = counts["accepted"] + sum(count for _, count in parts)
    sold = data.manifest.rows["semantic_sales"]
    rejected = data.manifest.rows["semantic_rejected_rows"]
    return [
        Layer("Bronze", counts["raw"], "raw rows, as they came", (), counts["is_sound"]),
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
            "sales behind these figures",
            (("rejected rows", rejected),),
            (sold, rejected) == (counts["accepted"], counts["quarantined"]),
        ),
    ]
