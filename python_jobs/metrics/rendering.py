"""MetricFlow as a library: from a question to the SQL that answers it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from python_jobs.errors import P360Error
from python_jobs.metrics.question import Question


class Renderer:
    """Writes SQL for questions about the metrics of one semantic manifest."""

    def __init__(self, manifest: str, engine: str = "databricks") -> None:
        """Load MetricFlow, which takes some seconds the first time.

        Args:
            manifest: Semantic manifest, as JSON.
            engine: For which SQL: ``databricks``, which is Spark's, or ``duckdb``.
        """
        self._engine = _load(manifest, _client(engine))

    def sql(self, question: Question) -> str:
        """Return the SQL of a question: columns of its groups, then of metrics.

        Raises:
            P360Error: MetricFlow cannot answer it, or not in this engine's SQL.
        """
        names = None if question.saved else [one.name for one in question.metrics]
        paths = None if question.saved else [path for _, path in question.groups] or None
        return self._explained(
            ", ".join(one.name for one in question.metrics),
            saved_query_name=question.saved.name if question.saved else None,
            metric_names=names,
            group_by_names=paths,
            where_constraints=[*question.where, *question.days] or None,
            order_by_names=question.order,
            limit=question.limit,
        )

    def saved_sql(self, name: str) -> str:
        """Return the SQL of a saved query as it stands: columns of its groups, then of metrics.

        Raises:
            P360Error: As ``sql``.
        """
        return self._explained(name, saved_query_name=name)

    def _explained(self, what: str, **parts: Any) -> str:  # noqa: ANN401
        from metricflow.engine.metricflow_engine import (
            MetricFlowQueryRequest,
            OutputColumnOrderMode,
        )

        request = MetricFlowQueryRequest.create(
            output_column_order_mode=OutputColumnOrderMode.INPUT_ORDER, **parts
        )
        try:
            explained = self._engine.explain(request)
        except Exception as error:  # MetricFlow's errors have no common class.
            raise P360Error(f"{what}: {_sentence(error)}") from error
        return str(explained.sql_statement.without_descriptions.sql)


def _client(engine: str) -> Any:  # noqa: ANN401
    """Return what MetricFlow asks of a connection while it only writes SQL."""
    from metricflow.protocols.sql_client import SqlEngine
    from metricflow.sql.render.databricks import DatabricksSqlPlanRenderer
    from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer

    class Client:
        sql_engine_type = SqlEngine[engine.upper()]
        sql_plan_renderer = (
            DuckDbSqlPlanRenderer() if engine == "duckdb" else DatabricksSqlPlanRenderer()
        )

    return Client()


def _load(manifest: str, client: Any) -> Any:  # noqa: ANN401
    from metricflow.engine.metricflow_engine import MetricFlowEngine
    from metricflow_semantics.model.dbt_manifest_parser import (
        parse_manifest_from_dbt_generated_manifest,
    )
    from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

    logging.getLogger("metricflow").setLevel(logging.CRITICAL)
    logging.getLogger("metricflow_semantics").setLevel(logging.CRITICAL)
    parse: Callable[..., Any] = parse_manifest_from_dbt_generated_manifest
    lookup = SemanticManifestLookup(parse(manifest_json_string=manifest))
    return MetricFlowEngine(semantic_manifest_lookup=lookup, sql_client=client)


def _sentence(error: Exception) -> str:
    """Return what MetricFlow says in one line; it takes Spark for Databricks."""
    text = str(error).replace("Databricks", "Spark")
    message = text.partition("Message:")[2].partition("Query Input:")[0] or text
    return " ".join(message.split())[:400]
