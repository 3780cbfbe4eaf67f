"""The image is built, and the services of the compose file run the pipeline out of it."""

from __future__ import annotations

import base64
import os
import secrets
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from cluster.processes import Postgres, postgres_programs
from conftest import REPOSITORY

from image.buildah import Buildah
from image.compose import Composed

CONTAINER = "project-360-test"
STORE = Path(os.environ.get("P360_IMAGE_STORE", "/var/tmp/project-360-images"))
NEEDED = ("buildah", "debootstrap", "docker-compose")


@pytest.fixture(scope="session")
def values() -> dict[str, str]:
    """What a person puts into .env."""
    example = (REPOSITORY / ".env.example").read_text(encoding="utf-8")
    lines = [line for line in example.splitlines() if line and not line.startswith("#")]
    names = dict(line.split("=", 1) for line in lines)
    small = {"WORKER_CORES": "1", "WORKER_MEMORY": "1500m", "EXECUTOR_MEMORY": "1g"}
    return (
        {name: secrets.token_hex(32) for name in names} | {"P360_DASH_USER": "owner"} | small
    ) | {"DRIVER_MEMORY": "2g"}


@pytest.fixture(scope="session")
def resolved(values: dict[str, str]) -> str:
    """The compose file as the client resolves it."""
    if shutil.which("docker-compose") is None:
        pytest.skip("needs: apt-get install docker-compose")
    done = compose_config(values)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def composed(
    resolved: str, values: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Composed]:
    """The services, of which none runs yet, and PostgreSQL, which is Debian's here."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing or postgres_programs() is None or os.geteuid() != 0:
        pytest.skip(f"needs root and: apt-get install postgresql {' '.join(missing)}")
    scratch = tmp_path_factory.mktemp("image")
    buildah = Buildah(STORE, scratch)
    buildah.make_base()
    buildah.build(REPOSITORY, "lakehouse")
    buildah.start(CONTAINER)
    services = Composed(resolved, buildah, CONTAINER, scratch)
    password = services.services["postgres"]["environment"]["POSTGRES_PASSWORD"]
    assert password == values["P360_METASTORE_PASSWORD"]
    postgres = Postgres(5432, password, services.addresses["postgres"])
    postgres.create()
    yield services
    services.stop()
    postgres.remove()
    buildah.remove(CONTAINER)


def compose_config(variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Resolve the compose file with these variables alone, whatever .env holds."""
    with tempfile.NamedTemporaryFile(suffix=".env") as nothing:
        return subprocess.run(
            ["docker-compose", "--env-file", nothing.name, "--profile", "notebook", "config"],
            cwd=REPOSITORY,
            env={"PATH": os.environ["PATH"]} | variables,
            capture_output=True,
            text=True,
            check=False,
        )


def test_the_compose_file_is_sound_and_has_no_default_secret(
    resolved: str, values: dict[str, str]
) -> None:
    services = yaml.safe_load(resolved)["services"]
    assert set(services) == {
        *("postgres", "master", "worker-1", "worker-2", "server", "run", "dashboard", "notebook")
    }
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["mem_limit"], name
        for port in service.get("ports", []):
            assert str(port).startswith("127.0.0.1:"), name
    for secret in values:
        if secret.startswith("P360_"):
            done = compose_config({key: text for key, text in values.items() if key != secret})
            assert done.returncode != 0, secret
            assert secret in done.stderr


def test_the_services_run_the_pipeline(composed: Composed, values: dict[str, str]) -> None:
    for name in ("master", "worker-1", "worker-2", "server"):
        composed.start(name)
        composed.wait_until_healthy(name)
    composed.start("run")
    code = composed.wait("run", 1500)
    said = composed.log("run").read_text(encoding="utf-8")
    assert code == 0, said[-3000:]
    assert "unaccounted for" in said
    rows = composed.execute(
        "run", "p360", "sql", "select count(*) from p360_live.silver_sales", "--csv"
    )
    assert rows.returncode == 0, rows.stderr
    assert int(rows.stdout.split()[1]) > 1000
    address = composed.addresses["dashboard"]
    composed.start("dashboard", {"P360_DASH_HOST": address})  # Not all addresses of the host.
    login = base64.b64encode(f"owner:{values['P360_DASH_PASSWORD']}".encode()).decode()
    assert status_of(f"http://{address}:8050/", "") == 401
    assert status_of(f"http://{address}:8050/", f"Basic {login}") == 200
    spark_ui = f"http://{composed.addresses['server']}:4040/"
    assert status_of(spark_ui, "") == 403
    token = composed.execute("server", "p360", "ui-token").stdout.strip()
    assert status_of(spark_ui, f"Bearer {token}") == 200


def test_nothing_was_written_into_the_image(composed: Composed) -> None:
    root = composed.root()
    of_the_user = [path for path in root.rglob("*") if path.lstat().st_uid == 10001]
    assert {str(path.relative_to(root)) for path in of_the_user} <= {
        *("warehouse", "project/target", "var/lib/p360", "var/lib/p360/.bash_logout"),
        *("var/lib/p360/.bashrc", "var/lib/p360/.profile"),
    }


def test_the_notebooks_image_is_built(composed: Composed) -> None:
    said = composed.build_and_execute("notebook", "jupyter", "lab", "--version")
    assert said.startswith("4."), said


def status_of(url: str, authorization: str) -> int:
    """Return the status of a page, once something answers there."""
    request = urllib.request.Request(url)
    if authorization:
        request.add_header("Authorization", authorization)
    for _ in range(60):
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            time.sleep(1)
    raise AssertionError(f"nothing answers at {url}")
