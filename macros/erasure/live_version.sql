{#
    What a Python model that keeps a history goes on from: its version that is live. Where an erasure
    goes on, the copy without the person.

    Arguments:
        name: the model's name.
    Example: `live_version('ml_anomaly_models')`
    Result: such as `p360_live.ml_anomaly_models`, or
        `p360_store.ml_anomaly_models__20261128_120000_0a1b2c3d__erased`.
#}
{% macro live_version(name) %}
    {#- Asked only where there is a copy: to look costs a statement. -#}
    {%- for stored in known_relations(store_schema()) -%}
        {%- if stored.startswith(name ~ '__') and stored.endswith('__erased') -%}
            {{ return(history_before(name).version | string) }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(live_schema() ~ '.' ~ name) }}
{% endmacro %}
