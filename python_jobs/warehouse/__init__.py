"""Stored versions, the views that show them, and who may write: the run lock."""
