"""Who was forgotten: the suppression list, and what it takes out of raw rows."""

from python_jobs.feeds.forgotten.cells import Eraser
from python_jobs.feeds.forgotten.naming import NamingColumns, naming_columns
from python_jobs.feeds.forgotten.suppression import SuppressionList

__all__ = ["Eraser", "NamingColumns", "SuppressionList", "naming_columns"]
