"""Tables that Python writes: once, under a new name in the store; a view says which is current.

The same rule as for dbt's models (``macros/versions/``): ``sweep_store`` drops what no
view names.
"""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime

from pyspark.sql import DataFrame, SparkSession

from python_jobs.server.thrift import ThriftConnection
from python_jobs.settings import Settings


def new_stamp() -> str:
    """Return what tells one writing from all others; later ones sort later."""
    return f"{datetime.now(UTC):%Y%m%d_%H%M%S}_{uuid.uuid4().hex[:8]}"


def write_version(settings: Settings, rows: DataFrame, name: str, stamp: str) -> str:
    """Write rows as a new stored table; return its name, with the store's schema before it."""
    version = f"{settings.store_schema}.{name}__{stamp}"
    rows.sparkSession.sql(f"create schema if not exists {settings.store_schema}")
    rows.write.format("parquet").saveAsTable(version)
    return version


def move_view(spark: SparkSession, settings: Settings, name: str, *versions: str) -> None:
    """Make the view of that name show stored versions: one step, no reader sees half of it."""
    verb = "alter" if spark.catalog.tableExists(f"{settings.schema}.{name}") else "create"
    text = " union all ".join(f"select * from {version}" for version in versions)
    spark.sql(f"{verb} view {settings.schema}.{name} as {text}")


def shown_version(spark: SparkSession, settings: Settings, name: str) -> str | None:
    """Return the stored version that a view shows; None where there is no such view."""
    if not spark.catalog.tableExists(f"{settings.schema}.{name}"):
        return None
    rows = spark.sql(f"describe extended {settings.schema}.{name}").collect()
    text = next((str(row[1]) for row in rows if row[0] == "View Text"), "")
    match = re.fullmatch(rf"select \* from ({settings.store_schema}\.\w+)", text)
    return match[1] if match else None


def view_text(connection: ThriftConnection, schema: str, name: str) -> str:
    """Return the SQL of a view, which must exist; empty for a table."""
    description = connection.query(f"describe extended {schema}.{name}").rows
    return next((str(value) for key, value, *_ in description if key == "View Text"), "")
