"""Questions about rows set aside, and the rules that do it."""

from __future__ import annotations

from typing import Any

from dashboards.data.conditions import rejected_where, sales_where
from dashboards.data.over_time import bucket_of
from dashboards.data.store import Data
from dashboards.data.unusual import SCORES
from dashboards.days import Days
from dashboards.filters import Filters


def sides_by_grain(data: Data, filters: Filters, days: Days, grain: str) -> list[dict[str, Any]]:
    """Return rows accepted and quarantined by day, week or month; those without a day are out.

    Columns: ``bucket``, ``accepted``, ``unusual`` (accepted ones that the scoring flags; 0 where
    none is live), ``quarantined``, ``amount`` (readable worth of these).
    """
    accepted, parameters = sales_where(filters, days, filters.statuses)
    rejected, more = rejected_where(filters, days)
    # The two sides compare the same filters with other texts: their parameters must not mix.
    renamed = {f"raw_{name}": value for name, value in more.items()}
    for name in more:
        rejected = rejected.replace(f"${name}", f"$raw_{name}")
    flagged = f"select transaction_id from {SCORES} where is_anomaly" if data.has(SCORES) else "''"
    return data.rows(
        f"""
        with sides as (
            select sale_date, 1 as accepted, cast(sale in ({flagged}) as int) as unusual,
                0 as quarantined, 0 as amount
            from semantic_sales where {accepted}
            union all
            select sale_date, 0, 0, 1, coalesce(readable_amount, 0)
            from semantic_rejected_rows where {rejected} and sale_date is not null
        )
        select {bucket_of(data, "sale_date", grain)} as bucket,
            cast(sum(accepted) as bigint) as accepted, cast(sum(unusual) as bigint) as unusual,
            cast(sum(quarantined) as bigint) as quarantined, sum(amount) as amount
        from sides group by 1 order by 1
        """,
        parameters | renamed,
    )


def reasons(data: Data, filters: Filters, days: Days) -> list[dict[str, Any]]:
    """Return the reasons that set rows aside, most frequent first.

    Columns: ``reason``, ``meaning``, ``rejected`` (a row counts under each of its reasons),
    ``amount`` (readable worth).
    """
    where, parameters = rejected_where(filters, days)
    return data.rows(
        f"""
        with exploded as (
            select unnest(string_split(reasons, ', ')) as reason, readable_amount
            from semantic_rejected_rows where {where}
        )
        select exploded.reason, any_value(coalesce(semantic_rejections.meaning, '')) as meaning,
            count(*) as rejected, coalesce(sum(exploded.readable_amount), 0) as amount
        from exploded left join semantic_rejections using (reason)
        group by exploded.reason order by rejected desc, exploded.reason
        """,
        parameters,
    )


def rules(data: Data) -> list[dict[str, Any]]:
    """Return every rule, over all loads, zeros included.

    Columns: ``rule_id``, ``rule_severity``, ``rule_sentence``, ``is_applied``, ``broken``,
    ``accepted``, ``quarantined``.
    """
    return data.rows(
        """
        select rule_id, any_value(rule_severity) as rule_severity,
            any_value(rule_sentence) as rule_sentence,
            bool_or(is_applied) as is_applied,
            cast(sum(broken_count) as bigint) as broken,
            cast(sum(accepted_count) as bigint) as accepted,
            cast(sum(quarantined_count) as bigint) as quarantined
        from observability_rule_counts group by rule_id order by min(rule_position)
        """
    )


def account(data: Data) -> list[dict[str, Any]]:
    """Return the account of rows, a load a row, the newest first.

    ``file`` is what a person calls a load: its file, else its id less the hash.
    """
    files = "select null as load_id, null as file where false"
    if data.has("obs_files"):
        files = (
            "select load_id, any_value(parse_filename(file_name)) as file from obs_files "
            "where status = 'loaded' and load_id is not null group by load_id"
        )
    return data.rows(
        f"""
        select account.*, coalesce(
            files.file, regexp_replace(account.load_id, '-[0-9a-f]{12}$', '')
        ) as file
        from observability_row_account as account
        left join ({files}) as files on files.load_id = account.load_id
        order by account.loaded_at desc, file desc, account.load_id
        """
    )
