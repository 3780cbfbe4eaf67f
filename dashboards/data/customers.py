"""Looking customers up as one types."""

from __future__ import annotations

from typing import Any

from dashboards.data.store import Data

_OFFERED = 30
_SEGMENTS = "semantic_customer_segments"


def customer_segments(data: Data) -> list[dict[str, Any]]:
    """Return the segments of all customers, the largest value first; none in an older snapshot."""
    if not data.has(_SEGMENTS):
        return []
    return data.rows(f"select * from {_SEGMENTS} order by lifetime_value desc, segment")


def customer_names(data: Data, customers: tuple[str, ...]) -> dict[str, str]:
    """Return what to call customers, by id: name and id, or the id alone where none is known."""
    if not customers:
        return {}
    found = data.rows(
        "select customer, arg_max(customer_name, sale_at) as name from semantic_sales "
        "where customer in (select unnest($customers)) group by customer",
        {"customers": list(customers)},
    )
    return {one["customer"]: f"{one['name']} ({one['customer']})" for one in found if one["name"]}


def find_customers(data: Data, typed: str, chosen: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return customers to choose from: those whose id or name holds the text, and the chosen."""
    found = data.rows(
        """
        select customer as value, any_value(customer_name) as name
        from semantic_sales
        where contains(lower(customer || ' ' || coalesce(customer_name, '')), lower($typed))
            or customer in (select unnest($chosen))
        group by customer
        order by customer in (select unnest($chosen)) desc,
            sum(case when status = 'Returned' then -sales else sales end) desc, customer
        limit $limit
        """,
        {"typed": typed, "chosen": list(chosen), "limit": _OFFERED + len(chosen)},
    )
    return [
        {
            "value": one["value"],
            "label": f"{one['name']} ({one['value']})" if one["name"] else one["value"],
        }
        for one in found
    ]
