"""The one exception that people see, and what servers say as one line."""

from __future__ import annotations

import re

DISK_FULL = "no space left on the disk; free some space, then run the same command again"
DISK_FULL_SIGN = "No space left on device"  # How the system says it, through Spark and dbt too.
# "org.apache...: Error running query: [CLASS] org.apache...Exception: " stands before the text.
_PREAMBLE = re.compile(r"^(?:[\w.$]+: )?Error running query: (?:\[[\w.]+\] )?(?:[\w.$]+: )?")


class P360Error(Exception):
    """Something a person can put right, said in one line: what, where, what to do.

    The command line prints it as ``error: <message>`` and exits with 1; it never shows a trace.
    """


def readable_text(text: str) -> str:
    """Return what Spark or dbt says, in one line without class names, plan and trace."""
    if DISK_FULL_SIGN in text:
        return DISK_FULL
    first = re.split(r"== SQL|;\n'|\n\s*at |\s+at org\.|\s+at java\.", text)[0]
    return _PREAMBLE.sub("", " ".join(first.split()).rstrip(";"))
