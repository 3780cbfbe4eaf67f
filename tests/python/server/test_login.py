"""The login: both doors ask for it, all callers find it, nothing shows it."""

from __future__ import annotations

import json
import stat
import urllib.request
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from conftest import REPOSITORY, Scratch
from pyhive import hive
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from thrift.transport.TTransport import TTransportException

from python_jobs.cluster.login import (
    DBT_VARIABLE,
    USER,
    connect_address,
    login_of_dbt,
    make_secret,
    read_secret_of,
)
from python_jobs.errors import P360Error
from python_jobs.observability.refusals import counted, refusals
from python_jobs.server.command import private_of
from python_jobs.settings import Settings


def settings_of(folder: Path, **environ: str) -> Settings:
    return Settings.from_environment({"P360_HOME": str(folder), **environ}, folder)


def test_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    with pytest.raises(P360Error, match=r"no login in .*login; run 'p360 up'"):
        read_secret_of(settings)
    assert login_of_dbt(settings) == {}
    secret = make_secret(settings)
    assert len(secret) >= 43  # 256 bits.
    assert stat.S_IMODE(settings.login_file.stat().st_mode) == 0o600
    assert make_secret(settings) == read_secret_of(settings) == secret
    assert login_of_dbt(settings) == {DBT_VARIABLE: secret}
    assert make_secret(settings_of(tmp_path, P360_LOGIN_FILE="other")) != secret


def test_a_secret_that_others_may_read_or_that_is_short_is_refused(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    make_secret(settings)
    settings.login_file.chmod(0o640)
    with pytest.raises(P360Error, match=r"others may read the login .* .chmod 600"):
        make_secret(settings)
    settings.login_file.chmod(0o600)
    settings.login_file.write_text("short", "ascii")
    with pytest.raises(P360Error, match="32 characters or more"):
        make_secret(settings)


def test_a_server_elsewhere_has_its_login_elsewhere(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, P360_TARGET="cluster", P360_CLUSTER_HOST="there")
    with pytest.raises(P360Error, match="copy it from the P360_HOME of the server"):
        read_secret_of(settings)


@pytest.mark.parametrize(
    "login",
    [
        {"username": USER},
        {"username": ""},
        {"username": USER, "auth": "NOSASL"},
        {"username": USER, "auth": "CUSTOM", "password": "wrong"},
        {"username": USER, "auth": "CUSTOM", "password": ""},
        {"username": "root", "auth": "CUSTOM", "password": "{secret}"},
        {"username": "P360", "auth": "CUSTOM", "password": "{secret}"},
        {"username": USER, "auth": "CUSTOM", "password": "{secret}x"},
    ],
)
def test_thrift_refuses_who_does_not_know_it(server: dict[str, str], login: dict[str, str]) -> None:
    settings = Settings.from_environment(server)
    secret = read_secret_of(settings)
    given = {name: text.replace("{secret}", secret) for name, text in login.items()}
    with pytest.raises((TTransportException, OSError, EOFError)):
        hive.connect(host=settings.host, port=settings.thrift_port, **given)


@pytest.mark.parametrize("bearer", ["", ";authorization=Bearer%20wrong", ";authorization={secret}"])
def test_connect_refuses_who_does_not_know_it(server: dict[str, str], bearer: str) -> None:
    settings = Settings.from_environment(server)
    address = connect_address(settings).partition("/;")[0]
    wrong = bearer.replace("{secret}", read_secret_of(settings))
    with pytest.raises(PySparkException, match=r"(?i)unauthenticated|token"):
        SparkSession.builder.remote(f"{address}/{wrong}").create().sql("select 1").collect()


def test_p360_says_which_login_was_refused(scratch: Scratch, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("x" * 43, "ascii")
    done = scratch.p360("sql", "select 1", env={"P360_LOGIN_FILE": str(other)})
    assert done.returncode == 1
    assert f"refuses the login in {other}" in done.stderr


def test_refused_logins_are_counted_and_leave_no_trace(scratch: Scratch, tmp_path: Path) -> None:
    settings = Settings.from_environment(scratch.environment)
    guessed = "guessed-" + "x" * 40
    other = tmp_path / "other"
    other.write_text(guessed, "ascii")
    scratch.edit("profiles.yml", "connect_retries: 10", "connect_retries: 0")
    wrong = replace(scratch, environment=scratch.environment | {"P360_LOGIN_FILE": str(other)})
    with refusals(settings):  # No run of another test takes them meanwhile.
        counts = settings.home / "refused_logins"
        counts.unlink(missing_ok=True)
        said = [wrong.p360("sql", "select 1").stderr]
        refused = wrong.dbt("--debug", "debug")
        assert counted(counts.read_text("ascii"))[0]["refused_count"] == 2
    assert refused.returncode != 0
    assert "Error validating the login" in refused.stdout
    said.append(refused.stdout)
    files = [*scratch.folder.rglob("*"), *settings.logs_dir.rglob("*"), *settings.home.glob("*")]
    said += [file.read_text("utf-8", "replace") for file in files if file.is_file()]
    assert not [text for text in said if guessed in text]


def test_what_a_bi_tool_needs_is_printed(scratch: Scratch) -> None:
    done = scratch.p360("status", "--connection")
    lines = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    settings = Settings.from_environment(scratch.environment)
    assert lines["JDBC"] == f"jdbc:hive2://{lines['Host']}:{lines['Port']}/{settings.live_schema}"
    given = {"username": lines["User"], "password": lines["Password"], "auth": "CUSTOM"}
    hive.connect(host=lines["Host"], port=int(lines["Port"]), **given).close()
    assert lines["Connect"] == connect_address(settings)


def test_nothing_shows_the_secret(scratch: Scratch) -> None:
    settings = Settings.from_environment(scratch.environment)
    secret = read_secret_of(settings)
    debug = scratch.dbt("--debug", "debug")
    assert debug.returncode == 0, debug.stdout
    built = scratch.dbt("--debug", "seed", "--select", "exchange_rates")
    assert built.returncode == 0, built.stdout
    said = [debug.stdout, built.stdout, str(scratch.query("set")), str(scratch.query("set -v"))]
    said += [
        " ".join(process.info["cmdline"] or []) for process in psutil.process_iter(["cmdline"])
    ]
    pid = json.loads((settings.home / "server.json").read_text("utf-8"))["pid"]
    said += psutil.Process(pid).environ().values()
    for page in ("environment", "sqlserver", "connect"):
        address = f"http://{settings.host}:{settings.ui_port}/{page}/"
        with urllib.request.urlopen(address, timeout=30) as answer:
            said.append(answer.read().decode())
    assert not [text for text in said if secret in text]
    kept = {settings.login_file, settings.home / "server.properties"}
    files = [*scratch.folder.rglob("*"), *settings.logs_dir.rglob("*"), *settings.home.glob("*")]
    holding = {file for file in files if file.is_file() and secret.encode() in file.read_bytes()}
    assert holding == kept
    assert {stat.S_IMODE(file.stat().st_mode) for file in kept} == {0o600}


@pytest.mark.parametrize(
    "setting", ["spark.hadoop.hive.server2.authentication", "spark.connect.authenticate.token"]
)
def test_no_file_of_settings_takes_the_login_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    file = tmp_path / "spark.conf"
    file.write_text(f"{setting} NONE\n", "utf-8")
    monkeypatch.setenv("P360_SPARK_CONF", str(file))
    with pytest.raises(P360Error, match=f"{setting} is set by the project"):
        private_of(Settings.from_environment({"P360_HOME": str(tmp_path)}, REPOSITORY))
