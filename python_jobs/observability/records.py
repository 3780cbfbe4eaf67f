"""The records that a run leaves: what they hold, and how they travel as text."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

SUCCESS, FAILED, DIED = "success", "failed", "died"
_LONGEST_MESSAGE = 300
_ADDRESS = re.compile(r"[^\s@'\"<>]+@[^\s@'\"<>]+")


@dataclass(frozen=True)
class Record:
    """One line of the records.

    Attributes:
        run_id: The run that leaves it.
        kind: ``run``, ``node``, ``test``, ``file``, ``rule``, ``account``, ``incident`` or another
            name that a part of the project has chosen for its own.
        recorded_at: When it was made, UTC.
        content: Its cells by name; texts, numbers, booleans, times and decimals.
    """

    run_id: str
    kind: str
    recorded_at: datetime
    content: dict[str, Any]

    def to_json(self) -> dict[str, str]:
        """Return the record as the texts that Spark stores."""
        return {
            "run_id": self.run_id,
            "kind": self.kind,
            "recorded_at": _text(self.recorded_at),
            "record": json.dumps(self.content, default=_text, ensure_ascii=False),
        }

    @classmethod
    def from_json(cls, texts: dict[str, str]) -> Record:
        """Return the record that ``to_json`` gave; times and decimals of its content stay text."""
        return cls(
            texts["run_id"],
            texts["kind"],
            datetime.fromisoformat(texts["recorded_at"]),
            json.loads(texts["record"]),
        )


@dataclass
class Run:
    """A command from its start to its end.

    Attributes:
        run_id: Start (UTC) and eight digits; later runs sort later.
        program: ``dbt`` or ``p360``.
        command: What was run, such as ``dbt build``.
        selection: What narrowed it, such as ``--select silver_sales``; empty for all.
        parent_run_id: The ``p360`` command that ran it; None where a person did.
        schema: The schema that it worked on.
        target: dbt's target.
        feed: The feed that was built.
        git_commit: Commit of the project, with ``-dirty`` where files had changed since.
        versions: Name to version of what it ran with.
        run_by: The user.
        started_at: UTC.
        finished_at: UTC; None where it died.
        status: ``success``, ``failed`` or ``died``.
        message: Why it failed, in one line.
    """

    run_id: str
    program: str
    command: str
    schema: str
    started_at: datetime
    selection: str = ""
    parent_run_id: str | None = None
    target: str | None = None
    feed: str | None = None
    git_commit: str | None = None
    versions: dict[str, str] = field(default_factory=dict)
    run_by: str | None = None
    finished_at: datetime | None = None
    status: str = DIED
    message: str | None = None

    def to_record(self) -> Record:
        """Return the run as a record."""
        content = asdict(self)
        content["versions"] = json.dumps(self.versions, sort_keys=True)
        return Record(self.run_id, "run", self.finished_at or datetime.now(UTC), content)


def new_run_id(started_at: datetime, unique: str | None = None) -> str:
    """Return the id of a run, as the macro ``run_id`` makes it for dbt's own."""
    return f"{started_at:%Y%m%d_%H%M%S}_{(unique or uuid.uuid4().hex)[:8]}"


def one_line(message: str | None) -> str | None:
    """Return the first words of a message on one line, e-mail addresses hidden."""
    text = " ".join((message or "").split())
    text = _ADDRESS.sub("(address)", text)
    if len(text) > _LONGEST_MESSAGE:
        text = text[: _LONGEST_MESSAGE - 1] + "…"
    return text or None


def _text(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat() if value.tzinfo else value.isoformat() + "+00:00"
    if isinstance(value, (date, Decimal)):
        return str(value)
    raise TypeError(f"a record cannot hold {type(value).__name__}")
