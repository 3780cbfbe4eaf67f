{#
    Says loudly, at the start of a run, that e-mail hashes are made with the demo's public key.

    Arguments: none.
    Example: an on-run-start hook.
    Result: nothing; a warning in dbt's output.
#}
{% macro check_email_key() %}
    {%- if execute and email_key(target.name) == 'public-demo-key' -%}
        {%- do exceptions.warn(
            "e-mail addresses are hashed with the PUBLIC demo key: anyone can undo that. "
            ~ "Set P360_EMAIL_KEY to a secret before real data"
        ) -%}
    {%- endif -%}
{% endmacro %}
