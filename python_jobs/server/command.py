"""The command line that starts the Spark server: one JVM for Thrift and Connect."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from python_jobs.cluster.metastore import URL_SETTING
from python_jobs.errors import P360Error
from python_jobs.machine.java import Java
from python_jobs.settings import Settings

_MAIN = "org.apache.spark.deploy.SparkSubmit"
_SERVER = "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"
_SCALA = "2.13"
# Each new thread opens the metastore anew, which costs time and never gives its memory back
# (SPARK-39357), and by default statements of dbt run in threads that live for ten seconds.
_THREADS = {
    "hive.server2.async.exec.threads": "16",
    "hive.server2.async.exec.keepalive.time": "365d",
}
# What a server may see of the environment: no keys, no tokens. The last four are paths.
_PASSED_ON = (
    *("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR"),
    *("HADOOP_CONF_DIR", "YARN_CONF_DIR", "KUBECONFIG", "KRB5CCNAME"),
)
# What depends on the size of the data and the machines: P360_SPARK_CONF may say otherwise.
SIZES = {
    # Small machine, small data: few shuffle partitions, joined further by adaptive execution.
    "spark.sql.shuffle.partitions": "8",
    # Large data: enough partitions to sort each in memory; small ones are joined again.
    "spark.sql.adaptive.coalescePartitions.initialPartitionNum": "32",
    # A table that is split by a column is written without sorting by it first.
    "spark.sql.maxConcurrentOutputFileWriters": "8",
}


def spark_home() -> Path:
    """Return the folder of the installed pyspark, which holds Spark's jars."""
    spec = find_spec("pyspark")
    if spec is None or spec.origin is None:
        raise P360Error("pyspark is not installed; run 'make setup'")
    return Path(spec.origin).parent


def derby_log(settings: Settings) -> Path:
    """Return the file in which a metastore in Derby writes what goes wrong; new with each start."""
    return settings.logs_dir / "derby.log"


def server_settings(settings: Settings, heap: int, attempt: str) -> dict[str, str]:
    """Return every Spark setting the server is started with.

    Those that make numbers right come from ``dbt_project.yml`` (``spark_settings``); these here
    make it safe. No secret is among them: they stand in its command line.

    Args:
        settings: Ports, folders and the master.
        heap: Size of the JVM's heap in bytes.
        attempt: Id of this start, unlike that of every earlier one.
    """
    truth: dict[str, str] = settings.dbt_project()["vars"]["spark_settings"]
    metastore = f"jdbc:derby:;databaseName={settings.metastore_dir};create=true"
    return {
        **truth,
        "spark.app.name": "project_360",
        "spark.master": settings.master,
        "spark.driver.memory": f"{heap // 1024**2}m",
        # Loopback by default: whoever reaches the Thrift port can run commands as this user.
        "spark.driver.host": settings.host,
        "spark.driver.bindAddress": settings.host,
        "spark.plugins": "org.apache.spark.sql.connect.SparkConnectPlugin",
        "spark.connect.grpc.binding.address": settings.host,
        "spark.connect.grpc.binding.port": str(settings.connect_port),
        "spark.ui.port": str(settings.ui_port),
        "spark.ui.killEnabled": "false",
        "spark.log.level": "WARN",
        "spark.ui.showConsoleProgress": "false",
        "spark.port.maxRetries": "0",
        # Files and catalogue.
        "spark.sql.warehouse.dir": settings.warehouse,
        "spark.sql.catalogImplementation": "hive",
        URL_SETTING: metastore,
        "spark.hadoop.datanucleus.schema.autoCreateAll": "true",
        # A statement whose client went away is interrupted, and would keep its connections of the
        # pool for ever: after one or two, every statement waits. Derby is in this process.
        "spark.hadoop.datanucleus.connectionPoolingType": "NONE",
        "spark.hadoop.hive.metastore.schema.verification": "false",
        # All sessions are this user's. Else each has a user object of its own, and where two work
        # side by side, each statement opens the catalogue anew: 0.6 s in place of 0.1.
        "spark.hadoop.hive.server2.enable.doAs": "false",
        # Derby in the same process does not come back by waiting: ten attempts, two seconds.
        "spark.hadoop.hive.hmshandler.retry.interval": "200ms",
        "spark.local.dir": str(settings.home / "tmp"),
        # A committer that died leaves files under its attempt id: no later one may share it.
        "spark.hadoop.mapreduce.job.application.attempt.id": attempt,
        "spark.sql.metadataCacheTTLSeconds": "60",
        **SIZES,
        # Of a file, only the parts are read that hold one of the loads that are asked for.
        "spark.sql.parquet.pushdown.inFilterThreshold": "1000",
        # Clients that never close a statement would fill the heap with plans and results.
        "spark.hadoop.hive.server2.session.check.interval": "1min",
        "spark.hadoop.hive.server2.idle.operation.timeout": "10min",
        "spark.sql.thriftServer.ui.retainedStatements": "50",
        "spark.sql.ui.retainedExecutions": "50",
    }


def server_command(
    java: Java, settings: Settings, conf: dict[str, str], properties: Path, classes: Path
) -> list[str]:
    """Return the server's command line.

    Args:
        java: What it runs on.
        settings: Ports and folders.
        conf: Spark settings that anybody may see.
        properties: File of those that nobody else may see.
        classes: Folder of classes beside those of Spark.
    """
    options = [text for key, value in conf.items() for text in ("--conf", f"{key}={value}")]
    log = f'-Dderby.stream.error.file="{derby_log(settings)}"'
    # Derby else writes down all threads, a megabyte, for each statement that is interrupted.
    derby = f"{log} -Dderby.stream.error.extendedDiagSeverityLevel=50000"
    java_options = f"{derby} -Duser.timezone=UTC -XX:-DontCompileHugeMethods"
    arguments = [
        "--properties-file",
        str(properties),
        *options,
        "--conf",
        f"spark.driver.extraJavaOptions={java_options}",
        "--class",
        _SERVER,
        "spark-internal",
        "--hiveconf",
        f"hive.server2.thrift.port={settings.thrift_port}",
        "--hiveconf",
        f"hive.server2.thrift.bind.host={settings.host}",
        *(text for key, value in _THREADS.items() for text in ("--hiveconf", f"{key}={value}")),
    ]
    jvm = spark_class_command(java, _MAIN, arguments, spark_environment(settings, java))
    jvm[jvm.index("-cp") + 1] += f":{classes}"
    return [*jvm[: jvm.index(_MAIN)], _MAIN, *arguments]


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
