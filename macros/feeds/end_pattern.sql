{#
    The regular expression of a text before or behind a cell, and of blanks outside it. Java and Python read
    it alike: Python renders this very file to guess what stands around numbers
    (`python_jobs/feeds/forms.py`).

    Arguments:
        texts: the text as a feed declares it, or a list of texts of which a cell may have one.
        at: begin or end.
    Example: `end_pattern(['pc', 'pcs'], 'end')`
    Result: text, for a literal in single quotes; it matches the end of `3 pcs` and of `1 pc`.
#}
{% macro end_pattern(texts, at) -%}
    {%- set texts = [texts] if texts is string or texts is number else texts -%}
    {%- set found = namespace(one_of='') -%}
    {#- Of two that begin alike the longer one first: `Rs` would leave the point of `Rs.120`. -#}
    {%- for text in texts | map('string') | sort(reverse=true) -%}
        {%- set escaped = modules.re.escape(text) | replace("'", '\\x27') -%}
        {%- set found.one_of = found.one_of ~ ('|' if not loop.first else '') ~ escaped -%}
    {%- endfor -%}
    {%- set one_of = found.one_of if '|' not in found.one_of else '(?:' ~ found.one_of ~ ')' -%}
    {{- '^\\s*' ~ one_of if at == 'begin' else one_of ~ '\\s*$' -}}
{%- endmacro %}
