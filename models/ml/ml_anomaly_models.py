"""Which model scores the sales: the kept one, or where the rule says so, one that is trained."""

from typing import Any

from python_jobs.anomalies.sales.learning import learnt_models
from python_jobs.anomalies.sales.rule import Chosen


def model(dbt: Any, session: Any) -> Any:
    """Return one row per kept model, and one per value that is usual for it."""
    sales = dbt.ref("silver_sales")
    feedback = dbt.ref("anomaly_feedback")
    options = dict(dbt.config.meta_get("anomalies"))
    budget = dbt.config.meta_get("budget")
    chosen = Chosen.of(
        dbt.run_id,
        options | ({"budget": budget} if budget else {}),
        model_run=dbt.config.meta_get("model_run"),
        is_full_refresh=dbt.is_full_refresh,
    )
    return learnt_models(sales, feedback, dbt.live, chosen)
