{#
    Whether a raw row has lost what named a person who was forgotten.

    Arguments: none; to be used over the columns of `bronze_sales`.
    Example: `count_if(is_erased())`
    Result: an expression of type boolean, never null.
#}
{% macro is_erased() -%}
    (
        {#- As python_jobs/feeds/forgotten writes it. -#}
        coalesce(contains(customer_id, 'erased-'), false)
        or coalesce(contains(customer_name, 'erased-'), false)
        or coalesce(contains(customer_email, 'erased-'), false)
        or coalesce(_set_aside_text = '(erased)', false)
    )
{%- endmacro %}
