"""Unit tests are left out of a run where nothing that they test has changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import copy_project

from python_jobs.dbt.unit_tests import code_digest, keep_passed, unit_tests_passed
from python_jobs.settings import Settings


@pytest.mark.parametrize(
    ("file", "counts"),
    [
        ("macros/text/clean_text.sql", True),
        ("models/silver/silver_sales_assessed_unit_tests.yml", True),
        ("models/silver/silver_sales.sql", True),
        ("dbt_project.yml", True),
        ("seeds/client_sales_raw.csv", False),  # Rows are no code.
    ],
)
def test_an_edit_brings_them_back(tmp_path: Path, file: str, counts: bool) -> None:
    project = copy_project(tmp_path / "project")
    settings = Settings.from_environment({}, project)
    settings.home.mkdir()

    def passed(feed: str) -> bool:
        return unit_tests_passed(settings, code_digest(settings, feed))

    assert not passed("client_sales")
    keep_passed(settings, code_digest(settings, "client_sales"))
    assert passed("client_sales")
    assert not passed("online_retail")  # It has a mapping model of its own.
    path = project / file
    before = path.read_text("utf-8")
    path.write_text(before + "\n", "utf-8")
    assert passed("client_sales") is not counts
    path.write_text(before, "utf-8")
    assert passed("client_sales")
