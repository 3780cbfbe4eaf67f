{#
    Makes what a run has built live, if every node of it went well. A full run replaces all models; a
    partial one its own, and only where what it read is live itself.

    Arguments:
        results: dbt's results of the run.
    Example: an on-run-end hook.
    Result: nothing; where the run went well and must not go live all the same, a statement that fails
        and says why (dbt calls an error raised in Jinja here a keyboard interrupt).
#}
{% macro publish_run(results) %}
    {%- if builds_versions() and results -%}
        {%- set built = _built(results) -%}
        {%- set failed = results
            | selectattr('status', 'in', ['error', 'fail', 'skipped', 'runtime error', 'partial success'])
            | list -%}
        {%- set live = catalogue(live_schema()) -%}
        {%- set shown = live_run(live) -%}
        {%- set stays = live_schema() ~ (' stays at run ' ~ shown if shown else ' stays empty') -%}
        {%- if failed -%}
            {%- do exceptions.warn(
                "nothing goes live: " ~ failed | length ~ " of " ~ results | length
                ~ " nodes failed or were skipped; " ~ stays
            ) -%}
        {%- elif flags.EMPTY or flags.SAMPLE -%}
            {%- do exceptions.warn("nothing goes live: rows were left out on purpose; " ~ stays) -%}
        {%- elif built -%}
            {%- set stored = catalogue(store_schema()) -%}
            {%- set before = read_release(shown, stored) -%}
            {%- set last_built = catalogue(target.schema) -%}
            {%- set reason = why_not_live(built, stored, before, last_built) -%}
            {%- if reason -%}
                select raise_error({{ sql_string('nothing goes live: ' ~ reason) }})
            {%- else -%}
                {%- set text = write_release(_release_of(built, stored, before)) -%}
                {%- do stored.update({'release__' ~ run_id(): {'is_view': true, 'text': text}}) -%}
                {%- do go_live(run_id(), stored, live) -%}
                {%- do sweep_store(stored, live, last_built) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}

{% macro _built(results) %}
    {%- set built = {} -%}
    {%- for result in results if result.status == 'success' -%}
        {%- if result.node.resource_type in ['model', 'seed', 'snapshot'] -%}
            {%- if result.node.config.materialized != 'ephemeral' -%}
                {%- do built.update({result.node.alias: result.node}) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(built) }}
{% endmacro %}

{% macro _release_of(built, stored, before) %}
    {%- set models = [] -%}
    {%- set kept = [] -%}
    {%- for node in graph.nodes.values() if node.config.materialized != 'ephemeral' -%}
        {%- if node.resource_type == 'model' -%}{%- do models.append(node.alias) -%}{%- endif -%}
        {%- if node.resource_type in ['seed', 'snapshot'] -%}{%- do kept.append(node.alias) -%}{%- endif -%}
    {%- endfor -%}
    {%- set is_full_run = models | reject('in', built) | list | length == 0 -%}
    {%- set versions = {} -%}
    {%- for name, version in (before.versions if before else {}).items() -%}
        {%- if not is_full_run or name in kept -%}{%- do versions.update({name: version}) -%}{%- endif -%}
    {%- endfor -%}
    {%- for name in built -%}
        {%- do versions.update({name: store_schema() ~ '.' ~ name ~ '__' ~ run_id()}) -%}
    {%- endfor -%}
    {%- set numbers = [0] + releases(stored) | map(attribute='number') | list -%}
    {%- set age = var('data_age') -%}
    {%- set newest = run_query(
        'select max(' ~ age.sale_at ~ '), max(' ~ age.load_at ~ ') from ' ~ versions[age.model]
    ).rows[0] if age.model in versions else (none, none) -%}
    {{ return({
        'number': numbers | max + 1,
        'previous_run_id': before.run_id if before else none,
        'is_full_run': is_full_run,
        'newest_sale_at': newest[0],
        'newest_load_at': newest[1],
        'versions': versions,
    }) }}
{% endmacro %}
