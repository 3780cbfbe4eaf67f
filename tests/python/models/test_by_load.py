"""Models that are built load by load end as if all loads had come at once."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

from chaos.conftest import through
from chaos.faults import Fault, FaultProxy
from chaos.oracle import checksums
from conftest import BIN, Scratch, scratch_project
from parsed_project import keep_parsed

from python_jobs.generate.files import write_sales

FILES, ROWS = 12, 3000
MOST_PARTS = 2
BUILT = (
    *("sales_corrections", "exchange_rates", "bronze_sales_shop", "bronze_sales"),
    "silver_sales_assessed",
    *("silver_loads", "observability_row_account", "silver_sales"),
    *("gold_sales_daily", "gold_sales_by_customer", "gold_sales_by_product"),
)
SUMS = 3  # Models that are built by change.
JUDGED = "select _load_id, max(_judged_by_run_id) from {s}_live.silver_sales_assessed group by 1"

_STATUS_MAP = re.compile(r"status:\n +column: status\n +values:\n(?: {16}\S+: \S+\n)+")


def write_drop(folder: Path) -> list[Path]:
    """Write sales in the order of their time, in files, each with a line that is no row.

    The generator knows no returns: in all files but the first, every other cancelled sale is one.
    """
    write_sales(folder / "all.csv", ROWS, seed=5)
    header, *lines = (folder / "all.csv").read_text("utf-8").splitlines(keepends=True)
    size = ROWS // FILES
    paths = []
    for number in range(FILES):
        path = folder / f"day{number:02}.csv"
        part = [header, *lines[number * size : (number + 1) * size], "a,b\n"]
        if number:
            part[1::2] = [line.replace("Cancelled", "Returned") for line in part[1::2]]
        path.write_text("".join(part), encoding="utf-8")
        paths.append(path)
    return paths


def declare(project: Scratch, sample: Path) -> None:
    """Declare the feed from its first file, which has no returns: so statuses stand as they are."""
    done = project.p360("feed", "new", "shop", "--from", str(sample))
    assert done.returncode == 0, done.stderr
    model = project.folder / "models" / "bronze" / "bronze_sales_shop.yml"
    text, count = _STATUS_MAP.subn("status: status\n", model.read_text("utf-8"))
    assert count == 1
    model.write_text(text, "utf-8")


def ingest(project: Scratch, *words: object) -> None:
    done = project.p360("ingest", "shop", *map(str, words))
    assert done.returncode == 0, done.stderr


def build_words() -> list[str]:
    kinds = ("--resource-type", "seed", "--resource-type", "model")
    variables = json.dumps({"feed": "shop", "most_parts": MOST_PARTS})
    return [str(BIN / "dbt"), "build", *kinds, "--vars", variables, "--select", *BUILT]


def build(project: Scratch) -> None:
    done = project.execute(build_words(), {})
    assert done.returncode == 0, done.stdout


def parts(project: Scratch) -> int:
    """Return of how many stored tables the judged rows consist."""
    store = f"{project.schema}_store"
    with project.connect() as connection:
        shown = connection.query(f"show create table {project.schema}.silver_sales_assessed").rows[
            0
        ][0]
        version = re.search(rf"{store}\.(silver_sales_assessed__\w+)", shown)
        assert version, shown
        text = connection.query(f"show create table {store}.{version[1]}").rows[0][0]
    return len(set(re.findall(rf"{store}\.silver_sales_assessed__rows__\w+", text)))


def merges(project: Scratch) -> int:
    """Return how many sums were made from those of the version before and what changed since."""
    log = (project.folder / "logs" / "dbt.log").read_text("utf-8")
    merged = re.findall(rf"from {project.schema}_store\.(gold_sales_\w+__rows__\w+) union all", log)
    return len(set(merged))  # A statement stands in the log more than once.


def judged(project: Scratch) -> dict[str, str]:
    return dict(project.query(JUDGED))


def returned(project: Scratch) -> bool:
    """Return whether there are returns, and the sums hold all of them."""
    sums = project.query(
        "select (select sum(amount) from {s}_live.silver_sales where status = 'Returned'), "
        "(select sum(returned_amount) from {s}_live.gold_sales_by_customer), "
        "(select sum(completed_amount) - sum(net_amount) from {s}_live.gold_sales_by_product)"
    )[0]
    return len(set(sums)) == 1 and (sums[0] or 0) > 0


def again(before: dict[str, str], after: dict[str, str]) -> int:
    """Return how many loads were judged since, new ones included."""
    return sum(before.get(load) != run for load, run in after.items())


def correct(projects: tuple[Scratch, ...], row: str, price: str) -> None:
    """Put the missing amount of one row right, the same in each project."""
    for project in projects:
        seed = project.folder / "seeds" / "sales_corrections.csv"
        columns = seed.read_text("utf-8").strip().split(",")
        cells = {"row_id": row, "amount": price, "decided_by": "Ada", "because": "A test."}
        line = ",".join(cells.get(column, "") for column in columns)
        seed.write_text(",".join(columns) + "\n" + line + "\n", "utf-8")


def test_piece_by_piece_ends_as_all_at_once(
    scratch: Scratch, server: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "drop").mkdir()
    paths = write_drop(tmp_path / "drop")
    shuffled = random.Random(3).sample(paths, FILES)
    for other in scratch_project(server, tmp_path / "other", f"{scratch.schema}_2"):
        declare(other, paths[0])
        right = shuffled[0].read_text("utf-8")
        shuffled[0].write_text("".join(right.splitlines(keepends=True)[:100]), "utf-8")
        ingest(other, *shuffled[:9])
        build(other)
        first = judged(other)

        # A file put right, and one more: those, and what shares a sale with them.
        shuffled[0].write_text(right, "utf-8")
        ingest(other, "--replace", shuffled[0], shuffled[9])
        proxy = FaultProxy(int(other.environment["P360_THRIFT_PORT"]))
        proxy.fault = Fault(rf"create table {other.schema}_store\.silver_sales_assessed__rows__")
        cut = other.execute(build_words(), through(proxy, other))
        assert proxy.fault.has_struck.is_set()
        assert cut.returncode != 0
        assert judged(other) == first
        build(other)
        second = judged(other)
        assert 2 <= again(first, second) < 9
        assert parts(other) == MOST_PARTS
        assert merges(other) == SUMS

        # Small tables become one, and the loads in them are not judged again for it. A correction
        # judges its load again, and what that touches.
        row, reasons, price = other.query(
            "select _row_id, rejection_reasons, unit_price_raw "
            "from {s}_live.silver_sales_assessed where disposition = 'quarantined' "
            "and rejection_reasons = array('amount_missing') and quantity = 1 limit 1"
        )[0]
        assert json.loads(reasons) == ["amount_missing"]
        correct((scratch, other), row, price)
        ingest(other, *shuffled)
        build(other)
        assert parts(other) == 1
        assert 3 <= again(second, judged(other)) < FILES
        assert merges(other) == 2 * SUMS
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
        assert returned(other)

        declare(scratch, paths[0])
        parsed = other.folder / "target"
        keep_parsed(parsed, other.folder, scratch.folder, scratch.environment, other.schema)
        ingest(scratch, *paths)
        build(scratch)
        with other.connect() as connection:
            expected = checksums(connection, f"{scratch.schema}_live")
            assert checksums(connection, f"{other.schema}_live") == expected
        assert expected["silver_sales_assessed"][0] == ROWS + FILES
