"""Segments of customers by recency, frequency and amount (RFM): who buys lately, often and much."""

from typing import Any

import numpy as np
import pandas as pd

SCHEMA = """
    customer_id string, days_since_last_order int, completed_order_count bigint,
    net_amount decimal(28,2), recency_score int, frequency_score int, amount_score int,
    segment string
"""
SCORES = 5


def model(dbt: Any, session: Any) -> Any:
    """Return one row per known customer with a completed sale."""
    customers = (
        dbt.ref("gold_sales_by_customer")
        .where("customer_id <> '(unknown)' and last_completed_date is not null")
        .selectExpr(
            "customer_id",
            "date_diff(max(last_completed_date) over (), last_completed_date)"
            " as days_since_last_order",
            "completed_order_count",
            "net_amount",
        )
    )
    # pandas knows neither int nor the precision of a decimal, which the contract asks for.
    return session.createDataFrame(with_segments(customers.toPandas()), SCHEMA)


def with_segments(customers: pd.DataFrame) -> pd.DataFrame:
    """Add scores from 1 to 5, by fifths of the customers, and the segment that they make."""
    recency = score(-customers["days_since_last_order"])
    frequency = score(customers["completed_order_count"])
    amount = score(customers["net_amount"].astype(float))
    value = (frequency + amount) / 2
    segment = pd.Series("Hibernating", index=customers.index, dtype=object)
    segment[(recency == 3) & (value < 3)] = "Cooling off"
    segment[(recency >= 4) & (value < 3)] = "New or occasional"
    segment[(recency <= 2) & (value >= 3)] = "At risk"
    segment[(recency >= 3) & (value >= 3)] = "Loyal"
    segment[(recency >= 4) & (value >= 4)] = "Champions"
    return customers.assign(
        recency_score=recency,
        frequency_score=frequency,
        amount_score=amount,
        segment=segment,
    )


def score(values: pd.Series) -> pd.Series:
    """Return 5 for the highest fifth of the values, 1 for the lowest; equal values score alike."""
    places = values.rank(method="average", pct=True)
    return np.ceil(places * SCORES).astype(int)
