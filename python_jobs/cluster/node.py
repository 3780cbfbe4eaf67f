"""Runs a master or a worker of Spark's standalone cluster in the foreground."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from python_jobs.cluster.properties import write_properties
from python_jobs.cluster.secrets import read_cluster_secret, trust_settings
from python_jobs.errors import P360Error
from python_jobs.machine.java import Java, find_java
from python_jobs.machine.spark import spark_class_command, spark_environment
from python_jobs.settings import Settings

_VECTOR = "jdk.incubator.vector"
_WITHOUT_VECTOR = """\
#!/bin/sh
for word do
    shift
    [ "$word" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$word"
done
exec {java} "$@"
"""


def run_master(settings: Settings, port: int, ui_port: int) -> None:
    """Become the cluster's master; a restarted one knows workers and applications again.

    Args:
        settings: Its folder, and the address it listens on.
        port: Where workers and servers find it.
        ui_port: Its web page.

    Raises:
        P360Error: There is no secret or no Java.
    """
    recovery = settings.home / "recovery"
    recovery.mkdir(parents=True, exist_ok=True)
    extra = {
        "spark.master.rest.enabled": "false",
        "spark.deploy.recoveryMode": "FILESYSTEM",
        "spark.deploy.recoveryDirectory": str(recovery),
    }
    words = ["--host", settings.host, "--port", str(port), "--webui-port", str(ui_port)]
    _become(settings, "org.apache.spark.deploy.master.Master", words, extra)


def run_worker(settings: Settings, cores: int, memory: str, ui_port: int) -> None:
    """Become a worker of the master that ``P360_MASTER`` names.

    Args:
        settings: Its folder and its address; a worker has a ``P360_HOME`` of its own.
        cores: How many tasks it runs at once.
        memory: What its executors may take in all, such as ``2g``.
        ui_port: Its web page.

    Raises:
        P360Error: There is no such master, no secret or no Java.
    """
    if not settings.master.startswith("spark://"):
        raise P360Error("a worker needs P360_MASTER: the master's address, as spark://host:7077")
    extra = {"spark.worker.cleanup.enabled": "true", "spark.worker.ui.retainedExecutors": "20"}
    words = ["--host", settings.host, "--webui-port", str(ui_port), "--cores", str(cores)]
    words += ["--memory", memory, "--work-dir", str(settings.home / "work"), settings.master]
    _become(settings, "org.apache.spark.deploy.worker.Worker", words, extra)


def _become(settings: Settings, main: str, words: Sequence[str], extra: dict[str, str]) -> None:
    java = _whole_java(find_java(os.environ), settings.home / "java")
    conf = trust_settings(read_cluster_secret(os.environ)) | extra
    conf |= {"spark.ui.killEnabled": "false", "spark.log.level": "INFO"}
    role = main.rpartition(".")[2].lower()
    file = write_properties(settings.home / f"{role}.properties", conf)
    (settings.home / "tmp").mkdir(parents=True, exist_ok=True)
    environment = spark_environment(settings, java) | {
        "SPARK_LOCAL_DIRS": str(settings.home / "tmp"),
        "SPARK_DAEMON_MEMORY": "512m",
    }
    command = spark_class_command(java, main, [*words, "--properties-file", str(file)], environment)
    sys.stdout.flush()
    os.execve(command[0], command, environment)


def _whole_java(java: Java, folder: Path) -> Java:
    """Return a Java that starts although it is asked for a module that it lacks.

    Spark asks for the module in the command line of each executor, and a trimmed Java refuses to
    start. The module only speeds up linear algebra, so a program in its place leaves the word out.
    """
    listed = subprocess.run(
        [java.executable, "--list-modules"], capture_output=True, text=True, check=False
    )
    if _VECTOR in listed.stdout:
        return java
    executable = folder / "bin" / "java"
    executable.parent.mkdir(parents=True, exist_ok=True)
    executable.write_text(_WITHOUT_VECTOR.format(java=shlex.quote(str(java.executable))), "utf-8")
    executable.chmod(0o700)
    return replace(java, executable=executable)
