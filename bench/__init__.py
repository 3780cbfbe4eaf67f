"""Measures the project beside other ways to do the same work."""

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
