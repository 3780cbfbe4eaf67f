{#
    A digest of what decides a model's rows beside its loads: its SQL, that of the views that it reads,
    the columns of raw tables, the key of e-mail hashes, and how many people were forgotten. Where it
    changes, all loads are built.

    Arguments:
        sql: compiled SQL.
    Example: `logic_of(compiled_code)`
    Result: 32 hexadecimal digits.
#}
{% macro logic_of(sql) %}
    {%- set texts = [sql, local_md5(email_key(target.name))] -%}
    {#- Older tables hold what is erased now, in rows that they show no longer too: none is kept. -#}
    {%- if 'forgotten' in modules -%}{%- do texts.append(modules.forgotten.digest()) -%}{%- endif -%}
    {%- for name in relations_read(sql) -%}{%- do _add_built(name, texts) -%}{%- endfor -%}
    {{ return(local_md5(
        modules.re.sub('(\\d{8}_\\d{6}_[0-9a-f]{8}|\\d{20})\\b', '', texts | join('\n'))
    )) }}
{% endmacro %}

{% macro _add_built(name, texts) %}
    {%- set shown = known_relation(target.schema, name) -%}
    {%- if shown -%}
        {%- set version = version_shown(shown.text) -%}
        {%- if version -%}{%- do _add_stored(version.split('.')[1], texts) -%}{%- endif -%}
        {%- if not version -%}{%- do texts.append(shown.columns | string) -%}{%- endif -%}
    {%- endif -%}
{% endmacro %}

{% macro _add_stored(name, texts) %}
    {%- set found = known_relation(store_schema(), name) -%}
    {%- set text = found.text if found -%}
    {#- The rows of a table, of raw files and of a by_load model are told by their loads. -#}
    {%- if text and modules.re.search('/\\* loads: |_files__\\d{20}\\b', text) -%}
        {%- do texts.append(found.columns | string) -%}
    {%- elif text -%}
        {%- do texts.append(text) -%}
        {%- for parent in modules.re.findall('\\b' ~ store_schema() ~ '\\.(\\w+)', text) -%}
            {%- do _add_stored(parent, texts) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
