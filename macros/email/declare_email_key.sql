{#
    Gives this session the secret key of the e-mail hashes, as the variable `p360_email_key`. dbt
    compiles and builds a model in one session, and writes what is compiled into its artifacts and
    docs: there the key must not be.

    Arguments:
        key: the secret key, as plain text.
    Example: `{{ '{% do declare_email_key(email_key(target.name)) %}' }}` at the head of a model
    Result: nothing; the variable holds the key as binary.
#}
{% macro declare_email_key(key) %}
    {%- if execute -%}
        {%- do run_query(
            "declare or replace variable p360_email_key binary default x'"
            ~ key.encode("utf-8").hex() ~ "'"
        ) -%}
    {%- endif -%}
{% endmacro %}
