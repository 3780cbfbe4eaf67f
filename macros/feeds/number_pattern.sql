{#
    The regular expression of a number as a feed writes it. Java and Python read it alike: Python renders
    this very file to guess how a column is written (`python_jobs/feeds/forms.py`). A currency sign or
    code may stand before or after; negatives are -12, 12-, (12) and 12 CR. A dash alone is zero, as
    spreadsheets write it. A group of thousands never begins with zero: 0.250 is a quarter.

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
    {%- set whole = '(?:[1-9]\\d{0,2}(?:' ~ group ~ '\\d{3})+|\\d+)' if thousands else '\\d+' -%}
    {%- set digits = '(?:' ~ whole ~ '(?:' ~ point ~ '\\d+)?|' ~ point ~ '\\d+)' -%}
    {%- set gap = '[ \u00a0\u202f]?' -%}
    {%- set money = '(?:[A-Z]{3}|[A-Z]{0,2}[$]|[\u00a3\u00a5\u20a9\u20ac\u20b4\u20b9\u20ba\u20bd]|kr|z\u0142|Fr|K\u010d|Ft)' -%}
    {%- set amount = '(?:' ~ money ~ gap ~ ')?' ~ digits ~ '(?:' ~ gap ~ money ~ ')?' -%}
    {%- set zero = '(?:' ~ money ~ gap ~ ')?[-\u2012-\u2014\u2212](?:' ~ gap ~ money ~ ')?' -%}
    ^(?:[-+\u2212]?{{ amount }}|{{ amount }}-|\({{ amount }}\)|{{ money }}{{ gap }}[-\u2212]{{ gap }}{{ digits }}|{{ digits }}{{ gap }}CR|{{ zero }})$
{%- endmacro %}
