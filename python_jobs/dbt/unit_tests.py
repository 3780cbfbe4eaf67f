"""Whether dbt's unit tests have passed on the project as it stands: they test code, not rows."""

from __future__ import annotations

import hashlib
from pathlib import Path

from python_jobs.dbt.project_files import project_files
from python_jobs.settings import Settings

_CODE = ("dbt_project.yml", "macros/**/*", "models/**/*", "seeds/**/*.yml", "tests/generic/*")
_KEPT = 50


def code_digest(settings: Settings, feed: str) -> str:
    """Return a digest of what unit tests try: models, macros, rules and YAML, for one feed."""
    digest = hashlib.sha256(feed.encode())
    for path, content in project_files(settings.project_dir, _CODE):
        digest.update(f"\n{path}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def unit_tests_passed(settings: Settings, code: str) -> bool:
    """Return whether a run has passed them on the code of this digest."""
    return code in _passed(settings)


def keep_passed(settings: Settings, code: str) -> None:
    """Remember that they passed on the code of this digest."""
    kept = [one for one in _passed(settings) if one != code][-_KEPT:]
    _file(settings).write_text("".join(f"{one}\n" for one in (*kept, code)), encoding="utf-8")


def _passed(settings: Settings) -> list[str]:
    file = _file(settings)
    return file.read_text(encoding="utf-8").split() if file.exists() else []


def _file(settings: Settings) -> Path:
    return settings.home / "unit_tests_passed"
