"""The command line that starts the Spark server: one JVM for Thrift and Connect."""

from __future__ import annotations

import subprocess
from importlib.util import find_spec
from pathlib import Path

from python_jobs.errors import P360Error
from python_jobs.java import Java
from python_jobs.settings import HOST, Settings

METASTORE_URL = "spark.hadoop.javax.jdo.option.ConnectionURL"

_MAIN = "org.apache.spark.deploy.SparkSubmit"
_SERVER = "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"
_SCALA = "2.13"
# Each new thread opens the metastore anew, which costs time and never gives its memory back
# (SPARK-39357), and by default statements of dbt run in threads that live for ten seconds.
_THREADS = {
    "hive.server2.async.exec.threads": "16",
    "hive.server2.async.exec.keepalive.time": "365d",
    "hive.server2.thrift.worker.keepalive.time": "365d",
}


def spark_home() -> Path:
    """Return the folder of the installed pyspark, which holds Spark's jars."""
    spec = find_spec("pyspark")
    if spec is None or spec.origin is None:
        raise P360Error("pyspark is not installed; run 'make setup'")
    return Path(spec.origin).parent


def server_settings(settings: Settings, heap: int, attempt: str) -> dict[str, str]:
    """Return every Spark setting the server is started with.

    Those that make numbers right come from ``dbt_project.yml`` (``spark_settings``); these here
    make it safe and fit for one machine.

    Args:
        settings: Ports and folders.
        heap: Size of the JVM's heap in bytes.
        attempt: Id of this start, unlike that of every earlier one.
    """
    truth: dict[str, str] = settings.dbt_project()["vars"]["spark_settings"]
    metastore = f"jdbc:derby:;databaseName={settings.metastore_dir};create=true"
    return {
        **truth,
        "spark.app.name": "project_360",
        "spark.master": "local[*]",
        "spark.driver.memory": f"{heap // 1024**2}m",
        # Loopback only: whoever reaches the Thrift port can run commands as this user.
        "spark.driver.host": HOST,
        "spark.driver.bindAddress": HOST,
        "spark.plugins": "org.apache.spark.sql.connect.SparkConnectPlugin",
        "spark.connect.grpc.binding.address": HOST,
        "spark.connect.grpc.binding.port": str(settings.connect_port),
        "spark.ui.port": str(settings.ui_port),
        "spark.ui.killEnabled": "false",
        "spark.log.level": "WARN",
        "spark.ui.showConsoleProgress": "false",
        "spark.port.maxRetries": "0",
        # Files and catalogue.
        "spark.sql.warehouse.dir": f"file:{settings.warehouse_dir}",
        "spark.sql.catalogImplementation": "hive",
        METASTORE_URL: metastore,
        "spark.hadoop.datanucleus.schema.autoCreateAll": "true",
        "spark.hadoop.hive.metastore.schema.verification": "false",
        "spark.local.dir": str(settings.home / "tmp"),
        # A committer that died leaves files under its attempt id: no later one may share it.
        "spark.hadoop.mapreduce.job.application.attempt.id": attempt,
        "spark.sql.metadataCacheTTLSeconds": "60",
        # Small machine, small data: few shuffle partitions, joined further by adaptive execution.
        "spark.sql.shuffle.partitions": "8",
        # Large data: enough partitions to sort each in memory; small ones are joined again.
        "spark.sql.adaptive.coalescePartitions.initialPartitionNum": "32",
        # A table that is split by a column is written without sorting by it first.
        "spark.sql.maxConcurrentOutputFileWriters": "8",
        # Of a file, only the parts are read that hold one of the loads that are asked for.
        "spark.sql.parquet.pushdown.inFilterThreshold": "1000",
        "spark.sql.thriftServer.ui.retainedStatements": "50",
        "spark.sql.ui.retainedExecutions": "50",
    }


def server_command(java: Java, settings: Settings, conf: dict[str, str]) -> list[str]:
    """Return the server's command line.

    Spark's own launcher writes it, so that its JVM flags fit its version; the one flag that asks
    for a module which a trimmed Java lacks is left out (it only speeds up linear algebra).
    """
    options = [text for key, value in conf.items() for text in ("--conf", f"{key}={value}")]
    derby_log = settings.logs_dir / "derby.log"
    java_options = (
        f'-Dderby.stream.error.file="{derby_log}" -Duser.timezone=UTC -XX:-DontCompileHugeMethods'
    )
    arguments = [
        *options,
        "--conf",
        f"spark.driver.extraJavaOptions={java_options}",
        "--class",
        _SERVER,
        "spark-internal",
        "--hiveconf",
        f"hive.server2.thrift.port={settings.thrift_port}",
        "--hiveconf",
        f"hive.server2.thrift.bind.host={HOST}",
        *(text for key, value in _THREADS.items() for text in ("--hiveconf", f"{key}={value}")),
    ]
    launcher = [
        str(java.executable),
        "-cp",
        f"{spark_home()}/jars/*",
        "org.apache.spark.launcher.Main",
        _MAIN,
        *arguments,
    ]
    environment = {"SPARK_HOME": str(spark_home()), "SPARK_SCALA_VERSION": _SCALA}
    environment["JAVA_HOME"] = str(java.executable.parent.parent)
    done = subprocess.run(launcher, capture_output=True, env=environment, check=False)
    words = [word.decode() for word in done.stdout.split(b"\0")]
    if done.returncode != 0 or _MAIN not in words:
        raise P360Error(f"Spark's launcher failed: {done.stderr.decode().strip()[:300]}")
    start = next(index for index, word in enumerate(words) if word.strip() == str(java.executable))
    command = [words[start].strip(), *words[start + 1 :]]
    jvm = command[: command.index(_MAIN)]
    return [
        *(word for word in jvm if word != "--add-modules=jdk.incubator.vector"),
        _MAIN,
        *arguments,
    ]
