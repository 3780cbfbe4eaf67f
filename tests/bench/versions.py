"""What versions cost: a warm ``dbt run`` of all models against dbt-spark's own materializations.

Both build the same seed on the same server, by turns, so that a noisy machine is noisy for both.
Prints seconds, bytes and the ratios of the medians.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python"))

from conftest import BIN, Scratch, copy_project, free_ports

ROUNDS = 3
KINDS = ("versions", "stock")


def main() -> None:
    """Build by turns, print a table."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        names = ("P360_THRIFT_PORT", "P360_CONNECT_PORT", "P360_UI_PORT")
        ports = {name: str(port) for name, port in zip(names, free_ports(3), strict=True)}
        environment = dict(os.environ) | ports | {"P360_HOME": str(home / "home")}
        projects = {kind: _project(home / kind, kind, environment) for kind in KINDS}
        try:
            _must(projects["versions"].p360("up"))
            seconds: dict[str, list[float]] = {kind: [] for kind in KINDS}
            for number in range(ROUNDS + 1):
                for kind, project in projects.items():
                    if number == 0:
                        _must(project.dbt("seed"))
                    started = time.monotonic()
                    _must(project.dbt("run"))
                    if number > 0:  # The first round warms the server.
                        seconds[kind].append(time.monotonic() - started)
                    print(f"round {number} {kind}", file=sys.stderr)
            _print(seconds, {kind: _bytes(home / "home", kind) for kind in KINDS})
        finally:
            projects["versions"].p360("down")


def _project(folder: Path, kind: str, environment: dict[str, str]) -> Scratch:
    project = Scratch(copy_project(folder), environment | {"P360_SCHEMA": kind})
    if kind == "stock":
        for file in ("table.sql", "view.sql"):
            (folder / "macros" / "materializations" / file).unlink()
        project.edit("dbt_project.yml", '  - "{{ begin_run() }}"\n', "")
        project.edit("dbt_project.yml", 'on-run-end:\n  - "{{ publish_run(results) }}"\n', "")
        # The seed, which is no model, keeps its version and needs its schema.
        project.edit(
            "dbt_project.yml",
            '  - "{{ check_email_key() }}"\n',
            '  - "{{ check_email_key() }}"\n  - "create schema if not exists stock_store"\n',
        )
    return project


def _must(done: subprocess.CompletedProcess[str]) -> None:
    if done.returncode != 0:
        sys.exit(f"error: {' '.join(map(str, done.args))}: {done.stdout[-2000:]}{done.stderr}")


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
    assert BIN.exists()
    main()
