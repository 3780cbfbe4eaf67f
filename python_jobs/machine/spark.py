"""The Spark that pyspark brings: its folder, its environment, and how one of its classes starts."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from python_jobs.errors import P360Error
from python_jobs.machine.java import Java
from python_jobs.settings import Settings

_SCALA = "2.13"
# What a server may see of the environment: no keys, no tokens. The last four are paths.
_PASSED_ON = (
    *("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR"),
    *("HADOOP_CONF_DIR", "YARN_CONF_DIR", "KUBECONFIG", "KRB5CCNAME"),
)


def spark_home() -> Path:
    """Return the folder of the installed pyspark, which holds Spark's jars."""
    spec = find_spec("pyspark")
    if spec is None or spec.origin is None:
        raise P360Error("pyspark is not installed; run 'make setup'")
    return Path(spec.origin).parent


def spark_environment(settings: Settings, java: Java) -> dict[str, str]:
    """Return the whole environment of a process of Spark: no secret is in it."""
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return environment | {
        "SPARK_HOME": str(spark_home()),
        "SPARK_SCALA_VERSION": _SCALA,
        "JAVA_HOME": str(java.executable.parent.parent),
        "SPARK_LOCAL_IP": settings.host,  # Keeps the Spark UI off the other interfaces.
        # Scores are worked out in Python (anomalies/).
        "PYSPARK_PYTHON": os.environ.get("P360_PYTHON", sys.executable),
    }


def spark_class_command(
    java: Java, main: str, arguments: Sequence[str], environment: Mapping[str, str]
) -> list[str]:
    """Return the command line that starts a class of Spark.

    Spark's own launcher writes it, so that its JVM flags fit its version; the one flag that asks
    for a module which a trimmed Java lacks is left out (it only speeds up linear algebra).

    Raises:
        P360Error: The launcher refuses.
    """
    jars = f"{spark_home()}/jars/*"
    launcher = [str(java.executable), "-cp", jars, "org.apache.spark.launcher.Main", main]
    done = subprocess.run(
        [*launcher, *arguments], capture_output=True, env=dict(environment), check=False
    )
    words = [word.decode() for word in done.stdout.split(b"\0")]
    if done.returncode != 0 or main not in words:
        raise P360Error(f"Spark's launcher failed: {done.stderr.decode().strip()[:300]}")
    start = next(index for index, word in enumerate(words) if word.strip() == str(java.executable))
    command = [words[start].strip(), *words[start + 1 :]]
    return [word for word in command if word and word != "--add-modules=jdk.incubator.vector"]
