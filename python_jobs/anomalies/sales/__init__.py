"""The scoring of unusual sales: what is usual for whom, and a sentence for each sale."""

from python_jobs.anomalies.sales.report import print_scored
from python_jobs.anomalies.sales.what_if import parse_what_if, print_what_if

__all__ = ["parse_what_if", "print_scored", "print_what_if"]
