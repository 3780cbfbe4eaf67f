{#
    A raw status in the project's spelling, whatever its case and outer blanks.

    Arguments:
        text: SQL expression of type string.
    Example: `known_status("status")` on `' PENDING'`
    Result: 'Pending'; null where the text is none of Completed, Pending and Cancelled.
#}
{% macro known_status(text) -%}
    case lower({{ clean_text(text) }})
        when 'completed' then 'Completed'
        when 'pending' then 'Pending'
        when 'cancelled' then 'Cancelled'
    end
{%- endmacro %}
