"""Runs dbt in this process, with progress for people and one clear line for each failure."""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from python_jobs.cluster.login import login_of_dbt
from python_jobs.dbt.part_of_project import part_of_project
from python_jobs.dbt.tls import verify_certificates
from python_jobs.errors import DISK_FULL, DISK_FULL_SIGN, P360Error, readable_text
from python_jobs.machine.ports import port_answers
from python_jobs.settings import Settings
from python_jobs.terminal.console import complain, err, steps, warn

_SHOWN_FAILURES = 10
# What has to be ended before this process may end at once.
at_interrupt: set[Callable[[], None]] = set()
_FAILED = ("error", "fail", "runtime error")


@dataclass(frozen=True)
class DbtSummary:
    """What a dbt command did.

    Attributes:
        models: Models, seeds and snapshots that were built.
        tests: Tests that passed, unit tests included.
        warned: Tests that warned.
    """

    models: int
    tests: int
    warned: int


def run_dbt(
    settings: Settings, title: str, arguments: Sequence[str], *, warnings: bool = True
) -> DbtSummary:
    """Run one dbt command.

    Args:
        settings: Where the project and the server are.
        title: What to call the step, such as ``building and testing``.
        arguments: The command as on dbt's own command line, such as ``["build"]``.
        warnings: Whether to show the project's own warnings.

    Raises:
        P360Error: dbt failed; the message names each failing node with its first line.
    """
    results = _invoke(settings, title, arguments, warnings=warnings)
    good = Counter(
        _kind_and_name(node)[0] for node in results if str(node.status) in ("success", "pass")
    )
    return DbtSummary(
        models=good["model"] + good["seed"] + good["snapshot"],
        tests=good["test"] + good["unit_test"],
        warned=sum(str(node.status) == "warn" for node in results),
    )


def compile_sql(settings: Settings, title: str, jinja: str) -> str:
    """Return what dbt makes of SQL with Jinja in it, such as a call of a macro.

    Raises:
        P360Error: dbt cannot compile it; the message is dbt's own first line.
    """
    results = _invoke(settings, title, ["compile", "--inline", jinja], warnings=False)
    return str(results[0].node.compiled_code)


def compile_models(
    settings: Settings, title: str, models: Sequence[str], variables: Mapping[str, str]
) -> dict[str, str]:
    """Return the compiled SQL of models, by their names, in their order.

    dbt reads no other models if that will do: half of its time goes to them.

    Args:
        settings: Where the project is.
        title: What to call the step.
        models: Names of the models; quicker if they stand on no other models.
        variables: Variables of dbt.

    Raises:
        P360Error: dbt cannot compile one; the message is dbt's own first line.
    """
    words = ["compile", "--no-populate-cache", "--vars", json.dumps(dict(variables))]
    words += ["--indirect-selection", "empty", "--select", *models]
    try:
        part = part_of_project(settings, models)
        results = _invoke(
            settings, title, [*words, "--no-write-json"], warnings=False, project=part
        )
    except P360Error:
        if not port_answers(settings.thrift_port, settings.host):
            raise
        # They stand on more than that, or are wrong in the whole project too.
        results = _invoke(settings, f"{title} among all", words, warnings=False)
    compiled = {str(one.node.name): str(one.node.compiled_code) for one in results}
    return {model: compiled[model] for model in models}


def _invoke(
    settings: Settings,
    title: str,
    arguments: Sequence[str],
    *,
    warnings: bool,
    project: Path | None = None,
) -> list[Any]:
    """Run one dbt command, on a part of the project if one is named, and return its results."""
    # dbt takes most of a second to load and is not needed by the other commands.
    from dbt.cli.main import dbtRunner

    # A log that cannot be written, as on a full disk, must not drown what is said.
    logging.raiseExceptions = False
    operation_errors: list[str] = []
    with _exit_on_interrupt(), steps(title) as step, _dbt_environment(settings):

        def on_event(event: Any) -> None:  # noqa: ANN401
            name = event.info.name
            if name == "ConcurrencyLine":
                step.set_total(event.data.node_count)
            elif name == "NodeFinished":
                step.advance(event.data.node_info.node_name)
            elif name == "JinjaLogWarning" and warnings:
                warn(event.data.msg)
            elif name.startswith("RunningOperation"):
                operation_errors.append(event.data.exc)

        result = dbtRunner(callbacks=[on_event]).invoke(
            [*arguments, *_quiet(settings, project or settings.project_dir)]
        )
    results = list(getattr(result.result, "results", None) or [])
    if not result.success:
        if operation_errors:
            raise P360Error(_sentence(operation_errors[0]))
        raise P360Error(_failure(settings, arguments[0], result.exception, results))
    return results


def _quiet(settings: Settings, project: Path) -> list[str]:
    """Return the flags that leave all talking to us and the details to the log file."""
    return [
        *("--log-level", "none", "--log-level-file", "info", "--log-path", str(settings.logs_dir)),
        *("--project-dir", str(project), "--profiles-dir", str(project)),
    ]


@contextmanager
def _exit_on_interrupt() -> Iterator[None]:
    """End at once on Ctrl-C: dbt itself waits for threads that wait for Spark, at times for ever.

    Nothing is lost by it, since a run must survive worse.
    """

    def leave(signum: int, frame: FrameType | None) -> None:
        err.show_cursor()
        for end in at_interrupt:
            end()
        complain("interrupted; run the same command again")
        os._exit(130)

    if threading.current_thread() is not threading.main_thread():
        yield  # Another thread hears no signals.
        return
    before = signal.signal(signal.SIGINT, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _dbt_environment(settings: Settings) -> Iterator[None]:
    """Let ``profiles.yml`` see the settings, and only for as long as dbt runs."""
    before = dict(os.environ)
    os.environ.update(settings.dbt_environment() | login_of_dbt(settings))
    verify_certificates(settings)
    # Python's tracker of semaphores complains of those that an interrupted run leaves behind.
    os.environ["PYTHONWARNINGS"] = "ignore:resource_tracker"
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _failure(
    settings: Settings, command: str, exception: BaseException | None, results: list[Any]
) -> str:
    failed = [node for node in results if str(node.status) in _FAILED]
    log = settings.logs_dir / "dbt.log"
    if any(DISK_FULL_SIGN in str(node.message) for node in failed):
        return f"dbt {command}: {DISK_FULL}"
    if not failed:
        cause = _sentence(str(exception or "unknown cause")).rstrip(".")
        return f"dbt {command} failed: {cause}; see {log}"
    lines = [_failed_line(node) for node in failed[:_SHOWN_FAILURES]]
    more = len(failed) - len(lines)
    tail = [f"and {more} more"] if more else []
    return "\n       ".join(
        [f"dbt {command}: {len(failed)} of {len(results)} nodes failed; see {log}", *lines, *tail]
    )


def _failed_line(result: Any) -> str:  # noqa: ANN401
    message = result.message or str(result.status)
    return f"{_kind_and_name(result)[1]}: {_sentence(message)}{_blamed_sql(message)}"


def _kind_and_name(result: Any) -> tuple[str, str]:  # noqa: ANN401
    """Return a node's kind and name; the results of some commands know only its id."""
    node = getattr(result, "node", None)
    if node is not None:
        return str(node.resource_type), str(node.name)
    kind, _, name = str(result.unique_id).split(".", 2)
    return kind, name


def _sentence(message: str) -> str:
    """Return what dbt says in one line: no trace, no path of a compiled file."""
    lines = [
        line.strip()
        for line in message.splitlines()
        if not re.match(r"\s*(at |> in macro|> called by|compiled code at|\*\*\*)", line)
    ]
    text = " ".join(line for line in lines if line)
    preamble = r"(Database|Runtime|Compilation) Error( in [\w ]+ \S+ \([^)]*\))?\s*"
    return readable_text(re.sub(rf"^({preamble})+", "", text))


def _blamed_sql(message: str) -> str:
    """Return the line of SQL that Spark blames, where it does; a rule's line holds its id."""
    match = re.search(r"== SQL \([^)]*\) ==\s*(.+?)\s*\^\^", message, re.DOTALL)
    return "; in: " + " ".join(match.group(1).split()) if match else ""
