{#
    Writes a seed's rows. dbt-spark's own loader works out every cell's type again for each row: here
    a batch of rows travels as one JSON text that Spark takes apart. The JSON stands in a raw
    literal, so no cell can end it or be taken for SQL or for a `${variable}`.

    Arguments:
        version: the empty table to write to, which nobody reads yet.
        seed: the seed's node.
        agate_table: the seed's rows; blank cells and the word null arrive from dbt as null.
    Example: called by the seed materialization.
    Result: nothing; an error where not every row arrived.
#}
{% macro load_seed_rows(version, seed, agate_table) %}
    {%- set columns = agate_table.column_names -%}
    {%- set lineage = seed.config.meta.get('lineage') -%}
    {%- set batch_size = 20000 -%}
    {%- set loaded_at = run_started_at.strftime('%Y-%m-%d %H:%M:%S.%f') -%}
    {%- for batch in agate_table.rows | batch(batch_size) -%}
        {%- set first_row = loop.index0 * batch_size -%}
        {%- set cells = [] -%}
        {%- for row in batch -%}{%- do cells.append(row.values() | list) -%}{%- endfor -%}
        {%- set payload = tojson(cells) | replace("'", "\\u0027") | replace("$", "\\u0024") -%}
        {%- set sql -%}
            insert into {{ version }}
            select
                {%- for column in columns %}
                row_cells[{{ loop.index0 }}]{{ "," if lineage or not loop.last }}
                {%- endfor %}
                {%- if lineage %}
                '{{ lineage.feed }}',
                '{{ seed.name }}-{{ seed.checksum.checksum[:12] }}',
                '{{ seed.original_file_path }}',
                {{ first_row }} + row_position + 1,
                null,
                timestamp '{{ loaded_at }}',
                null,
                null
                {%- endif %}
            from (
                select posexplode(from_json(r'{{ payload }}', 'array<array<string>>'))
                    as (row_position, row_cells)
            )
        {%- endset -%}
        {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
    {%- endfor -%}
    {%- set rows = agate_table.rows | length -%}
    {%- set arrived = run_query('select count(*) from ' ~ version).rows[0][0] -%}
    {%- if arrived != rows -%}
        {%- do exceptions.raise_compiler_error(
            "seed " ~ seed.name ~ ": " ~ rows ~ " rows were sent and " ~ arrived
            ~ " are in the table; run the same command again"
        ) -%}
    {%- endif -%}
{% endmacro %}
