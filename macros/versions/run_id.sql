{#
    The id of this run: when it started (UTC) and the first digits of dbt's own id of it.

    Arguments: none.
    Example: `run_id()`
    Result: such as `20251123_101500_4f0c1a2b`; later runs sort later.
#}
{% macro run_id() -%}
    {{ return(run_started_at.strftime('%Y%m%d_%H%M%S') ~ '_' ~ invocation_id[:8]) }}
{%- endmacro %}
