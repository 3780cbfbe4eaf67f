{#
    The regular expression of a time as a feed writes it. Java and Python read it alike: Python renders
    this very file to guess how a column is written (`python_jobs/feeds/forms.py`). Each token is a group.

    Arguments:
        pattern: tokens yyyy yy MM M MMM dd d HH H hh h mm ss a XXX z, other signs as they stand; or one
            of the words iso, excel (serial days), unix (seconds) and unix_ms.
    Example: `time_pattern('dd.MM.yyyy')`
    Result: text; it matches `31.12.2025`.
#}
{% macro time_pattern(pattern) -%}
    {%- set words = {
        'iso': '([12]\\d{3})-(\\d{2})-(\\d{2})(?:[ T]\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d{1,6})?)?(?:Z|[+-]\\d{2}:?\\d{2})?)?',
        'excel': '\\d{5}(?:\\.\\d+)?',
        'unix': '\\d{9,10}',
        'unix_ms': '\\d{12,13}',
    } -%}
    {%- set tokens = {
        'yyyy': '([12]\\d{3})', 'yy': '(\\d{2})', 'MMM': '([A-Za-z\u00c0-\u017f]{3,10}\\.?)',
        'MM': '(0[1-9]|1[0-2])', 'M': '(0?[1-9]|1[0-2])', 'dd': '(0[1-9]|[12]\\d|3[01])',
        'd': '(0?[1-9]|[12]\\d|3[01])', 'HH': '([01]\\d|2[0-3])', 'H': '([01]?\\d|2[0-3])',
        'hh': '(0[1-9]|1[0-2])', 'h': '(0?[1-9]|1[0-2])', 'mm': '([0-5]\\d)', 'ss': '([0-5]\\d)',
        'a': '([AaPp]\\.?[Mm]\\.?)', 'XXX': ' ?(Z|[+-]\\d{2}:?\\d{2})',
        'z': '(UTC|GMT|WES?T|CES?T|EES?T|BST|E[SD]T|C[SD]T|M[SD]T|P[SD]T)',
    } -%}
    {%- if pattern in words -%}
    ^{{ words[pattern] }}$
    {%- else -%}
    ^
    {%- for token in modules.re.findall('yyyy|yy|MMM|MM|M|dd|d|HH|H|hh|h|mm|ss|a|XXX|z|.', pattern) -%}
        {#- A blank may be one that keeps a line together, as browsers write before PM. -#}
        {{- '[ \\u00a0\\u202f]' if token == ' ' else tokens.get(token, modules.re.escape(token)) -}}
    {%- endfor -%}
    $
    {%- endif -%}
{%- endmacro %}
