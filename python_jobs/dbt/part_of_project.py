"""The project without most of its models, which dbt reads in half the time."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from python_jobs.settings import Settings

# All that models stand on but other models, sources declared elsewhere, and documentation of them.
_LINKED = (
    *("dbt_project.yml", "profiles.yml", "packages.yml", "dependencies.yml", "package-lock.yml"),
    *(".dbtignore", "dbt_packages", "macros", "seeds", "tests/generic"),
)


def part_of_project(settings: Settings, models: Sequence[str]) -> Path:
    """Return a folder of links to what dbt must read for some models.

    It stays, so that dbt reads again only what was edited. What else a model may stand on is not in
    it: dbt then says that something is not found.

    Args:
        settings: Where the project is.
        models: Names of models, each with all models that they refer to.
    """
    named = "\n".join((str(settings.project_dir), *models))
    folder = settings.home / "parts" / hashlib.sha256(named.encode()).hexdigest()[:16]
    for name in ("models", "tests"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for path in (*_linked(settings.project_dir), *_files_of(settings.project_dir, models)):
        link = folder / path.relative_to(settings.project_dir)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(path)
    return folder


def _linked(project: Path) -> Iterator[Path]:
    yield from (project / name for name in _LINKED if (project / name).exists())


def _files_of(project: Path, models: Sequence[str]) -> Iterator[Path]:
    """Yield the models' files, each YAML that names one of them, and blocks of documentation."""
    named = re.compile(rf"""\bname: *["']?({"|".join(map(re.escape, models))})\b""")
    for path in (project / "models").rglob("*"):
        is_model = path.suffix in (".sql", ".py") and path.stem in models
        is_yaml = path.suffix in (".yml", ".yaml")
        names_one = is_yaml and named.search(path.read_text("utf-8"))
        if is_model or names_one or path.suffix == ".md":
            yield path
