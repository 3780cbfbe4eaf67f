"""Real sales: the counted facts of UCI Online Retail must come out of the tables.

The data stays outside the repository, beside it in shared/data/online_retail; its README there
says where it is from and how its facts were counted.
"""

from __future__ import annotations

import csv
import tarfile
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from conftest import REPOSITORY, Scratch, scratch_project
from reasons import share_with_usual_value
from scorings import Scorings, chosen

from python_jobs.metrics.answers import Desk
from python_jobs.metrics.question import Asked
from python_jobs.server.spark_connect import connect_session
from python_jobs.settings import Settings

ARCHIVE = REPOSITORY.parent / "shared" / "data" / "online_retail" / "by_day.tar.xz"

# Accepted lines, without exact copies; each line is rounded to the cent.
GROSS, RETURNED = Decimal("10631048.74"), Decimal("893979.73")
NET = Decimal("9737069.01")
_CENT = Decimal("0.01")

pytestmark = pytest.mark.skipif(
    not ARCHIVE.exists(), reason="the Online Retail data is not beside the repository"
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("online_retail")
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    return folder / "by_day"


@pytest.fixture(scope="module")
def retail(
    server: dict[str, str], files: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scratch]:
    """All of it, built and tested but for the scores, which the data of one month has below."""
    for one in scratch_project(server, tmp_path_factory.mktemp("retail") / "project", "retail"):
        done = one.p360("ingest", "online_retail", str(files))
        assert done.returncode == 0, done.stderr
        assert "rows of 305 files" in done.stdout
        # Unit tests see no rows.
        words = ("--exclude-resource-type", "unit_test", "--exclude", "ml_anomaly_models+")
        done = one.dbt("build", *words, "--vars", "{feed: online_retail}")
        assert done.returncode == 0, done.stdout
        yield one


def one(project: Scratch, select: str, where: str = "true") -> Any:
    query = f"select {select} from {{s}}.silver_sales_assessed where {where}"
    return project.query(query)[0][0]


def test_all_rows_are_there_and_accounted_for(retail: Scratch) -> None:
    assert one(retail, "count(*)") == 541_909
    assert one(retail, "count(distinct _row_id)") == 541_909
    account = retail.query(
        "select count(*), sum(raw_count), max(abs(unaccounted_count)) "
        "from {s}.observability_row_account"
    )
    assert account == [(305, 541_909, 0)]


def test_the_raw_text_of_every_row_is_given_back(retail: Scratch) -> None:
    cells = [
        *("transaction_id", "order_id", "transaction_at", "customer_id", "customer_name"),
        *("customer_email", "product_id", "product_name", "category", "quantity", "unit_price"),
        *("amount", "status", "payment_method", "country"),
    ]
    same = " and ".join(f"judged.{cell}_raw <=> bronze.{cell}" for cell in cells)
    alike = retail.query(
        f"select count_if({same}), count(judged.amount_raw) "
        "from {s}.silver_sales_assessed as judged "
        "inner join {s}.bronze_sales as bronze on judged._row_id = bronze._row_id"
    )
    assert alike == [(541_909, 0)]


def test_the_ledger_knows_every_file(retail: Scratch) -> None:
    ledger = retail.query(
        "select count(*), count(distinct sha256), sum(row_count), sum(set_aside_count), "
        "count(distinct load_id), min(encoding), max(line_end) from {s}.online_retail_files "
        "where status = 'loaded' and size(missing_columns) + size(extra_columns) = 0"
    )
    assert ledger == [(305, 305, 541_909, 0, 305, "utf-8", "LF")]


def test_exact_duplicates(retail: Scratch) -> None:
    assert one(retail, "count(*)", "disposition = 'duplicate'") == 5_268


def test_credit_notes_are_returns_and_what_they_are_worth(retail: Scratch) -> None:
    assert one(retail, "count(*)", "status = 'Returned'") == 9_288
    # Counted from the files with Python's csv and exact decimals: -896,812.49.
    assert one(retail, "sum(amount)", "status = 'Returned'") == Decimal("896812.49")
    assert one(retail, "count(*)", "status = 'Returned' and (amount <= 0 or quantity <= 0)") == 0
    assert one(retail, "count(*)", "status = 'Cancelled'") == 0


def test_bad_debt_is_set_aside(retail: Scratch) -> None:
    bad = retail.query(
        "select disposition, array_contains(rejection_reasons, 'status_unknown'), count(*) "
        "from {s}.silver_sales_assessed where order_id like 'A%' group by all"
    )
    assert bad == [("quarantined", True, 3)]


def test_missing_customers(retail: Scratch) -> None:
    assert one(retail, "count(*)", "array_contains(warnings, 'customer_missing')") == 135_080
    assert one(retail, "count(distinct customer_id)") == 4_372


def test_invoices_products_and_countries(retail: Scratch) -> None:
    assert one(retail, "count(distinct order_id)") == 25_900
    assert one(retail, "count(distinct product_id_raw)") == 4_070
    assert one(retail, "count(distinct country)") == 38


def test_revenue_to_the_cent(retail: Scratch) -> None:
    completed = "disposition = 'accepted' and status = 'Completed'"
    assert one(retail, "count(*)", completed) == 524_877
    assert one(retail, "sum(amount_exact)", completed) == Decimal("10631048.744000000")
    for table, *columns in (
        ("semantic_business_metrics", "gross_value", "returned_value", "lifetime_value"),
        ("semantic_sales_over_time", "gross_sales", "returned_sales", "net_sales"),
        ("semantic_products", "gross_sales", "returned_sales", "net_sales"),
        ("gold_sales_by_customer", "completed_amount", "returned_amount", "net_amount"),
        ("gold_sales_by_product", "completed_amount", "returned_amount", "net_amount"),
    ):
        sums = ", ".join(f"sum({column})" for column in columns)
        revenue = retail.query(f"select {sums} from {{s}}.{table}")[0]
        assert revenue == (GROSS, RETURNED, NET), table


def test_shares_stay_sane_beside_customers_who_returned_more_than_they_bought(
    retail: Scratch,
) -> None:
    for table, share in (
        ("semantic_customers", "value_share"),
        ("semantic_products", "net_sales_share"),
    ):
        low, high, total, below = retail.query(
            f"select min({share}), max({share}), sum({share}), count_if({share} = 0) "
            f"from {{s}}.{table}"
        )[0]
        assert 0 <= low < high <= 1, table
        assert abs(total - 1) < Decimal("0.001"), table
        assert below > 0, table


def test_reasons_name_a_usual_value(retail: Scratch) -> None:
    """Those of one month: how millions are scored, `make bench-anomalies` measures."""
    with connect_session(Settings.from_environment(retail.environment)) as spark:
        sales = spark.table(f"{retail.schema}.silver_sales")
        month = sales.where("transaction_date < date '2011-01-01'").persist()
        scorings = Scorings(spark, retail)
        scorings.learn(month, chosen("month"))
        rows = scorings.scores(month).select("is_anomaly", "reason").collect()
    assert len(rows) > 40_000
    reasons = [row.reason for row in rows if row.is_anomaly]
    assert len(reasons) > 150
    assert share_with_usual_value(reasons) >= 0.95
    assert share_with_usual_value([row.reason for row in rows]) >= 0.95


def test_the_same_files_again_are_not_loaded_again(retail: Scratch, files: Path) -> None:
    done = retail.p360("ingest", "online_retail", str(files))
    assert done.returncode == 0
    assert done.stdout.startswith("already loaded: 541,909 records of 305 files")
    assert retail.query("select count(*) from {s}.online_retail_raw") == [(541_909,)]


def counted_months(files: Path) -> dict[str, tuple[Decimal, Decimal]]:
    """Return gross sales and returns of each month, counted from the files without any SQL.

    Exact copies count once. Lines of invoices with C are returns, those with A bad debts; of all
    others, those count that are worth something.
    """
    seen: set[tuple[str, ...]] = set()
    sums: dict[str, list[Decimal]] = {}
    for file in sorted(files.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as text:
            lines = csv.reader(text)
            next(lines)
            for cells in map(tuple, lines):
                if cells in seen or cells[0].startswith("A"):
                    continue
                seen.add(cells)
                is_return = cells[0].startswith("C")
                worth = (abs(int(cells[3])) * Decimal(cells[5])).quantize(_CENT, ROUND_HALF_UP)
                if is_return or (int(cells[3]) > 0 and worth > 0):
                    month = sums.setdefault(cells[4][:7], [Decimal(0), Decimal(0)])
                    month[is_return] += worth
    return {month: (gross, returned) for month, (gross, returned) in sums.items()}


def test_metrics_give_the_counted_facts(retail: Scratch, files: Path) -> None:
    counted = counted_months(files)
    assert tuple(map(sum, zip(*counted.values(), strict=True))) == (GROSS, RETURNED)
    desk = Desk(Settings.from_environment(retail.environment, retail.folder))
    names = ("net_sales", "gross_sales", "returned_sales")
    total = desk.answer(desk.understand(Asked(names)))
    assert total.rows == [(NET, GROSS, RETURNED)]
    months = desk.answer(desk.understand(Asked(names, ("month",)))).rows
    assert months == [
        (date.fromisoformat(f"{month}-01"), gross - returned, gross, returned)
        for month, (gross, returned) in sorted(counted.items())
    ]
