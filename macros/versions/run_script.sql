{#
    Runs statements one after another, sent to Spark as one script: what each costs beside its own work
    is paid once. A script that fails has run up to there; those here may end anywhere.

    Arguments:
        statements: SQL statements that return nothing.
    Example: `run_script(['drop view a', 'drop view b'])`
    Result: nothing.
#}
{% macro run_script(statements) %}
    {%- set plain = [] -%}
    {%- for statement in statements -%}
        {%- do plain.append(modules.re.sub(';\\s*$', '', statement)) -%}
    {%- endfor -%}
    {%- for some in plain | batch(100) -%}
        {%- do run_query(
            some[0] if some | length == 1 else 'begin\n' ~ some | join(';\n') ~ ';\nend'
        ) -%}
    {%- endfor -%}
{% endmacro %}
