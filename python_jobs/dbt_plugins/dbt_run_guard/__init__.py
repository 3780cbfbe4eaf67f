"""What plain ``dbt build`` needs and SQL cannot do: a lock, whole seeds, a swept store.

dbt loads each module called ``dbt_*`` and calls its plugins before it connects to anything.
"""

from __future__ import annotations

from pathlib import Path

from dbt.flags import get_flags
from dbt.plugins.manager import dbtPlugin
from dbt_common.exceptions import DbtRuntimeError

from python_jobs.errors import P360Error
from python_jobs.feeds.raw_files.whole import check_csv_files
from python_jobs.settings import Settings
from python_jobs.warehouse.leftovers import sweep_folders
from python_jobs.warehouse.run_lock import take_run_lock


class RunGuard(dbtPlugin):
    """Guards commands that build."""

    def initialize(self) -> None:
        """Take the run lock, to the process's end; sweep the store, look at the seeds' files.

        A statement whose client died leaves a folder that no table has. dbt itself fills up a
        seed's line that was cut short, and says nothing.

        Raises:
            DbtRuntimeError: Another run holds the lock, or a seed is not whole.
        """
        flags = get_flags()  # type: ignore[no-untyped-call]
        if self.project_name != "project_360":
            return
        try:
            settings = Settings.from_environment(project_dir=Path(flags.PROJECT_DIR))
            if flags.WHICH not in settings.dbt_project()["vars"]["building_commands"]:
                return
            take_run_lock(settings, f"dbt {flags.WHICH}")
            sweep_folders(settings)
            if flags.WHICH != "run":
                check_csv_files(settings.project_dir / "seeds")
        except P360Error as error:
            raise DbtRuntimeError(str(error)) from error


plugins = [RunGuard]
