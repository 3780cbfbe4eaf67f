"""Spark on several machines: what they trust, where the catalogue is, master and workers."""
