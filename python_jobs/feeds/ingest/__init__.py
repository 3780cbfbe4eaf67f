"""`p360 ingest`: from files of a feed to its raw rows, each physical record accounted for."""

from python_jobs.feeds.ingest.load import Ingested, ingest

__all__ = ["Ingested", "ingest"]
