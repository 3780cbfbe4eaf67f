"""A cluster computes what one machine computes: the demo with all its tests, and many rows."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from chaos.conftest import ChaosProject
from chaos.oracle import Checksums
from conftest import BIN, copy_project, scratch_environment  # noqa: F401 - a fixture

from cluster.conftest import live
from cluster.processes import Cluster
from python_jobs.generate.files import write_sales


def run_all(project: ChaosProject, rows: int) -> Checksums:
    """Run the whole project as a person would, over the demo or over so many rows of a feed."""
    if rows:
        drop = project.folder.parent / "drop"
        drop.mkdir()
        write_sales(drop / "sales.csv", rows, 360)
        loaded = project.p360("ingest", "client_sales", str(drop))
        assert loaded.returncode == 0, loaded.stderr
    done = project.p360("run", "--no-dashboard")
    assert done.returncode == 0, done.stderr
    assert "unaccounted for" in done.stdout
    return live(project)


def test_a_small_project_has_the_same_rows(
    project: ChaosProject, alone: dict[int, Checksums]
) -> None:
    assert live(project) == alone[project.live_rows]


def test_the_work_is_done_by_executors(project: ChaosProject, cluster: Cluster) -> None:
    """Else all of this would be a test of one machine."""
    ids = {
        row[0]
        for row in project.query(
            "select distinct reflect('java.lang.System', 'getProperty', 'sun.java.command') from "
            "(select explode(sequence(1, 1000)) as n) distribute by n"
        )
    }
    assert len(cluster.workers) == 2
    assert all("CoarseGrainedExecutorBackend" in command for command in ids), ids


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("what", ["demo", "many"])
def test_p360_run_has_the_same_rows(
    what: str,
    scratch_environment: dict[str, str],  # noqa: F811
    cluster: Cluster,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    rows = request.config.getoption("--rows") if what == "many" else 0
    if what == "many" and not rows:
        pytest.skip("takes long: make test-cluster ROWS=1000000")
    found = []
    for place, environment in (
        ("cluster", cluster.environment),
        ("alone", scratch_environment | {"P360_MASTER": "local[2]", "P360_DRIVER_MEMORY": "2g"}),
    ):
        folder = copy_project(tmp_path / place / "project")
        one = ChaosProject(folder, environment | {"P360_SCHEMA": f"whole_{what}"})
        found.append(run_all(one, rows))
        subprocess.run([str(BIN / "p360"), "down"], env=environment, check=True)
    assert len(found[0]) > 25
    assert found[0] == found[1]
