"""The project itself: files to live tables, then one more load, then its tests."""

from __future__ import annotations

import json
import re
from datetime import datetime

from bench.contenders import Job
from bench.contenders.names import (
    BUILD,
    DBT_ITSELF,
    INGEST,
    MORE_BUILD,
    MORE_INGEST,
    MORE_SCORE,
    SCORE,
    START,
    TEST,
)
from bench.facts import TABLES, read_facts
from bench.measure import Meter, Result, folder_size
from bench.workspace import FEED, Workspace, make_workspace, server_environment
from python_jobs.server.thrift import connect

_ENDS = ("started_at", "completed_at")
_VARS = ("--vars", f"{{feed: {FEED}}}")
# Seeds and models, which go live at the end. Tests and scoring, which only the project has, are
# measured apart.
_WITHOUT_TESTS = ("build", "--exclude-resource-type", "test", "unit_test")
_SCORING = "ml_anomaly_models+"
BUILD_WORDS = (*_WITHOUT_TESTS, "--exclude", _SCORING)
_SCORE_WORDS = (*_WITHOUT_TESTS, "--select", _SCORING)
_PROGRESS = re.compile(r"^  (\S.*?)\s+([\d.]+) s$", re.MULTILINE)


def measure(job: Job, name: str = "project") -> Result:
    """Measure the project, or without its tests its models of an earlier revision."""
    workspace = make_workspace(
        job.work / "project", server_environment(job.work / "home"), revision=job.revision
    )
    result = Result(name, job.files.rows)
    meter = Meter(name, workspace.server_pid)
    declare_feed(workspace, job)
    try:
        with meter.step(START, result.steps):
            workspace.p360("up")
        with meter.step(INGEST, result.steps):
            said = workspace.p360("ingest", FEED, job.files.folder)
        result.profile[INGEST] = ingest_profile(said)
        with meter.step(BUILD, result.steps):
            workspace.dbt(*BUILD_WORDS, *_VARS)
        result.profile[BUILD] = build_profile(workspace, result.seconds_of(BUILD))
        result.size = folder_size(workspace.settings.home / "warehouse")
        read_tables(workspace, workspace.settings.live_schema, result)
        with meter.step(SCORE, result.later):
            workspace.dbt(*_SCORE_WORDS, *_VARS)

        with meter.step(MORE_INGEST, result.later):
            said = workspace.p360("ingest", FEED, job.files.one_more)
        result.profile[MORE_INGEST] = ingest_profile(said)
        with meter.step(MORE_BUILD, result.later):
            workspace.dbt(*BUILD_WORDS, *_VARS)
        result.profile[MORE_BUILD] = build_profile(workspace, result.seconds_of(MORE_BUILD))
        with meter.step(MORE_SCORE, result.later):
            workspace.dbt(*_SCORE_WORDS, *_VARS)
        if name == "project" and job.tests:
            with meter.step(TEST, result.later):
                workspace.dbt("test", *_VARS)
    finally:
        workspace.p360("down")
    return result


def declare_feed(workspace: Workspace, job: Job) -> None:
    """Write the feed's YAML and mapping model from the first file, as a person would."""
    sample = min(job.files.folder.glob("*.csv"))
    workspace.p360("feed", "new", FEED, "--from", sample)


def ingest_profile(said: str) -> dict[str, float]:
    """Return the stages that ``p360 ingest`` told of, with their seconds."""
    return {name: float(seconds) for name, seconds in _PROGRESS.findall(said)}


def build_profile(workspace: Workspace, seconds: float) -> dict[str, float]:
    """Return the seconds of each node of the last dbt command, the longest first.

    Nodes run side by side, so they may add up to more than the command took. What is left of it
    while no node ran is dbt's own: loading, parsing, hooks that are no nodes.

    Args:
        workspace: Where dbt ran.
        seconds: How long the command took.
    """
    path = workspace.folder / "target" / "run_results.json"
    nodes = json.loads(path.read_text(encoding="utf-8"))["results"]
    spans = []
    profile = {}
    for node in nodes:
        times = [datetime.fromisoformat(part[key]) for part in node["timing"] for key in _ENDS]
        if times:
            spans.append((min(times).timestamp(), max(times).timestamp()))
        profile[node["unique_id"].split(".", 2)[2]] = float(node["execution_time"])
    profile[DBT_ITSELF] = max(0.0, seconds - _covered(spans))
    return dict(sorted(profile.items(), key=lambda pair: -pair[1]))


def _covered(spans: list[tuple[float, float]]) -> float:
    """Return how long at least one of the spans lasted."""
    total, reached = 0.0, float("-inf")
    for start, end in sorted(spans):
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return total


def read_tables(workspace: Workspace, schema: str, result: Result) -> None:
    """Note in the result what the tables hold."""
    with connect(workspace.settings) as connection:
        result.facts = read_facts(lambda sql: connection.query(sql).rows, schema)
        for table in ("silver_sales_assessed", *TABLES):
            shown = connection.query(f"select * from {schema}.{table} limit 0")
            result.columns[table] = [column.rpartition(".")[2] for column in shown.columns]
