{#
    What a schema holds, in one statement.

    Arguments:
        schema: name of the schema, which must exist.
        pattern: which names; all by default.
    Example: `catalogue('p360_live')`
    Result: name to `{is_view, text, columns}`: the view's SQL (none for a table), and column name to
        type as Spark prints it.
#}
{% macro catalogue(schema, pattern='*') %}
    {%- set found = {} -%}
    {%- for row in run_query("show table extended in " ~ schema ~ " like '" ~ pattern ~ "'").rows -%}
        {%- set text = modules.re.search(
            'View Text: (.*?)\nView Original Text: ', row[3], modules.re.DOTALL
        ) -%}
        {%- set columns = {} -%}
        {#- Nested types go on over the next lines. -#}
        {%- for name, type in modules.re.findall(
            '^ \\|-- (.+?): (.+?)(?=^ \\|-- |\\Z)', row[3], modules.re.MULTILINE + modules.re.DOTALL
        ) -%}
            {%- do columns.update({
                name: modules.re.sub(' \\((\\w*[nN]ull\\w*) = \\w+\\)', '', type).strip()
            }) -%}
        {%- endfor -%}
        {%- do found.update({row[1]: {
            'is_view': text is not none,
            'text': text.group(1) if text,
            'columns': columns,
        }}) -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}
