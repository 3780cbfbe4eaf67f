"""A question for each kind of metric and of aggregation, and the same by hand over ``silver``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import duckdb
from metric_questions import Cells

from python_jobs.dbt import Metric
from python_jobs.metrics.question import Asked

MONTH = date(2025, 2, 1)
_IN_SPAIN = "country in ('Spain', 'France')"
_NET = (
    "sum(case status when 'Completed' then amount when 'Returned' then -amount else 0 end) "
    f"filter ({_IN_SPAIN})"
)
ROWS = "from silver where disposition = 'accepted'"
BY_MONTH = "date_trunc('month', transaction_date)"
_THEN = f"{BY_MONTH} = '{MONTH}'"
_SPANISH = f"{ROWS} and {_IN_SPAIN} and {_THEN}"


@dataclass(frozen=True)
class Kind:
    """A metric to ask by month.

    Attributes:
        metric: Its name.
        by_hand: SQL over ``silver`` of its value in ``MONTH``.
        where: Filters of the question.
    """

    metric: str
    by_hand: str
    where: tuple[str, ...] = (_IN_SPAIN,)

    @property
    def asked(self) -> Asked:
        return Asked((self.metric,), ("month",), self.where)

    def wanted(self, silver: duckdb.DuckDBPyConnection) -> Cells:
        return {(MONTH,): silver.execute(self.by_hand).fetchall()[0]}


KINDS = {
    "simple": Kind("net_sales", f"select {_NET} {ROWS} and {_THEN}"),
    "cumulative to date": Kind(
        "net_sales_year_to_date",
        f"select {_NET} {ROWS} and transaction_date between '2025-01-01' and '2025-02-28'",
    ),
    "cumulative window": Kind(
        "net_sales_of_7_days",
        f"select {_NET} {ROWS} and transaction_date between '2025-02-22' and '2025-02-28'",
    ),
    "previous year": Kind(
        "net_sales_of_previous_year", f"select {_NET} {ROWS} and {BY_MONTH} = '2024-02-01'"
    ),
    "derived with an offset": Kind(
        "net_sales_growth",
        f"select (sum(n) filter (m = '{MONTH}') / sum(n) filter (m = '2024-02-01') - 1) from "
        f"(select {BY_MONTH} as m, {_NET} as n {ROWS} group by 1)",
    ),
    "ratio": Kind(
        "return_rate",
        "select coalesce(sum(amount) filter (status = 'Returned'), 0)::double / sum(amount) "
        f"filter (status = 'Completed') {_SPANISH}",
    ),
    # Of the sales of a month, how many were followed by a return of that customer in 30 days; a
    # return follows the last sale before it.
    "conversion": Kind(
        "returned_after_sale",
        f"""
        with sold as (
            select coalesce(customer_id, '') as customer, transaction_date as day
            {ROWS} and status = 'Completed'
        ),
        returned as (
            select _row_id as row, coalesce(customer_id, '') as customer, transaction_date as day
            {ROWS} and status = 'Returned'
        ),
        followed as (
            select row, max(sold.day) as day from returned inner join sold
            on returned.customer = sold.customer and sold.day <= returned.day
            and sold.day > returned.day - interval 30 days group by row
        )
        select (select count(*) from followed where date_trunc('month', day) = '{MONTH}')
            / (select count(*) from sold where date_trunc('month', day) = '{MONTH}')
        """,
        (),
    ),
    "average": Kind("average_amount", f"select avg(amount) {_SPANISH}"),
    "median": Kind("median_amount", f"select median(amount::double) {_SPANISH}"),
    "percentile": Kind(
        "percentile_amount", f"select quantile_cont(amount::double, 0.9) {_SPANISH}"
    ),
    "min": Kind("min_amount", f"select min(amount) {_SPANISH}"),
    "max": Kind("max_amount", f"select max(amount) {_SPANISH}"),
    "sum_boolean": Kind(
        "sum_boolean_quantity", f"select count(*) filter (quantity > 1) {_SPANISH}"
    ),
}
# What the project does not define, but anyone may: measure, aggregation, expression, unit.
_AGGREGATED = {
    f"{how}_amount": (how, "cast(amount as double)", "currency")
    for how in ("average", "median", "percentile", "min", "max")
} | {"sum_boolean_quantity": ("sum_boolean", "quantity > 1", "sales")}
_UNITS = {name: unit for name, (_, _, unit) in _AGGREGATED.items()} | {
    "returned_after_sale": "share"
}


def with_all_kinds(manifest: str) -> str:
    """Return a semantic manifest with metrics of the kinds that the project does not use."""
    content = json.loads(manifest)
    (sold,) = [one for one in content["semantic_models"] if one["name"] == "sales"]
    for name, status in (("sold_rows", "Completed"), ("returned_rows", "Returned")):
        ids = f"case when status = '{status}' then row_id end"
        sold["measures"].append({"name": name, "agg": "count_distinct", "expr": ids})
    completed = "{{ Dimension('sale__status') }} = 'Completed'"
    sales_only = {"where_filters": [{"where_sql_template": completed}]}
    base, converted = {"name": "sold_rows", "filter": sales_only}, {"name": "returned_rows"}
    for name, (how, expression, _) in _AGGREGATED.items():
        measure = {"name": name, "agg": how, "expr": expression, "agg_params": None}
        if how == "percentile":
            measure["agg_params"] = {
                "percentile": 0.9,
                "use_discrete_percentile": False,
                "use_approximate_percentile": False,
            }
        sold["measures"].append(measure)
        content["metrics"].append(
            {
                "name": name,
                "type": "simple",
                "type_params": {"measure": {"name": name}, "input_measures": [{"name": name}]},
            }
        )
    content["metrics"].append(
        {
            "name": "returned_after_sale",
            "type": "conversion",
            "type_params": {
                "conversion_type_params": {
                    "entity": "customer",
                    "calculation": "conversion_rate",
                    "base_measure": base,
                    "conversion_measure": converted,
                    "window": {"count": 30, "granularity": "day"},
                },
                "input_measures": [base, converted],
            },
        }
    )
    return json.dumps(content)


def all_kinds(metrics: Mapping[str, Metric]) -> dict[str, Metric]:
    """Return the metrics of the project, and those of ``with_all_kinds``."""
    like = metrics["net_sales"]
    more = {name: replace(like, name=name, unit=unit) for name, unit in _UNITS.items()}
    return {**metrics, **more}
