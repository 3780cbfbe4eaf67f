"""Records on disk, from the start of a run until Spark has them.

A run that begins leaves ``<run>.begun`` and keeps it locked; one that ends leaves ``<run>.ended``
with its records, which goes once they are shipped. A ``.begun`` that nobody locks and that has no
``.ended`` is a run that died.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import IO

from python_jobs.observability.records import DIED, Record, Run
from python_jobs.settings import Settings

_SHIPPED = ".shipped"  # Touched when records reach Spark.
_DIED = "it ended without a word: killed, or the machine went down"


class Spool:
    """The records of one schema that wait on disk.

    Args:
        settings: Whose home and schema.
    """

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.home / "records" / settings.schema

    def begin(self, run: Run) -> IO[str]:
        """Note that a run has begun; the file that is returned must stay open until it ends."""
        self._folder.mkdir(parents=True, exist_ok=True)
        # No other process can take it for dead: it is locked before it has its name.
        draft = self._folder / f"{run.run_id}.draft"
        file = draft.open("w", encoding="utf-8")
        fcntl.flock(file, fcntl.LOCK_EX)
        json.dump(asdict(run), file, default=str)
        file.flush()
        draft.rename(self._folder / f"{run.run_id}.begun")
        return file

    def end(self, run_id: str, records: Iterable[Record]) -> Path:
        """Keep the records of a run that has ended; return their file."""
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._folder / f"{run_id}.ended"
        draft = file.with_suffix(".draft")
        lines = [json.dumps(record.to_json(), ensure_ascii=False) for record in records]
        draft.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        draft.rename(file)
        (self._folder / f"{run_id}.begun").unlink(missing_ok=True)
        return file

    def mark_dead_runs(self) -> list[Run]:
        """End every run that began, has not ended, and lives no more; return them."""
        dead = []
        for file in sorted(self._folder.glob("*.begun")):
            with file.open(encoding="utf-8") as begun:
                try:
                    fcntl.flock(begun, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                run = _read_run(begun.read())
            if run is None:
                file.unlink(missing_ok=True)
                continue
            if not file.with_suffix(".ended").exists():
                run.status, run.message = DIED, _DIED
                dead.append(run)
                self.end(run.run_id, [run.to_record()])
            file.unlink(missing_ok=True)
        return dead

    def pending(self) -> list[tuple[str, list[Record]]]:
        """Return the runs whose records are not shipped, the oldest first."""
        runs = []
        for file in sorted(self._folder.glob("*.ended")):
            try:
                lines = file.read_text(encoding="utf-8").splitlines()
                records = [Record.from_json(json.loads(line)) for line in lines]
            except (ValueError, KeyError):  # Cut short by a full disk, say: nobody can read it.
                file.rename(file.with_suffix(".unreadable"))
                continue
            runs.append((file.stem, records))
        return runs

    def forget(self, run_ids: Sequence[str]) -> None:
        """Drop the records of these runs: Spark has them."""
        self._folder.with_suffix(_SHIPPED).touch()
        for run_id in run_ids:
            (self._folder / f"{run_id}.ended").unlink(missing_ok=True)


def shipped_at(settings: Settings) -> float:
    """Return when records last reached Spark, as seconds since 1970; 0 for never."""
    mark = (settings.home / "records" / settings.schema).with_suffix(_SHIPPED)
    return mark.stat().st_mtime if mark.exists() else 0.0


def _read_run(text: str) -> Run | None:
    try:
        content = json.loads(text)
        content["started_at"] = datetime.fromisoformat(content["started_at"])
        return Run(**content)
    except (ValueError, TypeError, KeyError):
        return None
