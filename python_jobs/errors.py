"""The one exception that people see."""

from __future__ import annotations

DISK_FULL = "no space is left on the disk; make room, then run the same command again"
DISK_FULL_SIGN = "No space left on device"  # How the system says it, through Spark and dbt too.


class P360Error(Exception):
    """Something a person can put right, said in one line: what, where, what to do.

    The command line prints it as ``error: <message>`` and exits with 1; it never shows a trace.
    """
