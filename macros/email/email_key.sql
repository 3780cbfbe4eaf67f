{#
    The secret key of the e-mail hashes, from `P360_EMAIL_KEY`. Without it the demo's public key
    serves on a laptop; a cluster refuses to build with that.

    Arguments:
        target_name: name of the dbt target.
    Example: `email_key(target.name)`
    Result: the key's text.
#}
{% macro email_key(target_name) %}
    {%- set key = env_var('P360_EMAIL_KEY', '') -%}
    {%- if key in ['', 'public-demo-key'] and target_name == 'cluster' and execute -%}
        {%- do exceptions.raise_compiler_error(
            "P360_EMAIL_KEY is not set: e-mail hashes on a cluster need a secret key of your own"
        ) -%}
    {%- endif -%}
    {{ return(key or 'public-demo-key') }}
{% endmacro %}
