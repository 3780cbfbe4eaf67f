"""Keeps those who were forgotten out of seeds and stored parts: Jinja gets ``modules.forgotten``.

``erased(agate_table, names)`` is a seed's rows without what names them; ``digest()`` is a text that
changes with each person who is forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import agate  # type: ignore[import-untyped]
import pyarrow as pa
from dbt.context import base
from dbt.flags import get_flags
from dbt.plugins.manager import dbtPlugin
from dbt_common.exceptions import CompilationError

from python_jobs.errors import P360Error
from python_jobs.feeds.forgotten import Eraser, SuppressionList
from python_jobs.feeds.forgotten.naming import named_by_meta
from python_jobs.settings import Settings


class Forgotten(dbtPlugin):
    """Gives the suppression list to Jinja."""

    def initialize(self) -> None:
        """Add the module, beside those of other plugins."""
        if self.project_name != "project_360":
            return
        before = base.get_context_modules
        if "forgotten" in before():  # dbt initializes plugins at each command of a process.
            return

        def get_context_modules() -> dict[str, dict[str, Any]]:
            return before() | {"forgotten": {"erased": erased, "digest": digest}}

        setattr(base, "get_context_modules", get_context_modules)  # noqa: B010


def erased(agate_table: agate.Table, names: Mapping[str, str]) -> agate.Table:
    """Return the rows of a seed without what names those who were forgotten.

    Args:
        agate_table: Its rows.
        names: What the YAML says that each column names.
    """
    suppressed = _suppressed()
    if not suppressed:
        return agate_table
    columns = dict(zip(agate_table.column_names, agate_table.column_types, strict=True))
    texts = [name for name, kind in columns.items() if isinstance(kind, agate.Text)]
    rows = pa.table(
        {name: pa.array([row[name] for row in agate_table.rows], pa.string()) for name in texts}
    )
    changed, count = Eraser(suppressed, named_by_meta(names)).erase(rows)
    if not count:
        return agate_table
    cells = {name: [row[name] for row in agate_table.rows] for name in columns}
    cells |= {name: changed[name].to_pylist() for name in texts}
    table = agate.Table(list(zip(*cells.values(), strict=True)), list(columns), columns.values())
    table.original_abspath = getattr(agate_table, "original_abspath", None)
    return table


def digest() -> str:
    """Return a text that changes with each person who is forgotten; empty before the first."""
    suppressed = _suppressed()
    return f"forgotten: {len(suppressed.entries)}" if suppressed else ""


def _suppressed() -> SuppressionList:
    flags = get_flags()  # type: ignore[no-untyped-call]
    settings = Settings.from_environment(project_dir=Path(flags.PROJECT_DIR))
    try:
        return SuppressionList.read(settings)
    except P360Error as error:
        raise CompilationError(str(error)) from error


plugins = [Forgotten]
