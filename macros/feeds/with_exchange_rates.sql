{#
    Rows with the rate that turns their currency into the feed's: the latest rate of the seed
    exchange_rates on or before the day, at most seven days old. A digest of the seed stands in the SQL,
    so that by_load judges all rows again when rates change.

    Arguments:
        priced: relation or CTE with currency and transaction_date.
        rates: relation with the rows of exchange_rates.
    Example: `with_exchange_rates('priced', 'exchange_rates')`
    Result: a select with the same columns and `exchange_rate`, decimal(18, 8): null in the feed's own
        currency, without a rate, and for feeds without a currency cell.
#}
{% macro with_exchange_rates(priced, rates) -%}
    {%- if 'currency' not in optional_cells() -%}
    select
        *,
        cast(null as decimal(18, 8)) as exchange_rate
    from {{ priced }}
    {%- else -%}
    {%- set own = sql_string(feed_declaration().get('currency')) -%}
    {%- set seed = graph.get('nodes', {}).get('seed.' ~ project_name ~ '.exchange_rates', {}) -%}
    select
        priced.*,
        rates.exchange_rate
    from {{ priced }} as priced
    left join (
        -- digest of the rates: {{ seed.get('checksum', {}).get('checksum') }}
        select
            currency as rate_currency,
            try_cast(rate as decimal(18, 8)) as exchange_rate,
            try_cast(rate_date as date) as valid_from,
            least(
                coalesce(
                    lead(try_cast(rate_date as date))
                        over (partition by currency order by try_cast(rate_date as date)),
                    date '9999-12-31'
                ),
                date_add(try_cast(rate_date as date), 8)
            ) as valid_before
        from {{ rates }}
        where into_currency = {{ own }} and try_cast(rate as decimal(18, 8)) > 0
    ) as rates
        on
            priced.currency = rates.rate_currency
            and priced.currency <> {{ own }}
            and priced.transaction_date >= rates.valid_from
            and priced.transaction_date < rates.valid_before
    {%- endif -%}
{%- endmacro %}
