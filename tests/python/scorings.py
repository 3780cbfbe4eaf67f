"""Scorings of some sales by the functions of the graph's Python models, without dbt."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import yaml
from conftest import REPOSITORY, Scratch
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as f

from python_jobs.anomalies.sales.kept import MODEL
from python_jobs.anomalies.sales.learning import learnt_models
from python_jobs.anomalies.sales.rule import Chosen
from python_jobs.anomalies.sales.scoring import scored_sales


def chosen(run_id: str, **changes: Any) -> Chosen:
    """Return what the project chooses, with fewer clusters to learn."""
    options = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text("utf-8"))["vars"]
    one = Chosen.of(run_id, options["anomalies"] | {"clusters": [1, 2]})
    return replace(one, **changes)


class Scorings:
    """Scorings of which each goes on from the one before."""

    def __init__(self, spark: SparkSession, project: Scratch) -> None:
        self.spark, self.schema = spark, project.schema
        self.feedback = spark.createDataFrame([], "transaction_id string, verdict string")
        self.live = f"{self.schema}.no_such_table"

    def learn(self, sales: DataFrame, one: Chosen) -> Row:
        """Write the kept models; return the one that is in use."""
        models = learnt_models(sales, self.feedback, self.live, one)
        self.live = f"{self.schema}.learnt_{one.run_id}"
        models.write.mode("overwrite").saveAsTable(self.live)
        in_use = (f.col("kind") == MODEL) & f.col("is_in_use")
        (used,) = self.spark.table(self.live).where(in_use).collect()
        return used

    def scores(self, sales: DataFrame, live: str = "") -> DataFrame:
        """Return the scores of sales by the model in use."""
        return scored_sales(sales, self.spark.table(self.live), self.feedback, live)
