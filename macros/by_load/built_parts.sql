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
    {%- set shown = catalogue(target.schema, name) -%}
    {%- set version = version_shown(shown[name].text) if name in shown -%}
    {%- set stored = catalogue(store_schema(), version.split('.')[1]) if version else {} -%}
    {%- set text = (stored.values() | list)[0].text if stored else none -%}
    {%- set loads = modules.re.search('/\\* loads: ([\\w.]+)', text or '') -%}
    {%- set parts = [] -%}
    {%- for table, without in modules.re.findall(
        '\\bfrom ([\\w.]+)(?: where \\w+ not in \\((.*?)\\))?(?= union all |$)', text or ''
    ) -%}
        {%- do parts.append({
            'table': table, 'without': modules.re.findall("'((?:[^'\\\\]|\\\\.)*)'", without)
        }) -%}
    {%- endfor -%}
    {{ return({
        'version': version.split('.')[1] if version else none,
        'loads': loads.group(1) if loads and parts else none,
        'parts': parts,
    }) }}
{% endmacro %}
