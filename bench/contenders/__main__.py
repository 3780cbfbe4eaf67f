"""Runs one contender in this process: ``python -m bench.contenders NAME ...``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench.contenders import Job
from bench.contenders.names import CONTENDERS
from bench.data import RawFiles
from bench.measure import Result
from python_jobs.errors import P360Error
from python_jobs.terminal.console import complain


def main() -> None:
    """Run it and write its result as JSON; an error is told and is exit code 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=CONTENDERS)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--files", type=Path, required=True)
    parser.add_argument("--one-more", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--result", type=Path, required=True)
    parser.add_argument("--revision", default="")
    parser.add_argument("--without-tests", action="store_true")
    given = parser.parse_args()
    files = RawFiles(given.rows, given.files, given.one_more)
    try:
        job = Job(files, given.work, given.revision, tests=not given.without_tests)
        result = measure(given.name, job)
    except P360Error as error:
        complain(f"{given.name}: {error}")
        sys.exit(1)
    given.result.write_text(result.as_json(), encoding="utf-8")


def measure(name: str, job: Job) -> Result:
    """Run the contender of that name; only its own libraries are loaded."""
    if name == "tutorial":
        from bench.contenders import tutorial

        return tutorial.measure(job)
    if name == "duckdb":
        from bench.contenders import duck

        return duck.measure(job)
    if name == "stock-dbt":
        from bench.contenders import stock_dbt

        return stock_dbt.measure(job)
    from bench.contenders import project

    return project.measure(job, name)


if __name__ == "__main__":
    main()
