"""A cluster computes what one machine computes: the demo with all its tests, and many rows."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from chaos.conftest import ChaosProject
from chaos.oracle import Checksums
from conftest import BIN, copy_project, free_ports, scratch_environment  # noqa: F401 - a fixture

from cluster.conftest import differing, live, run_whole
from cluster.processes import Cluster
from cluster.web import get
from python_jobs.cluster.secrets import ui_token
from python_jobs.generate.files import write_sales

FEED = "crowd"


def test_a_small_project_has_the_same_rows(
    project: ChaosProject, alone: dict[int, Checksums]
) -> None:
    assert differing(live(project), alone[project.live_rows]) == []


def test_the_work_is_done_by_executors(project: ChaosProject, cluster: Cluster) -> None:
    """Else all of this would be a test of one machine."""
    port, token = int(project.environment["P360_UI_PORT"]), ui_token(cluster.secret)
    application = json.loads(get(port, "/api/v1/applications", token)[1])[0]["id"]
    listed = json.loads(get(port, f"/api/v1/applications/{application}/executors", token)[1])
    tasks = {each["id"]: int(each["completedTasks"]) for each in listed}
    assert tasks.pop("driver") == 0
    assert len(tasks) >= len(cluster.workers) == 2
    assert all(count > 0 for count in tasks.values()), tasks


@pytest.fixture
def one_machine(
    scratch_environment: dict[str, str],  # noqa: F811
    tmp_path: Path,
) -> Iterator[dict[str, str]]:
    """Environment of a server that works alone; it is stopped at the end."""
    thrift, connect_port, ui = (str(port) for port in free_ports(3))
    environment = scratch_environment | {
        "P360_HOME": str(tmp_path / "alone"),
        "P360_MASTER": "local[2]",
        "P360_THRIFT_PORT": thrift,
        "P360_CONNECT_PORT": connect_port,
        "P360_UI_PORT": ui,
        "P360_DRIVER_MEMORY": "2g",
    }
    yield environment
    subprocess.run([str(BIN / "p360"), "down"], env=environment, check=True, capture_output=True)


@pytest.mark.timeout(3600)
def test_the_demo_has_the_same_rows(
    whole: ChaosProject, one_machine: dict[str, str], tmp_path: Path
) -> None:
    there = live(whole)
    here = ChaosProject(copy_project(tmp_path / "project"), one_machine | {"P360_SCHEMA": "whole"})
    run_whole(here)
    assert len(there) > 25
    assert differing(live(here), there) == []


@pytest.mark.timeout(7200)
def test_many_rows_are_the_same_rows(
    cluster: Cluster, one_machine: dict[str, str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    rows = int(request.config.getoption("--rows"))
    if not rows:
        pytest.skip("takes long: make test-cluster ROWS=1000000")
    file = tmp_path / "sales.csv"
    write_sales(file, rows, 360)
    found = []
    for place, environment in (("cluster", cluster.environment), ("alone", one_machine)):
        folder = copy_project(tmp_path / place)
        project = ChaosProject(folder, environment | {"P360_SCHEMA": "many"})
        for words in (["feed", "new", FEED, "--from", str(file)], ["ingest", FEED, str(file)]):
            done = project.p360(*words)
            assert done.returncode == 0, done.stderr
        run_whole(project, "--feed", FEED)
        found.append(live(project))
    assert found[0]["bronze_sales"][0] == rows
    assert differing(*found) == []
