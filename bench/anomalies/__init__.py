"""``make bench-anomalies``: how well unusual rows are found, beside other detectors."""
