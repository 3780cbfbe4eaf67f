{#
    The rows that were added to a view over a by_load model, or removed from it.

    Arguments:
        changes: what `changes_of` gives.
        kind: `added` or `removed`.
    Example: `rows_changed(changes_of('silver_sales'), 'added')`
    Result: a subquery with the view's columns.
#}
{% macro rows_changed(changes, kind) %}
    {%- set rows = '(select * except (change) from ' ~ changes.table ~ " where change = '" ~ kind ~ "')" -%}
    {{ return(
        '(' ~ modules.re.sub('\\b' ~ store_schema() ~ '\\.' ~ changes.of ~ '\\b', rows, changes.text) ~ ')'
    ) }}
{% endmacro %}
