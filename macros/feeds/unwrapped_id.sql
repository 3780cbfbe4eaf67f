{#
    An id without what spreadsheets wrap around it to keep its zeros: `="00123"` or `'00123`.

    Arguments:
        text: SQL expression of type string, without outer blanks.
    Example: `unwrapped_id("order_id")` on `'="00123"'`
    Result: `'00123'`
#}
{% macro unwrapped_id(text) -%}
    case
        when {{ text }} rlike r'^="[^"]*"$|^\x27' then regexp_replace({{ text }}, r'^="|^\x27|"$', '')
        else {{ text }}
    end
{%- endmacro %}
