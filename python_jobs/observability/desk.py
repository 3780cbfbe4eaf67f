"""Incidents for people: the list, and what a person says to one."""

from __future__ import annotations

from datetime import UTC, datetime

from rich.table import Table

from python_jobs.errors import P360Error
from python_jobs.observability.alerts import VARIABLE, Message, addresses, send
from python_jobs.observability.incidents import (
    ACKNOWLEDGED,
    RESOLVED,
    Event,
    Incident,
    incidents_of,
)
from python_jobs.observability.records import Record, new_run_id
from python_jobs.observability.store import RecordStore
from python_jobs.server.thrift import ThriftConnection, connect
from python_jobs.settings import Settings
from python_jobs.terminal.console import out

_WORDS = {ACKNOWLEDGED: "acknowledged", RESOLVED: "resolved"}


def read_incidents(connection: ThriftConnection, settings: Settings) -> list[Incident]:
    """Return all incidents of the schema; none where nothing was ever recorded."""
    store = RecordStore(connection, settings)
    return incidents_of(store.events()) if store.exists() else []


def print_incidents(settings: Settings, *, show_all: bool) -> None:
    """Print the incidents that last, or all.

    Raises:
        P360Error: No server runs.
    """
    with connect(settings) as connection:
        incidents = read_incidents(connection, settings)
    shown = [one for one in incidents if show_all or one.lasts]
    if not shown:
        ended = len(incidents)
        out.print(f"no incident is open; {ended:,} ended ('p360 incidents --all' lists them)")
        return
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for name in ("id", "status", "since (UTC)", "seen", "what", "how"):
        table.add_column(name, justify="right" if name == "seen" else "left", overflow="fold")
    for one in shown:
        said = f" ({one.person}: {one.because})" if one.person else ""
        table.add_row(
            one.incident_id,
            one.status,
            f"{one.opened_at:%Y-%m-%d %H:%M}",
            str(one.seen_count),
            one.finding.key,
            _plain(one.finding.sentence + said),
        )
    out.print(table)


def settle(settings: Settings, incident_id: str, event: str, person: str, because: str) -> None:
    """Keep what a person says to an incident.

    Args:
        settings: Whose schema.
        incident_id: The incident.
        event: ``acknowledged`` or ``resolved``.
        person: Their name.
        because: A sentence.

    Raises:
        P360Error: There is no such incident, it is over, or a name or sentence is missing.
    """
    if not person.strip() or not because.strip():
        raise P360Error("give both a name (--by) and a reason (--because)")
    now = datetime.now(UTC)
    with connect(settings) as connection:
        known = {one.incident_id: one for one in read_incidents(connection, settings)}
        one = known.get(incident_id)
        if one is None:
            raise P360Error(f"no incident {incident_id}; 'p360 incidents --all' lists them")
        if not one.lasts:
            raise P360Error(f"incident {incident_id} is {one.status} already; nothing to do")
        step = Event(event, incident_id, one.finding, now, person.strip(), because.strip())
        RecordStore(connection, settings).ship(
            [Record(new_run_id(now), "incident", now, step.content())]
        )
    out.print(f"{incident_id} is {_WORDS[event]}: {one.finding.key}", markup=False)


def test_alerts(settings: Settings) -> None:
    """Send a message to every address of the environment.

    Raises:
        P360Error: None is set, or one failed.
    """
    where = addresses()
    if not where:
        raise P360Error(
            f"{VARIABLE} is not set; set it to Apprise addresses, such as mailtos://... or slack://..."
        )
    failed = send(
        Message(f"Project 360, {settings.schema}: a test", "This is what an alert looks like."),
        where,
    )
    if failed:
        raise P360Error(
            f"the test message did not reach {', '.join(failed)}; check that address in {VARIABLE}"
        )
    out.print("the test message was sent")


def _plain(text: str) -> str:
    return text.replace("[", "\\[")
