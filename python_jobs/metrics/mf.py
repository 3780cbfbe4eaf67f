"""The command ``mf``: MetricFlow's own, on the adapter ``spark``.

MetricFlow refuses that adapter, but what it writes for Databricks runs on open-source Spark too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from python_jobs.dbt.command import give_login
from python_jobs.dbt.semantic_manifest import of_live_tables


def main() -> None:
    """Run ``mf``: with Spark, on live tables, and without its look for newer versions."""
    prepared()()


def prepared() -> Any:  # noqa: ANN401
    """Return MetricFlow's command, made ready for this project."""
    from dbt_metricflow.cli import main as mf
    from dbt_metricflow.cli.dbt_connectors import adapter_backed_client, dbt_config_accessor

    give_login()
    accept_spark(adapter_backed_client.SupportedAdapterTypes)
    name = "parse_manifest_from_dbt_generated_manifest"
    setattr(dbt_config_accessor, name, _of_live_tables(getattr(dbt_config_accessor, name)))
    setattr(mf, "UpdateChecker", _NoChecker)  # noqa: B010
    return mf.cli


def accept_spark(adapters: Any) -> None:  # noqa: ANN401
    """Let MetricFlow's enum of adapters take ``spark`` for Databricks."""
    adapters._missing_ = classmethod(
        lambda cls, value: cls.DATABRICKS if value == "spark" else None
    )


def _of_live_tables(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    def parse_live(manifest_json_string: str) -> Any:  # noqa: ANN401
        return parse(of_live_tables(manifest_json_string))

    return parse_live


class _NoChecker:
    """Stands for a checker that asks the package index at each command."""

    def check(self, *_: object) -> None:
        """Find nothing."""
