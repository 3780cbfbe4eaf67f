"""Files of Spark settings: secrets in them show neither in a command line nor to other users."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from python_jobs.errors import P360Error


def write_properties(path: Path, settings: Mapping[str, str]) -> Path:
    """Write settings into a file that only its owner reads; return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = []
    for name, value in settings.items():
        escaped = value.replace("\\", "\\\\")
        lines.append(f"{name}={escaped}\n")
    return write_private(path, "".join(lines))


def write_private(path: Path, text: str) -> Path:
    """Write a file that only its owner reads, as a whole or not at all; return its path."""
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    return draft.replace(path)


def read_properties(environ: Mapping[str, str], fixed: Iterable[str]) -> dict[str, str]:
    """Return the settings of the file ``P360_SPARK_CONF``: lines of a name and a value.

    Args:
        environ: Where the variable is looked up; without it there are none.
        fixed: Names that the project sets itself.

    Raises:
        P360Error: The file cannot be read, or has a line that is no setting, or a fixed one.
    """
    path = environ.get("P360_SPARK_CONF", "")
    if not path:
        return {}
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise P360Error(f"P360_SPARK_CONF is '{path}', which cannot be read") from error
    found: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        name, value = [*re.split(r"\s*[=\s]\s*", text, maxsplit=1), ""][:2]
        if not name.startswith("spark.") or not value:
            raise P360Error(f"{path} line {number} is not a setting; write 'spark.some.name value'")
        if name in fixed:
            raise P360Error(f"{path} line {number}: {name} is set by the project; remove it")
        found[name] = value
    return found
