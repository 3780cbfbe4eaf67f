"""What versions cost: a warm ``dbt run`` of all models against dbt-spark's own materializations.

Both build the same seed on the same server, by turns, so that a noisy machine is noisy for both.
Prints seconds, bytes and the ratios of the medians.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from bench.workspace import (
    Workspace,
    make_workspace,
    server_environment,
    use_stock_materializations,
)
from python_jobs.console import complain, say
from python_jobs.errors import P360Error

ROUNDS = 3
KINDS = ("versions", "stock")


def main() -> None:
    """Build by turns, print a table."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        environment = server_environment(home / "home")
        projects = {kind: make_workspace(home / kind, environment, schema=kind) for kind in KINDS}
        use_stock_materializations(projects["stock"])
        try:
            projects["versions"].p360("up")
            seconds = _build_by_turns(projects)
            _print(seconds, {kind: _bytes(home / "home", kind) for kind in KINDS})
        except P360Error as error:
            complain(str(error))
            sys.exit(1)
        finally:
            projects["versions"].p360("down")


def _build_by_turns(projects: dict[str, Workspace]) -> dict[str, list[float]]:
    """Return the seconds of each warm ``dbt run``."""
    seconds: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for number in range(ROUNDS + 1):
        for kind, project in projects.items():
            if number == 0:
                project.dbt("seed")
            started = time.monotonic()
            project.dbt("run")
            if number > 0:  # The first round warms the server.
                seconds[kind].append(time.monotonic() - started)
            say(f"round {number} {kind}")
    return seconds


def _bytes(home: Path, kind: str) -> int:
    folders = (home / "warehouse").glob(f"{kind}*.db")
    return sum(file.stat().st_size for one in folders for file in one.rglob("*") if file.is_file())


def _print(seconds: dict[str, list[float]], size: dict[str, int]) -> None:
    print(f"{'dbt run, warm':<16}{'seconds (median)':>18}{'all':>40}{'MB':>8}")
    for kind in KINDS:
        every = " ".join(f"{one:.1f}" for one in seconds[kind])
        median = statistics.median(seconds[kind])
        print(f"{kind:<16}{median:>18.1f}{every:>40}{size[kind] / 1e6:>8.1f}")
    time_ratio = statistics.median(seconds["versions"]) / statistics.median(seconds["stock"])
    print(f"{'ratio':<16}{time_ratio:>18.2f}{'':>40}{size['versions'] / size['stock']:>8.2f}")


if __name__ == "__main__":
    main()
