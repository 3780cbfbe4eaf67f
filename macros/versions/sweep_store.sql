{#
    Drops every stored version that no view names any more and no kept run needs.

    Arguments:
        stored: the store's catalogue; read where not given.
        live: the live schema's catalogue; read where not given.
        last_built: the catalogue of the schema that dbt builds; read where not given.
    Example: `dbt run-operation sweep_store`
    Result: nothing.
#}
{% macro sweep_store(stored=none, live=none, last_built=none) %}
    {%- set stored = stored or catalogue(store_schema()) -%}
    {%- set live = live or catalogue(live_schema()) -%}
    {%- set last_built = last_built or catalogue(target.schema) -%}
    {%- set needed = {'current_run': true} -%}
    {%- for run in kept_runs(stored, live) -%}
        {%- do needed.update({'release__' ~ run: true}) -%}
        {%- do _reach(stored['release__' ~ run].text, stored, needed) -%}
    {%- endfor -%}
    {%- for schema in (live, last_built) -%}
        {%- for entry in schema.values() -%}{%- do _reach(entry.text, stored, needed) -%}{%- endfor -%}
    {%- endfor -%}
    {%- set drops = [] -%}
    {#- Views first: none may name a table that is gone. -#}
    {%- for kind in ('view', 'table') -%}
        {%- for name, entry in stored.items() if name not in needed -%}
            {%- if entry.is_view == (kind == 'view') -%}
                {%- do drops.append('drop ' ~ kind ~ ' if exists ' ~ store_schema() ~ '.' ~ name) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do run_script(drops) -%}
{% endmacro %}

{% macro _reach(text, stored, needed) %}
    {%- for name in modules.re.findall('\\b' ~ store_schema() ~ '\\.(\\w+)', text or '') -%}
        {%- if name in stored and name not in needed -%}
            {#- With it a copy without a person who is being forgotten. -#}
            {%- do needed.update({name: true, name ~ '__erased': true}) -%}
            {%- do _reach(stored[name].text, stored, needed) -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}
