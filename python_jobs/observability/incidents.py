"""Incidents: a failure opens one, the same failure again adds to it, success closes it.

Everything here is pure. An incident is the sum of its events, which are records and never change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from python_jobs.observability.records import DIED, FAILED, SUCCESS, Record

OPENED, SEEN, CLOSED = "opened", "seen", "closed"
ACKNOWLEDGED, RESOLVED = "acknowledged", "resolved"
# Kinds that the model obs_findings judges, all of them whenever it is built.
WATCHED_KINDS = ("freshness", "volume", "rejections", "schema", "account")
_GOOD = ("success", "pass", "warn")
_BAD = ("error", "fail", "runtime error", "partial success")


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be.

    Attributes:
        kind: ``run``, ``model``, ``test``, ``file`` or one of ``WATCHED_KINDS``.
        subject: What it is about; with the kind, the same for the same failure.
        sentence: What is wrong.
        severity: ``error`` or ``warn``.
        row_count: Rows concerned, where known.
        amount: Money concerned, in the feed's currency, where known.
    """

    kind: str
    subject: str
    sentence: str
    severity: str = "error"
    row_count: int | None = None
    amount: Decimal | None = None

    @property
    def key(self) -> str:
        """What makes two findings the same failure."""
        return f"{self.kind} {self.subject}"


@dataclass
class Incident:
    """A failure, from the run that first saw it.

    Attributes:
        incident_id: By which people name it.
        finding: What is wrong, as last seen.
        status: ``open``, ``acknowledged``, ``closed`` or ``resolved``.
        opened_at: When it was first seen, UTC.
        last_seen_at: When it was last seen, UTC.
        seen_count: How many runs have seen it.
        person: Who acknowledged or resolved it.
        because: What they said.
    """

    incident_id: str
    finding: Finding
    opened_at: datetime
    last_seen_at: datetime
    status: str = "open"
    seen_count: int = 0
    person: str | None = None
    because: str | None = None

    @property
    def lasts(self) -> bool:
        """Whether it is not over."""
        return self.status in ("open", ACKNOWLEDGED)


@dataclass(frozen=True)
class Event:
    """One step of an incident.

    Attributes:
        event: ``opened``, ``seen``, ``closed``, ``acknowledged`` or ``resolved``.
        incident_id: Whose.
        finding: What is wrong; for an end, what was.
        at: When, UTC.
        person: Who did it, where a person did.
        because: What they said.
    """

    event: str
    incident_id: str
    finding: Finding
    at: datetime
    person: str | None = None
    because: str | None = None

    def content(self) -> dict[str, Any]:
        """Return the event as the cells of a record."""
        found = self.finding
        return {
            "incident_id": self.incident_id,
            "incident_key": found.key,
            "event": self.event,
            "kind": found.kind,
            "subject": found.subject,
            "severity": found.severity,
            "sentence": found.sentence,
            "row_count": found.row_count,
            "amount": found.amount,
            "person": self.person,
            "because": self.because,
            "at": self.at,
        }

    @classmethod
    def from_content(cls, cells: dict[str, Any]) -> Event:
        """Return the event that ``content`` gave, after its way through JSON."""
        amount = cells.get("amount")
        finding = Finding(
            cells["kind"],
            cells["subject"],
            cells["sentence"],
            cells["severity"],
            cells.get("row_count"),
            None if amount is None else Decimal(amount),
        )
        return cls(
            cells["event"],
            cells["incident_id"],
            finding,
            datetime.fromisoformat(cells["at"]),
            cells.get("person"),
            cells.get("because"),
        )


@dataclass
class Verdict:
    """What runs have found out.

    Attributes:
        findings: What is wrong, by key.
        judged: Keys that were looked at, so that what is not found is over.
        judged_kinds: Kinds of which everything was looked at.
    """

    findings: dict[str, Finding] = field(default_factory=dict)
    judged: set[str] = field(default_factory=set)
    judged_kinds: set[str] = field(default_factory=set)

    def covers(self, finding: Finding) -> bool:
        """Return whether a finding of before would have been found again."""
        return finding.key in self.judged or finding.kind in self.judged_kinds


def incidents_of(events: Iterable[Event]) -> list[Incident]:
    """Return the incidents that these events make, in the order of their opening."""
    incidents: dict[str, Incident] = {}
    for event in sorted(events, key=lambda one: one.at):
        one = incidents.setdefault(
            event.incident_id, Incident(event.incident_id, event.finding, event.at, event.at)
        )
        if event.event in (OPENED, SEEN):
            one.finding, one.last_seen_at = event.finding, event.at
            one.seen_count += 1
        elif event.event == ACKNOWLEDGED and not one.lasts:
            continue
        else:
            one.status = event.event
        if event.person:
            one.person, one.because = event.person, event.because
    return list(incidents.values())


def next_events(
    incidents: Sequence[Incident], verdict: Verdict, run_id: str, at: datetime
) -> list[Event]:
    """Return what a verdict adds to the incidents of before.

    Args:
        incidents: All of them; those that are over do not matter.
        verdict: What the run has found out.
        run_id: The run.
        at: Now, UTC.
    """
    lasting = {one.finding.key: one for one in incidents if one.lasts}
    events = []
    for key, finding in verdict.findings.items():
        known = lasting.get(key)
        name = hashlib.sha256(f"{key} {run_id}".encode()).hexdigest()[:6]
        events.append(
            Event(SEEN, known.incident_id, finding, at)
            if known
            else Event(OPENED, name, finding, at)
        )
    for key, known in lasting.items():
        if key not in verdict.findings and verdict.covers(known.finding):
            events.append(Event(CLOSED, known.incident_id, known.finding, at))
    return events


def verdict_of(records: Collection[Record]) -> Verdict:
    """Return what the records of runs say by themselves: runs, models, tests and files.

    Args:
        records: Records of one or more runs, the oldest first; the last word on a subject counts.
    """
    verdict = Verdict()
    blamed = set()  # Runs whose failure is told by one of their nodes.
    for record in records:
        cells = record.content
        if record.kind in ("node", "test") and not cells.get("is_watch"):
            kind = "test" if record.kind == "test" else "model"
            finding = Finding(
                kind,
                cells["name"],
                cells.get("message") or cells["status"],
                row_count=cells.get("failures") or None,
            )
            _note(verdict, finding, cells["status"] in _BAD, cells["status"] in _GOOD)
        if record.kind in ("node", "test") and cells["status"] in _BAD:
            blamed.add(record.run_id)
        if record.kind == "file":
            subject = f"{cells['feed']} {cells['file_name']}"
            finding = Finding("file", subject, cells.get("reason") or "refused")
            _note(verdict, finding, cells["status"] == "refused", cells["status"] == "loaded")
    runs = [record for record in records if record.kind == "run"]
    blamed |= {run.content["parent_run_id"] for run in runs if run.content["status"] == FAILED}
    for record in runs:
        cells = record.content
        failed = cells["status"] == DIED or (
            cells["status"] == FAILED and record.run_id not in blamed
        )
        finding = Finding("run", cells["command"], cells.get("message") or cells["status"])
        _note(verdict, finding, failed, cells["status"] == SUCCESS)
    return verdict


def _note(verdict: Verdict, finding: Finding, is_bad: bool, is_good: bool) -> None:
    if is_bad:
        verdict.findings[finding.key] = finding
    elif is_good:
        verdict.judged.add(finding.key)
        verdict.findings.pop(finding.key, None)
