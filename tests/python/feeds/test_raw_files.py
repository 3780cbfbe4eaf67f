"""The CSV reader: exact cells, every record in its place, bad lines set aside alone and rightly."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import zstandard
from feeds.reading import read
from hypothesis import given, settings
from hypothesis import strategies as st

from python_jobs.feeds.raw_files import (
    FileFormat,
    UnreadableFileError,
    open_raw_file,
    packed,
    reader,
    records,
)

N = 3
WORDS = st.sampled_from(["", "a", " b ", "é", "Größe", "17.50", "x y", "it's", "0", "null", "NA"])


@dataclass(frozen=True)
class Piece:
    """Some lines of a file, and what must come of them: cells, or a reason to set them aside."""

    text: str
    cells: tuple[str, ...] | None = None
    reason: str | None = None
    bad_bytes: bool = False


def quoted(cell: str, delimiter: str, always: bool) -> str:
    if always or cell.startswith('"') or any(sign in cell for sign in (delimiter, "\n", "\r")):
        return '"' + cell.replace('"', '""') + '"'
    return cell


@st.composite
def rows(draw: st.DrawFn, delimiter: str, end: str, *, with_quotes: bool) -> Piece:
    cells = draw(st.lists(WORDS, min_size=N, max_size=N))
    if with_quotes:
        odd = st.sampled_from(['say "hi"', '"', '""', f"a{delimiter}b", f"two{end}lines", end])
        cells = [draw(odd) if draw(st.booleans()) else cell for cell in cells]
    always = with_quotes and draw(st.booleans())
    text = delimiter.join(quoted(cell, delimiter, always) for cell in cells)
    is_blank = not text.strip(f" \t{delimiter}")
    return Piece(text) if is_blank else Piece(text, tuple(cells))


@st.composite
def faults(draw: st.DrawFn, delimiter: str, *, with_quotes: bool, text_can_be_bad: bool) -> Piece:
    kinds = ["few", "many", "blank", "junk" if with_quotes else "open"]
    kind = draw(st.sampled_from([*kinds, *(["bytes"] if text_can_be_bad else [])]))
    cells = ["k", *draw(st.lists(st.sampled_from(["a", "7", "é"]), min_size=N - 1, max_size=N - 1))]
    at = draw(st.integers(0, N - 1))
    if kind == "blank":
        return Piece("")
    if kind == "few":
        return Piece(delimiter.join(cells[: N - 1]), reason="too_few_cells")
    if kind == "many":
        return Piece(delimiter.join([*cells, "z"]), reason="too_many_cells")
    if kind == "bytes":
        cells[at] = "\ufffe"
        return Piece(delimiter.join(cells), reason="not_of_the_encoding", bad_bytes=True)
    cells[at] = '"closed"junk' if kind == "junk" else '"never closed'
    return Piece(delimiter.join(cells), reason="broken_quoting")


@st.composite
def files(draw: st.DrawFn) -> tuple[bytes, FileFormat, list[Any], int]:
    """Return a file, what is said of it, the truth about its records, and its blank lines."""
    encoding = draw(
        st.sampled_from(["utf-8", "utf-16-le", "utf-16-be", "windows-1252", "mac-roman"])
    )
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    with_quotes = draw(st.booleans())
    pieces = draw(
        st.lists(
            st.one_of(
                rows(delimiter, end, with_quotes=with_quotes),
                rows(delimiter, end, with_quotes=with_quotes),
                faults(delimiter, with_quotes=with_quotes, text_can_be_bad=encoding == "utf-8"),
            ),
            max_size=25,
        )
    )
    header = Piece(delimiter.join(["Nämé", "second", "third one"]))
    truth: list[Any] = []
    parts = []
    line, blank = 1, 0
    for piece in [header, *pieces]:
        raw = piece.text.encode(encoding)
        if piece.bad_bytes:
            raw = raw.replace("\ufffe".encode(), b"\xc3\x28\xff")
        if piece.cells is not None:
            truth.append((len(truth) + 1, line, piece.cells))
        elif piece.reason is not None:
            truth.append((len(truth) + 1, line, (piece.reason, raw)))
        elif piece is not header:
            blank += 1
        line += 1 + piece.text.count(end)
        parts.append(raw)
    text = end.encode(encoding).join(parts)
    is_open = bool(pieces) and not pieces[-1].text
    if draw(st.booleans()) or is_open:
        text += end.encode(encoding)
    marks = {"utf-8": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
    if encoding in marks and (encoding != "utf-8" or draw(st.booleans())):
        text = marks[encoding] + text
    pack = draw(st.sampled_from([bytes, gzip.compress, zstandard.compress]))
    # With more bad lines than good ones nobody can tell the encoding: then it is said.
    beyond_ascii = [piece for piece in [header, *pieces] if not piece.text.isascii()]
    can_be_told = encoding in marks and 2 * sum(p.bad_bytes for p in beyond_ascii) <= len(
        beyond_ascii
    )
    said = FileFormat(None if can_be_told else encoding, delimiter)
    return pack(text), said, truth, blank


@settings(max_examples=250, deadline=None)
@given(files(), st.sampled_from([5, 64, 1 << 20]))
def test_every_record_is_accounted_for(
    file: tuple[bytes, FileFormat, list[Any], int], size: int
) -> None:
    content, said, truth, blank = file
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "BLOCK_BYTES", size)
        patch.setattr(packed, "_READ_BYTES", max(size, 16))
        patch.setattr(records, "MAX_RECORD_BYTES", 300)
        raw, found = read(content, said)
    assert raw.columns == ["Nämé", "second", "third one"]
    assert found == truth
    assert raw.blank_lines == blank


@pytest.mark.parametrize(
    ("content", "cells"),
    [
        (b"a,b\n1,2", [("1", "2")]),
        (b"a,b\n1,2\n\n\n", [("1", "2")]),
        (b"\n\na,b\n1,2\n", [("1", "2")]),
        (b'"a","b"\n"1","2"\n', [("1", "2")]),
        (b'a,b\n"x ""y"" z",""\n', [('x "y" z', "")]),
        (b"a,b\n6\" pipe,5'\n", [('6" pipe', "5'")]),
        (b'a,b\n"1\n2","3,4"\n', [("1\n2", "3,4")]),
        (b'a,b\r\n"1\r\n2",3\r\n', [("1\r\n2", "3")]),
        (b"a,b\r1,2\r3,4\r", [("1", "2"), ("3", "4")]),
        (b'a,b,c\n"1,2","3\n4","5,6"\n', [("1,2", "3\n4", "5,6")]),
        (b"a;b\n1,5;2\n", [("1,5", "2")]),
        (b"sep=;\na;b\n1,5;2\n", [("1,5", "2")]),
        (b"a\tb\n1\t2\n", [("1", "2")]),
        (b"a\n1\n\n2\n", [("1",), ("2",)]),
        (b"'a','b'\n'x,y','2'\n", [("x,y", "2")]),
        (b"a,b\n NA ,null\n", [(" NA ", "null")]),
        (b"a,b\n", []),
        (b"a,b", []),
        ("a,b\nx,\u2028y\n".encode(), [("x", "\u2028y")]),
        (b"a,b\nx\ry,2\n", [("x\ry", "2")]),
    ],
)
def test_dialects_are_found(content: bytes, cells: list[tuple[str, ...]]) -> None:
    _, found = read(content)
    assert [record[2] for record in found] == cells


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (b"a,,c", ["a", "column_2", "c"]),
        (b"a,b,", ["a", "b", "column_3"]),
        (b"a,b,A", ["a", "b", "A_2"]),
        (b"amount,amount,amount", ["amount", "amount_2", "amount_3"]),
        (b"b,b_2,b", ["b", "b_2", "b_2_"]),
    ],
)
def test_columns_without_a_name_of_their_own_get_one(header: bytes, columns: list[str]) -> None:
    file, found = read(header + b"\nx,y,z\n")
    assert file.columns == columns
    assert found == [(1, 2, ("x", "y", "z"))]


HEAD = b"id,name,amount\n"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"id,name,amount", "repeated_header"),
        (b"Total,,5.00", "total_row"),
        (b",,Grand total", None),  # The words of a total come first.
        (b"Summe:,,", "total_row"),
        (b'"Razem","","12,00"', "total_row"),
        (b"total,tea,5.00", None),  # A sale of something whose id is "total".
        (b"Totalisator,,5.00", None),
        (b"1,t\0a,5.00", "nul_byte"),
    ],
)
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_lines_that_are_no_records_are_set_aside_alone(
    line: bytes, reason: str | None, end: bytes
) -> None:
    lines = [HEAD.strip(), b"1,tea,5.00", line, b"2,cup,6.00", b""]
    _, found = read(end.join(lines))
    assert found[0] == (1, 2, ("1", "tea", "5.00"))
    assert found[2] == (3, 4, ("2", "cup", "6.00"))
    if reason is None:
        assert len(found[1][2]) == 3
    else:
        assert found[1] == (2, 3, (reason, line))


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1252", "mac-roman", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("far", [0, 3000])
def test_encodings_are_found(encoding: str, far: int) -> None:
    names = ["Müller", "Größe", "René Café", "São Paulo", "Ångström", "niño", "garçon"]
    plain = "".join(f"{number},plain\n" for number in range(far))
    text = "id,name\n" + plain + "".join(f"{name},{name}\n" for name in names)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packed, "_READ_BYTES", 4096)
        file, found = read(text.encode(encoding))
    assert [record[2] for record in found][far:] == [(name, name) for name in names]
    assert file.format.encoding == ("utf-16-le" if encoding == "utf-16" else encoding)


def test_stray_quotes_do_not_join_sound_lines() -> None:
    sound = "\n".join(f"{number},x,y" for number in range(2000))
    text = f'a,b,c\n1,"open,3\n{sound}\n4,5",6\n7,8,9\n'
    _, found = read(text.encode())
    assert found[0] == (1, 2, ("broken_quoting", b'1,"open,3'))
    assert found[1:-2] == [(n + 2, n + 3, (str(n), "x", "y")) for n in range(2000)]
    assert found[-2:] == [(2002, 2003, ("4", '5"', "6")), (2003, 2004, ("7", "8", "9"))]


def test_a_quote_that_is_never_closed_is_looked_for_only_so_far() -> None:
    sound = "\n".join(f"{number},{'x' * 40},y" for number in range(60_000))
    _, found = read(f'a,b,c\n1,"open,3\n{sound}\n'.encode())
    assert [record for record in found if len(record[2]) == 2] == [
        (1, 2, ("broken_quoting", b'1,"open,3'))
    ]
    assert len(found) == 60_001


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\n\r\n \n", "only blank lines"),
        (b"PK\x03\x04rest", "a zip archive that is cut short or damaged"),
        (b"%PDF-1.7", "a PDF"),
        (bytes(range(256)) * 4, "binary"),
        (b",,\n1,2,3\n", "has no header"),
        (b"T1,2025-01-01,5\nT2,2025-01-02,6\n", "no header: its first line holds data"),
        (b'a,"b\n1,2\n', "the header's quoting is broken"),
        (b"a;b,c;d,e\n1;2,3;4,5\n1;2,3;4,5\n", "declare the delimiter"),
        (gzip.compress(b"a,b\n" * 999, mtime=0)[:-5], "cut short or damaged"),
        (zstandard.compress(b"a,b\n" * 999)[:-5], "cut short or damaged"),
        (gzip.compress(b"", mtime=0), "is empty after unpacking"),
    ],
)
def test_unreadable_files_are_refused(content: bytes, message: str) -> None:
    with pytest.raises(UnreadableFileError, match=r"drop\.csv") as raised:
        read(content)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_what_is_said_of_a_file_is_checked() -> None:
    for said in (
        FileFormat(encoding="klingon"),
        FileFormat(delimiter="|||"),
        FileFormat(escape="ab"),
    ):
        with pytest.raises(UnreadableFileError, match=r"drop\.csv"):
            read(b"a,b\n1,2\n", said)
    _, found = read("a;b,c\nü;2,3\n".encode("latin-1"), FileFormat("latin-1", ","))
    assert found == [(1, 2, ("ü;2", "3"))]


@pytest.mark.parametrize("harm", ["grow", "delete"])
def test_a_file_that_changes_under_the_reader_is_refused(tmp_path: Path, harm: str) -> None:
    path = tmp_path / "drop.csv"
    path.write_bytes(b"a,b\n1,2\n")
    file = open_raw_file(path, "drop.csv")
    if harm == "grow":
        path.write_bytes(b"a,b\n1,2\n3,4\n")
    else:
        path.unlink()
    with pytest.raises(UnreadableFileError, match=r"drop\.csv"):
        list(file.batches())
