"""The scripts of the ordinary PySpark tutorial, one after another, a session each."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path

from bench.contenders import Job
from bench.measure import Meter, Result, execute, folder_size
from python_jobs.machine.java import find_java
from python_jobs.machine.memory import heap_bytes

_FOLDER = Path(__file__).parent / "tutorial_scripts"
_SCRIPTS = ("read_csv", "cast_and_filter", "quarantine", "group_by_status", "copy_to_semantic")
# The flag for which spark-submit fails on the trimmed Java from PyPI (DECISIONS.md, "Java").
_JAVA = """#!/bin/sh
for word; do
    shift
    [ "$word" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$word"
done
exec {java} "$@"
"""


def measure(job: Job) -> Result:
    """Measure the scripts, each with the start of its session."""
    result = Result("tutorial", job.files.rows)
    meter = Meter("tutorial")
    environment = _environment(job.work)
    layers = job.work / "layers"
    layers.mkdir()
    (layers / "input").symlink_to(job.files.folder)
    for script in _SCRIPTS:
        with meter.step(script.replace("_", " "), result.steps):
            words = (sys.executable, _FOLDER / f"{script}.py")
            execute(words, layers, environment, job.work / "tutorial.log")
    result.size = folder_size(layers)
    return result


def _environment(work: Path) -> dict[str, str]:
    """Return variables with which a plain session starts: the project's Java and heap."""
    java = find_java(os.environ).executable
    home = work / "java"
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "java").write_text(_JAVA.format(java=shlex.quote(str(java))))
    (home / "bin" / "java").chmod(0o755)
    heap = heap_bytes(os.environ.get("P360_DRIVER_MEMORY")) // 1024**2
    local = work / "spark_tmp"
    shutil.rmtree(local, ignore_errors=True)
    return dict(os.environ) | {
        "JAVA_HOME": str(home),
        "PYSPARK_SUBMIT_ARGS": f"--driver-memory {heap}m pyspark-shell",
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(local),
    }
