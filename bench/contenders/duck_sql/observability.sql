-- The account of rows per load, and how many rows break each rule.

copy (
    with raw_rows as (
        select
            _feed, _load_id, count(*) as raw_count, count(distinct _row_id) as distinct_raw_count,
            count(*) filter (
                where contains(concat_ws('|', customer_id, customer_name, customer_email), 'erased-')
                or coalesce(_set_aside_text = '(erased)', false)
            ) as erased_count,
            min(_loaded_at) as loaded_at
        from bronze_sales
        group by _feed, _load_id
    ),

    judged_rows as (
        select
            _feed, _load_id,
            count(*) filter (where disposition = 'accepted') as accepted_count,
            count(*) filter (where disposition = 'quarantined') as quarantined_count,
            count(*) filter (where disposition = 'duplicate') as duplicate_count,
            count(*) filter (where disposition = 'superseded') as superseded_count
        from silver_sales_assessed
        group by _feed, _load_id
    )

    select
        _feed as feed, _load_id as load_id, loaded_at,
        coalesce(raw_rows.raw_count, 0) as raw_count,
        coalesce(distinct_raw_count, 0) as distinct_raw_count,
        coalesce(judged_rows.accepted_count, 0) as accepted_count,
        coalesce(judged_rows.quarantined_count, 0) as quarantined_count,
        coalesce(judged_rows.duplicate_count, 0) as duplicate_count,
        coalesce(judged_rows.superseded_count, 0) as superseded_count,
        coalesce(raw_rows.erased_count, 0) as erased_count,
        coalesce(raw_rows.raw_count, 0) - coalesce(judged_rows.accepted_count, 0)
        - coalesce(judged_rows.quarantined_count, 0) - coalesce(judged_rows.duplicate_count, 0)
        - coalesce(judged_rows.superseded_count, 0) as unaccounted_count
    from raw_rows
    full outer join judged_rows using (_feed, _load_id)
) to 'observability_row_account.parquet' (format parquet, compression snappy);

copy (
    with loads as (select distinct _feed, _load_id from silver_sales_assessed),

    counted as (
        select
            _feed, _load_id, rule_id, count(*) as broken_count,
            count(*) filter (where disposition = 'accepted') as accepted_count,
            count(*) filter (where disposition = 'quarantined') as quarantined_count
        from (
            select
                _feed, _load_id, disposition,
                unnest(list_concat(rejection_reasons, warnings)) as rule_id
            from silver_sales_assessed
        )
        group by _feed, _load_id, rule_id
    )

    select
        loads._feed as feed, loads._load_id as load_id,
        rules.rule_position, rules.rule_id, rules.rule_sentence, rules.rule_severity,
        rules.is_applied,
        coalesce(counted.broken_count, 0) as broken_count,
        coalesce(counted.accepted_count, 0) as accepted_count,
        coalesce(counted.quarantined_count, 0) as quarantined_count
    from loads
    cross join rules
    left join counted
        on
            loads._feed = counted._feed
            and loads._load_id = counted._load_id
            and rules.rule_id = counted.rule_id
) to 'observability_rule_counts.parquet' (format parquet, compression snappy);

create view observability_row_account as from 'observability_row_account.parquet';
create view observability_rule_counts as from 'observability_rule_counts.parquet';
