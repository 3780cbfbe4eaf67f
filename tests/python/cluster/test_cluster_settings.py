"""What the environment says about a cluster: read, checked, and kept out of sight."""

from __future__ import annotations

import base64
import hmac
import json
import subprocess
from pathlib import Path

import pytest

from python_jobs.cluster import node
from python_jobs.cluster.metastore import Metastore
from python_jobs.cluster.private_settings import private_settings
from python_jobs.cluster.properties import read_properties, write_properties
from python_jobs.cluster.secrets import read_cluster_secret, trust_settings, ui_token
from python_jobs.errors import P360Error
from python_jobs.machine.java import Java
from python_jobs.machine.ports import check_port_is_free, port_answers
from python_jobs.settings import Settings

SECRET = "s" * 40


def settings(folder: Path, **environ: str) -> Settings:
    return Settings.from_environment({"P360_HOME": str(folder), **environ}, folder)


@pytest.mark.parametrize(
    "master", ["local[*]", "local[2]", "spark://master:7077", "yarn", "k8s://https://host:443"]
)
def test_masters(tmp_path: Path, master: str) -> None:
    one = settings(tmp_path, P360_MASTER=master)
    assert one.master == master
    assert one.is_local is master.startswith("local")


@pytest.mark.parametrize("master", ["", "mesos://host", "spark:/host", "local[two]", "host:7077"])
def test_what_is_no_master(tmp_path: Path, master: str) -> None:
    with pytest.raises(P360Error, match=r"P360_MASTER is '.*'; use local\[\*\]"):
        settings(tmp_path, P360_MASTER=master)


@pytest.mark.parametrize(
    ("given", "warehouse"),
    [
        (None, "file:{home}/warehouse"),
        ("/shared/lake", "file:/shared/lake"),
        ("lake", "file:{home}/lake"),
        ("file:///shared/lake/", "file:/shared/lake"),
        ("s3a://bucket/lake/", "s3a://bucket/lake"),
        ("hdfs://host:8020/lake", "hdfs://host:8020/lake"),
    ],
)
def test_warehouses(tmp_path: Path, given: str | None, warehouse: str) -> None:
    one = settings(tmp_path, **({} if given is None else {"P360_WAREHOUSE": given}))
    assert one.warehouse == warehouse.format(home=tmp_path)
    is_folder = one.warehouse.startswith("file:")
    assert one.warehouse_dir == (Path(one.warehouse[5:]) if is_folder else None)
    again = settings(tmp_path, **one.environment())
    assert again == one


def test_the_target_cluster_is_elsewhere(tmp_path: Path) -> None:
    with pytest.raises(P360Error, match="P360_CLUSTER_HOST"):
        settings(tmp_path, P360_TARGET="cluster")
    one = settings(
        tmp_path, P360_TARGET="cluster", P360_CLUSTER_HOST="spark", P360_CLUSTER_PORT="10001"
    )
    assert (one.host, one.thrift_port, one.is_elsewhere) == ("spark", 10001, True)
    assert one.dbt_environment()["P360_CLUSTER_PORT"] == "10001"


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.1"])
def test_a_host_that_is_not_here(host: str) -> None:
    with pytest.raises(P360Error, match=f"cannot listen on {host}; set P360_LISTEN_HOST"):
        check_port_is_free(20_000, "P360_THRIFT_PORT", host)
    assert not port_answers(20_000, "no.such.host.invalid")


def test_a_secret_comes_from_a_file_first(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(SECRET + "\n", encoding="utf-8")
    environ = {"P360_CLUSTER_SECRET_FILE": str(file), "P360_CLUSTER_SECRET": "t" * 40}
    assert read_cluster_secret(environ) == SECRET
    assert read_cluster_secret({"P360_CLUSTER_SECRET": "t" * 40}) == "t" * 40


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({}, "P360_CLUSTER_SECRET is not set"),
        ({"P360_CLUSTER_SECRET": "short"}, "P360_CLUSTER_SECRET is short"),
        ({"P360_CLUSTER_SECRET": f"{SECRET}\n{SECRET}"}, "one line"),
        ({"P360_CLUSTER_SECRET_FILE": "/no/such/file"}, "cannot be read"),
    ],
)
def test_a_bad_secret_is_named_and_not_shown(environ: dict[str, str], said: str) -> None:
    with pytest.raises(P360Error, match=said) as error:
        read_cluster_secret(environ)
    assert SECRET not in str(error.value)


def test_the_web_pages_token_is_signed_with_a_key_of_its_own() -> None:
    conf = trust_settings(SECRET)
    key_text = conf["spark.org.apache.spark.ui.JWSFilter.param.secretKey"]
    key = base64.urlsafe_b64decode(key_text + "=" * (-len(key_text) % 4))
    head, claims, signature = ui_token(SECRET).split(".")
    assert json.loads(base64.urlsafe_b64decode(head + "==")) == {"alg": "HS256", "typ": "JWT"}
    expected = hmac.digest(key, f"{head}.{claims}".encode(), "sha256")
    assert base64.urlsafe_b64decode(signature + "=") == expected
    assert len(key) == 32
    assert SECRET.encode() not in key
    assert ui_token(SECRET) != ui_token(SECRET + "x")


def test_what_a_cluster_must_be_told() -> None:
    conf = trust_settings(SECRET)
    assert conf["spark.authenticate"] == "true"
    assert conf["spark.authenticate.secret"] == SECRET
    assert conf["spark.network.crypto.cipher"] == "AES/GCM/NoPadding"
    assert "spark.authenticate.secret" not in trust_settings(SECRET, makes_own_secrets=True)


def test_private_settings_by_kind_of_cluster(tmp_path: Path) -> None:
    environ = {"P360_CLUSTER_SECRET": SECRET, "P360_EXECUTOR_MEMORY": "3g"}
    alone = private_settings(settings(tmp_path), environ, ())
    assert alone == {"spark.executor.memory": "3g"}
    standalone = settings(tmp_path, P360_MASTER="spark://m:7077")
    assert private_settings(standalone, environ, ())["spark.authenticate.secret"] == SECRET
    yarn = private_settings(settings(tmp_path, P360_MASTER="yarn"), environ, ())
    assert "spark.authenticate.secret" not in yarn
    with pytest.raises(P360Error, match="P360_CLUSTER_SECRET is not set"):
        private_settings(standalone, {}, ())


def test_the_catalogues_address(tmp_path: Path) -> None:
    jar = tmp_path / "driver.jar"
    jar.touch()
    environ = {
        "P360_METASTORE_URL": "jdbc:postgresql://db:5432/metastore",
        "P360_METASTORE_USER": "p360",
        "P360_METASTORE_PASSWORD": "hidden",
        "P360_METASTORE_JAR": str(jar),
    }
    found = Metastore.from_environment(environ)
    assert "hidden" not in repr(found)
    assert found.spark_settings()["spark.driver.extraClassPath"] == str(jar)
    assert Metastore.from_environment({}).spark_settings() == {}
    for change, said in (
        ({"P360_METASTORE_URL": "jdbc:mysql://db/metastore"}, "must be jdbc:postgresql"),
        ({"P360_METASTORE_URL": "jdbc:postgresql://db/m?password=x"}, "without user and"),
        ({"P360_METASTORE_PASSWORD": ""}, "needs P360_METASTORE_USER and"),
        ({"P360_METASTORE_JAR": "/no/such.jar"}, "/no/such.jar is missing"),
    ):
        with pytest.raises(P360Error, match=said):
            Metastore.from_environment(environ | change)


def test_a_persons_own_settings(tmp_path: Path) -> None:
    file = tmp_path / "spark.conf"
    lines = [
        "# sizes",
        "spark.sql.shuffle.partitions\t400",
        "spark.a.b = c d",
        "spark.c -Dx=y -Dz=1",
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    environ = {"P360_SPARK_CONF": str(file)}
    found = {"spark.sql.shuffle.partitions": "400", "spark.a.b": "c d", "spark.c": "-Dx=y -Dz=1"}
    assert read_properties(environ, ()) == found
    assert read_properties({}, ()) == {}
    with pytest.raises(P360Error, match=r"line 3: spark\.a\.b is set by the project"):
        read_properties(environ, ("spark.a.b",))
    file.write_text("shuffle 3\n", encoding="utf-8")
    with pytest.raises(P360Error, match="line 1 is not a setting"):
        read_properties(environ, ())
    with pytest.raises(P360Error, match="cannot be read"):
        read_properties({"P360_SPARK_CONF": str(tmp_path / "none")}, ())


def test_a_file_of_secrets_is_its_owners_alone(tmp_path: Path) -> None:
    file = write_properties(tmp_path / "some.properties", {"a": "b\\c", "d": "e=f"})
    assert file.read_text(encoding="utf-8") == "a=b\\\\c\nd=e=f\n"
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_trimmed_java_starts_in_spite_of_the_module_it_lacks(tmp_path: Path) -> None:
    trimmed = tmp_path / "trimmed" / "java"
    trimmed.parent.mkdir()
    trimmed.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n', encoding="utf-8")
    trimmed.chmod(0o755)
    found = node._whole_java(Java(trimmed, 21, "here"), tmp_path / "a home é")
    words = ["--add-modules=jdk.incubator.vector", "-cp", "a b/*", "", "Main"]
    done = subprocess.run(
        [str(found.executable), *words], capture_output=True, text=True, check=True
    )
    assert done.stdout == "-cp\na b/*\n\nMain\n"
