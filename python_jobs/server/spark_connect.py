"""A Spark Connect session on the running server: the door for DataFrames."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from python_jobs.cluster.login import connect_address
from python_jobs.errors import P360Error, readable_text
from python_jobs.settings import Settings


@contextmanager
def connect_session(settings: Settings) -> Iterator[SparkSession]:
    """Open a session; what Spark refuses within it becomes one line.

    Args:
        settings: Where the server is.

    Raises:
        P360Error: Spark cannot do what it is asked; the message is its first line.
    """
    logging.getLogger("pyspark.sql.connect.logging").setLevel(logging.CRITICAL)
    spark = SparkSession.builder.remote(connect_address(settings)).create()
    try:
        yield spark
    except PySparkException as error:
        raise P360Error(readable_text(str(error))) from error
    finally:
        spark.stop()
