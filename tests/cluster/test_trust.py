"""Who gets into a cluster, and who does not; where its secrets do not show."""

from __future__ import annotations

import json
import secrets
import socket
import subprocess
from pathlib import Path

import psutil
from chaos.conftest import ChaosProject
from conftest import BIN, free_ports

from cluster.conftest import log_of
from cluster.processes import Cluster, Node
from cluster.web import get
from python_jobs.cluster.secrets import ui_token


def workers_alive(cluster: Cluster) -> int:
    _, text = get(cluster.master_ui_port, "/json/", ui_token(cluster.secret))
    return int(json.loads(text)["aliveworkers"])


def test_a_worker_without_the_secret_is_refused(cluster: Cluster, tmp_path: Path) -> None:
    before = workers_alive(cluster)
    (tmp_path / "other").write_text(secrets.token_hex(32), encoding="utf-8")
    environment = cluster.environment | {"P360_CLUSTER_SECRET_FILE": str(tmp_path / "other")}
    words = ["worker", "--cores", "1", "--memory", "1g", "--ui-port", str(free_ports(1)[0])]
    stranger = Node(tmp_path / "stranger", words, environment)
    try:
        stranger.wait_for("Failed to connect to master")
        assert workers_alive(cluster) == before == len(cluster.workers)
        assert "Successfully registered" not in stranger.log.read_text(encoding="utf-8")
    finally:
        stranger.end()


def test_a_worker_without_any_secret_does_not_start(cluster: Cluster, tmp_path: Path) -> None:
    environment = {
        name: value for name, value in cluster.environment.items() if "SECRET" not in name
    }
    words = ["worker", "--cores", "1", "--memory", "1g"]
    node = Node(tmp_path / "none", words, environment)
    assert node.process.wait(60) == 1
    said = node.log.read_text(encoding="utf-8")
    assert said.startswith("error: P360_CLUSTER_SECRET is not set"), said
    assert "Traceback" not in said


def test_a_server_without_the_secret_says_so(cluster: Cluster, tmp_path: Path) -> None:
    thrift, connect_port, ui = (str(port) for port in free_ports(3))
    environment = cluster.environment | {
        "P360_HOME": str(tmp_path / "home"),
        "P360_THRIFT_PORT": thrift,
        "P360_CONNECT_PORT": connect_port,
        "P360_UI_PORT": ui,
        "P360_CLUSTER_SECRET_FILE": str(tmp_path / "missing"),
    }
    done = subprocess.run(
        [str(BIN / "p360"), "up"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1, done.stderr
    assert "P360_CLUSTER_SECRET_FILE" in errors[0]
    assert "Traceback" not in done.stderr


def test_web_pages_ask_for_the_token(cluster: Cluster, project: ChaosProject) -> None:
    ports = [cluster.master_ui_port, int(project.environment["P360_UI_PORT"])]
    ports += [int(worker.home.name.removeprefix("worker_")) for worker in cluster.workers]
    for port in ports:
        assert get(port)[0] == 403
        assert get(port, token=ui_token(secrets.token_hex(32)))[0] == 403
        assert get(port, token=ui_token(cluster.secret))[0] == 200


def test_nobody_submits_by_rest(cluster: Cluster) -> None:
    listening = {
        each.laddr.port
        for each in psutil.Process(cluster.master.process.pid).net_connections("inet")
        if each.status == psutil.CONN_LISTEN
    }
    asked_for = {cluster.master_ui_port, int(cluster.environment["P360_MASTER"].split(":")[-1])}
    assert listening == asked_for
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", 6066)) != 0 or 6066 not in listening


def test_everything_listens_on_loopback(cluster: Cluster, project: ChaosProject) -> None:
    processes = [*cluster.processes(), psutil.Process(project.server_pid())]
    addresses = {
        each.laddr.ip.removeprefix("::ffff:")
        for process in processes
        for each in process.net_connections("inet")
        if each.status == psutil.CONN_LISTEN
    }
    assert addresses == {"127.0.0.1"}


def test_secrets_show_neither_in_command_lines_nor_in_logs(
    cluster: Cluster, project: ChaosProject
) -> None:
    hidden = [cluster.secret, cluster.postgres.password]
    processes = [*cluster.processes(), psutil.Process(project.server_pid())]
    assert len(processes) > 4  # Executors too.
    logs = [log_of(project), *(node.log for node in (cluster.master, *cluster.workers))]
    for worker in cluster.workers:
        logs += [path for path in (worker.home / "work").rglob("std*") if path.is_file()]
    logs += list((project.home / "logs").iterdir())
    texts = [" ".join(process.cmdline()) for process in processes]
    texts += [path.read_text(encoding="utf-8", errors="replace") for path in logs]
    texts.append(project.p360("sql", "set", "--csv").stdout)
    texts.append(
        get(int(project.environment["P360_UI_PORT"]), "/environment/", ui_token(cluster.secret))[1]
    )
    for text in texts:
        assert not any(secret in text for secret in hidden)
    assert "redacted" in texts[-2]
    server = psutil.Process(project.server_pid()).environ()
    assert not any(secret in " ".join(server.values()) for secret in hidden)
    for path in (project.home, cluster.master.home):
        for file in path.glob("*.properties"):
            assert file.stat().st_mode & 0o077 == 0
