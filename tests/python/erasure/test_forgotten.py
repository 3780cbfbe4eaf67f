"""What `p360 forget` takes out of rows, files and copies, and what it leaves; without Spark."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from python_jobs.erasure.carried import _Copying, _keyed
from python_jobs.erasure.find import Found
from python_jobs.erasure.residue import Wanted, blacken, cells_that_name, files_that_name
from python_jobs.errors import P360Error
from python_jobs.feeds.declarations import DeclaredColumn, Feed
from python_jobs.feeds.forgotten import Eraser, NamingColumns, SuppressionList
from python_jobs.feeds.forgotten.naming import (
    check_id_is_one_column,
    check_seeds,
    declared_naming,
    named_by_meta,
)
from python_jobs.feeds.forgotten.suppression import ADDRESS, ID, NAME, ROW
from python_jobs.settings import Settings
from python_jobs.warehouse.erasing import begin_erasing, end_erasing, erasing
from python_jobs.warehouse.run_lock import run_lock, take_run_lock
from python_jobs.warehouse.sums import LiveSums

ANNA = {ID: ["00123"], ADDRESS: ["anna@mail.test"], NAME: ["Anna Unikum"], ROW: ["shop/a.csv#7"]}
NAMING = NamingColumns(
    ids=("kunde",),
    names=("name",),
    addresses=("email",),
    others=("telefon",),
    prefixes=("K-",),
    suffixes=(" A", ".0"),
)


def settings_of(folder: Path, schema: str = "shop") -> Settings:
    environ = {"P360_HOME": str(folder / "home"), "P360_SCHEMA": schema}
    return Settings.from_environment(environ, folder)


@pytest.fixture
def anna(tmp_path: Path) -> SuppressionList:
    return SuppressionList.read(settings_of(tmp_path)).begin(ANNA)


def erased(
    suppressed: SuppressionList, *rows: dict[str, Any], naming: NamingColumns = NAMING
) -> list[dict[str, Any]]:
    names = list(dict.fromkeys(name for row in rows for name in row))
    table = pa.table({name: pa.array([row.get(name) for row in rows]) for name in names})
    # In two pieces, as a batch with lines that were set aside comes.
    table = pa.concat_tables([table.slice(0, 1), table.slice(1)])
    found: list[dict[str, Any]] = Eraser(suppressed, naming).erase(table)[0].to_pylist()
    return found


@pytest.mark.parametrize(
    "cell",
    ["00123", "  00123 ", "K-00123", " K-00123", "00123.0", '="00123"', "'00123", "K-00123 A"],
)
def test_what_stands_around_an_id_stays(anna: SuppressionList, cell: str) -> None:
    (row,) = erased(anna, {"kunde": cell, "amount": "00123"})
    assert row == {"kunde": cell.replace("00123", anna.token("00123")), "amount": "00123"}


def test_a_row_of_the_person_loses_what_names_them_and_nothing_else(anna: SuppressionList) -> None:
    sale = {"amount": "12.50", "land": "DE", "bestellung": "B1", "_source_file": "00123.csv"}
    theirs = {"kunde": "00123", "name": " Anna Unikum", "email": "Anna@Mail.test", "telefon": "555"}
    others = {"kunde": "001234", "name": "Anna Unikum", "email": "ben@mail.test", "telefon": "556"}
    by_address = {"kunde": "G", "name": "A.", "email": "ANNA@mail.test ", "telefon": ""}
    first, second, third = erased(anna, theirs | sale, others | sale, by_address | sale)
    assert first == {
        "kunde": anna.token("00123"),
        "name": " " + anna.token("Anna Unikum"),
        "email": anna.token("Anna@Mail.test") + "@erased.invalid",
        "telefon": anna.token("555"),
        **sale,
    }
    assert second == others | sale  # A namesake.
    assert third == {
        "kunde": anna.token("G"),
        "name": anna.token("A."),
        "email": anna.token("ANNA@mail.test") + "@erased.invalid ",
        "telefon": "",
        **sale,
    }


def test_copies_stay_copies_and_others_stay_apart(anna: SuppressionList) -> None:
    one = {"kunde": "00123", "name": "Anna Unikum", "email": "anna@mail.test", "telefon": "1"}
    rows = erased(anna, one, one, one | {"telefon": "2"}, one | {"email": "ANNA@mail.test"})
    assert rows[0] == rows[1]
    assert len({tuple(row.values()) for row in rows}) == 3
    assert erased(anna, *rows) == rows  # Once more changes nothing.


def test_a_malformed_address_stays_malformed(anna: SuppressionList) -> None:
    (row,) = erased(anna, {"kunde": "00123", "email": "anna at mail"})
    assert row["email"] == anna.token("anna at mail")


def test_an_address_in_another_cell_is_erased_in_anybodys_row(anna: SuppressionList) -> None:
    (row,) = erased(anna, {"kunde": "9", "artikel": "Gift for <anna@mail.test>, ben@mail.test"})
    address = anna.token("anna@mail.test") + "@erased.invalid"
    assert row == {"kunde": "9", "artikel": f"Gift for <{address}>, ben@mail.test"}


@pytest.mark.parametrize(
    ("line", "is_theirs"),
    [
        ("B1;00123;x", True),
        ('B1,"K-00123', True),
        ("B1;Anna  UNIKUM;9", True),
        ("to anna@mail.test, B1", True),
        ("B1;001234;Anna;9", False),
        ("B1;10012300;9", False),
    ],
)
def test_a_line_that_could_not_be_read_goes_whole(
    anna: SuppressionList, line: str, is_theirs: bool
) -> None:
    aside = {
        "_set_aside_reason": "too_few_cells",
        "_set_aside_text": line,
        "_set_aside_bytes": b"x",
    }
    row = erased(anna, {"kunde": None} | aside)[0]
    assert row["_set_aside_text"] == ("(erased)" if is_theirs else line)
    assert row["_set_aside_bytes"] == (None if is_theirs else b"x")
    assert row["_set_aside_reason"] == "too_few_cells"


def test_undeclared_cells_of_the_person_go(anna: SuppressionList) -> None:
    kind = pa.map_(pa.string(), pa.string())
    cells = pa.array([[("street", "Weg 1")], [("street", "Weg 2")]], kind)
    table = pa.table({"kunde": ["00123", "9"], "_extra_cells": cells})
    changed, count = Eraser(anna, NAMING).erase(table)
    assert count == 1
    assert changed["_extra_cells"].to_pylist() == [None, [("street", "Weg 2")]]


def test_corrections_and_headings_are_known_by_row_and_name(anna: SuppressionList) -> None:
    by_row = named_by_meta(dict.fromkeys(("row_id", "customer_name", "amount"), ""))
    rows = [
        {"row_id": "shop/a.csv#7", "customer_name": "Ana Unikum", "amount": "1"},
        {"row_id": "shop/a.csv#8", "customer_name": "Ana Unikum", "amount": "1"},
    ]
    names = [row["customer_name"] for row in erased(anna, *rows, naming=by_row)]
    assert names == [anna.token("Ana Unikum"), "Ana Unikum"]
    headings = replace(NAMING, has_headings=True)
    (row,) = erased(anna, {"kunde": None, "name": "Anna Unikum"}, naming=headings)
    assert row["name"] == anna.token("Anna Unikum")


def test_the_list_holds_no_text_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    empty = SuppressionList.read(settings)
    assert not empty
    assert not empty.knows(ID, "00123")
    begun = empty.begin(ANNA)
    assert begun.pending is not None
    begun.end()
    kept = SuppressionList.read(settings)
    assert kept.pending is None
    assert kept.knows(ADDRESS, " ANNA@mail.test")
    assert not kept.knows(NAME, "00123")  # Ids are no names.
    assert kept.token("x") == begun.token("x")
    assert kept.entry_of(["00123"], []) is not None
    assert kept.entry_of(["00123"], ["ben@mail.test"]) is None
    files = [path for path in (settings.home / "forgotten").rglob("*") if path.is_file()]
    assert {path.name for path in files} == {"key", "shop.json"}
    for path in files:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert not any(text in path.read_text() for some in ANNA.values() for text in some)
    assert not SuppressionList.read(settings_of(tmp_path, "other"))  # Its 00123 is somebody else.
    (settings.home / "forgotten" / "key").unlink()
    with pytest.raises(P360Error, match="could bring back who was forgotten"):
        SuppressionList.read(settings)


def test_a_declaration_tells_which_columns_name_a_person() -> None:
    names = ("nr", "kunde", "vorname", "nachname", "email", "betrag", "strasse", "art")
    feed = Feed("shop", tuple(DeclaredColumn(name, name.title(), False) for name in names))
    cells = {
        "transaction_id": "nr",
        "customer_id": {"column": "kunde", "without_prefix": ["K-", "G-"], "carried_down": True},
        "customer_name": {"columns": ["vorname", "nachname"]},
        "customer_email": ["email"],
        "amount": "betrag",
    }
    declared = {"cells": cells, "returns": [{"column": "art", "values": ["x"]}]}
    assert declared_naming(feed, declared) == NamingColumns(
        ids=("kunde",),
        names=("vorname", "nachname"),
        addresses=("email",),
        others=("strasse",),
        prefixes=("K-", "G-"),
    )


def test_what_names_nobody_is_told_before_anything_changes(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    seed, model = tmp_path / "seeds" / "own_raw.yml", tmp_path / "models/bronze/bronze_sales_x.yml"
    columns = "columns: [{name: kunde, config: {meta: {names: customer_id}}}]"
    for file in (seed, model):
        file.parent.mkdir(parents=True)
    raw = "seeds: [{name: own_raw, config: {meta: {lineage: {feed: own}}}, %s}]"
    seed.write_text(raw % columns)
    check_seeds(settings)
    seed.write_text(raw % columns.replace("names", "named"))
    with pytest.raises(P360Error, match="no column of own_raw says that it names a customer"):
        check_seeds(settings)
    said = "models: [{name: bronze_sales_x, config: {meta: {feed: {cells: {customer_id: %s}}}}}]"
    model.write_text(said % "{columns: [a]}")
    check_id_is_one_column(settings, "x")
    model.write_text(said % "{columns: [a, b]}")
    with pytest.raises(P360Error, match="customer_id is joined of several columns"):
        check_id_is_one_column(settings, "x")


def test_a_history_goes_on_as_if_it_had_always_been_erased(
    anna: SuppressionList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("P360_EMAIL_KEY", "k")
    found = Found({"00123"}, {"anna@mail.test"}, address_texts={" Anna@mail.test"})
    now = _keyed(b"k", b"anna@mail.test".decode())
    later = _keyed(b"k", anna.address_token("Anna@mail.test"))
    rows = pa.table(
        {
            "customer_id": ["00123", "9", "00123"],
            "customer_name": ["Anna Unikum", "Anna Unikum", None],
            "customer_email_hash": [now, None, "f00"],
            "dbt_scd_id": ["a", "b", "c"],
            "country": ["DE", "DE", "FR"],
        }
    )
    changed, count = _Copying(anna, found).of_history(rows)
    first, second, third = changed.to_pylist()
    assert count == 2
    assert second == rows.to_pylist()[1]
    assert first["customer_id"] == third["customer_id"] == anna.token("00123")
    # What the next run finds for these sales, so that it sees no change.
    assert (first["customer_name"], first["country"]) == (anna.token("Anna Unikum"), "DE")
    assert first["customer_email_hash"] == later
    assert third["customer_email_hash"] not in ("f00", later)
    assert len({row["dbt_scd_id"] for row in (first, second, third)} - {"a", "c"}) == 3
    models = pa.table({"kind": ["customer", "product", "customer_category"], "id": ["00123"] * 3})
    changed, count = _Copying(anna, found).of_models(models)
    assert count == 2
    assert changed["id"].to_pylist() == [anna.token("00123"), "00123", anna.token("00123")]


WANTED = Wanted(frozenset({"00123", "C0042"}), frozenset({"anna@mail.test", "anna unikum"}))


def test_every_kind_of_column_is_looked_through(tmp_path: Path) -> None:
    kind = pa.map_(pa.string(), pa.list_(pa.struct([("x", pa.string())])))
    table = pa.table(
        {
            "customer": ["00123", "1", "00123"],
            "pieces": ["00123", "00123", None],
            "sentence": ["x", "of ANNA Unikum, who", None],
            "bytes": [b"\xff anna@mail.test", None, None],
            "nested": pa.array([[("k", [{"x": "anna@mail.test"}])], None, []], kind),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    assert cells_that_name(tmp_path / "a.parquet", WANTED) == 5


def test_a_name_of_one_word_is_looked_for_in_whole_cells(tmp_path: Path) -> None:
    wanted = Wanted.of(Found({"1"}, {"a@b.test"}, names={"Sales", "Anna Unikum"}))
    assert wanted.texts == {"a@b.test", "anna unikum"}
    pattern = wanted.pattern()
    assert pattern is not None
    assert not pattern.search(b"1 sales")
    pq.write_table(pa.table({"customer": ["Sales"], "kind": ["Sales"]}), tmp_path / "a.parquet")
    assert cells_that_name(tmp_path / "a.parquet", wanted) == 1


def test_files_of_text_are_blackened_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("python_jobs.erasure.residue._CHUNK", 16)
    monkeypatch.setattr("python_jobs.erasure.residue._LONGEST", 20)
    text = (
        "0123456789 anna@mail.test\n{'00123'} in 00123 rows of C0042, not XC0042\n"
        "/x?customer=C0042&name=Anna%20Unikum\nAnna Unikum Anna Unikum"
    )
    (tmp_path / "dbt.log").write_text(text)
    (tmp_path / "other.log").write_text("00123 rows")
    assert sum(count for _, count in files_that_name(WANTED, [tmp_path])) == 7
    with (tmp_path / "dbt.log").open("a") as log:  # Somebody who goes on writing.
        assert blacken(WANTED, [tmp_path]) == 1
        log.write("!")
    left = (tmp_path / "dbt.log").read_text()
    assert len(left) == len(text) + 1
    assert left.endswith("xx!")
    assert "not XC0042" in left
    assert "in 00123 rows" in left  # A count.
    assert not list(files_that_name(WANTED, [tmp_path]))
    assert (tmp_path / "other.log").read_text() == "00123 rows"


def test_nobody_builds_while_an_erasure_has_not_ended(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    settings.home.mkdir()
    with erasing(settings), run_lock(settings, "p360 forget"):
        begin_erasing(settings)
    with pytest.raises(P360Error, match="run the same 'p360 forget' again"):
        take_run_lock(settings, "p360 run")
    with run_lock(settings_of(tmp_path, "other"), "p360 run"):
        pass
    with erasing(settings), run_lock(settings, "p360 forget"):
        end_erasing(settings)
    with run_lock(settings, "p360 run"):
        pass


def test_a_load_with_another_cent_differs() -> None:
    before = LiveSums({("a", "accepted", "Completed"): (2, Decimal("1.10"))})
    assert not before.differing(replace(before))
    assert before.differing(LiveSums({("a", "accepted", "Completed"): (2, Decimal("1.11"))}))
    assert before.differing(LiveSums({}))
    new = {("b", "accepted", "Completed"): (1, Decimal(1))}  # Loaded, and not built until now.
    assert not before.differing(LiveSums(before.by_key | new))
    duplicate = {("a", "duplicate", "Completed"): (1, Decimal(1))}
    assert before.differing(LiveSums(before.by_key | duplicate)) == ["a"]


def test_a_seed_is_erased_as_dbt_reads_it(
    anna: SuppressionList, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dbt_common.clients.agate_helper import table_from_rows
    from dbt_forgotten import erased as erased_seed

    monkeypatch.setattr("dbt_forgotten._suppressed", lambda: anna)
    names = ["nr", "customer_id", "kunde", "amount"]
    rows = [["1", "00123", "Anna", "2.50"], ["2", "9", "Anna", None]]
    table = table_from_rows(rows, names, text_only_columns=names)
    changed = erased_seed(table, dict.fromkeys(names, "") | {"kunde": "customer_name"})
    assert [list(row.values()) for row in changed.rows] == [
        ["1", anna.token("00123"), anna.token("Anna"), "2.50"],
        rows[1],
    ]
    assert erased_seed(table, dict.fromkeys(names, "")).column_names == table.column_names
    monkeypatch.setattr("dbt_forgotten._suppressed", lambda: SuppressionList(b""))
    assert erased_seed(table, {}) is table
    assert json.dumps(list(table.rows[0].values())) == json.dumps(rows[0])
