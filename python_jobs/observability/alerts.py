"""One message for what a run has opened and closed, to wherever ``P360_ALERTS`` says."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from python_jobs.observability.incidents import CLOSED, OPENED, Event, Incident

VARIABLE = "P360_ALERTS"
_MOST_LINES = 20


@dataclass(frozen=True)
class Message:
    """What is sent.

    Attributes:
        title: One line.
        body: Plain text.
    """

    title: str
    body: str


def message_of(
    events: Sequence[Event], incidents: Sequence[Incident], schema: str, run_id: str
) -> Message | None:
    """Return the message about what a run has opened and closed.

    Args:
        events: What the run adds; only openings and ends count.
        incidents: The incidents with these events in them.
        schema: The schema that was built.
        run_id: The run.

    Returns:
        None where nothing was opened or closed.
    """
    opened = [event for event in events if event.event == OPENED]
    closed = [event for event in events if event.event == CLOSED]
    if not opened and not closed:
        return None
    opened_at = {one.incident_id: one.opened_at for one in incidents}
    lines = [f"Run {run_id}", ""]
    for heading, some in (("Opened", opened), ("Closed", closed)):
        if some:
            lines.append(f"{heading}:")
            lines.extend(
                _line(event, opened_at.get(event.incident_id, event.at))
                for event in some[:_MOST_LINES]
            )
            if len(some) > _MOST_LINES:
                lines.append(f"  and {len(some) - _MOST_LINES} more")
            lines.append("")
    lasting = sum(one.lasts for one in incidents)
    lines.append(f"{lasting} open in all. More: P360_SCHEMA={schema} p360 incidents")
    parts = [f"{len(opened)} opened"] if opened else []
    parts += [f"{len(closed)} closed"] if closed else []
    return Message(f"Project 360, {schema}: {', '.join(parts)}", "\n".join(lines))


def addresses() -> str:
    """Return where alerts go, as the environment says it; empty for nowhere."""
    return os.environ.get(VARIABLE, "").strip()


def send(message: Message, where: str, files: Sequence[Path] = ()) -> list[str]:
    """Send a message to every address.

    Args:
        message: What is sent.
        where: Apprise addresses, apart by blanks or commas; they hold secrets and are never shown.
        files: What goes with it.

    Returns:
        The kinds of the addresses that failed, such as ``slack``; empty where all went well.
    """
    import apprise

    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # Its lines hold addresses.
    failed = []
    for address in re.split(r"[\s,]+(?=[a-z0-9+.-]+://)", where, flags=re.IGNORECASE):
        sender = apprise.Apprise()
        scheme = address.split("://")[0] if "://" in address else "an address without ://"
        is_sent = sender.add(address) and sender.notify(
            title=message.title,
            body=message.body,
            body_format=apprise.NotifyFormat.TEXT,
            attach=[str(file) for file in files] or None,
        )
        if not is_sent:
            failed.append(scheme)
    return failed


def _line(event: Event, since: datetime) -> str:
    found = event.finding
    parts = [f"  {found.key}: {found.sentence}", f"since {since:%Y-%m-%d %H:%M} UTC"]
    if found.row_count is not None:
        parts.append(f"{found.row_count:,} rows")
    if found.amount is not None:
        parts.append(f"worth {found.amount:,.2f}")
    return "; ".join(parts)
