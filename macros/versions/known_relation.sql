{#
    What the catalogue tells of a relation, asked once in a command: dbt's `graph` is one object for all
    nodes. Of what a run moves, `move_view` tells this; nothing else changes before the run ends.

    Arguments:
        schema: name of its schema.
        name: its name.
    Example: `known_relation(store_schema(), 'gold_customers__20261128_120000_0a1b2c3d')`
    Result: as `catalogue` tells it; none where it is not there.
#}
{% macro known_relation(schema, name) %}
    {%- set known = known_relations(schema) -%}
    {%- if name not in known -%}{%- do known.update(catalogue(schema, name)) -%}{%- endif -%}
    {{ return(known.get(name)) }}
{% endmacro %}
