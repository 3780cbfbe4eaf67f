"""Stored versions, the views that show them, and who may write: the run lock."""

from python_jobs.warehouse.versions import read_live_run_id

__all__ = ["read_live_run_id"]
