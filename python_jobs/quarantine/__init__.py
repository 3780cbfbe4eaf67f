"""`p360 quarantine`: a person puts quarantined rows right, or waives them, in a CSV file."""

from python_jobs.quarantine.apply import apply, read_sheet
from python_jobs.quarantine.export import export

__all__ = ["apply", "export", "read_sheet"]
