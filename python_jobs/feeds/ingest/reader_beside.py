"""Reads a share of a load's files: ``python -m python_jobs.feeds.ingest.reader_beside``.

The share comes by the input. For each of its files goes to the output what came of it, pickled: the
entry and the number of erased rows, or why the file is refused; behind them a None, once all rows
are written.
"""

from __future__ import annotations

import pickle
import sys

from python_jobs.errors import P360Error
from python_jobs.feeds.ingest.reading import Share, reading
from python_jobs.feeds.raw_files import UnreadableFileError


def _main() -> None:
    try:
        _read(pickle.load(sys.stdin.buffer))
    except (P360Error, OSError) as error:
        _answer(error)


def _read(share: Share) -> None:
    with reading(share) as read:
        for file, sha256 in share.files:
            try:
                _answer(read(file, sha256))
            except UnreadableFileError as error:
                _answer(error)
    _answer(None)


def _answer(answer: object) -> None:
    pickle.dump(answer, sys.stdout.buffer)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    _main()
