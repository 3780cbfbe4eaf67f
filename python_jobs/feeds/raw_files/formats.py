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
        delimiter: What parts cells, one character or two.
        quote: One character that quoted cells stand in.
        escape: What stands before a quote that is text, such as a backslash.
        header_line: Number of the line or row, from 1, on which the header begins.
        header_lines: How many lines the header has, 1 or 2.
        sheet: Name of a workbook's sheet.
        as_it_stands: Whether the first line is the header and RFC 4180 all there is, because
            another program will read the file so.
    """

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None
    header_line: int | None = None
    header_lines: int | None = None
    sheet: str | None = None
    as_it_stands: bool = False


@dataclass(frozen=True)
class FoundFormat:
    """What a file is read with.

    Attributes:
        compression: ``none``, ``gzip``, ``zstd`` or ``zip``.
        encoding: Such as ``utf-8``, ``utf-16-le``, ``windows-1252``, ``mac-roman``; ``xlsx`` or
            ``parquet`` for a file that is no text.
        delimiter: What parts cells; None where keys or a workbook do.
        quote: One character that quoted cells stand in; None likewise.
        line_end: ``LF``, ``CRLF``, ``CR`` or ``mixed``, as far as the first block shows; None for
            a file that is no text.
    """

    compression: str
    encoding: str
    delimiter: str | None = None
    quote: str | None = None
    line_end: str | None = None
