"""What two contenders' tables must agree on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

TABLES = (
    "gold_rejections",
    "gold_row_dispositions",
    "gold_sales_by_customer",
    "gold_sales_by_product",
    "gold_sales_daily",
    "semantic_business_metrics",
    "semantic_clean_against_quarantined",
    "semantic_customers",
    "semantic_products",
    "semantic_rejections",
    "semantic_sales_over_time",
    "semantic_statuses",
    "observability_row_account",
    "observability_rule_counts",
)
_MONEY = "cast(sum({}) as decimal(28, 2))"
_SUMS = {
    "rows {}": "select disposition, count(*) from {s}silver_sales_assessed group by 1",
    "amount {}": f"select status, {_MONEY.format('amount')} from {{s}}silver_sales group by 1",
    "rows that break {}": (
        "select rule_id, cast(sum(broken_count) as bigint) from {s}observability_rule_counts "
        "group by 1"
    ),
    "orders {}": (
        "select status, cast(sum(order_count) as bigint) from {s}gold_sales_daily group by 1"
    ),
    "amount of all customers{}": (
        f"select '', {_MONEY.format('completed_amount')} from {{s}}gold_sales_by_customer"
    ),
    "net amount of all products{}": (
        f"select '', {_MONEY.format('net_amount')} from {{s}}gold_sales_by_product"
    ),
    "net sales of all days{}": (
        f"select '', {_MONEY.format('net_sales')} from {{s}}semantic_sales_over_time"
    ),
    "returned sales of all days{}": (
        f"select '', {_MONEY.format('returned_sales')} from {{s}}semantic_sales_over_time"
    ),
    "lifetime value of all customers{}": (
        f"select '', {_MONEY.format('lifetime_value')} from {{s}}semantic_customers"
    ),
}


def read_facts(query: Callable[[str], Sequence[Sequence[Any]]], schema: str = "") -> dict[str, str]:
    """Return counts and sums of the tables, as name to text.

    Args:
        query: Runs one statement and returns its rows.
        schema: Where the tables are; empty for no schema.
    """
    prefix = f"{schema}." if schema else ""
    facts = {}
    for name, sql in _SUMS.items():
        for key, value in query(sql.format(s=prefix)):
            facts[name.format(key)] = str(value)
    for table in TABLES:
        rows = query(f"select count(*) from {prefix}{table}")
        facts[f"rows of {table}"] = str(rows[0][0])
    return facts


def differences(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """Return a line for each fact that the two do not share."""
    return [
        f"{name}: {one.get(name, 'none')} and {other.get(name, 'none')}"
        for name in sorted({*one, *other})
        if one.get(name) != other.get(name)
    ]
