"""How unusual each sale is, by the model that is in use."""

from typing import Any

from python_jobs.anomalies.sales.scoring import scored_sales


def model(dbt: Any, session: Any) -> Any:
    """Return one row per accepted sale."""
    sales = dbt.ref("silver_sales")
    models = dbt.ref("ml_anomaly_models")
    feedback = dbt.ref("anomaly_feedback")
    return scored_sales(sales, models, feedback, dbt.live)
