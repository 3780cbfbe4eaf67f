"""A cluster with its catalogue in PostgreSQL, and what one machine alone makes of the same rows."""

from __future__ import annotations

import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from chaos.conftest import ROWS, ChaosProject, small_project
from chaos.oracle import Checksums, checksums
from conftest import (  # noqa: F401 - fixtures and hooks of all tests
    BIN,
    copy_project,
    free_ports,
    pytest_configure,
    pytest_sessionfinish,
    scratch_environment,
)

from cluster.processes import JDBC_DRIVER, USER, Cluster, Node, Postgres, postgres_programs
from python_jobs.server.thrift import ThriftConnection


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a person ask for many rows."""
    parser.addoption("--rows", type=int, default=0, help="Also compare a run of so many rows.")


@pytest.fixture(scope="session")
def cluster(
    scratch_environment: dict[str, str],  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Cluster]:
    """A master, two workers of one core each, and PostgreSQL; no server runs there yet."""
    if postgres_programs() is None or not JDBC_DRIVER.is_file():
        pytest.skip("needs: apt-get install postgresql libpostgresql-jdbc-java")
    folder = tmp_path_factory.mktemp("cluster")
    secret = secrets.token_hex(32)
    (folder / "secret").write_text(secret, encoding="utf-8")
    master_port, master_ui, *worker_uis, postgres_port = free_ports(5)
    postgres = Postgres(postgres_port)
    postgres.create()
    (folder / "password").write_text(postgres.password, encoding="utf-8")
    environment = scratch_environment | {
        "P360_HOME": str(folder / "server"),
        "P360_WAREHOUSE": str(folder / "warehouse"),
        "P360_MASTER": f"spark://127.0.0.1:{master_port}",
        "P360_CLUSTER_SECRET_FILE": str(folder / "secret"),
        "P360_METASTORE_URL": postgres.url,
        "P360_METASTORE_USER": USER,
        "P360_METASTORE_PASSWORD_FILE": str(folder / "password"),
        "P360_DRIVER_MEMORY": "2g",
        "P360_EXECUTOR_MEMORY": "1g",
    }
    words = ["--port", str(master_port), "--ui-port", str(master_ui)]
    master = Node(folder / "master", ["master", *words], environment)
    master.wait_for("I have been elected leader")
    size = ["--cores", "1", "--memory", "1500m"]
    workers = [
        Node(folder / f"worker_{ui}", ["worker", *size, "--ui-port", str(ui)], environment)
        for ui in worker_uis
    ]
    for worker in workers:
        worker.wait_for("Successfully registered")
    yield Cluster(environment, secret, postgres, master, master_ui, workers)
    subprocess.run([str(BIN / "p360"), "down"], env=environment, check=False, capture_output=True)
    for node in (*workers, master):
        node.end()
    postgres.remove()


@pytest.fixture(scope="session")
def alone(
    scratch_environment: dict[str, str],  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[int, Checksums]:
    """What `local[2]` with a Derby catalogue makes live, by the number of raw rows."""
    environment = scratch_environment | {"P360_MASTER": "local[2]", "P360_DRIVER_MEMORY": "2g"}
    found = {}
    for rows in ROWS:
        folder = tmp_path_factory.mktemp("alone") / "project"
        project = ChaosProject(small_project(folder), environment | {"P360_SCHEMA": "small"})
        project.ensure_server()
        project.must_build(rows)
        found[rows] = live(project)
    subprocess.run([str(BIN / "p360"), "down"], env=environment, check=True, capture_output=True)
    assert found[ROWS[0]] != found[ROWS[1]]
    return found


@pytest.fixture(scope="session")
def project(
    alone: dict[int, Checksums], cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> ChaosProject:
    """A small project on the cluster, of which a run is live."""
    del alone  # Made first: there is no memory for two servers.
    folder = small_project(tmp_path_factory.mktemp("project") / "project")
    small = ChaosProject(folder, cluster.environment | {"P360_SCHEMA": "small"})
    small.ensure_server()
    small.must_build(ROWS[0])
    return small


@pytest.fixture(scope="session")
def whole(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> ChaosProject:
    """The whole project on the cluster, of which a run of the demo is live."""
    folder = copy_project(tmp_path_factory.mktemp("whole") / "project")
    demo = ChaosProject(folder, cluster.environment | {"P360_SCHEMA": "whole"})
    run_whole(demo)
    return demo


def run_whole(project: ChaosProject, *words: str) -> None:
    """Run everything as a person would."""
    done = project.p360("run", "--no-dashboard", *words)
    assert done.returncode == 0, done.stderr
    assert "unaccounted for" in done.stdout


def live(project: ChaosProject) -> Checksums:
    """Return the checksums of what readers see, but for the records of runs, which are its own."""
    connection: ThriftConnection
    with project.connect() as connection:
        found = checksums(connection, f"{project.schema}_live")
    return {
        name: found[name] for name in found if not name.startswith(("obs_", "semantic_health_"))
    }


def differing(one: Checksums, other: Checksums) -> list[str]:
    """Return the names of the relations that are not the same in both."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def log_of(project: ChaosProject) -> Path:
    """Return the log of the project's server."""
    return project.home / "logs" / "spark-server.log"
