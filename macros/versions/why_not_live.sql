{#
    Says why a run that went well must not go live all the same: another run has started since, or it
    read a model that is not live itself, since the run that built that one failed or was rolled back.

    Arguments:
        built: name to node of what this run built.
        stored: the store's catalogue.
        before: the release that is live, or none.
        last_built: the catalogue of the schema that dbt builds.
    Example: called by `publish_run`.
    Result: a sentence that says why and what to do; none where it may.
#}
{% macro why_not_live(built, stored, before, last_built) %}
    {%- if not stored.current_run.text.startswith("select '" ~ run_id() ~ "'") -%}
        {{ return(
            "another run has started on schema " ~ target.schema ~ " since this one; run one at a time"
        ) }}
    {%- endif -%}
    {%- set projects_own = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type in ['model', 'seed', 'snapshot'] -%}
        {%- do projects_own.append(node.alias) -%}
    {%- endfor -%}
    {%- set faults = [] -%}
    {%- for name, node in built.items() -%}
        {%- for parent in relations_read(node.compiled_code) if parent not in built -%}
            {%- set read = version_shown(last_built[parent].text) if parent in last_built -%}
            {%- if parent in projects_own and read != (before.versions if before else {}).get(parent) -%}
                {%- do faults.append(name ~ " read " ~ parent) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if faults -%}
        {{ return(
            faults | join(', ') ~ ", whose last build is not live, since its run failed or was rolled"
            ~ " back; run 'dbt build', which builds and tests both"
        ) }}
    {%- endif -%}
{% endmacro %}
