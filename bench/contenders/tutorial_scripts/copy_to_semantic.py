"""Semantic: a copy of gold for the dashboard."""

from pyspark.sql import SparkSession

spark = SparkSession.builder.appName("semantic").getOrCreate()

spark.read.parquet("gold").write.mode("overwrite").parquet("semantic")

spark.stop()
