{#
    What is known of a schema's relations since this command began.

    Arguments:
        schema: name of the schema.
        found: its whole catalogue, to be known from now on.
    Example: `known_relations(target.schema)`
    Result: name to what `catalogue` tells of it; may be added to.
#}
{% macro known_relations(schema, found={}) %}
    {%- set known = graph.setdefault('known_relations', {}).setdefault(schema, {}) -%}
    {%- do known.update(found) -%}
    {{ return(known) }}
{% endmacro %}
