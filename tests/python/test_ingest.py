"""`p360 ingest`: cells arrive exactly; a file that cannot be read refuses the load in one line."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest
from conftest import Scratch

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
LINE = '536365,A,"say ""hi"", you",6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n'


def write(folder: Path, name: str, content: str | bytes) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_cells_arrive_as_they_stand(scratch: Scratch, tmp_path: Path) -> None:
    folder = tmp_path / "drop"
    write(folder, "b.csv", "\ufeff" + HEADER + LINE + '1,,"two\nlines", 6 ,x,,"",漢字\n')
    write(folder, "a.csv", (HEADER + LINE).replace("\n", "\r\n"))
    done = scratch.p360("ingest", "online_retail", str(folder))
    assert done.returncode == 0, done.stderr
    rows = scratch.query(
        "select _source_file, _row_number, invoiceno, stockcode, description, quantity, "
        "customerid, country from {s}.online_retail_raw order by 1, 2"
    )
    quoted = 'say "hi", you'
    assert rows == [
        ("a.csv", 1, "536365", "A", quoted, "6", "17850.0", "United Kingdom"),
        ("b.csv", 1, "536365", "A", quoted, "6", "17850.0", "United Kingdom"),
        ("b.csv", 2, "1", "", "two\nlines", " 6 ", "", "漢字"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("long", HEADER + LINE + "1,2,3,4,5,6,7,8,9\n", "long.csv, line 3: 9 cells"),
        ("short", HEADER + "1,2\n", "short.csv, line 2: 2 cells where the header has 8"),
        ("quote", HEADER + '1,"open,3,4,5,6,7,8\n', "quote.csv, line 2: unexpected end of data"),
        ("latin", HEADER.encode() + "1,2,Crème,4,5,6,7,8\n".encode("latin-1"), "is not UTF-8"),
        ("empty", "", "empty.csv has no header"),
        ("headless", ",,\n", "headless.csv has no header"),
        ("header", HEADER, "a header and no records"),
        ("other", "a,b\n1,2\n", "other.csv has the columns a, b"),
    ],
)
def test_bad_files_refuse_the_load(
    scratch: Scratch, tmp_path: Path, name: str, content: str | bytes, message: str
) -> None:
    good = write(tmp_path / "drop", "_good.csv", HEADER + LINE)
    bad = write(tmp_path / "drop", f"{name}.csv", content)
    paths = [str(bad)] if name == "header" else [str(good), str(bad)]
    done = scratch.p360("ingest", "online_retail", *paths)
    assert done.returncode == 1
    errors = [line for line in done.stderr.splitlines() if line.startswith("error:")]
    assert len(errors) == 1
    assert message in errors[0]
    assert "Traceback" not in done.stderr
    assert scratch.query("show views in {s} like 'online_retail_raw'") == []
    # What was read before the bad line must not lie about.
    assert not list((Path(scratch.environment["P360_HOME"]) / "landing").iterdir())


def test_no_ingest_while_the_schema_is_being_built(scratch: Scratch, tmp_path: Path) -> None:
    path = write(tmp_path, "day.csv", HEADER + LINE)
    lock = Path(scratch.environment["P360_HOME"]) / f"run-{scratch.schema}.lock"
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        done = scratch.p360("ingest", "online_retail", str(path))
    assert done.returncode == 1
    assert f"schema {scratch.schema} is being built by another process" in done.stderr
    assert scratch.p360("ingest", "online_retail", str(path)).returncode == 0


def test_a_folder_is_taken_whole(scratch: Scratch, tmp_path: Path) -> None:
    write(tmp_path / "drop", "a.csv", HEADER + LINE)
    write(tmp_path / "drop", "B.CSV", HEADER + LINE)
    write(tmp_path / "drop", "notes.txt", "hello")
    (tmp_path / "drop" / "folder.csv").mkdir()
    done = scratch.p360("ingest", "online_retail", str(tmp_path / "drop"))
    assert done.stdout.startswith("loaded: 2 rows of 2 files"), done.stderr
    assert "1 files that are not *.csv" in done.stderr


def test_a_new_load_replaces_the_one_before(scratch: Scratch, tmp_path: Path) -> None:
    path = write(tmp_path, "day.csv", HEADER + LINE)
    assert scratch.p360("ingest", "online_retail", str(path)).stdout.startswith("loaded: 1 rows")
    again = scratch.p360("ingest", "online_retail", str(path))
    assert again.stdout.startswith("already loaded: 1 rows")
    write(tmp_path, "day.csv", HEADER + LINE + LINE)
    assert scratch.p360("ingest", "online_retail", str(path)).stdout.startswith("loaded: 2 rows")
    assert scratch.query("select count(*) from {s}.online_retail_raw") == [(2,)]
    assert len(scratch.query("show tables in {s}_store")) == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("ingest", "online_retail", "no/such/path"), "no/such/path does not exist"),
        (("ingest", "Bad-Feed", "seeds"), "'Bad-Feed' is no feed name"),
        (("ingest", "a__b", "seeds"), "'a__b' is no feed name"),
        (("ingest", "client_sales", "seeds"), "feed 'client_sales' is a seed of dbt"),
        (("ingest", "online_retail", "macros"), "macros holds no *.csv file"),
        (("run", "--feed", "nothing"), "no feed 'nothing': models/bronze has mapping models for"),
        (("run", "--feed", "online_retail"), "p360 ingest online_retail PATH' first"),
    ],
)
def test_wrong_names_are_one_line(scratch: Scratch, words: tuple[str, ...], message: str) -> None:
    done = scratch.p360(*words)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1
