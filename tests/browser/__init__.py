"""The dashboard in a real browser, over a snapshot that stands in for Spark."""
