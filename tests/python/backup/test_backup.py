"""Backups: what of a catalogue is kept, what is refused, and what a cut-off one leaves."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from python_jobs.backup.catalogue import CatalogueMovedError, Relation, full_names, kept_of
from python_jobs.backup.files import bring_back, copy_file, hold
from python_jobs.backup.make import make_backup
from python_jobs.backup.manifest import (
    FILE,
    BackedUpFile,
    BackedUpTable,
    BackedUpView,
    Manifest,
    read_manifest,
    versions_now,
)
from python_jobs.backup.restore import restore
from python_jobs.errors import P360Error
from python_jobs.server.restoring import check_no_restore, is_unfinished, restoring
from python_jobs.server.start import start
from python_jobs.settings import Settings
from python_jobs.warehouse.run_lock import take_run_lock


def settings_of(folder: Path, **environ: str) -> Settings:
    return Settings.from_environment({"P360_HOME": str(folder / "home"), **environ}, folder)


def view(text: str) -> Relation:
    return Relation(text)


def release(*versions: str) -> Relation:
    rows = ", ".join(f"('{one.partition('__')[0]}', 's_store.{one}')" for one in versions)
    return view(f"select 'r' as run_id from values {rows} as versions (model, stored_version)")


def catalogue() -> dict[str, dict[str, Relation]]:
    """Return a catalogue in the middle of run 3, while run 2 is live and files were loaded."""
    return {
        "s_live": {
            "live_run": view("select\n    '2' as run_id, true as is_full_run"),
            # Run 3 has told this view of its version already.
            "a": view("select x from s_store.a__2 where 1 union all select x from s_store.a__3"),
            "b": view("select * from s_store.b__2"),
        },
        "s": {
            "a": view("select * from s_store.a__3"),
            "b": view("select * from s_store.b__2"),
            "shop_raw": view("select * from s_store.shop_raw__7"),
            "mine": view("select 1"),
        },
        "s_records": {
            "records": view("select * from s_records.batch__1"),
            "batch__1": Relation(None),
            "batch__2": Relation(None),
        },
        "s_store": {
            "current_run": view("select '3' as run_id"),
            "release__1": release("a__1", "b__2"),
            "release__2": release("a__2", "b__2"),
            "a__1": Relation(None),
            "a__2": Relation(None, ("disposition",)),
            "a__3": Relation(None),
            "b__2": view("select /* loads: s_store.b__loads__2 */ * from s_store.b__rows__2"),
            "b__loads__2": Relation(None),
            "b__rows__2": Relation(None),
            "shop_raw__7": view("select s.mine, s.a from s_store.shop_rows__7"),
            "shop_rows__7": Relation(None),
            "shop_rows__8": Relation(None),
        },
    }


def test_a_backup_keeps_releases_raw_rows_and_records_and_nothing_of_a_run_that_goes_on() -> None:
    kept = kept_of("s", catalogue())
    assert kept.live == "2"
    assert full_names(kept) == {
        *("s_store.a__1", "s_store.a__2", "s_store.b__loads__2", "s_store.b__rows__2"),
        *("s_store.shop_rows__7", "s_records.batch__1"),
    }
    assert kept.tables["s_store", "a__2"] == ("disposition",)
    assert kept.left_out == ["s.mine"]
    texts = {(one.schema, one.name): one.text for one in kept.views}
    for schema in ("s", "s_live"):
        assert texts[schema, "a"] == "select * from s_store.a__2"
    assert texts["s_live", "live_models"] == "select * from s_store.release__2"
    assert "current_run" not in {one.name for one in kept.views}


def test_each_view_stands_behind_what_it_reads() -> None:
    names = [f"{one.schema}.{one.name}" for one in kept_of("s", catalogue()).views]
    for before, after in (
        ("s_store.shop_raw__7", "s.shop_raw"),
        ("s_store.b__2", "s_store.release__2"),
        ("s_store.release__2", "s_live.live_models"),
    ):
        assert names.index(before) < names.index(after)


@pytest.mark.parametrize("dropped", ["release__2", "a__2", "b__2", "b__rows__2", "shop_rows__7"])
def test_what_is_dropped_while_it_is_read_is_noticed(dropped: str) -> None:
    found = catalogue()
    del found["s_store"][dropped]
    with pytest.raises(CatalogueMovedError, match=dropped):
        kept_of("s", found)


def test_before_anything_is_live_the_raw_rows_are_kept() -> None:
    found = catalogue() | {"s_live": {}}
    found["s_store"] = {
        name: one for name, one in found["s_store"].items() if not name.startswith("release")
    }
    kept = kept_of("s", found)
    assert kept.live == ""
    assert "s_store.shop_rows__7" in full_names(kept)


def test_held_files_outlive_what_drops_them(tmp_path: Path) -> None:
    table = tmp_path / "table"
    (table / "disposition=accepted").mkdir(parents=True)
    (table / "disposition=accepted" / "part").write_text("rows", "utf-8")
    (table / "_temporary").mkdir()
    hold(table, tmp_path / "held")
    (table / "disposition=accepted" / "part").unlink()
    held = [path.relative_to(tmp_path / "held") for path in (tmp_path / "held").rglob("*")]
    assert {path.as_posix() for path in held} == {
        "disposition=accepted",
        "disposition=accepted/part",
    }
    assert (tmp_path / "held" / "disposition=accepted" / "part").read_text("utf-8") == "rows"
    with pytest.raises(FileNotFoundError):
        hold(tmp_path / "gone", tmp_path / "held too")


def written(folder: Path) -> Manifest:
    """Write a backup of one file."""
    (folder / "tables").mkdir(parents=True)
    (folder / "source").write_text("rows", "utf-8")
    size, sha256 = copy_file(folder / "source", folder / "tables" / "part")
    manifest = Manifest(
        "2026-11-28T12:00:00+00:00",
        versions_now(),
        {"s": "2"},
        (BackedUpTable("s_store", "a__2", (("x", "map<string,int>"),), (), 1, "7"),),
        (BackedUpView("s", "a", "select * from s_store.a__2"),),
        (BackedUpFile("tables/part", size, sha256),),
    )
    manifest.write(folder)
    return manifest


def test_a_manifest_is_read_as_it_was_written(tmp_path: Path) -> None:
    manifest = written(tmp_path)
    assert read_manifest(tmp_path) == manifest
    assert manifest.schemas == ["s", "s_store"]


def test_what_is_no_whole_backup_is_refused(tmp_path: Path) -> None:
    manifest = written(tmp_path)
    file = tmp_path / "tables" / "part"
    for change, message in (
        (replace(manifest, form=99), "newer version of the project"),
        (replace(manifest, versions={"pyspark": "99.0.0"}), r"made with Spark 99\.0\.0"),
    ):
        change.write(tmp_path)
        with pytest.raises(P360Error, match=message):
            read_manifest(tmp_path)
    manifest.write(tmp_path)
    file.write_text("rows and more", "utf-8")
    with pytest.raises(P360Error, match="cut short"):
        read_manifest(tmp_path)
    file.write_text("ROWS", "utf-8")
    with pytest.raises(P360Error, match="has changed since it was backed up"):
        bring_back(tmp_path, read_manifest(tmp_path).files[0], tmp_path / "target")
    file.unlink()
    with pytest.raises(P360Error, match="is missing"):
        read_manifest(tmp_path)
    (tmp_path / FILE).write_text('{"form": 1', "utf-8")
    with pytest.raises(P360Error, match="spoilt"):
        read_manifest(tmp_path)
    (tmp_path / FILE).unlink()
    with pytest.raises(P360Error, match=r"is no backup: it has no manifest\.json"):
        read_manifest(tmp_path)


def test_a_backup_goes_to_a_new_folder_outside_the_home(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    for to, message in (
        (tmp_path, "is there already"),
        (settings.home / "backup", r"lies in P360_HOME"),
        (tmp_path / "no" / "backup", "is no folder"),
    ):
        with pytest.raises(P360Error, match=message):
            make_backup(settings, to)
    in_a_store = settings_of(tmp_path, P360_WAREHOUSE="s3a://bucket/warehouse")
    with pytest.raises(P360Error, match="is no folder here"):
        make_backup(in_a_store, tmp_path / "backup")


@pytest.mark.parametrize("used", ["warehouse/s.db", "records/s", "views/s.yml", "dashboard/s"])
def test_a_home_that_holds_anything_is_not_restored_into(tmp_path: Path, used: str) -> None:
    written(tmp_path / "backup")
    settings = settings_of(tmp_path)
    (settings.home / used).mkdir(parents=True)
    with pytest.raises(P360Error, match=r"P360_HOME is in use: .* set P360_HOME to a new folder"):
        restore(settings, tmp_path / "backup")


def interrupt(settings: Settings) -> None:
    with restoring(settings) as begin:
        check_no_restore(settings)  # The restore itself may start the server.
        begin()
        raise KeyboardInterrupt


def test_nothing_starts_or_builds_where_a_restore_was_cut_off(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        interrupt(settings)
    for begins in (start, lambda one: take_run_lock(one, "dbt build")):
        with pytest.raises(P360Error, match="was cut off; run 'p360 restore' again"):
            begins(settings)
    assert is_unfinished(settings)
    with restoring(settings):
        pass
    check_no_restore(settings)


def test_a_restore_that_was_refused_leaves_no_mark(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    with pytest.raises(P360Error, match="in use"), restoring(settings):
        raise P360Error("in use")
    assert not is_unfinished(settings)
    check_no_restore(settings)


def test_a_path_in_a_manifest_cannot_lead_out_of_the_home(tmp_path: Path) -> None:
    from python_jobs.backup.restore import _copy

    manifest = written(tmp_path)
    settings = settings_of(tmp_path)
    bad = replace(manifest, files=(replace(manifest.files[0], path="tables/../../out"),))
    with pytest.raises(P360Error, match="leads out of P360_HOME"):
        _copy(settings, settings.home / "warehouse", tmp_path, bad)
    assert json.loads((tmp_path / FILE).read_text("utf-8"))["files"][0]["path"] == "tables/part"
