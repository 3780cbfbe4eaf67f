"""The project's models built by dbt-spark's own materializations, on data ingested the same way."""

from __future__ import annotations

from bench.contenders import Job
from bench.contenders.names import BUILD
from bench.contenders.project import BUILD_WORDS, build_profile, declare_feed, read_tables
from bench.measure import Meter, Result, folder_size
from bench.workspace import (
    FEED,
    make_workspace,
    server_environment,
    use_stock_materializations,
)


def measure(job: Job) -> Result:
    """Measure ``dbt run`` alone; server start and ingest are not counted."""
    workspace = make_workspace(job.work / "project", server_environment(job.work / "home"))
    result = Result("stock-dbt", job.files.rows)
    meter = Meter("stock-dbt", workspace.server_pid)
    declare_feed(workspace, job)
    use_stock_materializations(workspace)
    try:
        workspace.p360("up")
        with meter.step("ingest (not counted)", []):
            workspace.p360("ingest", FEED, job.files.folder)
        with meter.step(BUILD, result.steps):
            workspace.dbt(*BUILD_WORDS, "--vars", f"{{feed: {FEED}}}")
        result.profile[BUILD] = build_profile(workspace, result.seconds)
        result.size = folder_size(workspace.settings.home / "warehouse")
        read_tables(workspace, workspace.settings.schema, result)
    finally:
        workspace.p360("down")
    return result
