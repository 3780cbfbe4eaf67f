"""CSV as shops and ERPs export it: a person's reading of each quirk, and no reading beyond it."""

from __future__ import annotations

from typing import Any

import pytest
from feeds.reading import cells_of, read

from python_jobs.feeds.raw_files import FileFormat, UnreadableFileError


@pytest.mark.parametrize(
    ("content", "cells"),
    [
        ('column1,column2\n0, "a, b"\n', [("0", "a, b")]),
        ('"a", "b", "c"\n"1", "x, y" , "3"\n"2", "", "4"\n', [("1", "x, y", "3"), ("2", "", "4")]),
        ('a\tb\n1\t "x\ty"\n', [("1", "x\ty")]),
        ('a,b\n1, "two\nlines"\n2, "x"\n', [("1", "two\nlines"), ("2", "x")]),
        # No cell that is wholly in quotes: plain text as ever.
        ('a,b\n1, "x" y\n2, z\n', [("1", ' "x" y'), ("2", " z")]),
        ('a,b\n5" pipe,2\n', [('5" pipe', "2")]),
        ('a,b\n1, "x" y\n2, "z"\n', [("1", ' "x" y'), ("2", ' "z"')]),
    ],
)
def test_blanks_before_a_quote_are_none_of_the_cell(
    content: str, cells: list[tuple[str, ...]]
) -> None:
    assert cells_of(content) == cells


def test_a_cell_that_only_begins_with_a_quote_stays_in_a_file_of_padded_quotes() -> None:
    sound = "".join(f'{number}, "a, {number}"\n' for number in range(30))
    found = cells_of("n,text\n" + sound + '31, "x" y\n')
    assert found[:30] == [(str(number), f"a, {number}") for number in range(30)]
    assert found[30] == ("31", ' "x" y')


@pytest.mark.parametrize(
    ("content", "columns", "cells", "is_told"),
    [
        ("a;b;c\n1;2;3;\n4;;6;\n", ["a", "b", "c"], [("1", "2", "3"), ("4", "", "6")], True),
        (
            "a;b;c\n" + "1;2;3;\n" * 9 + "4;5;\n",
            ["a", "b", "c"],
            [("1", "2", "3")] * 9 + [("4", "5", "")],
            True,
        ),
        ('a,b\n"1","2",""\n"x\ny","2",\n', ["a", "b"], [("1", "2"), ("x\ny", "2")], True),
        ("id,amount,\n1,2,\n3,4,\n", ["id", "amount"], [("1", "2"), ("3", "4")], True),
        ("id,amount,,\n1,2,,\n3,4,,\n", ["id", "amount"], [("1", "2"), ("3", "4")], True),
        (
            "id,amount,\n1,2,\n3,4,x\n",
            ["id", "amount", "column_3"],
            [("1", "2", ""), ("3", "4", "x")],
            False,
        ),
        ("id,,amount\n1,,2\n", ["id", "column_2", "amount"], [("1", "", "2")], False),
    ],
)
def test_a_delimiter_at_the_end_makes_no_column(
    content: str, columns: list[str], cells: list[tuple[str, ...]], is_told: bool
) -> None:
    file, found = read(content.encode())
    assert file.columns == columns
    assert [record[2] for record in found] == cells
    assert bool(file.findings) == is_told


def test_a_cell_of_several_lines_in_rows_with_a_delimiter_at_their_end() -> None:
    rows = [("1", "x", "2"), ("2", "y", "3"), ("3", ",\nz", "4")]
    assert cells_of('a,b,c\n1,x,2,\n2,y,3,\n3,",\nz",4,\n') == rows


def test_a_filled_cell_behind_the_last_column_stays_a_fault() -> None:
    _, found = read(("a;b\n" + "1;2;\n" * 9 + "3;4;5\n").encode())
    assert found[9] == (10, 11, ("too_many_cells", b"3;4;5"))


TABLE = "id;name;price\n1;Tea;2,50\n2;Cup;3,00\n"
ROWS = [("1", "Tea", "2,50"), ("2", "Cup", "3,00")]


@pytest.mark.parametrize(
    ("above", "preamble"),
    [
        ("Sales report 2025\n\n", ["Sales report 2025"]),
        ("Sales report 2025\n", ["Sales report 2025"]),
        (
            "\nSales report\n01.01.2025 - 31.01.2025\n\n\n",
            ["Sales report", "01.01.2025 - 31.01.2025"],
        ),
        ("Sales report;;\n;;\n", ["Sales report;;"]),
        (
            "Report;Berlin\nFrom;2025-01-01\nTo;2025-01-31\n\n",
            ["Report;Berlin", "From;2025-01-01", "To;2025-01-31"],
        ),
        ("Report, Berlin, January\n\n", ["Report, Berlin, January"]),
        ("sep=;\nSales report\n", ["Sales report"]),
    ],
)
def test_the_header_is_found_below_a_preamble(above: str, preamble: list[str]) -> None:
    file, found = read((above + TABLE).encode())
    assert file.columns == ["id", "name", "price"]
    first = above.count("\n") + 2
    assert found == [(1, first, ROWS[0]), (2, first + 1, ROWS[1])]
    assert file.preamble == preamble
    assert file.header_line == first - 1
    assert f"{len(preamble)} line" in file.findings[0]
    assert "above the header" in file.findings[0]


@pytest.mark.parametrize(
    ("content", "columns"),
    [
        ("id;name\nA;B;C\nD;E;F\n", ["id", "name"]),  # All rows have a cell too many.
        ("id;name\n\n1;x\n2;y\n", ["id", "name"]),
        ("name;city\nAnna;Berlin\nBob;Paris\n", ["name", "city"]),
        ("text\nhello, world\nfoo, bar\n", ["text"]),
        ("price\n1,50\n2,75\n", ["price"]),
        ("Sales\n\nA;B;C\nA;D;C\nA;E;C\n", ["Sales"]),  # What recurs is no name.
        ("Notes\n\na,b\nhello\nfoo,bar,baz\nworld\n1,2\n", ["Notes"]),
        ("id,\nfoo,bar\n1,2\n3,4\n", ["id", "column_2"]),
        ("name,notes\nx,a;b;c\ny,d;e;f\nz,g;h;i\n", ["name", "notes"]),
        ("name,city\nAnna,Berlin,n/a\nBob,Paris,6\nCid,Rome,7\n", ["name", "city"]),
    ],
)
def test_a_first_line_that_can_be_the_header_is_it(content: str, columns: list[str]) -> None:
    file, _ = read(content.encode())
    assert file.columns == columns
    assert file.preamble == []


def test_data_without_a_header_gets_none_from_its_middle() -> None:
    content = "T1,2025-01-01,5\nT2,2025-01-02,6\n\nfoo,bar,baz\nT3,2025-01-02,7\n" * 3
    with pytest.raises(UnreadableFileError, match="no header: its first line holds data"):
        read(content.encode())


def test_addresses_above_the_header_are_not_told() -> None:
    file, _ = read(("Exported by anna@shop.example\n\n" + TABLE).encode())
    assert file.preamble == ["Exported by anna@shop.example"]
    assert "shop.example" not in file.findings[0]


def test_the_line_of_the_header_can_be_declared() -> None:
    said = FileFormat(header_line=3)
    file, found = read(b"shop;Berlin\nyear;2025\n2023;2024\n1;2\n", said)
    assert (file.columns, file.preamble) == (["2023", "2024"], ["shop;Berlin", "year;2025"])
    assert found == [(1, 4, ("1", "2"))]
    for line in (2, 9):
        with pytest.raises(UnreadableFileError, match=f"no header on line {line}"):
            read(b"a;b\n\n1;2\n", FileFormat(header_line=line))


def test_a_header_in_two_lines() -> None:
    top, bottom, rows = ";Q1;;Q2;\n", "id;qty;amount;qty;amount\n", "1;2;3,5;4;5,5\n2;2;3;4;5\n"
    names = ["id", "Q1 qty", "Q1 amount", "Q2 qty", "Q2 amount"]
    for said in (
        FileFormat(header_lines=2),
        FileFormat(),
        FileFormat(header_line=1, header_lines=2),
    ):
        file, found = read((top + bottom + rows + bottom + top).encode(), said)
        assert file.columns == names
        assert found[0] == (1, 3, ("1", "2", "3,5", "4", "5,5"))
        assert [record[2][0] for record in found[2:]] == ["repeated_header"] * 2
    file, _ = read(b"Order;Item;\nid;name;price\n1;2;3\n", FileFormat(header_lines=2))
    assert file.columns == ["Order id", "Item name", "Item price"]
    # Not safe: the names below are distinct.
    file, _ = read(b";Q1;\nid;name;price\n1;x;3\n2;y;4\n")
    assert file.columns == ["id", "name", "price"]
    with pytest.raises(UnreadableFileError, match="no second line"):
        read(b"a;b\n", FileFormat(header_lines=2))


HEAD = b"id,name,amount\n"


def test_lines_that_end_in_a_bare_cr_are_records_of_their_own() -> None:
    _, found = read(HEAD + b'1,a,1\n2,b,2\r3,"c\rd",3\r4,d\r5,e,5\n6,f,6\n')
    assert [record[:2] for record in found] == [(n, n + 1) for n in range(1, 7)]
    assert found[2][2] == ("3", "c\rd", "3")
    assert found[3][2] == ("too_few_cells", b"4,d")
    assert [record[2] for record in found if record[0] in (1, 2, 5, 6)] == [
        (str(n), name, str(n)) for n, name in ((1, "a"), (2, "b"), (5, "e"), (6, "f"))
    ]


def test_a_cr_that_parts_no_records_stays_in_its_line() -> None:
    _, found = read(HEAD + b"1,a\rb,1\n2,x\ry,z,2\n")
    assert found == [(1, 2, ("1", "a\rb", "1")), (2, 3, ("too_many_cells", b"2,x\ry,z,2"))]


@pytest.mark.parametrize("said", [FileFormat(), FileFormat(escape="\\")])
def test_quotes_escaped_by_a_backslash(said: FileFormat) -> None:
    content = 'a,b\n1,"a \\"b\\" c"\n2,"x, \\"\\" \\\\"\n3,"C:\\new"\n'
    assert cells_of(content, said) == [("1", 'a "b" c'), ("2", 'x, "" \\'), ("3", "C:\\new")]


def test_a_backslash_before_a_closing_quote_is_text() -> None:
    assert cells_of('a,b\n"C:\\dir\\",1\n"D:\\",2\n') == [("C:\\dir\\", "1"), ("D:\\", "2")]
    assert cells_of('a,b\n"x \\""y""",1\n') == [('x \\"y"', "1")]


def test_a_file_with_doubled_quotes_has_no_escape() -> None:
    _, found = read(b'a,b\n1,"x \\"y\\" z"\n2,"x \\"y\\" z"\n3,"x ""y"" z"\n')
    assert [record[2][0] for record in found[:2]] == ["broken_quoting"] * 2
    assert found[2][2] == ("3", 'x "y" z')


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('a||b||c\n1||x|y||"3||4"\n', None),
        ('a||b||c\n1||x|y||"3||4"\n', FileFormat(delimiter="||")),
        ('a::b::c\n1::x|y::"3||4"\n', FileFormat(delimiter="::")),
        ('a§b§c\n1§x|y§"3||4"\n', FileFormat(delimiter="§")),
    ],
)
def test_other_delimiters(content: str, said: FileFormat | None) -> None:
    assert cells_of(content, said) == [("1", "x|y", "3||4")]


def test_doubled_delimiters_are_believed_when_every_line_agrees() -> None:
    assert cells_of("a;;b;;c\n1;;2;;3\n") == [("1", "2", "3")]
    assert cells_of("a;;b\n1;;2\n") == [("1", "", "2")]
    assert cells_of("a||b\n1||2\n3|x|4\n")[1] == ("3", "x", "4")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Total for Customer A,,,5.00", "total_row"),
        ("Total,,,5.00", "total_row"),
        (",,Total,5.00", "total_row"),
        (",Total:,,5.00 EUR", "total_row"),
        ('"","","Summe für K1","5,00"', "total_row"),
        ("TOTAL;;;".replace(";", ","), "total_row"),
        ("Total,5.00", "total_row"),  # Short, and a total all the same.
        ("Total Control Shampoo,,,5.00", None),
        ("Summer dress,,,5.00", None),
        (",,Summer dress,5.00", None),
        (",,Total,", None),
        (",,Total,2025-01-03", None),
        ("7,2025-01-03,Total,5.00", None),
        ("Total for Customer A,,2025-01-03,", None),
    ],
)
def test_totals_are_told_from_products(line: str, reason: str | None) -> None:
    _, found = read(
        f"id,day,product,amount\n1,2025-01-03,Tea,5.00\n{line}\n2,2025-01-03,Tea,6.00\n".encode()
    )
    assert len(found) == 3
    if reason:
        assert found[1] == (2, 3, (reason, line.encode()))
    else:
        assert len(found[1][2]) == 4


def test_words_of_totals_in_a_cell_of_several_lines_are_its_own() -> None:
    assert cells_of('id,note\n1,"a\nTotal\nSumme: 5"\n') == [("1", "a\nTotal\nSumme: 5")]


@pytest.mark.parametrize(
    ("end", "reasons"),
    [
        ("3 rows selected\n", ["footer_row"]),
        ("(2 rows)\n", ["footer_row"]),
        ("Generated on 2025-01-03 by X,,\n", ["footer_row"]),
        ("\n-- end --", ["footer_row"]),
        ('"Friday, Nov 28, 2025 09:12:44 AM GMT-8 - Accrual Basis",,\n', ["footer_row"]),
        ("Total,,5.00\n\n3 Zeilen\n-- end --\n\n", ["total_row", "footer_row", "footer_row"]),
        ("536370\n", ["too_few_cells"]),  # Cut short, perhaps.
        ("Tea for two\n", ["too_few_cells"]),
        ("3 rows selected\n3,pot,7\n", ["too_few_cells", None]),
    ],
)
@pytest.mark.parametrize("size", [5, 1 << 20])
def test_footers_are_told_at_the_end_only(
    end: str, reasons: list[str | None], size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("python_jobs.feeds.raw_files.reader.BLOCK_BYTES", size)
    monkeypatch.setattr("python_jobs.feeds.raw_files.packed._READ_BYTES", max(size, 16))
    _, found = read(b"id,name,amount\n1,tea,5\n2,cup,6\n" + end.encode())
    told: list[Any] = [record[2][0] if len(record[2]) == 2 else None for record in found]
    assert told == [None, None, *reasons]


@pytest.mark.parametrize(
    ("text", "rows", "blank"),
    [
        (",,\n1,2,3\n , \t,\r\n,\n,,,,\n\n4,5,6\n,,", [("1", "2", "3"), ("4", "5", "6")], 6),
        # A cell of several lines, and cells that are quoted, are none.
        ('"x\n,,\n",1,2\n,,\n"","",""\n', [("x\n,,\n", "1", "2"), ("", "", "")], 1),
        (",,0\n,,\n", [("", "", "0")], 1),
    ],
)
@pytest.mark.parametrize("size", [5, 1 << 20])
def test_a_line_of_delimiters_alone_is_blank(
    text: str,
    rows: list[tuple[str, ...]],
    blank: int,
    size: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("python_jobs.feeds.raw_files.reader.BLOCK_BYTES", size)
    monkeypatch.setattr("python_jobs.feeds.raw_files.packed._READ_BYTES", max(size, 16))
    file, found = read(f"a,b,c\n{text}".encode(), FileFormat("utf-8", ",", '"'))
    assert [record[2] for record in found] == rows
    assert file.blank_lines == blank
    assert [record[0] for record in found] == list(range(1, len(rows) + 1))


def test_in_one_column_only_an_empty_line_is_blank() -> None:
    file, found = read(b"a\n1\n \n\n2\n", FileFormat("utf-8", ",", '"'))
    assert [record[2] for record in found] == [("1",), (" ",), ("2",)]
    assert file.blank_lines == 1


def test_a_file_that_another_program_reads_is_taken_as_it_stands() -> None:
    said = FileFormat("utf-8", ",", '"', as_it_stands=True)
    _, found = read(b'a,b\n1, "x, y"\n', said)
    assert found[0][2][0] == "too_many_cells"
    file, _ = read(b"title\n\na,b\n1,2\n3,4\n", said)
    assert file.columns == ["title"]
