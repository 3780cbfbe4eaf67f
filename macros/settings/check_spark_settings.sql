{#
    Reads Spark's settings back through dbt's own connection and stops on a difference, because a
    setting that silently did not arrive (ANSI mode, the time zone) would make wrong numbers.

    Arguments: none; the project's own list, `var('spark_settings')`.
    Example: `dbt run-operation check_spark_settings`
    Result: nothing, or an error that names each setting with both values.
#}
{% macro check_spark_settings() %}
    {%- if execute -%}
        {%- set actual = {} -%}
        {%- for row in run_query('set').rows -%}
            {%- do actual.update({row[0]: row[1]}) -%}
        {%- endfor -%}
        {%- set faults = [] -%}
        {%- for name, value in var('spark_settings').items() -%}
            {%- if actual.get(name, '(not set)') != value -%}
                {%- do faults.append(
                    name ~ " is '" ~ actual.get(name, '(not set)') ~ "', not '" ~ value ~ "'"
                ) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if faults -%}
            {%- do exceptions.raise_compiler_error(
                "the Spark server runs with other settings than the project asks for: "
                ~ faults | join('; ') ~ ". Restart it with 'p360 down' and 'p360 up', or on a cluster"
                ~ " set them there."
            ) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
