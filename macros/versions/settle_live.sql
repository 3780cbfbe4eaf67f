{#
    Makes each view of the live schema show plainly the version of the release that is live. Nothing
    changes for a reader, but for a model that is new, gone, or changed the type of a column.

    Arguments:
        release: the release that is live.
        live: the live schema's catalogue; brought up to date.
    Example: called by `go_live`, and by `begin_run` after a crash.
    Result: nothing.
#}
{% macro settle_live(release, live) %}
    {%- set wanted = dict(release.versions, live_models=store_schema() ~ '.release__' ~ release.run_id) -%}
    {%- set statements = [] -%}
    {%- for name, version in wanted.items() -%}
        {%- set text = 'select * from ' ~ version -%}
        {%- if name not in live or live[name].text != text -%}
            {%- do statements.append(
                ('alter' if name in live else 'create') ~ ' view ' ~ live_schema() ~ '.' ~ name
                ~ ' as ' ~ text
            ) -%}
            {%- do live.update({name: {'is_view': true, 'text': text}}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for name in live | list if name not in wanted and name != 'live_run' -%}
        {%- do statements.append('drop view ' ~ live_schema() ~ '.' ~ name) -%}
        {%- do live.pop(name) -%}
    {%- endfor -%}
    {%- do run_script(statements) -%}
{% endmacro %}
