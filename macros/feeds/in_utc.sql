{#
    A timestamp that was read from a feed's local time, in UTC. Days without a time stay as they are.
    An hour that does not exist (clocks go forward) is null; of one that exists twice the earlier counts.

    Arguments:
        timestamp: SQL expression of type timestamp, read as if it were UTC.
        text: SQL expression of the text that it was read from.
    Example: `in_utc('read_at', 'text')` for a feed with `time_zone: Europe/Berlin`
    Result: an expression of type timestamp; the timestamp itself where no time zone is declared.
#}
{% macro in_utc(timestamp, text) -%}
    {%- set zone = feed_declaration().get('time_zone', 'UTC') -%}
    {%- if zone == 'UTC' -%}
        {{ timestamp }}
    {%- else -%}
        {%- set utc = "to_utc_timestamp(" ~ timestamp ~ ", '" ~ zone ~ "')" -%}
        case
            {#- A day alone has no hour to move; a text with an offset is in UTC already. #}
            when {{ text }} not rlike r':' or {{ text }} rlike r':.*(Z|[+-][0-9]{2}:?[0-9]{2})$'
                then {{ timestamp }}
            when from_utc_timestamp({{ utc }}, '{{ zone }}') = {{ timestamp }} then {{ utc }}
        end
    {%- endif -%}
{%- endmacro %}
