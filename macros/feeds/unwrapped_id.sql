{#
    An id without what spreadsheets wrap around it to keep its zeros: `="00123"` or `'00123`.

    Arguments:
        text: SQL expression of type string, without outer blanks.
    Example: `unwrapped_id("order_id")` on `'="00123"'`
    Result: `'00123'`
#}
{% macro unwrapped_id(text) -%}
    case
        {#- Two looks at the first letter spare nearly all ids the expression. #}
        when (startswith({{ text }}, '=') or startswith({{ text }}, '\x27')) and {{ text }} rlike r'^="[^"]*"$|^\x27'
            then regexp_replace({{ text }}, r'^="|^\x27|"$', '')
        else {{ text }}
    end
{%- endmacro %}
