"""How things stand, on one screen: last run, age of the data, accounts, incidents."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from rich.markup import escape
from rich.table import Table

from python_jobs.errors import P360Error
from python_jobs.observability.desk import read_incidents
from python_jobs.observability.incidents import Incident
from python_jobs.observability.records import SUCCESS
from python_jobs.observability.spool import Spool
from python_jobs.observability.store import RecordStore
from python_jobs.server.thrift import ThriftConnection, connect
from python_jobs.settings import Settings
from python_jobs.terminal.console import complain, out

WELL, LOOK, WRONG = 0, 1, 2
_WORDS = {WELL: "[green]ok[/]", LOOK: "[yellow]warning[/]", WRONG: "[bold red]error[/]"}
_COMMANDS = ("dbt build", "dbt run", "dbt seed", "dbt retry", "dbt snapshot", "p360 run")


@dataclass(frozen=True)
class Line:
    """One thing that is looked at.

    Attributes:
        level: 0 (well), 1 (look at it) or 2 (wrong).
        what: What it is, such as ``last run``.
        sentence: How it is.
    """

    level: int
    what: str
    sentence: str


@dataclass
class Health:
    """How a schema stands.

    Attributes:
        schema: The schema.
        lines: What was looked at.
        incidents: Those that last.
    """

    schema: str
    lines: list[Line] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)

    @property
    def level(self) -> int:
        """The worst of its lines."""
        return max((line.level for line in self.lines), default=LOOK)


def read_health(connection: ThriftConnection, settings: Settings) -> Health:
    """Ask the live tables and the records how things stand."""
    health = Health(settings.schema)
    health.lines.append(_last_run(connection, settings))
    live = settings.live_schema
    if connection.has_schema(live) and connection.has_view(live, "obs_freshness"):
        rows = connection.query(
            f"select feed, clock, age_hours, promised_hours, verdict from {live}.obs_freshness"
        ).rows
        health.lines.extend(freshness_line(*row) for row in rows)
        raw, unaccounted = connection.query(
            "select sum(raw_count), sum(abs(unaccounted_count)) "
            f"from {live}.observability_row_account"
        ).rows[0]
        health.lines.append(account_line(raw or 0, unaccounted or 0))
    else:
        health.lines.append(Line(LOOK, "data", "no run is live yet; start with 'p360 run'"))
    health.incidents = [one for one in read_incidents(connection, settings) if one.lasts]
    health.lines.append(incidents_line(health.incidents))
    return health


def print_health(settings: Settings, *, as_json: bool) -> int:
    """Print how things stand.

    Returns:
        0 (well), 1 (look at it) or 2 (wrong, or no server answers).
    """
    spool = Spool(settings)
    dead = spool.mark_dead_runs()
    try:
        with connect(settings) as connection:
            health = read_health(connection, settings)
    except P360Error as error:
        health = Health(settings.schema, [Line(WRONG, "server", str(error))])
    health.lines.extend(Line(WRONG, "died", f"{run.command}, {run.run_id}") for run in dead)
    waiting = len(spool.pending()) - len(dead)
    if waiting > 0:
        sentence = f"records of {waiting} runs wait on disk; the next run stores them"
        health.lines.append(Line(LOOK, "records", sentence))
    if as_json:
        print(json.dumps(health_object(health), indent=2, ensure_ascii=False))
    elif health.lines[0].what == "server":
        complain(health.lines[0].sentence)
    else:
        _print(health)
    return health.level


def last_run_line(run: dict[str, Any] | None) -> Line:
    """Return the line about the newest run that builds; ``run`` is its record."""
    if run is None:
        return Line(LOOK, "last run", "none recorded; start with 'p360 run'")
    started = datetime.fromisoformat(run["started_at"])
    sentence = f"{run['command']} {run['run_id']}, started {started:%Y-%m-%d %H:%M} UTC"
    if run["status"] == SUCCESS:
        return Line(WELL, "last run", f"{sentence}, succeeded")
    why = f": {run['message']}" if run.get("message") else ""
    return Line(WRONG, "last run", f"{sentence}, {run['status']}{why}")


def freshness_line(
    feed: str, clock: str, age_hours: int | None, promised_hours: int | None, verdict: str
) -> Line:
    """Return the line about one clock of a feed; arguments as in ``obs_freshness``."""
    age = "none yet" if age_hours is None else f"{_age(age_hours)} old"
    target = "no target" if promised_hours is None else f"target {_age(promised_hours)}"
    return Line(LOOK if verdict == "late" else WELL, f"newest {clock}", f"{feed}: {age}, {target}")


def account_line(raw: int, unaccounted: int) -> Line:
    """Return the line about the account of rows that are live."""
    if unaccounted:
        return Line(
            WRONG, "row account", f"{unaccounted:,} of {raw:,} raw rows are unaccounted for"
        )
    return Line(WELL, "row account", f"all {raw:,} raw rows are accounted for")


def incidents_line(incidents: list[Incident]) -> Line:
    """Return the line about the incidents that last."""
    open_ones = [one for one in incidents if one.status == "open"]
    errors = sum(one.finding.severity == "error" for one in open_ones)
    known = len(incidents) - len(open_ones)
    sentence = f"{len(open_ones)} open, {errors} of them errors; {known} acknowledged"
    level = WRONG if errors else LOOK if open_ones else WELL
    return Line(level, "incidents", sentence)


def _last_run(connection: ThriftConnection, settings: Settings) -> Line:
    store = RecordStore(connection, settings)
    if not store.exists():
        return last_run_line(None)
    commands = ", ".join(f"'{name}'" for name in _COMMANDS)
    rows = connection.query(
        f"select record from {store.view} where kind = 'run' "
        f"and get_json_object(record, '$.command') in ({commands}) "
        "order by run_id desc limit 1"
    ).rows
    return last_run_line(json.loads(rows[0][0]) if rows else None)


def _print(health: Health) -> None:
    out.print(f"[bold]Project 360[/]  schema {health.schema}: {_WORDS[health.level]}")
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for line in health.lines:
        table.add_row(line.what, _WORDS[line.level], escape(line.sentence))
    out.print(table)
    if health.incidents:
        out.print("\nIncidents ('p360 incidents' shows more)")
    for one in health.incidents:
        since = f"{one.opened_at:%Y-%m-%d %H:%M}"
        out.print(
            f"  {one.incident_id}  {one.status:<12}  since {since} UTC, seen {one.seen_count}x  "
            f"{one.finding.key}: {one.finding.sentence}",
            markup=False,
        )


def health_object(health: Health) -> dict[str, Any]:
    """Return how things stand as an object that JSON holds; amounts and times as text."""
    found = {
        "schema": health.schema,
        "level": health.level,
        "lines": [asdict(line) for line in health.lines],
        "incidents": [asdict(one) for one in health.incidents],
    }
    told: dict[str, Any] = json.loads(json.dumps(found, default=_text))
    return told


def _age(hours: int) -> str:
    return f"{hours:,} h" if hours < 72 else f"{hours // 24:,} days"


def _text(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(type(value).__name__)
