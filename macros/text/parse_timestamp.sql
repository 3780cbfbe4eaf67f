{#
    A raw text as a UTC timestamp. Only ISO 8601 counts as readable: Spark's own cast would take
    '10:15' for today and '2025' for New Year, and no one can tell 03/04/2025.

    Arguments:
        text: SQL expression of type string.
    Example: `parse_timestamp("transaction_at")` on `'2025-11-23 10:15:00'`
    Result: timestamp, or null where the text is unreadable or names no real day or time.
#}
{% macro parse_timestamp(text) -%}
    case
        when
            {{ text }} rlike
            r'^[12]\d{3}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?)?$'
            then try_cast({{ text }} as timestamp)
    end
{%- endmacro %}
