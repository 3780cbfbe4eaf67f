"""Takes out of raw rows what names those who were forgotten; every row stays, and every amount.

What is taken out has a stand-in that is the same for the same text. So rows that were copies of
one another still are, those that were not are not, and a customer's sales stay one customer's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from python_jobs.feeds.forgotten.naming import NamingColumns
from python_jobs.feeds.forgotten.suppression import ADDRESS, ID, NAME, ROW, SuppressionList

ERASED_LINE = "(erased)"
SHORTEST_ID_IN_A_LINE = 4  # A shorter one is a number of pieces as often.
_ADDRESS = re.compile(r"[^\s@,;|<>()\[\]\"']+@[^\s@,;|<>()\[\]\"']+")
_PIECE = re.compile(r"[,;|\t\r\n\"]+")
_BLANKS = " \t\r\n\u00a0\u2007\u2009\u202f\u3000\ufeff"  # As the macro clean_text.
_LINE = "_set_aside_text"
_OF_LINE = ("_set_aside_detail", "_set_aside_bytes")
_EXTRA = "_extra_cells"


class Eraser:
    """Erases people from the rows of one table.

    Args:
        suppressed: Who was forgotten.
        naming: Which columns name a person.
    """

    def __init__(self, suppressed: SuppressionList, naming: NamingColumns) -> None:
        self._suppressed = suppressed
        self._naming = naming
        self._ends = [
            re.compile(f"^\\s*(?:{_one_of(naming.prefixes)})") if naming.prefixes else None,
            re.compile(f"(?:{_one_of(naming.suffixes)})\\s*$") if naming.suffixes else None,
        ]

    def erase(self, table: pa.Table) -> tuple[pa.Table, int]:
        """Return the rows without what names those who were forgotten, and how many changed."""
        if not self._suppressed:
            return table, 0
        rows, lines = self._rows(table), self._lines(table)
        changed = rows | lines
        for name in table.column_names:
            column = table[name]
            if name == _LINE:
                column = _replaced(column, lines, lambda _: ERASED_LINE)
            elif name in _OF_LINE:
                column = _replaced(column, lines, lambda _: None)
            elif name == _EXTRA:
                column = _replaced(column, rows, lambda _: None)
            elif pa.types.is_string(column.type) and not name.startswith("_"):
                column = _replaced(column, rows, self._change_of(name))
                elsewhere = self._where(column, self._holds_address)
                column = _replaced(column, elsewhere, self._without_addresses)
                changed = changed | elsewhere
            if column is not table[name]:
                table = table.set_column(table.column_names.index(name), name, column)
        return table, int(changed.sum())

    def _rows(self, table: pa.Table) -> np.ndarray:
        """Return which rows are those of somebody who was forgotten."""
        naming, knows = self._naming, self._suppressed.knows
        looks: list[tuple[tuple[str, ...], Callable[[str], bool]]] = [
            (naming.ids, self._is_known_id),
            (naming.addresses, lambda text: any(knows(ADDRESS, one) for one in _addresses(text))),
            ((naming.row,) if naming.row else (), lambda text: knows(ROW, text)),
            (naming.names if naming.has_headings else (), lambda text: knows(NAME, text)),
        ]
        found = np.zeros(table.num_rows, dtype=bool)
        for columns, is_known in looks:
            for name in columns:
                if name in table.column_names:
                    found |= self._where(table[name], is_known)
        return found

    def _lines(self, table: pa.Table) -> np.ndarray:
        """Return which lines that could not be read name somebody who was forgotten."""
        if _LINE not in table.column_names:
            return np.zeros(table.num_rows, dtype=bool)
        return self._where(table[_LINE], self._is_known_line)

    def _is_known_id(self, text: str) -> bool:
        return any(self._suppressed.knows(ID, text[start:end]) for start, end in self._spans(text))

    def _is_known_line(self, text: str) -> bool:
        knows = self._suppressed.knows
        if any(knows(ADDRESS, one) for one in _addresses(text)):
            return True
        pieces = [piece.strip(_BLANKS) for piece in _PIECE.split(text)]
        return any(
            knows(NAME, piece) or (len(piece) >= SHORTEST_ID_IN_A_LINE and self._is_known_id(piece))
            for piece in pieces
            if piece
        )

    def _holds_address(self, text: str) -> bool:
        return "@" in text and any(self._suppressed.knows(ADDRESS, one) for one in _addresses(text))

    def _change_of(self, name: str) -> Callable[[str], str]:
        """Return what becomes of a cell of that column in a row that is somebody's."""
        if name in self._naming.ids:
            return self._without_id
        if name in self._naming.addresses:
            return lambda text: _inside(text, self._suppressed.address_token)
        if name in (*self._naming.names, *self._naming.others):
            return lambda text: _inside(text, self._suppressed.token)
        return lambda text: text

    def _without_id(self, text: str) -> str:
        """Return a cell with a stand-in for the id; what stands around the id stays."""
        spans = list(self._spans(text))
        known = [one for one in spans if self._suppressed.knows(ID, text[slice(*one)])]
        start, end = (known or spans)[-1]
        core = text[start:end]
        return text[:start] + self._suppressed.token(core) + text[end:] if core else text

    def _without_addresses(self, text: str) -> str:
        def stand_in(match: re.Match[str]) -> str:
            address = match[0].rstrip(".")
            if not self._suppressed.knows(ADDRESS, address):
                return match[0]
            return self._suppressed.address_token(address) + match[0][len(address) :]

        return _ADDRESS.sub(stand_in, text)

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where in a cell the id may stand: in all of it, less what feeds write around it."""
        start, end = 0, len(text)
        yield _stripped(text, start, end)
        before, behind = self._ends
        if before and (match := before.match(text)):
            start = match.end()
            yield _stripped(text, start, end)
        start, end = _stripped(text, start, end)
        if re.fullmatch(r'="[^"]*"', text[start:end]):
            start, end = start + 2, end - 1
            yield start, end
        elif text[start:end].startswith("'"):
            start += 1
            yield start, end
        if behind and (match := behind.search(text, start, end)):
            yield _stripped(text, start, match.start())

    def _where(self, column: pa.ChunkedArray, is_meant: Callable[[str], bool]) -> np.ndarray:
        """Return which cells are meant; each text is looked at once."""
        found = [np.zeros(0, dtype=bool)]
        for chunk in column.chunks:
            encoded = chunk.dictionary_encode()
            texts = encoded.dictionary.to_pylist()
            meant = np.array([*(bool(text) and is_meant(text) for text in texts), False])
            found.append(meant[encoded.indices.fill_null(len(texts)).to_numpy()])
        return np.concatenate(found)


def _replaced(
    column: pa.ChunkedArray, where: np.ndarray, change: Callable[[str], str | None]
) -> pa.ChunkedArray:
    """Return a column in which some cells are changed; blank ones stay."""
    if not where.any():
        return column
    whole = pa.concat_arrays(column.chunks)
    if pa.types.is_nested(whole.type):  # Arrow replaces nothing in maps; those go whole.
        return pa.chunked_array([whole.take(pa.array(np.arange(len(whole)), mask=where))])
    old = whole.filter(pa.array(where)).to_pylist()
    new = pa.array([None if one is None else change(one) for one in old], whole.type)
    return pa.chunked_array([pc.replace_with_mask(whole, pa.array(where), new)])


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _BLANKS:
        start += 1
    while start < end and text[end - 1] in _BLANKS:
        end -= 1
    return start, end


def _inside(text: str, change: Callable[[str], str]) -> str:
    start, end = _stripped(text, 0, len(text))
    return text[:start] + change(text[start:end]) + text[end:] if start < end else text


def _addresses(text: str) -> list[str]:
    """Return what in a text reads as an address, and the whole text: an address may have slips."""
    return [*(one.rstrip(".") for one in _ADDRESS.findall(text)), text.strip(_BLANKS)]


def _one_of(texts: tuple[str, ...]) -> str:
    return "|".join(re.escape(text) for text in sorted(texts, reverse=True))
