"""What models have found out in a run, and how much money its failing tests concern."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

from python_jobs.errors import P360Error
from python_jobs.observability.incidents import WATCHED_KINDS, Finding, Verdict
from python_jobs.server.thrift import ThriftConnection
from python_jobs.settings import Settings

_MOST_TESTS = 5  # Each is run once more for its money, so only a few are.


def judge_watched(
    connection: ThriftConnection, settings: Settings, run_ids: Sequence[str], verdict: Verdict
) -> None:
    """Add what the model ``obs_findings`` of these runs holds; the last run's word counts."""
    if not run_ids:
        return
    rows = connection.query(
        "select kind, subject, sentence, severity, row_count, amount "
        f"from {settings.store_schema}.obs_findings__{run_ids[-1]}"
    ).rows
    verdict.judged_kinds |= set(WATCHED_KINDS)
    for kind, subject, sentence, severity, row_count, amount in rows:
        money = None if amount is None else Decimal(amount)
        finding = Finding(kind, subject, sentence, severity, row_count, money)
        verdict.findings[finding.key] = finding


def add_amounts(
    connection: ThriftConnection, failing_sql: Mapping[str, str], verdict: Verdict
) -> None:
    """Add the money in the rows that tests have found, where those have a column ``amount``."""
    for name, sql in list(failing_sql.items())[:_MOST_TESTS]:
        finding = verdict.findings.get(f"test {name}")
        if finding is None:
            continue
        with suppress(P360Error):  # Most tests find rows without money.
            amount = connection.scalar(f"select sum(amount) from ({sql})")
            if amount is not None:
                verdict.findings[finding.key] = replace(finding, amount=Decimal(amount))
