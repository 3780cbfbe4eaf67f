{#
    The SQL of a live view that shows one of two versions, whichever run is live. Spark reads only
    that one: `live_run` is a row of literals, so the other branch is planned away. A column that one
    version lacks is null in it.

    Arguments:
        run_before: id of the run that is live.
        version_before: the stored version of that run.
        columns_before: its columns, name to type.
        run_after: id of the run that goes live.
        version_after: the stored version of that run.
        columns_after: its columns, name to type.
    Example: called by `go_live`.
    Result: a select; none where a column changed its type, so that no view can show both.
#}
{% macro either_version(
    run_before, version_before, columns_before, run_after, version_after, columns_after
) %}
    {%- set columns = dict(columns_before) -%}
    {%- for name, type in columns_after.items() -%}
        {%- if columns.get(name, type) != type -%}{{ return(none) }}{%- endif -%}
        {%- do columns.update({name: type}) -%}
    {%- endfor -%}
    {%- set sides = [] -%}
    {%- for run, version, own in [
        (run_before, version_before, columns_before), (run_after, version_after, columns_after)
    ] -%}
        {%- set cells = [] -%}
        {%- for name in columns -%}
            {%- do cells.append(('' if name in own else 'null as ') ~ '`' ~ name ~ '`') -%}
        {%- endfor -%}
        {%- do sides.append(
            'select ' ~ cells | join(', ') ~ ' from ' ~ version ~ ' where (select run_id from '
            ~ live_schema() ~ ".live_run) = '" ~ run ~ "'"
        ) -%}
    {%- endfor -%}
    {{ return(sides | join(' union all ')) }}
{% endmacro %}
