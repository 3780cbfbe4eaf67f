"""The command line that starts the Spark server: one JVM for Thrift and Connect."""

from __future__ import annotations

import os
from pathlib import Path

from python_jobs.cluster.login import CONNECT_TOKEN
from python_jobs.cluster.metastore import URL_SETTING
from python_jobs.cluster.private_settings import private_settings
from python_jobs.machine.java import Java
from python_jobs.machine.spark import spark_class_command, spark_environment
from python_jobs.server.login_class import login_options
from python_jobs.server.logs import derby_log
from python_jobs.settings import Settings

_MAIN = "org.apache.spark.deploy.SparkSubmit"
_SERVER = "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"
# Each new thread opens the metastore anew, which costs time and never gives its memory back
# (SPARK-39357), and by default statements of dbt run in threads that live for ten seconds.
_THREADS = {
    "hive.server2.async.exec.threads": "16",
    "hive.server2.async.exec.keepalive.time": "365d",
}
# What nobody gets by SQL, nor by P360_SPARK_CONF.
_REFUSED = {
    "spark.hadoop.hive.server2.authentication": "CUSTOM",
    # No method of Java has this name, so that `reflect` and its kin call nothing.
    "spark.sql.reflect.allowList": "none",
}
# What depends on the size of the data and the machines: P360_SPARK_CONF may say otherwise.
SIZES = {
    # Small machine, small data: few shuffle partitions, joined further by adaptive execution.
    "spark.sql.shuffle.partitions": "8",
    # Large data: enough partitions to sort each in memory; small ones are joined again.
    "spark.sql.adaptive.coalescePartitions.initialPartitionNum": "32",
    # A table that is split by a column is written without sorting by it first.
    "spark.sql.maxConcurrentOutputFileWriters": "8",
    # As quick as Spark's own snappy, two fifths of the disk less.
    "spark.sql.parquet.compression.codec": "zstd",
    # G1, Java's own choice, has shorter pauses, which nobody feels, for more processor time.
    "spark.driver.defaultJavaOptions": "-XX:+UseParallelGC",
}


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
        # Loopback by default: whoever knows the login can run commands as this user.
        "spark.driver.host": settings.host,
        "spark.driver.bindAddress": settings.host,
        "spark.plugins": "org.apache.spark.sql.connect.SparkConnectPlugin",
        "spark.connect.grpc.binding.address": settings.connect_inside[0],
        "spark.connect.grpc.binding.port": str(settings.connect_inside[1]),
        "spark.ui.port": str(settings.ui_port),
        "spark.ui.killEnabled": "false",
        "spark.log.level": "WARN",
        "spark.ui.showConsoleProgress": "false",
        "spark.port.maxRetries": "0",
        # Files and catalogue.
        "spark.sql.warehouse.dir": settings.warehouse,
        "spark.sql.catalogImplementation": "hive",
        # Each step of a model is read once, and without rand() Spark folds it in at last all the
        # same: folded in at first, silver costs 2.7 s of processor time for 2,000 rows, not 4.5.
        "spark.sql.legacy.inlineCTEInCommands": "true",
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
        **_REFUSED,
        **SIZES,
        # Of a file, only the parts are read that hold one of the loads that are asked for.
        "spark.sql.parquet.pushdown.inFilterThreshold": "1000",
        # Clients that never close a statement would fill the heap with plans and results.
        "spark.hadoop.hive.server2.session.check.interval": "1min",
        "spark.hadoop.hive.server2.idle.operation.timeout": "10min",
        "spark.sql.thriftServer.ui.retainedStatements": "50",
        "spark.sql.ui.retainedExecutions": "50",
    }


def private_of(settings: Settings) -> dict[str, str]:
    """Return the settings that stand in no command line: catalogue, trust, a person's own.

    Raises:
        P360Error: The environment does not say them, or not rightly.
    """
    fixed = server_settings(settings, 0, "").keys() - SIZES.keys()
    return private_settings(settings, os.environ, {*fixed, CONNECT_TOKEN})


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
    hive = {
        "hive.server2.thrift.port": str(settings.thrift_inside[1]),
        "hive.server2.thrift.bind.host": settings.thrift_inside[0],
        **login_options(settings),
        **_THREADS,
    }
    arguments = [
        "--properties-file",
        str(properties),
        *options,
        "--conf",
        f"spark.driver.extraJavaOptions={java_options}",
        "--class",
        _SERVER,
        "spark-internal",
        *(text for key, value in hive.items() for text in ("--hiveconf", f"{key}={value}")),
    ]
    jvm = spark_class_command(java, _MAIN, arguments, spark_environment(settings, java))
    jvm[jvm.index("-cp") + 1] += f":{classes}"
    return [*jvm[: jvm.index(_MAIN)], _MAIN, *arguments]
