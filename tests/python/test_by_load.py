"""Models that are built load by load end as if all loads had come at once."""

from __future__ import annotations

import json
import random
from pathlib import Path

from chaos.oracle import checksums
from conftest import Scratch, scratch_project

from python_jobs.generate.files import write_sales

FILES, ROWS = 12, 3000
BUILT = (
    *("sales_corrections", "bronze_sales_shop", "bronze_sales", "silver_sales_assessed"),
    *("silver_loads", "gold_row_dispositions", "observability_row_account"),
    "observability_rule_counts",
)
JUDGED = "select _load_id, max(_judged_by_run_id) from {s}_live.silver_sales_assessed group by 1"


def write_drop(folder: Path) -> list[Path]:
    """Write sales in the order of their time, in files, each with a line that is no row."""
    write_sales(folder / "all.csv", ROWS, seed=5)
    header, *lines = (folder / "all.csv").read_text("utf-8").splitlines(keepends=True)
    size = ROWS // FILES
    paths = []
    for number in range(FILES):
        path = folder / f"day{number:02}.csv"
        part = [header, *lines[number * size : (number + 1) * size], "a,b\n"]
        path.write_text("".join(part), encoding="utf-8")
        paths.append(path)
    return paths


def ingest(project: Scratch, *words: object) -> None:
    done = project.p360("ingest", "shop", *map(str, words))
    assert done.returncode == 0, done.stderr


def build(project: Scratch, *words: str) -> None:
    kinds = ("--resource-type", "seed", "--resource-type", "model")
    done = project.dbt("build", *kinds, "--vars", "{feed: shop}", "--select", *BUILT, *words)
    assert done.returncode == 0, done.stdout


def judged(project: Scratch) -> dict[str, str]:
    return dict(project.query(JUDGED))


def again(before: dict[str, str], after: dict[str, str]) -> int:
    """Return how many loads were judged since, new ones included."""
    return sum(before.get(load) != run for load, run in after.items())


def test_piece_by_piece_ends_as_all_at_once(
    scratch: Scratch, server: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "drop").mkdir()
    paths = write_drop(tmp_path / "drop")
    assert scratch.p360("feed", "new", "shop", "--from", str(paths[0])).returncode == 0
    ingest(scratch, *paths)
    build(scratch)

    shuffled = random.Random(3).sample(paths, FILES)
    for other in scratch_project(server, tmp_path / "other", f"{scratch.schema}_2"):
        assert other.p360("feed", "new", "shop", "--from", str(paths[0])).returncode == 0
        right = shuffled[0].read_text("utf-8")
        shuffled[0].write_text("".join(right.splitlines(keepends=True)[:100]), "utf-8")
        ingest(other, *shuffled[:9])
        build(other)
        first = judged(other)

        # A file put right, and one more: those, and what shares a sale with them.
        shuffled[0].write_text(right, "utf-8")
        ingest(other, "--replace", shuffled[0], shuffled[9])
        build(other)
        second = judged(other)
        assert 2 <= again(first, second) < 9

        ingest(other, *shuffled)
        build(other)
        third = judged(other)
        assert 2 <= again(second, third) < FILES
        with other.connect() as connection:
            expected = checksums(connection, f"{scratch.schema}_live")
            assert checksums(connection, f"{other.schema}_live") == expected
        assert expected["silver_sales_assessed"][0] == ROWS + FILES

        # A correction: its load, and what that touches.
        row, reasons, price = other.query(
            "select _row_id, rejection_reasons, unit_price_raw "
            "from {s}_live.silver_sales_assessed where disposition = 'quarantined' "
            "and rejection_reasons = array('amount_missing') and quantity = 1 limit 1"
        )[0]
        assert json.loads(reasons) == ["amount_missing"]
        seed = other.folder / "seeds" / "sales_corrections.csv"
        columns = seed.read_text("utf-8").strip().split(",")
        cells = {"row_id": row, "amount": price, "decided_by": "Ada", "because": "A test."}
        line = ",".join(cells.get(column, "") for column in columns)
        seed.write_text(",".join(columns) + "\n" + line + "\n", "utf-8")
        build(other)
        assert again(third, judged(other)) < 5
        marked = other.query(
            "select _row_id, disposition, is_corrected, raw_before_correction "
            "from {s}_live.silver_sales_assessed where is_corrected"
        )
        assert len(marked) == 1
        assert marked[0][0] == row
        assert marked[0][1] in ("accepted", "superseded")
        account = other.query(
            "select count(*), sum(raw_count), sum(unaccounted_count) "
            "from {s}_live.observability_row_account"
        )
        assert account == [(FILES, ROWS + FILES, 0)]
