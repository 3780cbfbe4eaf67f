"""`p360 quarantine`: a person puts quarantined rows right, or waives them, in a CSV file."""

from python_jobs.quarantine.apply import apply, read_sheet
from python_jobs.quarantine.cells import CELLS
from python_jobs.quarantine.corrections import read_kept
from python_jobs.quarantine.export import export, sheet
from python_jobs.quarantine.live import LiveRow

__all__ = ["CELLS", "LiveRow", "apply", "export", "read_kept", "read_sheet", "sheet"]
