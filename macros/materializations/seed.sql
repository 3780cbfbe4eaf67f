{#
    Replaces dbt's seed, which empties the table before it loads the rows: here each run loads a table
    of its own in the store, and the view of the seed's name moves to it once every row arrived.

    Arguments: none; `meta: {lineage: {feed: ...}}` adds lineage columns.
    Example: any CSV file under seeds/.
    Result: the view of the seed's name.
#}
{% materialization seed, adapter='spark' %}
    {%- set version = this_version() -%}
    {%- set agate_table = erased_seed(model, load_agate_table()) -%}
    {%- set rows = agate_table.rows | length -%}
    {%- do store_result('agate_table', response='OK', agate_table=agate_table) -%}
    {{ run_hooks(pre_hooks) }}
    {%- do create_seed_table(version, model, agate_table) -%}
    {%- do load_seed_rows(version, model, agate_table) -%}
    {%- call noop_statement('main', 'INSERT ' ~ rows, 'INSERT', rows) -%}
        -- {{ rows }} rows loaded as JSON into {{ version }}
    {%- endcall -%}
    {%- set relation = move_view(this, version) -%}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}
