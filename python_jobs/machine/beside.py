"""Starts a process that works beside this one, and ends it with the work."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def process_beside(module: str, asked: object) -> Iterator[subprocess.Popen[bytes]]:
    """Start ``python -m module`` with what it is asked, pickled, as its input.

    Args:
        module: The module's whole name.
        asked: What it reads from its input.
    """
    with subprocess.Popen(
        [sys.executable, "-P", "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            assert process.stdin is not None
            process.stdin.write(pickle.dumps(asked))
            process.stdin.close()
            yield process
        finally:
            process.kill()
