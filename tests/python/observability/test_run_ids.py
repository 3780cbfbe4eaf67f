"""Records bear the id that the macro ``run_id`` gives to what the run builds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import dbt_run_records
import pytest
from conftest import REPOSITORY
from dbt import tracking
from dbt_common import invocation


def test_a_second_that_ends_while_dbt_starts_makes_no_other_id(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("P360_HOME", str(tmp_path))
    second = datetime(2026, 11, 29, 8, 11, 25, tzinfo=UTC)
    before = (second - timedelta(microseconds=111)).replace(tzinfo=None)
    monkeypatch.setattr(invocation, "_INVOCATION_STARTED_AT", before)
    user = SimpleNamespace(run_started_at=second)
    monkeypatch.setattr(tracking, "active_user", user)
    flags = SimpleNamespace(WHICH="build", PROJECT_DIR=str(REPOSITORY), TARGET=None, VARS={})
    monkeypatch.setattr(dbt_run_records, "get_flags", lambda: flags)
    monkeypatch.setattr(dbt_run_records, "add_callback_to_manager", lambda _: None)
    plugin = dbt_run_records.RunRecords("project_360")
    plugin.initialize()
    run = plugin._writer.run
    made_by_the_macro = f"{user.run_started_at:%Y%m%d_%H%M%S}_{invocation.get_invocation_id()[:8]}"
    assert run.run_id == made_by_the_macro
    assert run.started_at == second
