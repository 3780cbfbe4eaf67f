{#
    A digest of what decides a model's rows beside its loads: its SQL, that of the views that it reads,
    the columns of raw tables, and the key of e-mail hashes. Where it changes, all loads are built.

    Arguments:
        sql: compiled SQL.
    Example: `logic_of(compiled_code)`
    Result: 32 hexadecimal digits.
#}
{% macro logic_of(sql) %}
    {%- set texts = [sql, local_md5(email_key(target.name))] -%}
    {%- set last_built = catalogue(target.schema) -%}
    {%- set stored = catalogue(store_schema()) -%}
    {%- for name in relations_read(sql) if name in last_built -%}
        {%- do _add_view(version_shown(last_built[name].text), stored, last_built, texts) -%}
    {%- endfor -%}
    {{ return(local_md5(
        modules.re.sub('\\d{8}_\\d{6}_[0-9a-f]{8}', '', texts | join('\n'))
    )) }}
{% endmacro %}

{% macro _add_view(version, stored, last_built, texts) %}
    {%- set name = version.split('.')[1] if version -%}
    {%- set text = stored[name].text if name in stored -%}
    {#- A table's rows, and what a by_load model is made of, are told by its loads. -#}
    {%- if text and '/* loads: ' not in text -%}
        {%- do texts.append(text) -%}
        {%- for parent in modules.re.findall('\\b' ~ store_schema() ~ '\\.\\w+', text) -%}
            {%- do _add_view(parent, stored, last_built, texts) -%}
        {%- endfor -%}
        {%- for raw in relations_read(text) if raw in last_built -%}
            {%- do texts.append(last_built[raw].columns | string) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
