{#
    A time as a feed writes it, as `parse_timestamp` reads it: ISO 8601. The first pattern that fits is
    taken. Text that fits and names no real day or hour stays unreadable, since ISO keeps it as it is.

    Arguments:
        text: SQL expression of type string, without outer blanks.
        patterns: patterns as `time_pattern` takes them.
    Example: `canonical_time("transaction_at", ['dd.MM.yyyy'])` on `'31.12.2025'`
    Result: `'2025-12-31'`; null for a text that fits no pattern.
#}
{% macro canonical_time(text, patterns) -%}
    case
        {%- for pattern in patterns %}
        when {{ text }} rlike r"{{ time_pattern(pattern) }}" then {{ _as_iso(text, pattern) }}
        {%- endfor %}
    end
{%- endmacro %}

{% macro _as_iso(text, pattern) -%}
    {%- if pattern == 'iso' -%}
        {{ text }}
    {%- elif pattern == 'excel' -%}
        {#- Days since 1899-12-30; the part of a day to the second. #}
        date_format(
            timestamp '1899-12-30 00:00:00'
            + make_dt_interval(0, 0, 0, round(cast({{ text }} as decimal(18, 9)) * 86400, 0)),
            'yyyy-MM-dd HH:mm:ss'
        )
    {%- elif pattern in ('unix', 'unix_ms') -%}
        date_format(
            timestamp_{{ 'seconds' if pattern == 'unix' else 'millis' }}(cast({{ text }} as bigint)),
            'yyyy-MM-dd HH:mm:ss'
        )
    {%- else -%}
        {%- set form = time_pattern(pattern) -%}
        {%- set names = 'yyyy|yy|MMM|MM|M|dd|d|HH|H|hh|h|mm|ss|a|XXX|z' -%}
        {%- set tokens = modules.re.findall(names, pattern) -%}
        {%- set part = {} -%}
        {%- for token in tokens -%}
            {%- set group = 'regexp_extract(' ~ text ~ ', r"' ~ form ~ '", ' ~ loop.index ~ ')' -%}
            {%- do part.update({token: group}) -%}
        {%- endfor -%}
        {%- set year = part['yyyy'] if 'yyyy' in part else "concat('20', " ~ part['yy'] ~ ')' -%}
        {%- set month = _month_number(part['MMM']) if 'MMM' in part else _two(part.get('MM', part.get('M'))) -%}
        {%- set hour = _hour(part) -%}
        concat_ws(
            '',
            {{ year }}, '-', {{ month }}, '-', {{ _two(part.get('dd', part.get('d'))) }}
            {%- if hour -%}
            , ' ', {{ hour }}, ':', {{ part.get('mm', "'00'") }}, ':', {{ part.get('ss', "'00'") }}
            {%- endif -%}
            {%- if 'XXX' in part -%}, {{ part['XXX'] }}{%- endif -%}
            {%- if 'z' in part -%}, {{ _offset(part['z']) }}{%- endif -%}
        )
    {%- endif -%}
{%- endmacro %}

{% macro _offset(letters) -%}
    {#- CST is Chicago's, BST London's. -#}
    case {{ letters }}
        {%- for names, offset in [
            ('BST CET WEST', '+01:00'), ('CEST EET', '+02:00'), ('EEST', '+03:00'), ('EDT', '-04:00'),
            ('EST CDT', '-05:00'), ('CST MDT', '-06:00'), ('MST PDT', '-07:00'), ('PST', '-08:00'),
        ] %}
        when {{ "'" ~ names.split() | join("' then '" ~ offset ~ "' when '") ~ "'" }} then '{{ offset }}'
        {%- endfor %}
        else 'Z'
    end
{%- endmacro %}

{% macro _two(digits) -%}
    lpad({{ digits }}, 2, '0')
{%- endmacro %}

{% macro _hour(part) -%}
    {%- set twelve = part.get('hh', part.get('h')) -%}
    {%- if twelve -%}
        lpad(
            cast(
                cast({{ twelve }} as int) % 12
                + if(lower({{ part['a'] }}) like 'p%', 12, 0)
                as string
            ),
            2,
            '0'
        )
    {%- elif 'HH' in part or 'H' in part -%}
        {{ _two(part.get('HH', part.get('H'))) }}
    {%- endif -%}
{%- endmacro %}

{% macro _month_number(name) -%}
    {#- English, German, French, Spanish, Italian, Dutch; the first letters tell, in this order. #}
    {%- set starts = [
        ('jan|ene|gen', '01'), ('feb|f\u00e9v|fev', '02'), ('mar|m\u00e4r|mrz|maa|mrt', '03'),
        ('apr|abr|avr', '04'), ('may|mai|mag|mei', '05'), ('juin|jun|giu', '06'),
        ('juil|jul|lug', '07'), ('aug|ago|ao\u00fb|aou', '08'), ('sep|set', '09'),
        ('oct|okt|ott', '10'), ('nov', '11'), ('dec|dez|dic|d\u00e9c', '12'),
    ] -%}
    case
        {%- for start, number in starts %}
        when lower({{ name }}) rlike '^({{ start }})' then '{{ number }}'
        {%- endfor %}
    end
{%- endmacro %}
