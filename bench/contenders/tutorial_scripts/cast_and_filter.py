"""Silver: cast the columns, keep the valid rows."""

from pyspark.sql import SparkSession
from pyspark.sql.functions import col, try_to_timestamp

spark = SparkSession.builder.appName("silver").getOrCreate()

df = spark.read.parquet("bronze")
clean = (
    df.withColumn("transaction_at", try_to_timestamp(col("transaction_at")))
    .withColumn("quantity", col("quantity").try_cast("int"))
    .withColumn("unit_price", col("unit_price").try_cast("decimal(18,2)"))
    .withColumn("amount", col("amount").try_cast("decimal(18,2)"))
    .filter(
        col("transaction_id").isNotNull()
        & col("transaction_at").isNotNull()
        & (col("quantity") > 0)
        & (col("unit_price") > 0)
        & (col("amount") > 0)
        & col("status").isin("Completed", "Pending", "Cancelled", "Returned")
    )
)
clean.write.mode("overwrite").parquet("silver")

spark.stop()
