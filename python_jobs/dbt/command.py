"""The command ``dbt``: dbt's own, which finds the login of the project's server."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from python_jobs.cluster.login import login_of_dbt
from python_jobs.dbt.tls import verify_certificates
from python_jobs.errors import P360Error
from python_jobs.settings import Settings


def main() -> None:
    """Run ``dbt``."""
    give_login(_project_dir(sys.argv))
    from dbt.cli.main import cli

    cli()


def give_login(project_dir: Path | None = None) -> None:
    """Let ``profiles.yml`` find the login in this process's environment, and dbt check TLS.

    Args:
        project_dir: Folder of ``dbt_project.yml``; found from the current folder by default.
    """
    with suppress(P360Error):  # dbt says itself what is wrong with a setting.
        settings = Settings.from_environment(project_dir=project_dir)
        os.environ.update(login_of_dbt(settings))
        verify_certificates(settings)


def _project_dir(words: list[str]) -> Path | None:
    if "--project-dir" in words[:-1]:
        return Path(words[words.index("--project-dir") + 1]).resolve()
    return None
