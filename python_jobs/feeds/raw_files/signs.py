"""The signs of a CSV text, found in its first lines: delimiter, quote, escape, padded quotes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from python_jobs.feeds.raw_files.formats import FileFormat, UnreadableFileError
from python_jobs.feeds.raw_files.grammar import RecordGrammar, Signs

DELIMITERS = ",;\t|"
_SAMPLE_LINES = 200
_AGREEMENT = 0.8  # Of the sampled lines, before a delimiter is believed beside another.
_MOST_UNLIKE = 0.1  # Of the cells that begin with a blank and a quote: not wholly in quotes.
_LONGEST_RECORD = 1 << 16


@dataclass(frozen=True)
class SampleRow:
    """A record among the first of a text.

    Attributes:
        cells: Its cells; none for an empty line.
        start: Where it begins, in bytes.
        end: Where the next one begins.
        is_sound: Whether it is well formed; otherwise its cells are a guess.
    """

    cells: list[str]
    start: int
    end: int
    is_sound: bool


def check_signs(said: FileFormat, name: str) -> None:
    """Raise UnreadableFileError where declared signs cannot be used."""
    for what, most, is_ascii in (("delimiter", 2, False), ("quote", 1, True), ("escape", 1, True)):
        sign = getattr(said, what)
        if sign is None:
            continue
        fits = 1 <= len(sign) <= most and (sign.isascii() or not is_ascii)
        if not fits or set(sign) & set("\r\n"):
            number = "one character or two" if most == 2 else "one ASCII character"
            raise UnreadableFileError(
                f"{name}: the {what} is declared as {sign!r}; declare {number}"
            )


def find_quote(body: bytes) -> str:
    """Return the quote: the single one where the header stands in it."""
    header = body.split(b"\n", 1)[0].strip()
    wrapped = re.fullmatch(rb"'[^']*'(.)('[^']*'\1)*'[^']*'", header)
    return "'" if wrapped and b'"' not in body else '"'


def find_delimiter(body: bytes, name: str, quote: str) -> str:
    """Return what parts the cells of the first line, and of most other lines alike.

    Raises:
        UnreadableFileError: Two signs do.
    """
    scores: dict[str, float] = {}
    lines = [line for line in body.split(b"\n")[:_SAMPLE_LINES] if line.strip()]
    if len(lines) > 1 and len(lines) < _SAMPLE_LINES and not body.endswith(b"\n"):
        lines = lines[: max(2, len(lines) - 1)]
    for sign in DELIMITERS:
        grammar = RecordGrammar(Signs(sign, quote))
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


def signs_of(
    body: bytes, delimiter: str, quote: str, said: FileFormat
) -> tuple[Signs, list[SampleRow]]:
    """Return how cells are written, given what parts them, and the first rows read so."""
    signs = Signs(delimiter, quote, said.escape)
    rows = sample_rows(body, signs)
    if said.as_it_stands:
        return signs, rows
    if said.delimiter is None and delimiter.encode() * 2 in body:
        doubled_signs = replace(signs, delimiter=delimiter * 2)
        doubled_rows = sample_rows(body, doubled_signs)
        if _is_doubled(rows, doubled_rows, delimiter):
            signs, rows = doubled_signs, doubled_rows
    sample = body[: rows[-1].end if rows else 0]
    d, q = re.escape(signs.delimiter.encode()), re.escape(quote.encode())
    if said.escape is None and b"\\" + quote.encode() in sample:
        doubled = re.search(rb"(?<!%b)(?<!\n)(?<!\\)%b%b(?!%b|\r|\n)" % (d, q, q, d), sample)
        escaped = replace(signs, escape="\\")
        with_escape = sample_rows(body, escaped)
        if not doubled and _alike(with_escape) > _alike(rows):
            signs, rows = escaped, with_escape
    padded = len(re.findall(rb"(?:^|%b)[ \t]+%b" % (d, q), sample, re.MULTILINE))
    if padded:
        without_pads = replace(signs, has_padded_quotes=True)
        found = sample_rows(body, without_pads)
        unlike = sum(
            cell.lstrip(" \t").startswith(quote) and cell[:1] in " \t"
            for row in found
            for cell in row.cells
        )
        if unlike <= _MOST_UNLIKE * padded and _alike(found) >= _alike(rows):
            signs, rows = without_pads, found
    return signs, rows


def sample_rows(body: bytes, signs: Signs) -> list[SampleRow]:
    """Return the first records of a text that ends with a line end."""
    grammar = RecordGrammar(signs)
    rows: list[SampleRow] = []
    start = 0
    while start < len(body) and len(rows) < _SAMPLE_LINES:
        line_end = body.index(b"\n", start) + 1
        line = body[start:line_end].rstrip(b"\r\n")
        cells, end = grammar.cells(body, start, _LONGEST_RECORD)
        lines = [one.rstrip(b"\r") for one in body[start:end].split(b"\n")[:-1]]
        if not line.strip():
            rows.append(SampleRow([], start, line_end, is_sound=True))
        elif not cells or (
            len(lines) > 1 and {len(grammar.loose_cells(one)) for one in lines} == {len(cells)}
        ):
            rows.append(SampleRow(grammar.loose_cells(line), start, line_end, is_sound=False))
        else:
            rows.append(SampleRow(cells, start, end, is_sound=True))
        start = rows[-1].end
    return rows


def _is_doubled(rows: Sequence[SampleRow], doubled: Sequence[SampleRow], delimiter: str) -> bool:
    """Return whether the delimiter is two signs: the header's every second cell is blank.

    Args:
        rows: The rows by one sign.
        doubled: The rows by two, which must agree.
        delimiter: The sign.
    """
    header = next((row.cells for row in rows if len(row.cells) > 1), [])
    fewest = 3 if delimiter == "|" else 5  # A column without a name is known, `||` is not.
    if len(header) < fewest or len(header) % 2 == 0 or any(header[1::2]):
        return False
    counts = [len(row.cells) for row in doubled if row.cells]
    first = next((place for place, count in enumerate(counts) if count > 1), len(counts))
    return len(counts) > first + 1 and set(counts[first:]) == {(len(header) + 1) // 2}


def _alike(rows: Sequence[SampleRow]) -> int:
    """Return how many well-formed rows have the number of cells that most of them have."""
    counts = Counter(len(row.cells) for row in rows if row.is_sound and row.cells)
    return max(counts.values(), default=0)
