"""Decisions on rows of files whose content was replaced."""

from __future__ import annotations

from collections import Counter

from python_jobs.quarantine.corrections import KEPT, read_kept
from python_jobs.settings import Settings
from python_jobs.terminal.console import warn


def warn_of_decisions(settings: Settings, feed: str, replaced: list[str]) -> None:
    """Warn of corrections and waivers of replaced files: they go by file and record number.

    Args:
        settings: Where the decisions are kept.
        feed: The feed of the files.
        replaced: Names of the files whose content is new.
    """
    if not replaced:
        return
    decided = Counter(row_id.rpartition("#")[0] for row_id in read_kept(settings))
    for name in replaced:
        if count := decided[f"{feed}/{name}"]:
            rows = "1 row" if count == 1 else f"{count:,} rows"
            warn(
                f"{KEPT} holds decisions on {rows} of {name}, by record number; its new "
                "content may have other rows there: check or delete these lines"
            )
