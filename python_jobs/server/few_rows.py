"""Few rows are read without code made for them: to make and compile it costs more than it saves.

Spark writes Java for each plan, which Java compiles twice. A build of some thousand rows has
hundreds of plans and is over before that pays; millions of rows need it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from python_jobs.settings import Settings

# Some 40,000 raw rows: as a seed's text, and as the tables of a few releases.
SEEDS_BYTES, TABLES_BYTES = 6_000_000, 24_000_000
WITHOUT_CODE = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
WITH_CODE = {"spark.sql.codegen.wholeStage": "true", "spark.sql.codegen.factoryMode": "FALLBACK"}
_THRIFT_PREFIX = "set:hiveconf:"  # The only form of key that reaches Spark over Thrift.


def session_settings(settings: Settings) -> dict[str, str]:
    """Return what a session is opened with, in the form of Thrift; nothing for many rows.

    Args:
        settings: Where seeds and tables are.
    """
    said = WITHOUT_CODE if has_few_rows(settings) else {}
    return {_THRIFT_PREFIX + key: value for key, value in said.items()}


def has_few_rows(settings: Settings) -> bool:
    """Return whether seeds and tables of the schema are small; not where they are out of sight."""
    if settings.is_elsewhere or settings.warehouse_dir is None:
        return False
    store = settings.warehouse_dir / f"{settings.store_schema}.db"
    return _holds_at_most(SEEDS_BYTES, settings.project_dir / "seeds") and _holds_at_most(
        TABLES_BYTES, store
    )


def _holds_at_most(size: int, folder: Path) -> bool:
    """Return whether a folder's files have so many bytes together; no file need be there."""
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):  # Another session has swept it.
                size -= (Path(place) / name).stat().st_size
        if size < 0:
            return False
    return True
