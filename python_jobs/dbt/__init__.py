"""Runs dbt in this process, and reads what the project declares."""

from python_jobs.dbt.metrics import Metric, read_metrics

__all__ = ["Metric", "read_metrics"]
