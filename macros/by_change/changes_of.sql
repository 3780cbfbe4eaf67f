{#
    What changed in the rows of a view over a by_load model when that was built last.

    Arguments:
        input: name of the view.
    Example: `changes_of('silver_sales')`
    Result: `{of, since, table, text}`: the version of the by_load model that the view reads, the one
        before (none where all was built anew), the stored table of what changed (none where nothing
        did), and the view's SQL.
#}
{% macro changes_of(input) %}
    {%- set text = built_version(input).text -%}
    {%- set of = modules.re.search('\\b' ~ store_schema() ~ '\\.(\\w+)', text).group(1) -%}
    {%- set told = modules.re.search(
        ' changes: ([\\w.]+) since (\\w+) \\*/', known_relation(store_schema(), of).text or ''
    ) -%}
    {%- set table = told.group(1) if told -%}
    {{ return({
        'of': of,
        'since': told.group(2) if told else none,
        'table': none if table == 'none' else table,
        'text': text,
    }) }}
{% endmacro %}
