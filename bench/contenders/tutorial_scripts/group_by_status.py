"""Gold: sales by status."""

from pyspark.sql import SparkSession
from pyspark.sql.functions import count, sum

spark = SparkSession.builder.appName("gold").getOrCreate()

silver = spark.read.parquet("silver")
gold = silver.groupBy("status").agg(
    count("*").alias("sales"),
    sum("amount").alias("amount"),
)
gold.write.mode("overwrite").parquet("gold")

spark.stop()
