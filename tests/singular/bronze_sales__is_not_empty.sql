-- A feed without a single row must never look like a run that went well.
select 'bronze_sales has no row' as fault
where not exists (select 1 from {{ ref('bronze_sales') }})
