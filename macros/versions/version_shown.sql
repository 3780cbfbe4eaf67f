{#
    The stored version that a view shows.

    Arguments:
        view_text: the SQL of the view.
    Example: `version_shown('select * from p360_store.gold_x__1')`
    Result: `p360_store.gold_x__1`; none where the view is not one that `move_view` moves.
#}
{% macro version_shown(view_text) -%}
    {%- set match = modules.re.match(
        'select \\* from (' ~ store_schema() ~ '\\.\\w+)$', view_text or ''
    ) -%}
    {{ return(match.group(1) if match else none) }}
{%- endmacro %}
