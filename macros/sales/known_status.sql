{#
    The status under its known name, however it is spelled.

    Arguments:
        text: SQL expression of type string, cleaned by `clean_text`.
    Example: `known_status("status")` on `'PENDING'`
    Result: `'Pending'`; null for anything else.
#}
{% macro known_status(text) -%}
    case lower({{ text }})
        when 'completed' then 'Completed'
        when 'pending' then 'Pending'
        when 'cancelled' then 'Cancelled'
        when 'returned' then 'Returned'
    end
{%- endmacro %}
