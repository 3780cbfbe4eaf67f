"""The project's files that decide what dbt makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path


def project_files(folder: Path, globs: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the path below the folder and the content of each file, once and in order of paths.

    Args:
        folder: The project's folder.
        globs: Which files, such as ``macros/**/*``.
    """
    for file in sorted({file for glob in globs for file in folder.glob(glob)}):
        if file.is_file():
            yield file.relative_to(folder).as_posix(), file.read_bytes()
