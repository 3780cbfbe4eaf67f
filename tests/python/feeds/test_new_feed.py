"""`p360 feed new`: a declaration and a mapping that work as they are, with every guess marked."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from conftest import BIN, REPOSITORY, Scratch, copy_project

from python_jobs.errors import P360Error
from python_jobs.feeds.declarations import read_feed
from python_jobs.feeds.new_feed import write_feed
from python_jobs.generate.files import write_sales
from python_jobs.settings import Settings

SHOP = (
    "Order No.;Date/Time;2nd Customer;E-Mail;Article;Qty;Unit Price;Total;Note\n"
    "A1;2025-01-02 10:00:00;K1;anna@example.com;Cup;2;1.50;3.00;\n"
    "A1;2025-01-02 10:00:00;K1;anna@example.com;Pot;1;9.00;9.00;gift\n"
)


@pytest.fixture
def project(tmp_path: Path) -> Settings:
    return Settings.from_environment({}, copy_project(tmp_path / "project"))


def test_names_are_guessed_and_marked(project: Settings, tmp_path: Path) -> None:
    sample = tmp_path / "day.csv"
    sample.write_text(SHOP, "utf-8")
    properties, model = write_feed(project, "shop", sample)
    feed = read_feed(project, "shop")
    assert [(column.name, column.header) for column in feed.columns] == [
        ("order_no", "Order No."),
        ("date_time", "Date/Time"),
        ("column_2nd_customer", "2nd Customer"),
        ("e_mail", "E-Mail"),
        ("article", "Article"),
        ("qty", "Qty"),
        ("unit_price", "Unit Price"),
        ("total", "Total"),
        ("note", "Note"),
    ]
    sql = (project.project_dir / model).read_text("utf-8")
    for mapped in (
        "order_no as order_id,",
        "date_time as transaction_at,",
        "e_mail as customer_email,",
        "article as product_id,",
        "qty as quantity,",
        "        unit_price,",
        "total as amount,",
        "cast(null as string) as status,",
        "no column looks like status; without one every row is quarantined",
        "false as is_amount_derived,",
        "Not used by any guess: column_2nd_customer, note.",
    ):
        assert mapped in sql
    assert sql.count("-- guess: ") == 15
    assert 'delimiter: ";"' in (project.project_dir / properties).read_text("utf-8")
    linted = subprocess.run(
        [str(BIN / "sqlfluff"), "lint", "--config", str(REPOSITORY / ".sqlfluff"), str(model)],
        cwd=project.project_dir,
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout
    # No cell of a customer gets into the repository.
    assert "anna" not in sql + (project.project_dir / properties).read_text("utf-8")


def test_names_that_are_taken_are_refused(project: Settings, tmp_path: Path) -> None:
    sample = tmp_path / "day.csv"
    sample.write_text(SHOP, "utf-8")
    write_feed(project, "shop", sample)
    for name, message in (
        ("shop", "already exists"),
        ("online_retail", "already exists"),
        ("Shop", "is not a feed name"),
    ):
        with pytest.raises(P360Error, match=message):
            write_feed(project, name, sample)
    with pytest.raises(P360Error, match=r"cannot be read|no longer exists"):
        write_feed(project, "other", tmp_path / "none.csv")


def test_a_new_feed_runs_as_it_is(scratch: Scratch, tmp_path: Path) -> None:
    sample = tmp_path / "sales.csv"
    write_sales(sample, 300, 1)
    for words in (("feed", "new", "shop", "--from", str(sample)), ("ingest", "shop", str(sample))):
        done = scratch.p360(*words)
        assert done.returncode == 0, done.stderr
    assert str(REPOSITORY) not in done.stdout
    chosen = ("sales_corrections", "bronze_sales_shop", "bronze_sales", "silver_sales_assessed")
    words = ("--vars", "{feed: shop}", "--exclude-resource-type", "unit_test")
    built = scratch.dbt("build", *words, "--select", *chosen)
    assert built.returncode == 0, built.stdout
    # The columns bear the canonical names, so the guesses must be the demo's own mapping.
    mapping = "select {} from {{s}}.bronze_sales"
    cells = "transaction_id, order_id, transaction_at, customer_email, amount, status, country"
    raw = "transaction_id, transaction_id, transaction_at, customer_email, amount, status, country"
    assert sorted(map(str, scratch.query(mapping.format(cells)))) == sorted(
        map(str, scratch.query(f"select {raw} from {{s}}.shop_raw"))
    )
