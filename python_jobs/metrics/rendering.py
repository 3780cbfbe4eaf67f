"""MetricFlow as a library: from a question to the SQL that answers it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from python_jobs.errors import P360Error
from python_jobs.metrics.question import Question

PREVIOUS = "_previous"


class Renderer:
    """Writes SQL for questions about the metrics of one semantic manifest."""

    def __init__(self, manifest: str, engine: str = "databricks") -> None:
        """Load MetricFlow, which takes some seconds the first time.

        Args:
            manifest: Semantic manifest, as JSON.
            engine: For which SQL: ``databricks``, which is Spark's, or ``duckdb``.
        """
        self._manifest: dict[str, Any] = json.loads(manifest)
        self._client = _client(engine)
        self._engines: dict[tuple[str, ...], Any] = {}

    def sql(self, question: Question) -> str:
        """Return the SQL of a question: columns of its groups, then of metrics.

        Raises:
            P360Error: MetricFlow cannot answer it, or not in this engine's SQL.
        """
        from metricflow.engine.metricflow_engine import (
            MetricFlowQueryRequest,
            OutputColumnOrderMode,
        )

        names = [one.name for one in question.metrics]
        asked = [*names, *(name + PREVIOUS for name in names if question.offset)]
        paths = [path for _, path in question.groups]
        request = MetricFlowQueryRequest.create(
            metric_names=asked,
            group_by_names=paths or None,
            where_constraints=question.where or None,
            time_constraint_start=_midnight(question.start),
            time_constraint_end=_midnight(question.end),
            order_by_names=[f"-{names[0]}", *paths] if question.is_top else paths or None,
            limit=question.limit,
            output_column_order_mode=OutputColumnOrderMode.INPUT_ORDER,
        )
        try:
            explained = self._engine(question).explain(request)
        except Exception as error:  # MetricFlow's errors have no common class.
            raise P360Error(f"{', '.join(names)}: {_sentence(error)}") from error
        return str(explained.sql_statement.without_descriptions.sql)

    def _engine(self, question: Question) -> Any:  # noqa: ANN401
        """Return MetricFlow's engine, with metrics of an earlier time where they are asked for."""
        names = [one.name for one in question.metrics]
        key = (question.offset, *names) if question.offset else ()
        if key not in self._engines:
            content = dict(self._manifest)
            if question.offset:
                earlier = [_earlier(one.name, question.offset) for one in question.metrics]
                content["metrics"] = [*content["metrics"], *earlier]
            self._engines[key] = _load(json.dumps(content), self._client)
        return self._engines[key]


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


def _earlier(name: str, offset: str) -> dict[str, Any]:
    """Return the metric of the same value earlier in time, as dbt would write it."""
    count, grain = offset.split(" ")
    window = {"count": int(count), "granularity": grain}
    source = {"name": name, "alias": "earlier", "filter": None, "offset_to_grain": None}
    return {
        "name": name + PREVIOUS,
        "description": "",
        "type": "derived",
        "type_params": {
            "expr": "earlier",
            "metrics": [source | {"offset_window": window}],
            "input_measures": [],
        },
        "filter": None,
        "metadata": None,
    }


def _midnight(day: Any) -> datetime | None:  # noqa: ANN401
    return None if day is None else datetime(day.year, day.month, day.day)


def _sentence(error: Exception) -> str:
    """Return what MetricFlow says in one line."""
    text = str(error)
    message = text.partition("Message:")[2].partition("Query Input:")[0] or text
    return " ".join(message.split())[:400]
