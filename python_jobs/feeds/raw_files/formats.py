"""How a CSV file is written: what is said of it, and what was found out."""

from __future__ import annotations

from dataclasses import dataclass

from python_jobs.errors import P360Error


class UnreadableFileError(P360Error):
    """A file that is refused as a whole; the message says which, why, and what to do."""


@dataclass(frozen=True)
class FileFormat:
    """What is said of a file; what is None is found out.

    Attributes:
        encoding: A name that Python knows, such as ``windows-1252``.
        delimiter: One character that parts cells.
        quote: One character that quoted cells stand in.
    """

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None


@dataclass(frozen=True)
class FoundFormat:
    """What a file is read with.

    Attributes:
        compression: ``none``, ``gzip`` or ``zstd``.
        encoding: Such as ``utf-8``, ``utf-16-le``, ``windows-1252``, ``mac-roman``.
        delimiter: One character that parts cells.
        quote: One character that quoted cells stand in.
        line_end: ``LF``, ``CRLF``, ``CR`` or ``mixed``, as far as the first block shows.
    """

    compression: str
    encoding: str
    delimiter: str
    quote: str
    line_end: str
