{#
    The rules that judge raw sales: the one place where they are declared. Reasons are given in this
    order. `expression` is SQL over the columns of silver_sales_assessed and true for a row that breaks
    the rule; null counts as not broken. `severity`: warn keeps the row accepted and notes the warning,
    quarantine sets it aside, fail also stops the build. `needs`: cells without which the rule does not
    apply to a feed that declares its cells, or what `feed_has` knows beside them.

    Arguments: none.
    Example: `declared_sales_rules()`
    Result: a list of dictionaries with `id`, `sentence`, `expression` and `severity`.
#}
{% macro declared_sales_rules() %}
{% set rules %}
- id: too_few_cells
  sentence: The line has fewer cells than the header, so that nobody knows which are missing.
  expression: _set_aside_reason = 'too_few_cells'
  severity: quarantine
- id: too_many_cells
  sentence: The line has more cells than the header.
  expression: _set_aside_reason = 'too_many_cells'
  severity: quarantine
- id: broken_quoting
  sentence: A quote of the line is never closed, or text stands after a closing one.
  expression: _set_aside_reason = 'broken_quoting'
  severity: quarantine
- id: not_of_the_encoding
  sentence: The line has bytes that are no text in the encoding of its file.
  expression: _set_aside_reason = 'not_of_the_encoding'
  severity: quarantine
- id: nul_byte
  sentence: The line has a NUL byte, which no text has.
  expression: _set_aside_reason = 'nul_byte'
  severity: quarantine
- id: repeated_header
  sentence: The line repeats the header of its file.
  expression: _set_aside_reason = 'repeated_header'
  severity: quarantine
- id: total_row
  sentence: The line is a total of the lines above it, not a sale.
  expression: _set_aside_reason = 'total_row'
  severity: quarantine
- id: footer_row
  sentence: The line is a remark below the data of its file, not a sale.
  expression: _set_aside_reason = 'footer_row'
  severity: quarantine
- id: not_json
  sentence: The line is no JSON object, in a file of JSON lines.
  expression: _set_aside_reason = 'not_json'
  severity: quarantine
- id: heading_row
  sentence: The line is a heading of the lines below it, not a sale.
  expression: _set_aside_reason = 'heading_row'
  severity: quarantine
  needs: [headings]
- id: not_a_sale
  sentence: The feed declares rows of this kind to be no sales, such as fees and payouts.
  expression: _set_aside_reason = 'not_a_sale'
  severity: quarantine
  needs: [not_sales]
- id: transaction_id_missing
  sentence: The transaction id is missing.
  expression: transaction_id is null
  severity: quarantine
- id: id_in_powers_of_ten
  sentence: A spreadsheet has turned an id into a power of ten, so that its digits are lost.
  expression: >
    coalesce(transaction_id rlike r'^\d([.,]\d+)?[Ee]\+\d+$', false)
    or coalesce(order_id rlike r'^\d([.,]\d+)?[Ee]\+\d+$', false)
    or coalesce(customer_id rlike r'^\d([.,]\d+)?[Ee]\+\d+$', false)
    or coalesce(product_id rlike r'^\d([.,]\d+)?[Ee]\+\d+$', false)
  severity: quarantine
  needs: [declaration]
- id: transaction_at_missing
  sentence: The time of the transaction is missing.
  expression: >
    transaction_at is null
    and not coalesce(transaction_at_raw, '') rlike r'[^\s\h\ufeff]'
  severity: quarantine
- id: transaction_at_unreadable
  sentence: The time is not written as declared (ISO 8601 by default), or does not exist.
  expression: transaction_at is null and transaction_at_raw rlike r'[^\s\h\ufeff]'
  severity: quarantine
- id: amount_missing
  sentence: The amount is missing.
  expression: >
    amount_exact is null
    and not is_amount_derived
    and not coalesce(amount_raw, '') rlike r'[^\s\h\ufeff]'
  severity: quarantine
  needs: [amount]
- id: amount_not_a_number
  sentence: The amount is not a number, or too large to hold.
  expression: >
    amount is null
    and case
        when is_amount_derived then quantity is not null and unit_price is not null
        else amount_raw rlike r'[^\s\h\ufeff]'
    end
  severity: quarantine
- id: amount_not_positive
  sentence: The amount is zero or negative.
  expression: amount_exact <= 0
  severity: quarantine
- id: quantity_unreadable
  sentence: The quantity is missing or not a number.
  expression: quantity is null
  severity: quarantine
  needs: [quantity]
- id: unit_price_unreadable
  sentence: The unit price is missing or not a number.
  expression: unit_price is null
  severity: quarantine
  needs: [unit_price]
- id: amount_mismatch
  sentence: >-
    The amount differs from quantity times unit price, or from the parts that the feed declares, by more
    than the tolerance (half a cent by default).
  expression: >
    abs({{ amount_of_parts() }} - amount_exact)
    > {{ feed_declaration().get('tolerance', 0.005) }}
  severity: quarantine
  needs: [amount, quantity, unit_price]
- id: discount_unreadable
  sentence: The discount is not a number.
  expression: discount is null and discount_raw rlike r'[^\s\h\ufeff]'
  severity: quarantine
  needs: [discount]
- id: tax_unreadable
  sentence: The tax is not a number.
  expression: tax is null and tax_raw rlike r'[^\s\h\ufeff]'
  severity: quarantine
  needs: [tax]
- id: shipping_unreadable
  sentence: The shipping amount is not a number.
  expression: shipping is null and shipping_raw rlike r'[^\s\h\ufeff]'
  severity: quarantine
  needs: [shipping]
- id: currency_missing
  sentence: The row names no currency, in a feed whose rows do.
  expression: currency is null
  severity: quarantine
  needs: [currency]
- id: currency_other
  sentence: The row is in another currency than the feed, and exchange_rates has no rate of its week.
  expression: >
    currency <> '{{ feed_declaration().get("currency") }}' and exchange_rate is null
  severity: quarantine
  needs: [currency]
- id: status_unknown
  sentence: The status is none of Completed, Pending, Cancelled and Returned.
  expression: status is null
  severity: quarantine
- id: transaction_at_ambiguous
  sentence: The local time exists twice, since clocks went back; the earlier one was taken.
  expression: >
    transaction_at_raw not rlike r'(Z|[+-]\d{2}:?\d{2})\s*$'
    and from_utc_timestamp(transaction_at, '{{ feed_declaration().get("time_zone", "UTC") }}')
    = from_utc_timestamp(
        transaction_at + interval 1 hour, '{{ feed_declaration().get("time_zone", "UTC") }}'
    )
  severity: warn
  needs: [time_zone]
- id: id_unwrapped
  sentence: An id stood in what spreadsheets wrap around it (="00123" or an apostrophe); it was taken off.
  expression: >
    coalesce(transaction_id_raw rlike r'^\s*(="|\x27)', false)
    or coalesce(order_id_raw rlike r'^\s*(="|\x27)', false)
    or coalesce(customer_id_raw rlike r'^\s*(="|\x27)', false)
    or coalesce(product_id_raw rlike r'^\s*(="|\x27)', false)
  severity: warn
  needs: [declaration]
- id: amount_converted
  sentence: The amount was converted from another currency by a rate of exchange_rates.
  expression: exchange_rate is not null
  severity: warn
  needs: [currency]
- id: customer_missing
  sentence: The customer id is missing.
  expression: customer_id is null
  severity: warn
  needs: [customer_id]
- id: customer_email_malformed
  sentence: The e-mail address does not read as one.
  expression: >
    not customer_email_raw rlike
    r'^[\s\h\ufeff]*([^\s@]+@[^\s@]+\.[^\s@]+)?[\s\h\ufeff]*$'
  severity: warn
  needs: [customer_email]
- id: amount_rounded
  sentence: The amount has parts of a cent and was rounded.
  expression: amount <> amount_exact and exchange_rate is null
  severity: warn
- id: quantity_rounded
  sentence: The quantity has more than three decimals and was rounded.
  expression: length(quantity_raw) > 5 and quantity <> try_cast(quantity_raw as decimal(38, 18))
  severity: warn
  needs: [quantity, plain_numbers]
- id: unit_price_rounded
  sentence: The unit price has more than six decimals and was rounded.
  expression: length(unit_price_raw) > 8 and unit_price <> try_cast(unit_price_raw as decimal(38, 18))
  severity: warn
  needs: [unit_price, plain_numbers]
{% endset %}
{{ return(fromyaml(rules)) }}
{% endmacro %}
