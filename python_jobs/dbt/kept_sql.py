"""Compiled SQL of models, kept for as long as nothing that it depends on has changed.

dbt takes seconds to load and to read the project, whatever is asked of it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from python_jobs.cluster.login import DBT_VARIABLE
from python_jobs.dbt.project_files import project_files
from python_jobs.dbt.runner import compile_models
from python_jobs.settings import Settings

# All that dbt reads of the project; seeds too, since SQL may hold a digest of their rows.
_READ_BY_DBT = (
    *("dbt_project.yml", "profiles.yml", "packages.yml", "dependencies.yml", "package-lock.yml"),
    *(".dbtignore", "macros/**/*", "models/**/*", "snapshots/**/*", "seeds/**/*"),
    "tests/generic/**/*",
)
_DISTRIBUTIONS = ("dbt-core", "dbt-spark", "dbt-adapters", "dbt-common")
_VARIABLE = re.compile(rb"""env_var\(\s*['"](\w+)""")
DEMO_KEY = "public-demo-key"  # As macros/email/email_key.sql.
_KEPT = 20


def compiled_models(
    settings: Settings, title: str, models: Sequence[str], variables: Mapping[str, str]
) -> dict[str, str]:
    """Return what `compile_models` does, without dbt where it would say the same as last time.

    SQL that names the run holds the id of the run that compiled it.

    Raises:
        P360Error: As `compile_models`.
    """
    return kept_texts(
        settings,
        [list(models), dict(variables)],
        models,
        lambda: compile_models(settings, title, models, variables),
    )


def are_kept(settings: Settings, models: Sequence[str], variables: Mapping[str, str]) -> bool:
    """Return whether `compiled_models` would not need dbt."""
    digest = _digest(settings, [list(models), dict(variables)])
    return _read(_file(settings, digest), models) is not None


def kept_texts(
    settings: Settings,
    asked: Any,  # noqa: ANN401
    names: Sequence[str],
    make: Callable[[], Mapping[str, str]],
) -> dict[str, str]:
    """Return texts that dbt makes of the project, anew only where it would say something else.

    Args:
        settings: Where the project is.
        asked: What dbt is asked, as JSON holds it.
        names: Names of the texts.
        make: Has dbt make them.
    """
    digest = _digest(settings, asked)
    file = _file(settings, digest)
    # What was edited meanwhile may or may not stand in them.
    return kept_in(file, names, make, lambda: _digest(settings, asked) == digest)


def kept_in(
    file: Path,
    names: Sequence[str],
    make: Callable[[], Mapping[str, str]],
    is_current: Callable[[], bool] = lambda: True,
) -> dict[str, str]:
    """Return the texts of a file, made where it does not hold them.

    Args:
        file: JSON of the texts by name; its own name tells all that they depend on.
        names: Names of the texts.
        make: Makes them.
        is_current: Whether what was made may be kept.
    """
    kept = _read(file, names)
    if kept is not None:
        return kept
    made = dict(make())
    if is_current():
        _keep(file, made)
    return made


def _file(settings: Settings, digest: str) -> Path:
    return settings.home / "compiled" / f"{digest}.json"


def _digest(settings: Settings, asked: Any) -> str:  # noqa: ANN401
    """Return a digest of files, variables of dbt and of the environment, and dbt's version."""
    versions = {name: version(name) for name in _DISTRIBUTIONS}
    digest = hashlib.sha256(json.dumps([asked, versions], sort_keys=True).encode())
    environment = dict(os.environ) | settings.dbt_environment()
    names = {name for name in environment if name.startswith("DBT_") and name != DBT_VARIABLE}
    for path, content in project_files(settings.project_dir, _READ_BY_DBT):
        names |= {name.decode() for name in _VARIABLE.findall(content)}
        digest.update(f"\n{path} {len(content)}\n".encode())
        digest.update(content)
    said = {name: _said(name, environment.get(name)) for name in sorted(names)}
    digest.update(json.dumps(said).encode())
    return digest.hexdigest()


def _said(name: str, value: str | None) -> str | None:
    """Return a variable's value; of a secret, of which SQL holds nothing, only whether it is set.

    A digest of a secret beside files that anybody knows would let it be guessed.
    """
    if name == "P360_EMAIL_KEY":
        return "a secret" if value not in (None, "", DEMO_KEY) else DEMO_KEY
    return "a secret" if value and name.startswith("DBT_ENV_SECRET") else value


def _read(file: Path, models: Sequence[str]) -> dict[str, str] | None:
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        return {model: str(kept[model]) for model in models}
    except (OSError, ValueError, KeyError, TypeError):
        return None  # Never kept, or cut short: dbt compiles it anew.


def _keep(file: Path, compiled: Mapping[str, str]) -> None:
    """Write the SQL in one step, and take the oldest away."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(f".{os.getpid()}")
    partial.write_text(json.dumps(compiled), encoding="utf-8")
    partial.replace(file)
    others = sorted(file.parent.iterdir(), key=lambda one: one.stat().st_mtime, reverse=True)
    for old in others[_KEPT:]:
        old.unlink(missing_ok=True)
