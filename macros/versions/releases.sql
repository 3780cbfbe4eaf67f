{#
    Every release that the store holds.

    Arguments:
        stored: the store's catalogue.
    Example: `releases(catalogue(store_schema()))`
    Result: a list of what `read_release` returns.
#}
{% macro releases(stored) %}
    {%- set found = [] -%}
    {%- for name in stored if name.startswith('release__') -%}
        {%- do found.append(read_release(name | replace('release__', '', 1), stored)) -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}
