{#
    How a text is stored that another column nearly always tells: not at all where it does.

    Arguments:
        column: name of the column of texts.
        telling: SQL expression of type string over the model's columns; the text that is usually there.
        unpacked_telling: the same over stored columns; where it is left out, the same expression.
    Example: `told_by('status_raw', 'status')`
    Result: `{packed, unpacked}`: SQL over the model's columns, and over the stored ones. A text that is
        not there although the other is, is stored as a NUL; a text that begins with one gets another.
#}
{% macro told_by(column, telling, unpacked_telling=none) %}
    {%- set nul = 'char(0)' -%}
    {{ return({
        'packed':
            'case when ' ~ column ~ ' = ' ~ telling ~ ' then null'
            ~ ' when ' ~ column ~ ' is null then if(' ~ telling ~ ' is null, null, ' ~ nul ~ ')'
            ~ ' when startswith(' ~ column ~ ', ' ~ nul ~ ') then concat(' ~ nul ~ ', ' ~ column ~ ')'
            ~ ' else ' ~ column ~ ' end',
        'unpacked':
            'case when ' ~ column ~ ' is null then ' ~ (unpacked_telling or telling)
            ~ ' when startswith(' ~ column ~ ', ' ~ nul ~ ') then nullif(substr(' ~ column ~ ", 2), '')"
            ~ ' else ' ~ column ~ ' end',
    }) }}
{% endmacro %}
