"""Ways to get from raw files to tables, each measured in a process of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bench.data import RawFiles


@dataclass(frozen=True)
class Job:
    """What a contender is to work on.

    Attributes:
        files: The raw files.
        work: An empty folder for all that it writes.
        revision: For ``before``: the git revision of its models.
        tests: Whether to measure the project's own tests too.
    """

    files: RawFiles
    work: Path
    revision: str = ""
    tests: bool = True
