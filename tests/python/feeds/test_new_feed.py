"""`p360 feed new`: a declaration that works as it is, and what is left to a person."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from conftest import REPOSITORY, Scratch, copy_project

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
    new = write_feed(project, "shop", sample)
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
    properties, model = ((project.project_dir / file).read_text("utf-8") for file in new.files)
    declared = yaml.safe_load(properties)["models"][0]["config"]["meta"]
    assert declared["feed"]["cells"] == {
        "order_id": "order_no",
        "transaction_at": "date_time",
        "customer_email": "e_mail",
        "product_id": "article",
        "quantity": "qty",
        "unit_price": "unit_price",
        "amount": "total",
        "status": {"constant": "Completed"},
    }
    assert "has_orders" not in declared
    assert new.guessed.unused == ["2nd Customer", "Note"]
    assert ("(no column) -> status", "every row is Completed") in new.guessed.told
    assert 'delimiter: ";"' in properties
    assert model.endswith("{{ declared_sales('shop') }}\n")
    # No cell of a customer gets into the repository.
    assert "anna" not in model + properties


@pytest.mark.parametrize(
    ("lines", "told", "to_fill"),
    [
        # Days and months cannot be told apart: nothing is taken, and the line to write is named.
        ("date,amount\n03/04/2025,1\n", "the sample does not tell", "times: [dd/MM/yyyy or MM/dd"),
        # A sign of thousands or of decimals: the same.
        ('date,amount\n2025-01-02,"1,234"\n', "the sample does not tell", "amount: {column: "),
        ("day,amount\n2025-01-02,1\n", "write its line", "transaction_at: COLUMN"),
        ("date,amount,status\n2025-01-02,1,Lost\n", "not known: Lost", "values: Lost: STATUS"),
    ],
)
def test_what_nobody_can_know_is_left_to_a_person(
    project: Settings, tmp_path: Path, lines: str, told: str, to_fill: str
) -> None:
    sample = tmp_path / "day.csv"
    sample.write_text(lines, "utf-8")
    guessed = write_feed(project, "shop", sample).guessed
    assert any(told in why for _, why in guessed.told)
    assert any(to_fill in line for line in guessed.to_fill)


def test_forms_are_guessed_from_the_whole_file_and_by_share(
    project: Settings, tmp_path: Path
) -> None:
    sample = tmp_path / "day.csv"
    first = "".join(f"0{day}/01/2025,1.50\n" for day in range(1, 10)) * 50
    sample.write_text(f"date,amount\n{first}31/01/2025,1.50\nTotal,x\n", "utf-8")
    guessed = write_feed(project, "shop", sample).guessed
    assert guessed.cells["transaction_at"] == {"column": "date", "times": ["dd/MM/yyyy"]}
    why = dict(guessed.told)["date -> transaction_at"]
    assert why == "dd/MM/yyyy, 451 of 452 read; day first, since 1 day is above 12"


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
    chosen = (
        "sales_corrections",
        "exchange_rates",
        "bronze_sales_shop",
        "bronze_sales",
        "silver_sales_assessed",
    )
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
