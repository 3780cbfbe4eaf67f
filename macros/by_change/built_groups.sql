{#
    What the last build of a by_change model consists of, as the text of its version says it.

    Arguments:
        name: the model's name.
    Example: `built_groups('gold_sales_daily')`
    Result: `{of, logic, rows}`: the version of the by_load model that it was built from, the digest of
        its SQL, its stored table; each none where it was never built so.
#}
{% macro built_groups(name) %}
    {%- set told = modules.re.match(
        'select /\\* of: (\\w+) logic: (\\w+) \\*/ \\* from ([\\w.]+)$', built_version(name).text
    ) -%}
    {{ return({
        'of': told.group(1) if told else none,
        'logic': told.group(2) if told else none,
        'rows': told.group(3) if told else none,
    }) }}
{% endmacro %}
