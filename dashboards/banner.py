"""How fresh the figures are: the stamp in the head, and the banner where something is wrong."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from dashboards.data.store import Data, Store

_FAILED = ("error", "fail", "runtime error")
_BUILDS = ("build", "run", "seed", "retry")


def stamp(data: Data | None) -> str:
    """Return of when the figures are: the newest sale, and the run."""
    if data is None or not data.manifest.newest_sale_at:
        return "No data yet"
    return f"Sales up to {data.formats.moment(data.manifest.newest_sale_at)}"


def banner(store: Store) -> str:
    """Return what a reader has to know before believing the figures; blank where all is well."""
    data, refresh = store.data(), store.last_refresh()
    if data is None:
        return ""
    went_live = data.formats.moment(data.manifest.went_live_at)
    since = f"You see the run that went live at {went_live}"
    problems = []
    if refresh is not None and not refresh.server_answers:
        problems.append("The Spark server does not answer ('p360 up' starts it).")
    elif refresh is not None and refresh.problem:
        problems.append(f"The latest run could not be read: {refresh.problem}.")
    if failed := failed_since(store, data):
        problems.append(failed)
    return f"{' '.join(problems)} {since}." if problems else ""


def failed_since(store: Store, data: Data) -> str:
    """Return a sentence where dbt's last build on this machine failed after the live run."""
    file = store.settings.project_dir / "target" / "run_results.json"
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        ended = datetime.fromisoformat(found["metadata"]["generated_at"].replace("Z", "+00:00"))
        statuses = [one["status"] for one in found["results"]]
        command = found["args"].get("which", "")
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    live = datetime.fromisoformat(data.manifest.went_live_at).replace(tzinfo=UTC)
    faults = sum(status in _FAILED for status in statuses)
    if command not in _BUILDS or not faults or ended <= live:
        return ""
    return f"The latest build failed ({faults} of {len(statuses)} steps), so it is not shown."
