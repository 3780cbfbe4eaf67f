"""Faults on purpose, and the proof that nobody notices."""
