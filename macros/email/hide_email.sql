{#
    A raw text for people to read, in which e-mail addresses are hidden. A cell that may hold one is
    hidden whole, since an address with a slip in it is still somebody's; of a line only the part
    between two delimiters is, or nothing of it could be read.

    Arguments:
        text: SQL expression of type string.
        is_line: whether the text is a whole line of a file.
    Example: `hide_email("customer_name_raw")` on `'a@b.org'`
    Result: `'(hidden: e-mail address)'`; other texts as they are.
#}
{% macro hide_email(text, is_line=false) -%}
    if(
        {{ contains_email(text) }},
        {% if is_line -%}
        regexp_replace({{ text }}, '[^,;|\\t"]*[@\uff20][^,;|\\t"]*', '(hidden: e-mail address)'),
        {%- else -%}
        '(hidden: e-mail address)',
        {%- endif %}
        {{ text }}
    )
{%- endmacro %}
