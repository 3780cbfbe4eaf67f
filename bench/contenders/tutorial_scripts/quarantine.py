"""Quarantine: what bronze has and silver has not."""

from pyspark.sql import SparkSession
from pyspark.sql.functions import col

spark = SparkSession.builder.appName("quarantine").getOrCreate()

bronze = spark.read.parquet("bronze")
silver = spark.read.parquet("silver")
as_text = silver.select([col(name).cast("string") for name in bronze.columns])
quarantine = bronze.subtract(as_text)
quarantine.write.mode("overwrite").parquet("quarantine")

spark.stop()
