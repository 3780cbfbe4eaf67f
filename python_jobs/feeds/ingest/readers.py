"""Shares the files of a large load among processes, each of which reads on a core of its own."""

from __future__ import annotations

import pickle
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from python_jobs.errors import P360Error
from python_jobs.feeds.declarations import Feed
from python_jobs.feeds.forgotten import Eraser
from python_jobs.feeds.ingest.files import DroppedFile
from python_jobs.feeds.ingest.ledger import LedgerEntry
from python_jobs.feeds.ingest.reading import Read, Share, reading
from python_jobs.machine.beside import process_beside

_PROCESSES = 2
SHARE_BYTES = 128 << 20  # Of fewer, starting processes costs about what they save.
_MODULE = "python_jobs.feeds.ingest.reader_beside"


@contextmanager
def readers(
    feed: Feed,
    files: Sequence[tuple[DroppedFile, str]],
    folder: Path,
    eraser: Eraser | None,
) -> Iterator[Read]:
    """Give the function that reads one of the files; it is to be called in their order.

    Where several files are large enough together, processes beside this one read them all, and the
    function waits for what came of a file. At the end all rows of all files are written.

    Args:
        feed: The files' feed.
        files: The files, with their checksums.
        folder: Where the rows go.
        eraser: What erases those who were forgotten; None where nobody was.

    Raises:
        P360Error: A process has ended before its files did.
    """
    whole = Share(feed, files, folder, "rows", datetime.now(UTC), eraser)
    with ExitStack() as running:
        read_here = running.enter_context(reading(whole))
        beside: dict[DroppedFile, Read] = {}
        for number, part in enumerate(_parts(files)):
            share = replace(whole, files=part, name=f"rows-{number}")
            read_beside = running.enter_context(_reading_beside(share))
            beside |= dict.fromkeys((file for file, _ in part), read_beside)
        # A copy of a file that was refused is read here.
        yield lambda file, sha256: beside.get(file, read_here)(file, sha256)


def _parts(files: Sequence[tuple[DroppedFile, str]]) -> list[list[tuple[DroppedFile, str]]]:
    """Return the files for each process, of copies the first one; none where one does for all."""
    parts: list[list[tuple[DroppedFile, str]]] = [[] for _ in range(_PROCESSES)]
    sizes = [0] * _PROCESSES
    firsts = {sha256: file for file, sha256 in reversed(files)}
    for file, sha256 in files:
        if firsts[sha256] == file:
            least = sizes.index(min(sizes))
            parts[least].append((file, sha256))
            sizes[least] += _size(file)
    return parts if min(sizes) >= SHARE_BYTES else []


def _size(file: DroppedFile) -> int:
    try:
        return file.path.stat().st_size
    except OSError:  # Reading it says why.
        return 0


@contextmanager
def _reading_beside(share: Share) -> Iterator[Read]:
    """Have a process read a share, and give the function that returns what came of a file."""
    with process_beside(_MODULE, share) as process:
        yield lambda file, sha256: _answer(process)
        _answer(process)  # All rows are written.


def _answer(process: subprocess.Popen[bytes]) -> tuple[LedgerEntry, int]:
    """Return what came of the share's next file.

    Raises:
        UnreadableFileError: It is refused.
        P360Error: The process has ended.
        OSError: The rows cannot be written.
    """
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        answer: tuple[LedgerEntry, int] | Exception = pickle.load(process.stdout)
    except (EOFError, pickle.UnpicklingError) as error:
        said = process.stderr.read().decode(errors="replace").strip()[-300:]
        raise P360Error(
            f"a process that reads files has ended with {process.wait()}{': ' if said else ''}"
            f"{said}; the feed is unchanged, run the same command again"
        ) from error
    if isinstance(answer, Exception):
        raise answer
    return answer
