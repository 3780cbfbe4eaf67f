"""What the pipeline writes down about itself, and what follows from it: incidents and alerts.

``spool`` keeps records on disk until ``store`` has shipped them to Spark, so a run that dies or a
server that is down loses none. ``writer`` ties both together at the end of each command.
"""

from python_jobs.observability.spool import shipped_at

__all__ = ["shipped_at"]
