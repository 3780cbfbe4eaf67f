"""Measures the project beside other ways to do the same work: ``python -m bench --help``."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench import REPOSITORY
from bench.contenders.names import CONTENDERS
from bench.data import RawFiles, make_raw_files
from bench.facts import differences
from bench.measure import Result
from bench.report import write_docs
from bench.tables import all_tables
from python_jobs.errors import P360Error
from python_jobs.settings import Settings
from python_jobs.terminal.console import complain, out, say, warn

DEFAULT_ROWS = (1_000_000, 10_000_000)


def main() -> None:
    """Measure, compare what came out, report."""
    given = _arguments()
    work = given.work or Settings.from_environment(project_dir=REPOSITORY).home / "bench"
    try:
        if given.report:
            results = kept_results(work)
        else:
            results = [
                one for rows in sorted(given.rows) for one in measure_size(work, rows, given)
            ]
    except P360Error as error:
        complain(str(error))
        sys.exit(1)
    out.print("\n\n".join(table.as_text() for table in all_tables(results)), markup=False)
    if given.docs:
        for path in write_docs(given.docs, results):
            say(f"wrote {path}")
    faults = disagreements(results)
    for fault in faults:
        complain(fault)
    sys.exit(1 if faults else 0)


def measure_size(work: Path, rows: int, given: argparse.Namespace) -> list[Result]:
    """Measure the chosen contenders on that many rows, one after another."""
    results = []
    files: RawFiles | None = None
    (work / "results").mkdir(parents=True, exist_ok=True)
    for name in given.only:
        kept = work / "results" / f"{rows}_{name}.json"
        if not (given.reuse and kept.exists()):
            say(f"{rows:,} rows, {name}")
            files = files or make_raw_files(work, rows)
            _measure(name, files, work / f"{rows}_{name}", kept, given)
        results.append(Result.from_json(kept.read_text(encoding="utf-8")))
    if files and not given.keep:
        shutil.rmtree(files.folder.parent)
    return results


def kept_results(work: Path) -> list[Result]:
    """Return what earlier runs measured, whatever the sizes."""
    files = sorted((work / "results").glob("*.json"))
    return [Result.from_json(file.read_text(encoding="utf-8")) for file in files]


def _measure(
    name: str, files: RawFiles, folder: Path, kept: Path, given: argparse.Namespace
) -> None:
    """Run one contender in a process of its own; what it wrote is removed unless it failed."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    command = [
        *(sys.executable, "-m", "bench.contenders", name, "--rows", str(files.rows)),
        *("--files", str(files.folder), "--one-more", str(files.one_more)),
        *("--work", str(folder), "--result", str(kept)),
        *(("--revision", given.before) if name == "before" else ()),
        *(("--without-tests",) if given.without_tests else ()),
    ]
    environment = dict(os.environ) | {"PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(command, cwd=folder, env=environment, check=False)
    if done.returncode != 0:
        raise P360Error(f"{name} failed at {files.rows:,} rows; what it wrote is in {folder}")
    if not given.keep:
        shutil.rmtree(folder)


def disagreements(results: Sequence[Result]) -> list[str]:
    """Return a line for each thing in which another contender's tables differ from the project's.

    Earlier models may rightly differ, and so may columns that the project does not have.
    """
    faults = []
    projects = {result.rows: result for result in results if result.contender == "project"}
    for result in results:
        project = projects.get(result.rows)
        if project is None or not result.facts or result.contender in ("project", "before"):
            continue
        where = f"{result.rows:,} rows: project and {result.contender} differ in"
        faults += [f"{where} {line}" for line in differences(project.facts, result.facts)]
        for table, columns in project.columns.items():
            theirs = result.columns.get(table, [])
            lacking = [column for column in columns if column not in theirs]
            if lacking:
                faults.append(f"{where} {table}: the other has no {', '.join(lacking)}")
            extra = [column for column in theirs if column not in columns]
            if extra:
                warn(f"{where} {table}: the project has no {', '.join(extra)}")
    return faults


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=main.__doc__)
    add = parser.add_argument
    add("--rows", type=int, nargs="+", default=DEFAULT_ROWS, help="sizes; 1M and 10M by default")
    add("--only", type=_names, help=f"some of {','.join(CONTENDERS)}; by default all")
    add("--before", default="", metavar="REVISION", help="measure that revision's models as well")
    add("--without-tests", action="store_true", help="leave `dbt test` out: it reads all tables")
    add("--docs", type=Path, help="write bench.md and bench.svg into this folder")
    add("--work", type=Path, help="folder for all that is written; P360_HOME/bench by default")
    add("--keep", action="store_true", help="keep raw files and tables")
    add("--reuse", action="store_true", help="take results of earlier runs where there are any")
    add("--report", action="store_true", help="measure nothing, report all that earlier runs did")
    given = parser.parse_args()
    if given.only is None:
        given.only = [name for name in CONTENDERS if name != "before" or given.before]
    if "before" in given.only and not given.before:
        parser.error("the contender 'before' needs --before REVISION")
    given.work = given.work.resolve() if given.work else None
    return given


def _names(text: str) -> list[str]:
    names = text.split(",")
    unknown = [name for name in names if name not in CONTENDERS]
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown[0]} is none of {', '.join(CONTENDERS)}")
    return [name for name in CONTENDERS if name in names]


if __name__ == "__main__":
    main()
