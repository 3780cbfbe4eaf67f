{#
    The rows of the current model in the release that is live, under the columns that its YAML declares:
    what a model goes on from that keeps a history. Failed and rolled-back runs are not in it. A column
    that the live version lacks is null.

    Arguments: none.
    Example: `live_rows()`
    Result: a select; of no rows where none are live, or where nothing is built.
#}
{% macro live_rows() %}
    {%- if not execute -%}
        select 1 as nothing
    {%- else -%}
        {%- set before = history_before(this.identifier) if builds_versions() -%}
        {%- set cells = [] -%}
        {%- for column in model.columns.values() -%}
            {%- set is_there = before and column.name in before.columns -%}
            {%- do cells.append(
                'cast(' ~ ('`' ~ column.name ~ '`' if is_there else 'null') ~ ' as ' ~ column.data_type
                ~ ') as `' ~ column.name ~ '`'
            ) -%}
        {%- endfor -%}
        select {{ cells | join(', ') }}
        {% if before -%} from {{ before.version }} {%- else -%} where false {%- endif %}
    {%- endif -%}
{% endmacro %}
