"""Bronze: read the CSV files, write them as Parquet."""

from pyspark.sql import SparkSession

spark = SparkSession.builder.appName("bronze").getOrCreate()

df = spark.read.csv("input", header=True)
df.write.mode("overwrite").parquet("bronze")

spark.stop()
