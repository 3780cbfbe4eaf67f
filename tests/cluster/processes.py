"""The processes of a small cluster, each on loopback: PostgreSQL, a master, workers."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from conftest import BIN

HOST = "127.0.0.1"
JDBC_DRIVER = Path("/usr/share/java/postgresql.jar")
DATABASE, USER = "metastore", "p360"


def postgres_programs() -> Path | None:
    """Return the folder of PostgreSQL's server programs, as Debian installs them."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    return found[-1].parent if found else None


def wait_for_port(port: int, seconds: float = 60) -> None:
    """Return once something accepts connections on the loopback port."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError(f"nothing listens on port {port} after {seconds} s")


@dataclass
class Postgres:
    """A PostgreSQL server of its own; where we are root, which it refuses, it is ``postgres``.

    Its files are not below those of pytest, which closes its folder to other users again and again.
    """

    port: int
    password: str = field(default_factory=lambda: secrets.token_hex(16))
    host: str = HOST
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="p360-postgres-")))

    def create(self) -> None:
        """Make the server's files and the database of the catalogue."""
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        password = self.folder / "password"
        password.write_text(self.password, encoding="utf-8")
        if os.geteuid() == 0:
            shutil.chown(password, "postgres")
        words = ["-D", self._data, "-U", USER, "-A", "scram-sha-256", f"--pwfile={password}"]
        said = self._run("initdb", *words)
        assert said.returncode == 0, said.stderr
        self.start()
        done = self._run("createdb", "-h", self.host, "-p", str(self.port), "-U", USER, DATABASE)
        assert done.returncode == 0, done.stderr

    def start(self) -> None:
        options = f"-p {self.port} -h {self.host} -k ''"
        log = str(self.folder / "log")
        done = self._run("pg_ctl", "-D", self._data, "-o", options, "-l", log, "-w", "start")
        assert done.returncode == 0, done.stdout + done.stderr

    def stop(self) -> None:
        """Stop it as a crash would: connections break, nothing is tidied up."""
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")

    def remove(self) -> None:
        """Stop it, and remove all its files."""
        self.stop()
        shutil.rmtree(self.folder)

    @property
    def url(self) -> str:
        return f"jdbc:postgresql://{self.host}:{self.port}/{DATABASE}"

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def _run(self, *words: str) -> subprocess.CompletedProcess[str]:
        programs = postgres_programs()
        assert programs is not None
        return subprocess.run(
            [str(programs / words[0]), *words[1:]],
            stdin=subprocess.DEVNULL,
            text=True,
            # A server that starts must not keep our end of a pipe.
            stdout=subprocess.DEVNULL if "start" in words else subprocess.PIPE,
            stderr=subprocess.DEVNULL if "start" in words else subprocess.PIPE,
            env={"PATH": os.environ["PATH"], "PGPASSWORD": self.password, "LC_ALL": "C.UTF-8"},
            cwd="/",
            user="postgres" if os.geteuid() == 0 else None,
            extra_groups=[] if os.geteuid() == 0 else None,
            check=False,
        )


class Node:
    """A master or worker in a process group of its own."""

    def __init__(self, home: Path, words: list[str], environment: dict[str, str]) -> None:
        self.home = home
        self._words = [str(BIN / "p360"), "node", *words]
        self._environment = environment | {"P360_HOME": str(home)}
        self.log = home.with_suffix(".log")
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        """Start it, also again after it was killed."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._words,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self.process

    def kill(self) -> None:
        """``kill -9`` it and what it started, such as executors, and wait until all are gone."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        for process in [psutil.Process(self.process.pid), *children]:
            process.send_signal(signal.SIGKILL)
        self.process.wait(30)
        psutil.wait_procs(children, timeout=30)

    def end(self) -> None:
        """Stop it where it runs."""
        if self.process.poll() is None:
            self.kill()

    def wait_for(self, text: str, seconds: float = 60) -> None:
        """Return once its log holds the text."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if text in self.log.read_text(encoding="utf-8", errors="replace"):
                return
            time.sleep(0.2)
        raise AssertionError(f"{self.log} does not say {text!r} after {seconds} s")


@dataclass
class Cluster:
    """What a test can reach, and kill.

    Attributes:
        environment: What a server on this cluster is started with, and workers too.
        secret: The cluster's secret.
    """

    environment: dict[str, str]
    secret: str
    postgres: Postgres
    master: Node
    master_ui_port: int
    workers: list[Node]

    def restart(self, node: Node) -> None:
        """Start a node that was killed, and wait until the cluster is whole again."""
        before = node.log.stat().st_size
        node.start()
        sign = b"I have been elected leader" if node is self.master else b"Successfully registered"
        deadline = time.monotonic() + 60
        while sign not in node.log.read_bytes()[before:]:
            assert time.monotonic() < deadline, f"{node.log} does not say {sign!r}"
            time.sleep(0.2)

    def mend(self) -> None:
        """Start again what a test has killed and left so."""
        with socket.socket() as probe:
            is_down = probe.connect_ex((self.postgres.host, self.postgres.port)) != 0
        if is_down:
            self.postgres.start()
        for node in (self.master, *self.workers):
            if node.process.poll() is not None:
                self.restart(node)

    def processes(self) -> list[psutil.Process]:
        """Return every process of master and workers, executors included."""
        roots = [psutil.Process(node.process.pid) for node in (self.master, *self.workers)]
        return [each for root in roots for each in (root, *root.children(recursive=True))]
