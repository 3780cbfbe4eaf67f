"""Snapshots on disk: one folder of Parquet files for each live run, and which one is current."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp

from python_jobs.errors import P360Error
from python_jobs.server import read_views
from python_jobs.settings import Settings

_KEPT = 2  # The current one, and the one before: a page may still be reading that.


@dataclass(frozen=True)
class Manifest:
    """What a snapshot holds.

    Attributes:
        run_id: The live run it was taken of.
        went_live_at: When that run went live, UTC, as ISO 8601.
        newest_sale_at: Time of its newest sale, UTC; blank without sales.
        newest_load_at: When its newest rows were loaded, UTC; blank without sales.
        taken_at: When the snapshot was taken, UTC.
        seconds: How long that took.
        feeds: Names of the feeds whose rows it holds.
        rows: Number of rows by table.
        left_out: Why a table is not there, by table.
    """

    run_id: str
    went_live_at: str
    newest_sale_at: str
    newest_load_at: str
    taken_at: str
    seconds: float
    feeds: tuple[str, ...]
    rows: dict[str, int]
    left_out: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Refresh:
    """How the last look for a new live run went.

    Attributes:
        checked_at: When it was, UTC, as ISO 8601.
        server_answers: Whether the Spark server answered.
        problem: What went wrong, in one line; blank where nothing did.
    """

    checked_at: str
    server_answers: bool
    problem: str = ""


class SnapshotFolder:
    """The snapshots of one schema under ``P360_HOME``."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.path = settings.home / "dashboard" / settings.schema
        self._pointer = self.path / "current"
        self._refresh = self.path / "refresh.json"

    @property
    def lock(self) -> Path:
        """File that whoever takes snapshots holds locked."""
        self.path.mkdir(parents=True, exist_ok=True)
        return self.path / "refresh.lock"

    def current(self) -> Path | None:
        """Return the folder of the current snapshot; None before the first."""
        try:
            folder = self.path / self._pointer.read_text(encoding="utf-8").strip()
        except OSError:
            return None
        return folder if (folder / "manifest.json").is_file() else None

    def new(self) -> Path:
        """Return a new folder to write a snapshot into; nobody sees it before ``publish``."""
        self.path.mkdir(parents=True, exist_ok=True)
        now = datetime.now().strftime("%Y%m%d-%H%M%S")
        return Path(mkdtemp(prefix=f"taken-{now}-", dir=self.path))

    def publish(self, folder: Path, manifest: Manifest) -> None:
        """Make a written folder the current snapshot, in one step, and drop older ones.

        Kept are also the newest of each run that can be live again, and of each that a saved
        view is frozen to.
        """
        text = json.dumps(asdict(manifest), indent=1)
        (folder / "manifest.json").write_text(text, encoding="utf-8")
        _replace(self._pointer, folder.name)
        kept = {folder, *self._newest_first()[:_KEPT], *self._of_kept_runs()}
        for old in self.path.glob("taken-*"):
            if old not in kept:
                shutil.rmtree(old, ignore_errors=True)

    def of_run(self, run_id: str) -> Path | None:
        """Return the newest snapshot of a run; None where none is kept."""
        return self._by_run().get(run_id)

    def _newest_first(self) -> list[Path]:
        return sorted(self.path.glob("taken-*"), key=lambda one: one.stat().st_mtime, reverse=True)

    def _by_run(self) -> dict[str, Path]:
        """Return the newest whole snapshot of each run, the newest first."""
        found: dict[str, Path] = {}
        for folder in self._newest_first():
            if (folder / "manifest.json").is_file():
                found.setdefault(read_manifest(folder).run_id, folder)
        return found

    def _of_kept_runs(self) -> list[Path]:
        by_run = self._by_run()
        try:
            frozen = {one.run for one in read_views(self._settings)}
        except P360Error:  # A spoilt file must not cost anybody the figures of a frozen view.
            frozen = set(by_run)
        recent = list(by_run)[: int(self._settings.dbt_project()["vars"]["kept_runs"])]
        return [folder for run, folder in by_run.items() if run in frozen or run in recent]

    def note(self, refresh: Refresh) -> None:
        """Keep how the last look for a new run went."""
        self.path.mkdir(parents=True, exist_ok=True)
        _replace(self._refresh, json.dumps(asdict(refresh)))

    def last_refresh(self) -> Refresh | None:
        """Return how the last look went; None before the first."""
        try:
            return Refresh(**json.loads(self._refresh.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None


def read_manifest(folder: Path) -> Manifest:
    """Return what the snapshot in a folder holds."""
    content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return Manifest(**content | {"feeds": tuple(content["feeds"])})


def _replace(file: Path, text: str) -> None:
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)
