"""People's verdicts on sales: ``seeds/anomaly_feedback.csv``."""

from __future__ import annotations

import csv
from pathlib import Path

from python_jobs.errors import P360Error

EXPECTED, ERROR = "expected", "error"


def read_feedback(path: Path) -> dict[str, str]:
    """Return the verdict by transaction id; none where there is no file.

    Raises:
        P360Error: A line has no transaction, another verdict, or repeats a transaction.
    """
    if not path.exists():
        return {}
    verdicts: dict[str, str] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, line in enumerate(csv.DictReader(file), start=2):
            transaction = (line.get("transaction_id") or "").strip()
            verdict = (line.get("verdict") or "").strip()
            where = f"{path.name}, line {number}"
            if not transaction:
                raise P360Error(f"{where} names no transaction_id; fill it in or delete the line")
            if verdict not in (EXPECTED, ERROR):
                raise P360Error(f"{where}: verdict is '{verdict}'; write {EXPECTED} or {ERROR}")
            if transaction in verdicts:
                raise P360Error(
                    f"{where} judges {transaction} a second time; keep one line for each sale"
                )
            verdicts[transaction] = verdict
    return verdicts
