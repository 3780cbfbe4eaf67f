"""`p360 ingest`: content once, each record accounted for, columns by name, bad files refused."""

from __future__ import annotations

import fcntl
import gzip
import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import Scratch

from python_jobs.errors import P360Error
from python_jobs.feeds.ingest import ingest, load, reading
from python_jobs.feeds.ingest.files import DroppedFile
from python_jobs.feeds.ingest.ledger import LOADED, REPLACED, Ledger, LedgerEntry
from python_jobs.feeds.ingest.retention import drop_files, reason_to_stay
from python_jobs.feeds.ingest.stored import MOST_ROWS_TABLES
from python_jobs.feeds.raw_files import checksum
from python_jobs.quarantine.corrections import Correction, write_kept
from python_jobs.settings import Settings

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
LINE = '536365,A,"say ""hi"", you",6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n'
RAW = "select {columns} from {{s}}.online_retail_raw order by _source_file, _row_number"


def line(invoice: object) -> str:
    return LINE.replace("536365", str(invoice))


def write(folder: Path, name: str, content: str | bytes) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def errors_of(stderr: str) -> list[str]:
    return [text for text in stderr.splitlines() if text.startswith("error:")]


def test_cells_arrive_as_they_stand(scratch: Scratch, tmp_path: Path) -> None:
    folder = tmp_path / "drop"
    write(folder, "b.csv", "\ufeff" + HEADER + LINE + '1,,"two\nlines", 6 ,x,,"",漢字\n')
    write(folder, "a.csv", (HEADER + LINE).replace("\n", "\r\n"))
    write(folder, "c.csv.gz", gzip.compress((HEADER + LINE).replace(",", ";").encode("utf-16")))
    done = scratch.p360("ingest", "online_retail", str(folder))
    assert done.returncode == 0, done.stderr
    rows = scratch.query(
        "select _source_file, _row_number, _line_number, invoiceno, stockcode, description, "
        "quantity, customerid, country from {s}.online_retail_raw order by 1, 2"
    )
    quoted = 'say "hi", you'
    assert rows == [
        ("a.csv", 1, 2, "536365", "A", quoted, "6", "17850.0", "United Kingdom"),
        ("b.csv", 1, 2, "536365", "A", quoted, "6", "17850.0", "United Kingdom"),
        ("b.csv", 2, 3, "1", "", "two\nlines", " 6 ", "", "漢字"),
        (
            "c.csv.gz",
            1,
            2,
            "536365",
            "A",
            quoted.replace(",", ";"),
            "6",
            "17850.0",
            "United Kingdom",
        ),
    ]


def test_every_record_is_a_row_or_a_line_set_aside(scratch: Scratch, tmp_path: Path) -> None:
    bad = {
        2: (b"1,2,3", "too_few_cells"),
        4: (b"1,2,3,4,5,6,7,8,9", "too_many_cells"),
        6: (b'1,"never closed,3,4,5,6,7,8', "broken_quoting"),
        8: ("1,A,Crème,4,5,6,7,8".encode("latin-1"), "not_of_the_encoding"),
    }
    sound = [line(f"5000{number}").replace("hi", "ÄÖÜ").encode() for number in range(1, 10)]
    lines = [bad[n][0] + b"\n" if n in bad else sound[n - 1] for n in range(1, 10)]
    path = write(tmp_path, "day.csv", HEADER.encode() + b"".join(lines))
    done = scratch.p360("ingest", "online_retail", str(path))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("loaded: 5 rows of 1 file")
    assert (
        "4 lines could not be read as records and are quarantined whole: day.csv (4)" in done.stderr
    )
    columns = "_row_number, _line_number, invoiceno, _set_aside_reason, hex(_set_aside_bytes)"
    assert scratch.query(RAW.format(columns=columns)) == [
        (n, n + 1, None, bad[n][1], bad[n][0].hex().upper())
        if n in bad
        else (n, n + 1, f"5000{n}", None, None)
        for n in range(1, 10)
    ]
    built = scratch.dbt(
        *(
            "build",
            "--vars",
            "{feed: online_retail}",
            "--exclude-resource-type",
            "test",
            "unit_test",
        ),
        *("--select", "bronze_sales_online_retail", "bronze_sales", "silver_sales_assessed"),
        *("sales_corrections", "exchange_rates", "silver_loads"),
        "observability_row_account",
    )
    assert built.returncode == 0, built.stdout
    judged = scratch.query(
        "select _row_number, disposition, rejection_reasons, size(warnings), transaction_id, "
        "_set_aside_text is not null "
        "from {s}.silver_sales_assessed order by 1"
    )
    assert [row for row in judged if row[0] in bad] == [
        (n, "quarantined", f'["{bad[n][1]}"]', 0, None, True) for n in bad
    ]
    assert all(row[1] == "accepted" for row in judged if row[0] not in bad)
    account = scratch.query(
        "select raw_count, quarantined_count, unaccounted_count from {s}.observability_row_account"
    )
    assert account == [(9, 4, 0)]


def test_bad_files_are_refused_and_the_others_go_on(scratch: Scratch, tmp_path: Path) -> None:
    bad = {
        "empty": (b"", "empty.csv is empty (0 bytes)"),
        "zipped": (b"PK\x03\x04" + bytes(40), "zipped.csv is a zip archive"),
        "binary": (bytes(range(256)) * 8, "binary.csv is binary"),
        "headless": (b",,\n1,2,3\n", "headless.csv has no header"),
        "truncated": (gzip.compress(HEADER.encode() * 100)[:-9], "truncated.csv is a gzip file"),
        "other": (b"a,b\n1,2\n", "other.csv has none of the columns of feed online_retail"),
        "short": (b"InvoiceNo,StockCode\n1,2\n", "short.csv lacks the required column Quantity"),
    }
    drop = tmp_path / "drop"
    for name, (content, _) in bad.items():
        write(drop, f"{name}.csv", content)
    # Where there are no others, nothing comes to be.
    done = scratch.p360("ingest", "online_retail", str(drop))
    assert done.returncode == 1
    assert scratch.query("show views in {s}") == []
    write(drop, "sound.csv", HEADER + LINE)
    done = scratch.p360("ingest", "online_retail", str(drop))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len(errors_of(done.stderr)) == len(bad)
    for _, message in bad.values():
        assert message in done.stderr
    assert scratch.query("select count(*) from {s}.online_retail_raw") == [(1,)]
    ledger = scratch.query("select file_name, status, reason from {s}.online_retail_files")
    assert sorted(ledger) == sorted(
        [
            ("sound.csv", "loaded", None),
            *((f"{name}.csv", "refused", reason_of(ledger, name)) for name in bad),
        ]
    )
    for name, (_, message) in bad.items():
        assert message in reason_of(ledger, name)


def reason_of(ledger: list[tuple[str, str, str]], name: str) -> str:
    return next(reason for file_name, _, reason in ledger if file_name == f"{name}.csv")


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
    write(tmp_path / "drop", "B.CSV", HEADER + line(2))
    write(tmp_path / "drop", "notes.txt", "hello")
    (tmp_path / "drop" / "folder.csv").mkdir()
    done = scratch.p360("ingest", "online_retail", str(tmp_path / "drop"))
    assert done.stdout.startswith("loaded: 2 rows of 2 files"), done.stderr
    assert "1 files that are not *.csv" in done.stderr
    # Retention: a file goes once its records are raw rows and old enough.
    write(tmp_path / "drop", "c.csv", HEADER + line(3))
    words = ("retention", "files", "online_retail", str(tmp_path / "drop"), "--days", "1")
    kept = scratch.p360(*words)
    assert kept.stdout == "deleted: 0 of 3 files of feed online_retail\n", kept.stderr
    assert "stays: c.csv, its content is not loaded" in kept.stderr
    assert re.search(r"stays: a\.csv, loaded on \d{4}-\d\d-\d\d", kept.stderr)
    settings = Settings.from_environment(scratch.environment, project_dir=scratch.folder)
    drop_files(settings, "online_retail", [tmp_path / "drop"], days=-1)
    assert {path.name for path in (tmp_path / "drop").iterdir()} == {
        *("c.csv", "notes.txt", "folder.csv")
    }


def test_a_file_whose_rows_did_not_all_arrive_is_not_deleted(tmp_path: Path) -> None:
    path = write(tmp_path, "day.csv", HEADER + LINE + "set aside\n")
    now = datetime.now(UTC)
    entry = LedgerEntry(
        *("online_retail", "day.csv", now, LOADED),
        sha256=checksum(path),
        load_id="one",
        row_count=1,
        set_aside_count=1,
    )
    file, later = DroppedFile("day.csv", path), now + timedelta(days=1)
    for arrived, reason in (
        ({"one": 2}, ""),
        ({"one": 1}, "1 of its 2 records are raw rows"),
        ({}, "0 of its 2 records are raw rows"),
    ):
        assert reason_to_stay(file, Ledger([entry]), arrived, later) == reason
    assert "loaded on" in reason_to_stay(file, Ledger([entry]), {"one": 2}, now)
    replaced = replace(entry, status=REPLACED)
    assert "not loaded" in reason_to_stay(file, Ledger([replaced]), {"one": 2}, later)


def test_content_is_loaded_once_whatever_its_name(scratch: Scratch, tmp_path: Path) -> None:
    path = write(tmp_path, "day.csv", HEADER + LINE)
    twin = write(tmp_path, "twin.csv", HEADER + LINE)
    done = scratch.p360("ingest", "online_retail", str(path), str(twin))
    assert done.stdout.splitlines() == [
        "loaded: 1 rows of 1 file into feed online_retail",
        "already loaded: 1 records of 1 file",
    ]
    assert "twin.csv is day.csv" in done.stderr
    again = scratch.p360("ingest", "online_retail", str(twin), str(path))
    assert again.returncode == 0
    assert again.stdout == "already loaded: 2 records of 2 files\n"
    assert scratch.query("select count(*) from {s}.online_retail_raw") == [(1,)]


def test_a_changed_file_needs_replace(scratch: Scratch, tmp_path: Path) -> None:
    path = write(tmp_path, "day.csv", HEADER + LINE)
    other = write(tmp_path, "other.csv", HEADER + line(7))
    assert scratch.p360("ingest", "online_retail", str(path), str(other)).returncode == 0
    write(tmp_path, "day.csv", HEADER + line(8) + line(9))
    refused = scratch.p360("ingest", "online_retail", str(path))
    assert refused.returncode == 1
    assert "day.csv has different content than the file loaded under that name" in refused.stderr
    invoices = RAW.format(columns="invoiceno")
    assert scratch.query(invoices) == [("536365",), ("7",)]
    done = scratch.p360("ingest", "online_retail", str(path), "--replace")
    assert done.returncode == 0, done.stderr
    assert scratch.query(invoices) == [("8",), ("9",), ("7",)]
    assert "decisions" not in done.stderr
    # Back to the first content: it is not current, so it counts as new.
    write(tmp_path, "day.csv", HEADER + LINE)
    decision = Correction("online_retail/day.csv#1", {"quantity": "6"})
    settings = Settings.from_environment(scratch.environment, project_dir=scratch.folder)
    write_kept(settings, {decision.row_id: decision})
    done = scratch.p360("ingest", "online_retail", str(path), "--replace")
    assert done.returncode == 0, done.stderr
    assert "sales_corrections.csv holds decisions on 1 row of day.csv" in done.stderr
    assert scratch.query(invoices) == [("536365",), ("7",)]
    ledger = scratch.query(
        "select file_name, status, row_count from {s}.online_retail_files order by loaded_at, 1"
    )
    assert ledger == [
        ("day.csv", "replaced", 1),
        ("other.csv", "loaded", 1),
        ("day.csv", "replaced", 2),
        ("day.csv", "loaded", 1),
    ]


def test_columns_are_taken_by_name_and_drift_is_told(scratch: Scratch, tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    write(drop, "0.csv", HEADER + LINE)
    columns = HEADER.strip().split(",")
    turned = ",".join(reversed(columns)).replace("InvoiceNo", "INVOICENO")
    write(drop, "1.csv", f"{turned}\nUK,C1,1.5,2010-12-02,3,cup,B,77\n")
    write(
        drop,
        "2.csv",
        "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,Shop,Till\n1,2,3,4,5, x ,\n",
    )
    done = scratch.p360("ingest", "online_retail", str(drop))
    assert done.returncode == 0, done.stderr
    for phrase in (
        "1 file has its columns in another order: 1.csv",
        "1 file writes in other case INVOICENO: 1.csv",
        "1 file lacks Description, CustomerID, Country: 2.csv",
        "1 file has besides Shop, Till: 2.csv",
    ):
        assert phrase in done.stderr
    chosen = "invoiceno, stockcode, description, quantity, country, _extra_cells"
    assert scratch.query(RAW.format(columns=chosen)) == [
        ("536365", "A", 'say "hi", you', "6", "United Kingdom", None),
        ("77", "B", "cup", "3", "UK", None),
        ("1", "2", None, "3", None, '{"Shop":" x ","Till":""}'),
    ]
    told = scratch.p360("drift", "online_retail")
    assert told.returncode == 0
    assert "online_retail: 1 file has besides Shop, Till\n  2.csv\n" in told.stdout
    # Once the column is declared, the rows that are there show it too.
    properties = "models/bronze/bronze_sales_online_retail.yml"
    declared = "          - name: country\n            description: Country of the customer.\n"
    shop = "          - {name: shop, description: Shop, config: {meta: {header: SHOP}}}\n"
    scratch.edit(properties, declared, shop + declared)
    assert scratch.p360("ingest", "online_retail", str(drop)).returncode == 0
    assert scratch.query(RAW.format(columns="shop")) == [(None,), (None,), (" x ",)]
    # And once it is not declared any more, its cells are extra cells again.
    scratch.edit(properties, shop, "")
    assert scratch.p360("ingest", "online_retail", str(drop)).returncode == 0
    assert scratch.query(RAW.format(columns=chosen))[2][5] == '{"Shop":" x ","Till":""}'


def test_any_order_ends_in_the_same_rows(
    scratch: Scratch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files one by one, shuffled, some twice, with a crash between: as all at once."""
    count = MOST_ROWS_TABLES + 4
    paths = [write(tmp_path, f"{n:02}.csv", HEADER + line(n) + "x\n") for n in range(count)]
    settings = Settings.from_environment(scratch.environment, scratch.folder)
    ingest(settings, "online_retail", paths)
    rows = RAW.format(columns="* except (_loaded_at)")
    expected = scratch.query(rows)
    assert len(expected) == 2 * count
    for view in ("raw", "files"):
        scratch.query(f"drop view {{s}}.online_retail_{view}")
    random.Random(1).shuffle(paths)
    for number, path in enumerate(paths):
        ingest(
            settings,
            "online_retail",
            [path, *random.Random(number).sample(paths[:number], min(number, 2))],
        )
        if number == 5:
            monkeypatch.setattr(load.FeedTables, "publish", fail)
            with pytest.raises(RuntimeError):
                ingest(settings, "online_retail", [paths[number + 1]])
            monkeypatch.undo()
    assert scratch.query(rows) == expected
    current = scratch.query("describe extended {s}_store." + shown(scratch))
    text = next(row[1] for row in current if row[0] == "View Text")
    assert text.count("_rows__") <= MOST_ROWS_TABLES


def fail(*_: object) -> None:
    raise RuntimeError("as if the machine had died")


def shown(scratch: Scratch) -> str:
    text = dict(row[:2] for row in scratch.query("describe extended {s}.online_retail_raw"))
    return str(text["View Text"]).rpartition(".")[2]


@pytest.mark.parametrize(
    ("what", "harm"),
    [
        ("grows", lambda path: path.write_text(path.read_text() + LINE)),
        ("is deleted", lambda path: path.unlink()),
    ],
)
def test_a_file_that_changes_while_it_is_read_is_refused(
    scratch: Scratch,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
    harm: Callable[[Path], object],
) -> None:
    assert what
    settings = Settings.from_environment(scratch.environment, scratch.folder)
    path = write(tmp_path, "day.csv", HEADER + LINE)
    sound = write(tmp_path, "sound.csv", HEADER + line(2))
    check_columns = reading._check_columns

    def harm_now(feed: object, raw: object, name: str) -> None:
        check_columns(feed, raw, name)  # type: ignore[arg-type]
        if name == "day.csv":
            harm(path)

    monkeypatch.setattr(reading, "_check_columns", harm_now)
    done = ingest(settings, "online_retail", [path, sound])
    assert [entry.file_name for entry in done.refused] == ["day.csv"]
    assert [entry.file_name for entry in done.loaded] == ["sound.csv"]
    assert scratch.query(RAW.format(columns="invoiceno")) == [("2",)]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("ingest", "online_retail", "no/such/path"), "no/such/path does not exist"),
        (("ingest", "Bad-Feed", "seeds"), "'Bad-Feed' is not a feed name"),
        (("ingest", "a__b", "seeds"), "'a__b' is not a feed name"),
        (("ingest", "client_sales", "seeds"), "feed 'client_sales' is a seed of dbt"),
        (("ingest", "shop", "seeds"), "no feed 'shop' is declared; 'p360 feed new shop --from"),
        (("ingest", "online_retail", "macros"), "macros holds no *.csv file"),
        (("files", "online_retail"), "feed 'online_retail' has no loaded files"),
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


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("- name: invoiceno", "- name: Invoice No", "is not a valid column name"),
        ("header: StockCode", "header: INVOICENO", "have the header invoiceno"),
        (
            "      - name: online_retail_raw\n",
            "      - name: online_retail_raw\n        config: {meta: {csv: {separator: ';'}}}\n",
            "has the unknown key separator; use encoding",
        ),
        ("sources:\n", "sources: [\n", "this is not YAML"),
    ],
)
def test_a_wrong_declaration_is_one_line(
    scratch: Scratch, tmp_path: Path, old: str, new: str, message: str
) -> None:
    path = write(tmp_path, "day.csv", HEADER + LINE)
    scratch.edit("models/bronze/bronze_sales_online_retail.yml", old, new)
    settings = Settings.from_environment(scratch.environment, scratch.folder)
    with pytest.raises(P360Error, match=r"bronze_sales_online_retail\.yml") as raised:
        ingest(settings, "online_retail", [path])
    assert message in str(raised.value)
