"""The one exception that people see."""

from __future__ import annotations


class P360Error(Exception):
    """Something a person can put right, said in one line: what, where, what to do.

    The command line prints it as ``error: <message>`` and exits with 1; it never shows a trace.
    """
