"""Seconds and memory of the steps of a contender."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil

from python_jobs.errors import P360Error
from python_jobs.terminal.console import steps

_SAMPLE_SECONDS = 0.2


@dataclass(frozen=True)
class Step:
    """One measured step.

    Attributes:
        name: What was done, such as ``ingest``.
        seconds: How long it took.
        peak: The largest sum of resident memory of all processes that took part, in bytes. Pages
            that processes share count once for each.
    """

    name: str
    seconds: float
    peak: int


@dataclass
class Result:
    """What a contender's process hands back.

    Attributes:
        contender: Its name.
        rows: Rows it was given.
        measured_at: When it began, UTC.
        load: The machine's load average at that time: what else it was doing.
        steps: Files to tables, in order; these are compared.
        later: Steps after these, such as one more load; not compared with other contenders.
        profile: Step name to parts of it and their seconds, where known.
        size: Bytes that the tables take after ``steps``.
        facts: What the tables hold, to be held against another contender's: name to text.
        columns: Table name to its column names.
    """

    contender: str
    rows: int
    measured_at: str = field(default_factory=lambda: f"{datetime.now(UTC):%Y-%m-%d %H:%M}")
    load: float = field(default_factory=lambda: os.getloadavg()[0])
    steps: list[Step] = field(default_factory=list)
    later: list[Step] = field(default_factory=list)
    profile: dict[str, dict[str, float]] = field(default_factory=dict)
    size: int = 0
    facts: dict[str, str] = field(default_factory=dict)
    columns: dict[str, list[str]] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """All compared steps, in seconds."""
        return sum(step.seconds for step in self.steps)

    @property
    def peak(self) -> int:
        """The largest memory of any compared step, in bytes."""
        return max((step.peak for step in self.steps), default=0)

    def seconds_of(self, name: str) -> float:
        """Seconds of the step, compared or later, of that name; 0 where there is none."""
        return sum(step.seconds for step in [*self.steps, *self.later] if step.name == name)

    def as_json(self) -> str:
        """Return the result as text that ``from_json`` reads."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Result:
        """Read what ``as_json`` wrote."""
        raw = json.loads(text)
        for kind in ("steps", "later"):
            raw[kind] = [Step(**step) for step in raw[kind]]
        return cls(**raw)


class Meter:
    """Measures steps; a thread samples the memory of this process, its children and a server.

    Args:
        title: Whose steps these are, for people.
        server_pid: Gives the process id of a server that is no child of this process, if it runs.
    """

    def __init__(self, title: str, server_pid: Callable[[], int | None] = lambda: None) -> None:
        self._title = title
        self._server_pid = server_pid

    @contextmanager
    def step(self, name: str, into: list[Step]) -> Iterator[None]:
        """Measure one step and append it to a list."""
        ended = threading.Event()
        peak = 0

        def sample() -> None:
            nonlocal peak
            while True:
                peak = max(peak, self._memory())
                if ended.wait(_SAMPLE_SECONDS):
                    return

        thread = threading.Thread(target=sample, daemon=True)
        with steps(f"  {self._title}: {name}"):
            started = time.monotonic()
            thread.start()
            try:
                yield
            finally:
                seconds = time.monotonic() - started
                ended.set()
                thread.join()
        into.append(Step(name, seconds, max(peak, self._memory())))

    def _memory(self) -> int:
        roots = [psutil.Process().pid, self._server_pid()]
        family: set[psutil.Process] = set()
        for root in roots:
            try:
                process = psutil.Process(root) if root is not None else None
                family |= {process, *process.children(recursive=True)} if process else set()
            except psutil.NoSuchProcess:
                continue
        words: dict[int, list[str]] = {}
        sizes: dict[int, tuple[int, int]] = {}  # Process id to that of its parent, and bytes.
        for process in family:
            try:
                words[process.pid] = process.cmdline()
                sizes[process.pid] = process.ppid(), process.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        # A child with its parent's command line has not started its own program yet: what it
        # shows is the parent's memory. Spark starts many, since Hadoop calls chmod.
        return sum(
            size
            for pid, (parent, size) in sizes.items()
            if not words[pid] or words[pid] != words.get(parent)
        )


def execute(
    words: Sequence[str | Path], cwd: Path, environment: Mapping[str, str], log: Path
) -> str:
    """Run a command, add what it says to a log, and return it.

    Raises:
        P360Error: It failed; the message ends with the last lines that it said.
    """
    done = subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env=dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    with log.open("a", encoding="utf-8") as file:
        file.write(f"$ {' '.join(Path(str(word)).name for word in words)}\n{done.stdout}\n")
    if done.returncode != 0:
        tail = "\n".join(done.stdout.splitlines()[-30:])
        raise P360Error(f"{Path(str(words[0])).name} ended with {done.returncode}: {tail}")
    return done.stdout


def program(name: str) -> Path:
    """Return the path of a program of this Python's environment, such as ``dbt``."""
    return Path(sys.executable).parent / name


def folder_size(folder: Path) -> int:
    """Return the bytes of all files below a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
