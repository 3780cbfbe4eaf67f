{#
    What the last build of a by_load model consists of, as the text of its version says it.

    Arguments:
        name: the model's name.
    Example: `built_parts('silver_sales_assessed')`
    Result: `{version, loads, parts}`: its version's name in the store; the stored table of its loads,
        none where it was never built so; and its stored tables of rows, each as `{table, without}`
        with the loads that are left out of it.
#}
{% macro built_parts(name) %}
    {%- set version = built_version(name) -%}
    {%- set loads = modules.re.search('/\\* loads: ([\\w.]+)', version.text) -%}
    {%- set parts = [] -%}
    {%- for table, without in modules.re.findall(
        '\\bfrom ([\\w.]+)(?: where \\w+ not in \\((.*?)\\))?(?= union all |\\)?$)', version.text
    ) -%}
        {%- do parts.append({
            'table': table, 'without': modules.re.findall("'((?:[^'\\\\]|\\\\.)*)'", without)
        }) -%}
    {%- endfor -%}
    {{ return({
        'version': version.name,
        'loads': loads.group(1) if loads and parts else none,
        'parts': parts,
    }) }}
{% endmacro %}
