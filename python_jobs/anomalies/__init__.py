"""Unusual rows of any numeric table: KMeans over several k, one number a row, split by feature.

Knows neither sales nor tables' names; ``sales/`` brings the sales to it.
"""

from python_jobs.anomalies.config import AnomalyConfig
from python_jobs.anomalies.model import AnomalyModel
from python_jobs.anomalies.score import Scored, score_anomalies

__all__ = ["AnomalyConfig", "AnomalyModel", "Scored", "score_anomalies"]
