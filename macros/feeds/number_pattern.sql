{#
    The regular expression of a number as a feed writes it. Java and Python read it alike: Python renders
    this very file to guess how a column is written (`python_jobs/feeds/forms.py`). A currency sign or
    code may stand before or after; negatives are -12, 12-, (12) and 12 CR.

    Arguments:
        decimal: the decimal sign.
        thousands: the thousands sign; blank for none. A blank stands for any kind of blank.
    Example: `number_pattern(',', '.')`
    Result: text; it matches `1.234,50`, `EUR 12`, `(0,5)` and not `1.23,5`.
#}
{% macro number_pattern(decimal='.', thousands='') -%}
    {%- set escaped = {'.': '\\.', ' ': '[ \u00a0\u2009\u202f]', "'": "['\u2019]"} -%}
    {%- set point = escaped.get(decimal, decimal) -%}
    {%- set group = escaped.get(thousands, thousands) -%}
    {%- set whole = '(?:\\d{1,3}(?:' ~ group ~ '\\d{3})+|\\d+)' if thousands else '\\d+' -%}
    {%- set digits = '(?:' ~ whole ~ '(?:' ~ point ~ '\\d+)?|' ~ point ~ '\\d+)' -%}
    {%- set gap = '[ \u00a0\u202f]?' -%}
    {%- set money = '(?:[A-Z]{3}|[$\u00a3\u00a5\u20ac]|kr|z\u0142|Fr)' -%}
    {%- set amount = '(?:' ~ money ~ gap ~ ')?' ~ digits ~ '(?:' ~ gap ~ money ~ ')?' -%}
    ^(?:[-+\u2212]?{{ amount }}|{{ amount }}-|\({{ amount }}\)|{{ money }}{{ gap }}[-\u2212]{{ gap }}{{ digits }}|{{ digits }}{{ gap }}CR)$
{%- endmacro %}
