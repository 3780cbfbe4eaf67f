"""What the project's own machinery costs: a warm dbt command with it and without, by turns.

``versions``: ``dbt run`` of all models against dbt-spark's own materializations. ``records``: ``dbt
build`` of the demo with the run recorder and without. Both of a pair build the same seed on the
same server, by turns, so that a noisy machine is noisy for both. A round before those that count
warms the server; it is recorded for both, so that the models of observability have what to read.
Prints seconds, bytes, and the ratios of the medians.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from bench.workspace import (
    Workspace,
    make_workspace,
    server_environment,
    use_stock_materializations,
)
from python_jobs.errors import P360Error
from python_jobs.terminal.console import complain, say

# What is measured: the dbt command, and the names of the two projects.
PAIRS = {
    "versions": ("run", ("versions", "stock")),
    "records": ("build", ("recorded", "unrecorded")),
}


def main() -> None:
    """Build by turns, print a table for each pair."""
    parser = argparse.ArgumentParser(prog="python -m bench.overhead", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PAIRS, default=PAIRS, help="one of the two")
    parser.add_argument("--rounds", type=int, default=3, help="those that count")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        environment = server_environment(home / "home")
        server = make_workspace(home / "server", environment)
        try:
            server.p360("up")
            for pair in given.only:
                command, names = PAIRS[pair]
                projects = {
                    name: make_workspace(home / name, environment, schema=name) for name in names
                }
                if pair == "versions":
                    use_stock_materializations(projects["stock"])
                    for project in projects.values():
                        project.dbt("seed")
                _build_by_turns(projects, command, rounds=1)
                if pair == "records":
                    projects["unrecorded"] = _without_records(projects["unrecorded"], home)
                seconds = _build_by_turns(projects, command, given.rounds)
                _print(command, seconds, {name: _bytes(home / "home", name) for name in names})
        except P360Error as error:
            complain(str(error))
            sys.exit(1)
        finally:
            server.p360("down")


def _without_records(project: Workspace, home: Path) -> Workspace:
    """Return the project with a plugin of that name first on the path that does nothing."""
    folder = home / "no_records"
    folder.mkdir()
    (folder / "dbt_run_records.py").write_text("plugins = []\n", encoding="utf-8")
    return replace(project, environment=project.environment | {"PYTHONPATH": str(folder)})


def _build_by_turns(
    projects: dict[str, Workspace], command: str, rounds: int
) -> dict[str, list[float]]:
    """Return the seconds of each command."""
    seconds: dict[str, list[float]] = {name: [] for name in projects}
    for _ in range(rounds):
        for name, project in projects.items():
            started = time.monotonic()
            project.dbt(command)
            seconds[name].append(time.monotonic() - started)
            say(f"{name}: {seconds[name][-1]:.1f} s")
    return seconds


def _bytes(home: Path, schema: str) -> int:
    parts = (schema, f"{schema}_live", f"{schema}_store", f"{schema}_records")
    folders = [home / "warehouse" / f"{part}.db" for part in parts]
    return sum(file.stat().st_size for one in folders for file in one.rglob("*") if file.is_file())


def _print(command: str, seconds: dict[str, list[float]], size: dict[str, int]) -> None:
    print(f"{f'dbt {command}, warm':<18}{'seconds (median)':>18}{'all':>40}{'MB':>8}")
    for name, measured in seconds.items():
        every = " ".join(f"{one:.1f}" for one in measured)
        print(f"{name:<18}{statistics.median(measured):>18.1f}{every:>40}{size[name] / 1e6:>8.1f}")
    with_it, without = seconds
    more = statistics.median(seconds[with_it]) - statistics.median(seconds[without])
    time_ratio = statistics.median(seconds[with_it]) / statistics.median(seconds[without])
    size_ratio = size[with_it] / size[without]
    print(f"{'difference':<18}{more:>18.1f}")
    print(f"{'ratio':<18}{time_ratio:>18.3f}{'':>40}{size_ratio:>8.2f}")


if __name__ == "__main__":
    main()
