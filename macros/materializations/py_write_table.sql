{#
    Replaces dbt-spark's, which is for Databricks' notebooks: what follows a Python model in the code
    that the plugin dbt_python_models runs. `--empty` limits what the model reads. Beside what dbt gives
    it, the model learns which run builds it, and what to go on from if it keeps a history: `dbt.run_id`,
    `dbt.live` and `dbt.is_full_refresh`.

    Arguments:
        compiled_code: the model's file and what dbt puts behind it.
        target_relation: the table to write, which does not exist yet.
    Example: called by dbt-spark's `create_table_as`.
    Result: Python code.
#}
{% macro py_write_table(compiled_code, target_relation) %}
{{ compiled_code }}
{#- With --empty, dbt itself hands a source over as a query of no rows, but a model by its name. #}
{%- set read = "lambda name: spark.sql('select * from ' + name + ' limit 0')" %}
dbt = dbtObj({{ read if flags.EMPTY else 'spark.table' }})
dbt.run_id = "{{ run_id() }}"
dbt.live = "{{ live_version(this.identifier) }}"
dbt.is_full_refresh = {{ should_full_refresh() }}
write_table(model(dbt, spark), "{{ target_relation }}", "{{ config.get('file_format', 'parquet') }}")
{% endmacro %}
