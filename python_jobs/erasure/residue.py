"""Where files still name a person: columns of Parquet files, and the bytes of all others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from python_jobs.erasure.find import Found

_CHUNK = 16 << 20
_LONGEST = 1024  # Bytes of a text that may stand where two chunks meet.
_SHORTEST = 4  # Shorter texts are found in files by accident.
STAND_IN = b"x"  # A star at the start of a text would spoil YAML.


@dataclass(frozen=True)
class Wanted:
    """The texts that name a person.

    Attributes:
        ids: Ids: whole cells of columns of customers, whole words of other files.
        texts: Addresses, and names of two words and more: wherever they stand, in whatever case.
        words: Names of one word, which may mean anything else: whole cells of columns of customers.
    """

    ids: frozenset[str]
    texts: frozenset[str]
    words: frozenset[str] = frozenset()

    @classmethod
    def of(cls, found: Found) -> Wanted:
        """Return what to look for."""
        names = {name.strip() for name in found.names}
        words = {name for name in names if len(name.split()) < 2}
        addresses = {one.strip() for one in (*found.addresses, *found.address_texts)}
        texts = {one.lower() for one in (*addresses, *names - words) if len(one) >= _SHORTEST}
        return cls(frozenset(found.ids), frozenset(texts), frozenset(words))

    def pattern(self) -> re.Pattern[bytes] | None:
        """Return what finds them in a file that is no table; None where nothing can be found."""
        texts = {form for one in self.texts for form in (one, quote(one), quote_plus(one))}
        parts = [_as_word(one) for one in sorted(self.ids) if len(one) >= _SHORTEST]
        parts += [re.escape(one) for one in sorted(texts, key=len, reverse=True)]
        return re.compile("|".join(parts).encode(), re.IGNORECASE) if parts else None


def _as_word(text: str) -> str:
    """Return what finds an id that stands by itself; one of digits only in quotes."""
    escaped = re.escape(text)
    if text.isdecimal():
        return rf"(?<=[\"'=]){escaped}(?=[\"'&\s])"
    return rf"(?<![\w.-]){escaped}(?![\w-])"


def files_that_name(wanted: Wanted, places: Iterable[Path]) -> Iterator[tuple[Path, int]]:
    """Yield files with the number of cells, or of places in them, that name the person."""
    pattern = wanted.pattern()
    for path in _files(places):
        try:
            count = _count(path, wanted, pattern)
        except FileNotFoundError:
            continue  # Others go on meanwhile: a snapshot is taken, a log is moved.
        if count:
            yield path, count


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        below = sorted(place.rglob("*")) if place.is_dir() else [place]
        yield from (path for path in below if path.is_file())


def blacken(wanted: Wanted, places: Iterable[Path]) -> int:
    """Write x over what names the person in files of text; return in how many files.

    As many as there were letters: whoever has the file open and goes on writing loses nothing.
    """
    pattern = wanted.pattern()
    if pattern is None:
        return 0
    return sum(_blacken(path, pattern) for path in _files(places) if path.suffix != ".parquet")


def _blacken(path: Path, pattern: re.Pattern[bytes]) -> bool:
    places = list(_places(path, pattern))
    if places:
        with path.open("r+b") as file:
            for start, end in places:
                file.seek(start)
                file.write(STAND_IN * (end - start))
    return bool(places)


def _count(path: Path, wanted: Wanted, pattern: re.Pattern[bytes] | None) -> int:
    if path.suffix == ".parquet":
        return cells_that_name(path, wanted)
    return len(list(_places(path, pattern))) if pattern else 0


def _places(path: Path, pattern: re.Pattern[bytes]) -> Iterator[tuple[int, int]]:
    """Yield where in a file a pattern is found, each place once."""
    done, offset, kept = 0, 0, b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            content, begins = kept + chunk, offset - len(kept)
            for match in pattern.finditer(content):
                if begins + match.start() >= done:
                    done = begins + match.end()
                    yield begins + match.start(), done
            offset += len(chunk)
            kept = content[-_LONGEST:]


def cells_that_name(path: Path, wanted: Wanted) -> int:
    """Return the number of cells of a Parquet file that name the person."""
    count = 0
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches():
            for name, column in zip(batch.schema.names, batch.columns, strict=True):
                is_theirs = "customer" in name or name in ("id", "other_id")
                whole = wanted.ids | wanted.words if is_theirs else frozenset()
                for texts in _texts_of(column):
                    count += sum(
                        times
                        for text, times in _counted(texts)
                        if text in whole or any(one in text.lower() for one in wanted.texts)
                    )
    return count


def _counted(texts: pa.Array) -> list[tuple[str, int]]:
    """Return each distinct text with the number of cells that hold it."""
    return [
        (str(one["values"]), int(one["counts"]))
        for one in pc.value_counts(texts.drop_null()).to_pylist()
    ]


def _texts_of(column: pa.Array) -> Iterator[pa.Array]:
    """Yield the texts of a column, those inside lists, maps and structs too."""
    kind = column.type
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        readable: Callable[[bytes | None], str | None] = lambda one: (  # noqa: E731
            one.decode("utf-8", "replace") if one is not None else None
        )
        yield pa.array([readable(one) for one in column.to_pylist()], pa.string())
    elif pa.types.is_string(kind) or pa.types.is_large_string(kind):
        yield column
    elif pa.types.is_map(kind):
        yield from _texts_of(column.keys)
        yield from _texts_of(column.items)
    elif pa.types.is_list(kind):
        yield from _texts_of(column.flatten())
    elif pa.types.is_struct(kind):
        for field in column.flatten():
            yield from _texts_of(field)
