"""What opens, feeds and ends an incident, and what people are told: no Spark."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from conftest import free_ports

from python_jobs.observability.alerts import Message, message_of, send
from python_jobs.observability.health import (
    LOOK,
    WELL,
    WRONG,
    account_line,
    freshness_line,
    incidents_line,
    last_run_line,
)
from python_jobs.observability.incidents import (
    ACKNOWLEDGED,
    RESOLVED,
    Event,
    Finding,
    Verdict,
    incidents_of,
    next_events,
    verdict_of,
)
from python_jobs.observability.records import Record, Run, one_line
from python_jobs.observability.refusals import refusals
from python_jobs.observability.spool import Spool
from python_jobs.observability.writer import RunWriter, start_run
from python_jobs.settings import Settings

START = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
BROKEN = Finding("model", "gold_x", "it broke", row_count=7, amount=Decimal("1234.50"))


def at(day: int) -> datetime:
    return START + timedelta(days=day)


def found(*findings: Finding) -> Verdict:
    return Verdict({one.key: one for one in findings})


def record(run: str, kind: str, **content: Any) -> Record:
    return Record(run, kind, START, content)


def run_record(run: str, status: str, command: str = "dbt build", parent: str | None = None) -> Any:
    return record(run, "run", status=status, command=command, parent_run_id=parent, message=None)


def test_a_failure_opens_the_same_one_adds_and_success_closes() -> None:
    events: list[Event] = []
    for day, verdict in enumerate([found(BROKEN), found(BROKEN), Verdict(), found(BROKEN)]):
        events += next_events(incidents_of(events), verdict, f"run{day}", at(day))
    # The third run did not build the model, so nothing is known of it.
    assert [event.event for event in events] == ["opened", "seen", "seen"]
    good = Verdict(judged={BROKEN.key})
    events += next_events(incidents_of(events), good, "run4", at(4))
    [one] = incidents_of(events)
    assert (one.status, one.seen_count, one.opened_at) == ("closed", 3, at(0))
    events += next_events(incidents_of(events), found(BROKEN), "run5", at(5))
    assert [one.status for one in incidents_of(events)] == ["closed", "open"]


def test_an_acknowledged_incident_lasts_and_a_resolved_one_does_not() -> None:
    events = next_events([], found(BROKEN), "run0", at(0))
    name = events[0].incident_id
    events.append(Event(ACKNOWLEDGED, name, BROKEN, at(1), "Ann", "We know."))
    assert next_events(incidents_of(events), found(BROKEN), "run1", at(2))[0].event == "seen"
    events.append(Event(RESOLVED, name, BROKEN, at(3), "Bob", "It was the disk."))
    [one] = incidents_of(events)
    assert (one.status, one.person, one.lasts) == ("resolved", "Bob", False)
    assert next_events([one], found(BROKEN), "run2", at(4))[0].event == "opened"


def test_events_survive_their_way_through_json() -> None:
    event = Event(ACKNOWLEDGED, "abc123", BROKEN, at(0), "Ann", "It's $5 & 'more'.")
    there = Record("run0", "incident", at(0), event.content()).to_json()
    assert Event.from_content(Record.from_json(there).content) == event


def test_a_run_that_fails_in_a_node_is_told_once() -> None:
    records = [
        run_record("child", "failed", parent="parent"),
        record("child", "node", name="gold_x", status="error", message="no such column"),
        record("child", "node", name="gold_y", status="skipped", message=None),
        record("child", "test", name="t", status="fail", message="Got 3", failures=3),
        record("child", "test", name="u", status="warn", message="Got 3", failures=3),
        run_record("parent", "failed", "p360 run"),
    ]
    verdict = verdict_of(records)
    assert set(verdict.findings) == {"model gold_x", "test t"}
    assert verdict.findings["test t"].row_count == 3
    assert verdict.judged == {"test u"}  # A warning is no failure; what was skipped is not judged.


def test_a_run_that_dies_or_fails_without_a_node_is_told() -> None:
    assert set(verdict_of([run_record("a", "died")]).findings) == {"run dbt build"}
    assert set(verdict_of([run_record("a", "failed")]).findings) == {"run dbt build"}
    last_word = verdict_of([run_record("a", "died"), run_record("b", "success")])
    assert last_word.findings == {}
    assert last_word.judged == {"run dbt build"}


def test_a_refused_file_opens_and_its_loading_closes() -> None:
    refused = record("a", "file", feed="shop", file_name="x.csv", status="refused", reason="empty")
    loaded = record("b", "file", feed="shop", file_name="x.csv", status="loaded", reason=None)
    assert verdict_of([refused]).findings["file shop x.csv"].sentence == "empty"
    assert verdict_of([loaded]).judged == {"file shop x.csv"}


def test_the_message_groups_a_run_and_says_since_when_how_much_and_where_to_look() -> None:
    late = Finding("freshness", "shop sale", "the newest sale is 50 h old", "warn")
    events = next_events([], found(late), "run0", at(0))
    ended = next_events(incidents_of(events), Verdict(judged={late.key}), "run1", at(1))
    new = next_events([], found(BROKEN), "run1", at(1))
    everything = incidents_of([*events, *ended, *new])
    message = message_of([*new, *ended], everything, "shop", "run1")
    assert message is not None
    assert message.title == "Project 360, shop: 1 opened, 1 closed"
    assert (
        "model gold_x: it broke; since 2026-01-06 06:00 UTC; 7 rows; worth 1,234.50" in message.body
    )
    assert "since 2026-01-05 06:00 UTC" in message.body
    assert "P360_SCHEMA=shop p360 incidents" in message.body
    seen = next_events(incidents_of(new), found(BROKEN), "run2", at(2))
    assert message_of(seen, everything, "shop", "run2") is None  # Nobody is told twice.


def test_messages_are_one_line_without_addresses() -> None:
    line = one_line("cannot cast\n  'ann.lee@example.com' to INT" + " x" * 400)
    assert line is not None
    assert "@" not in line
    assert "\n" not in line
    assert len(line) == 300


@pytest.fixture
def web() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A real HTTP server: its address, and what was posted to it."""
    posts: list[dict[str, Any]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posts.append({"path": self.path, **json.loads(body)})
            self.send_response(500 if "broken" in self.path else 200)
            self.end_headers()

        def log_message(self, *words: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"json://127.0.0.1:{server.server_port}", posts
    server.shutdown()
    server.server_close()


class Mailbox:
    """What a real SMTP server was given."""

    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(envelope)
        return "250 OK"


def test_alerts_reach_a_real_web_and_mail_server(
    web: tuple[str, list[dict[str, Any]]], capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    address, posts = web
    mailbox = Mailbox()
    [port] = free_ports(1)
    mail = Controller(mailbox, hostname="127.0.0.1", port=port)
    mail.start()
    try:
        secret = "hush-hush"
        where = (
            f"{address}/ok?token={secret}, {address}/broken?token={secret} "
            f"mailto://127.0.0.1:{port}?from=p360@example.com&to=ann@example.com&mode=insecure "
            f"nonsense://{secret}"
        )
        report = tmp_path / "report.pdf"
        report.write_bytes(b"%PDF-1.7 of sales")
        failed = send(Message("A title", "A body\n  worth 1,234.50"), where, [report])
    finally:
        mail.stop()
    assert failed == ["json", "nonsense"]
    assert [post["path"].split("?")[0] for post in posts] == ["/ok", "/broken"]
    assert posts[0]["title"] == "A title"
    assert "worth 1,234.50" in posts[0]["message"]
    [envelope] = mailbox.mails
    assert envelope.rcpt_tos == ["ann@example.com"]
    assert b"A title" in envelope.content
    parts = message_from_bytes(envelope.content).walk()
    [file] = [part for part in parts if part.get_filename() == "report.pdf"]
    assert file.get_payload(decode=True) == b"%PDF-1.7 of sales"
    printed = capfd.readouterr()
    assert secret not in printed.out + printed.err


def spool_at(home: Path) -> Spool:
    return Spool(Settings.from_environment({"P360_HOME": str(home)}, home))


def test_a_run_that_died_is_marked_and_one_that_lives_is_not(tmp_path: Path) -> None:
    spool = spool_at(tmp_path)
    dead, alive = (Run(name, "dbt", "dbt build", "p360", START) for name in ("run1", "run2"))
    spool.begin(dead).close()  # As the system closes the files of a process that is killed.
    living = spool.begin(alive)
    assert [run.run_id for run in spool.mark_dead_runs()] == ["run1"]
    assert spool.mark_dead_runs() == []
    [(name, [kept])] = spool.pending()
    assert (name, kept.content["status"]) == ("run1", "died")
    living.close()
    assert [run.run_id for run in spool.mark_dead_runs()] == ["run2"]


def test_records_wait_until_they_are_shipped_and_a_torn_file_does_not_stop_the_rest(
    tmp_path: Path,
) -> None:
    spool = spool_at(tmp_path)
    spool.end("run1", [record("run1", "node", name="it's $x", amount=Decimal("1.10"))])
    torn = spool.end("run2", [record("run2", "node", name="y")])
    torn.write_text(torn.read_text(encoding="utf-8")[:20], encoding="utf-8")
    [(name, [kept])] = spool.pending()
    assert (name, kept.content) == ("run1", {"name": "it's $x", "amount": "1.10"})
    spool.forget(["run1"])
    assert spool.pending() == []


def test_health_tells_well_from_look_and_wrong() -> None:
    run = {"command": "dbt build", "run_id": "r", "started_at": START.isoformat()}
    assert last_run_line(run | {"status": "success"}).level == WELL
    assert last_run_line(run | {"status": "died", "message": None}).level == WRONG
    assert last_run_line(None).level == LOOK
    assert freshness_line("shop", "sale", 50, 48, "late").level == LOOK
    assert account_line(10, 1).level == WRONG
    assert account_line(10, 0).level == WELL
    [one] = incidents_of(next_events([], found(BROKEN), "run0", at(0)))
    assert incidents_line([one]).level == WRONG
    one.status = ACKNOWLEDGED
    assert incidents_line([one]).level == WELL


def test_refused_logins_are_told_once_and_not_lost(tmp_path: Path) -> None:
    settings = Settings.from_environment({"P360_HOME": str(tmp_path)}, tmp_path)
    noon = 1_767_225_600_000  # 2026-01-01, UTC, in milliseconds.
    lines = [f"{noon} thrift", f"{noon + 1000} thrift", f"{noon + 86_400_000} thrift", "torn"]
    (tmp_path / "refused_logins").write_text("\n".join([*lines, f"{noon} connect"]), "ascii")
    with suppress(OSError), refusals(settings):
        raise OSError("the disk is full")
    with refusals(settings) as told:
        assert [(one["door"], one["refused_on"], one["refused_count"]) for one in told] == [
            ("connect", "2026-01-01", 1),
            ("thrift", "2026-01-01", 2),
            ("thrift", "2026-01-02", 1),
        ]
    with refusals(settings) as told:
        assert told == []
    (tmp_path / "refused_logins").write_text(lines[0], "ascii")
    run = start_run(settings, "p360", "p360 run")
    RunWriter(settings, run).end([run.to_record()], None)
    ((_, records),) = Spool(settings).pending()
    (login,) = [one.content for one in records if one.kind == "login"]
    assert (login["door"], login["refused_count"]) == ("thrift", 1)
    assert {file.name for file in tmp_path.glob("refused*")} == {"refused_logins.lock"}
