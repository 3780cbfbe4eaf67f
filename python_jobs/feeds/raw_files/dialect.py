"""Delimiter, quote, line end and header of a CSV text, found in its first lines."""

from __future__ import annotations

import re
from dataclasses import dataclass

from python_jobs.feeds.raw_files.formats import FileFormat, UnreadableFileError
from python_jobs.feeds.raw_files.records import CR_SWAP, RecordGrammar

_DELIMITERS = ",;\t|"
_SAMPLE_LINES = 200
_AGREEMENT = 0.8  # Of the sampled lines, before a delimiter is believed beside another.
_EXCEL_HINT = re.compile(rb'"?sep=(.)"?\r?\n', re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*")
_DATE_OR_ADDRESS = re.compile(r"\d{4}-\d\d-\d\d.*|\d\d?[./]\d\d?[./]\d{2,4}.*|[^@\s]+@[^@\s]+\.\w+")


@dataclass(frozen=True)
class Dialect:
    """How the text is laid out.

    Attributes:
        delimiter: What parts cells.
        quote: What quoted cells stand in.
        line_end: ``LF``, ``CRLF``, ``CR`` or ``mixed``.
        columns: The header's names, without blanks around them; each once, none blank.
        header: The header's line, without its end.
        start: Where the first line after the header begins, in bytes.
        first_line: Number of that line.
        blank_lines: Empty lines before the header.
    """

    delimiter: str
    quote: str
    line_end: str
    columns: list[str]
    header: bytes
    start: int
    first_line: int
    blank_lines: int


def find_dialect(sample: bytes, name: str, said: FileFormat) -> Dialect:
    """Find out how a text is laid out.

    Args:
        sample: The start of the text in UTF-8, without a byte order mark.
        name: What the file is called in messages.
        said: What need not be found out.

    Raises:
        UnreadableFileError: There is no header, or two delimiters fit.
    """
    line_end = _line_end(sample)
    if line_end == "CR":
        sample = sample.translate(CR_SWAP)
    body = sample.lstrip(b"\r\n")
    blank = sample[: len(sample) - len(body)].count(b"\n")
    if not body.strip(b" \t\r\n"):
        raise UnreadableFileError(f"{name} has only blank lines; request the file again")
    start, first_line = len(sample) - len(body), blank + 1
    hint = _EXCEL_HINT.match(body)
    if hint:
        said = FileFormat(said.encoding, said.delimiter or hint.group(1).decode(), said.quote)
        start, first_line, body = start + hint.end(), first_line + 1, body[hint.end() :]
    for what in ("delimiter", "quote"):
        sign = getattr(said, what)
        if sign is not None and (len(sign.encode()) != 1 or sign in "\r\n"):
            raise UnreadableFileError(
                f"{name}: the {what} is declared as {sign!r}; declare one character"
            )
    quote = said.quote or _quote(body)
    delimiter = said.delimiter or _delimiter(body, name, quote)
    grammar = RecordGrammar(delimiter, quote)
    text = body if body.endswith(b"\n") else body + b"\n"
    cells, end = grammar.cells(text)
    if not cells:
        raise UnreadableFileError(
            f"{name}, line {first_line}: the header's quoting is broken; fix that line"
        )
    header = [cell.strip() for cell in cells]
    _check_header(header, name)
    columns = _named(header, name)
    return Dialect(
        delimiter=delimiter,
        quote=quote,
        line_end=line_end,
        columns=columns,
        header=text[:end].rstrip(b"\r\n"),
        start=start + end,
        first_line=first_line + text.count(b"\n", 0, end),
        blank_lines=blank,
    )


def _line_end(sample: bytes) -> str:
    """Return how lines end; the end of the first line tells whether a bare CR ends one."""
    first = re.search(rb"\r\n|\r|\n", sample)
    if first and first.group() == b"\r":
        return "CR"
    feeds, both = sample.count(b"\n"), sample.count(b"\r\n")
    return "LF" if both == 0 else "CRLF" if both == feeds else "mixed"


def _quote(body: bytes) -> str:
    header = body.split(b"\n", 1)[0].strip()
    wrapped = re.fullmatch(rb"'[^']*'(.)('[^']*'\1)*'[^']*'", header)
    return "'" if wrapped and b'"' not in body else '"'


def _delimiter(body: bytes, name: str, quote: str) -> str:
    scores: dict[str, float] = {}
    lines = [line for line in body.split(b"\n")[:_SAMPLE_LINES] if line.strip()]
    if len(lines) > 1 and len(lines) < _SAMPLE_LINES and not body.endswith(b"\n"):
        lines = lines[: max(2, len(lines) - 1)]
    for sign in _DELIMITERS:
        grammar = RecordGrammar(sign, quote)
        counts = [len(grammar.cells(line.rstrip(b"\r") + b"\n")[0]) for line in lines]
        if counts[0] > 1:
            scores[sign] = sum(count == counts[0] for count in counts) / len(counts)
    if not scores:
        return ","
    best = max(scores, key=lambda sign: scores[sign])
    rivals = [sign for sign in scores if sign != best and scores[sign] >= _AGREEMENT]
    if rivals and scores[best] - max(scores[sign] for sign in rivals) < 0.1:
        both = " and ".join(repr(sign) for sign in (best, *rivals))
        raise UnreadableFileError(
            f"{name}: {both} both split its lines evenly; declare the delimiter in the feed's YAML"
        )
    return best


def _named(columns: list[str], name: str) -> list[str]:
    """Return the header with names that tell: ``column_2`` for none, ``amount_2`` for the second.

    Raises:
        UnreadableFileError: No column has a name.
    """
    if not any(columns):
        raise UnreadableFileError(f"{name} has no header; name its columns in the first line")
    named: list[str] = []
    for place, column in enumerate(columns, 1):
        count = sum(other.casefold() == column.casefold() for other in columns[:place])
        told = column or f"column_{place}"
        told = f"{told}_{count}" if column and count > 1 else told
        while told.casefold() in (one.casefold() for one in named):
            told += "_"
        named.append(told)
    return named


def _check_header(columns: list[str], name: str) -> None:
    numbers = sum(bool(_NUMBER.fullmatch(column)) for column in columns)
    data = next((column for column in columns if _DATE_OR_ADDRESS.fullmatch(column)), None)
    if data is not None or 2 * numbers >= len(columns):
        raise UnreadableFileError(
            f"{name} has no header: its first line holds data; put the columns' names above it"
        )
