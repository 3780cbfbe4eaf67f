"""Seconds and memory of scoring many sales."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from pyspark.sql import functions as f

from bench.anomalies.planted import write_accepted_sales
from bench.measure import Meter, Step
from python_jobs.anomalies.sales.learning import learnt_models
from python_jobs.anomalies.sales.rule import Chosen
from python_jobs.anomalies.sales.scoring import scored_sales
from python_jobs.server.record import running
from python_jobs.server.spark_connect import connect_session
from python_jobs.settings import Settings

_DRIVER = (
    "import resource; from python_jobs.settings import Settings; "
    "from bench.anomalies.size import score_all\n"
    "print(*score_all(Settings.from_environment()), "
    "resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)"
)


def score_all(settings: Settings) -> tuple[int, int]:
    """Train and score as the models of dbt do; return the numbers of sales scored and flagged."""
    schema = settings.schema
    chosen = Chosen.of("bench", settings.dbt_project()["vars"]["anomalies"])
    with connect_session(settings) as spark:
        sales = spark.table(f"{schema}.silver_sales")
        feedback = spark.createDataFrame([], "transaction_id string, verdict string")
        models = learnt_models(sales, feedback, f"{schema}.none", chosen)
        models.write.saveAsTable(f"{schema}.models")
        scores = scored_sales(sales, spark.table(f"{schema}.models"), feedback)
        scores.write.saveAsTable(f"{schema}.scores")
        flagged = f.count_if("is_anomaly")
        row = spark.table(f"{schema}.scores").agg(f.count("*"), flagged).collect()[0]
    return int(row[0]), int(row[1])


def measure_size(settings: Settings, work: Path, rows: int) -> list[str]:
    """Score that many generated sales in a schema of their own; return a row of the table.

    Args:
        settings: Where the server is; it must run.
        work: Folder for the sales.
        rows: How many to generate.
    """
    own = replace(settings, schema=f"anomalies_{rows}")
    folder = work / f"sales_{rows}"
    shutil.rmtree(folder, ignore_errors=True)
    write_accepted_sales(folder, rows)
    version = f"{own.store_schema}.silver_sales__bench"
    with connect_session(own) as spark:
        for schema in (own.schema, own.store_schema):
            spark.sql(f"drop schema if exists {schema} cascade")
            spark.sql(f"create schema {schema}")
        spark.sql(f"create table {version} using parquet location 'file://{folder.resolve()}'")
        spark.sql(f"create view {own.schema}.silver_sales as select * from {version}")
    record = running(settings)
    measured: list[Step] = []
    meter = Meter(f"{rows:,} sales", lambda: record.pid if record else None)
    with meter.step("score", measured):
        done = subprocess.run(
            [sys.executable, "-c", _DRIVER],
            env=_environment(own),
            capture_output=True,
            text=True,
            check=True,
        )
    scored, flagged, driver = (int(word) for word in done.stdout.split())
    with connect_session(own) as spark:
        for schema in (own.schema, own.store_schema):
            spark.sql(f"drop schema {schema} cascade")
    shutil.rmtree(folder)
    gib = 1024**3
    return [
        *(f"{scored:,}", f"{flagged:,}", f"{measured[0].seconds:.0f}"),
        *(f"{measured[0].peak / gib:.1f}", f"{driver / 1024**2:.0f}"),
    ]


def _environment(settings: Settings) -> dict[str, str]:
    return dict(os.environ) | {
        "P360_HOME": str(settings.home),
        "P360_SCHEMA": settings.schema,
        "P360_THRIFT_PORT": str(settings.thrift_port),
        "P360_CONNECT_PORT": str(settings.connect_port),
        "P360_UI_PORT": str(settings.ui_port),
    }
