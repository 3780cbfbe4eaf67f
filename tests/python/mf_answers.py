"""Asks ``mf query`` many questions in one process: its start takes seconds.

``python mf_answers.py ASKED TOLD``: both are JSON files, the words of each question and the rows of
each answer, the first of which has the names of the columns.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

from click.testing import CliRunner


def main(asked: Path, told: Path) -> None:
    from dbt_metricflow.cli.cli_configuration import CLIConfiguration

    from python_jobs.metrics.mf import prepared

    mf, configuration = prepared(), CLIConfiguration()
    table = told.with_suffix(".csv")
    answers = []
    for words in json.loads(asked.read_text("utf-8")):
        table.unlink(missing_ok=True)
        done = CliRunner().invoke(mf, ["query", *words, "--csv", str(table)], obj=configuration)
        if done.exit_code:
            raise SystemExit(f"{words}: {done.output}")
        rows = []
        if table.exists():
            with table.open(encoding="utf-8", newline="") as lines:
                rows = list(csv.reader(lines))
        answers.append(rows)
    told.write_text(json.dumps(answers), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
