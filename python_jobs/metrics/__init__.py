"""Metrics asked by name: MetricFlow writes the SQL, Spark answers from the live tables."""
