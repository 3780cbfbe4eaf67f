"""The bench's own logic, on made-up figures and 2,000 rows of DuckDB; no Spark."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

from conftest import REPOSITORY

from bench.__main__ import disagreements
from bench.aims import judge
from bench.contenders.names import BUILD, INGEST, MORE_BUILD, MORE_INGEST, START
from bench.measure import Result, Step
from bench.picture import draw
from bench.report import markdown

GIB = 1 << 30


def made_up(contender: str, rows: int, seconds: float, peak: int = GIB) -> Result:
    """Return a result of which a tenth is the start of a server and half the build."""
    steps = [(START, 0.1), (INGEST, 0.4), (BUILD, 0.5)]
    result = Result(contender, rows)
    result.steps = [Step(name, part * seconds, peak) for name, part in steps]
    result.facts = {"rows accepted": "9"}
    result.columns = {"silver_sales_assessed": ["amount"]}
    return result


def run_of_all() -> list[Result]:
    results = []
    for rows in (1_000_000, 10_000_000):
        project = made_up("project", rows, rows / 100_000, peak=GIB * rows // 1_000_000)
        project.later = [Step(MORE_INGEST, 2, GIB), Step(MORE_BUILD, 5, GIB)]
        project.profile = {BUILD: {f"model_{n}": float(n) for n in range(1, 20)}}
        results += [
            project,
            made_up("tutorial", rows, rows / 20_000),
            made_up("duckdb", rows, rows / 1_000_000),
        ]
    return results


def test_aims_are_judged_at_ten_million_rows() -> None:
    verdicts = {aim.text: (aim.rows, aim.measured, aim.verdict) for aim in judge(run_of_all())}
    assert verdicts["project / tutorial"] == ("10,000,000", 0.2, "aim met")
    assert verdicts["project / DuckDB"] == ("10,000,000", 10.0, "aim missed")
    # 7 s beside the 90 s that the build takes on a server that is up.
    assert verdicts["one more load / full build"][2] == "aim met"
    assert verdicts["peak memory, most rows / fewest"][1:] == (10.0, "aim missed")


def test_what_did_not_run_is_not_judged() -> None:
    verdicts = {aim.verdict for aim in judge([made_up("duckdb", 1000, 1.0)])}
    assert verdicts == {"not measured"}


def test_a_difference_between_tables_is_told() -> None:
    project, duck, earlier = (made_up(name, 9, 1) for name in ("project", "duckdb", "before"))
    assert disagreements([project, duck]) == []
    duck.facts = {"rows accepted": "8"}
    duck.columns = {"silver_sales_assessed": []}
    earlier.facts = {}
    assert disagreements([project, duck, earlier]) == [
        "9 rows: project and duckdb differ in rows accepted: 9 and 8",
        "9 rows: project and duckdb differ in silver_sales_assessed: the other has no amount",
    ]


def test_a_result_survives_its_file() -> None:
    result = run_of_all()[0]
    assert Result.from_json(result.as_json()) == result


def test_page_and_picture_show_every_contender_and_stage() -> None:
    results = [*run_of_all(), made_up("before", 10_000_000, 200.0)]
    page = markdown(results, "On a made-up machine.")
    assert "| project | 10,000,000 | 100.0 | 100,000 |" in page
    assert "| - model_19 |  | 19.0 |" in page
    assert "full, before, s" in page
    picture = draw(results)
    ElementTree.fromstring(picture)
    for name in ("project", "tutorial", "duckdb", "before"):
        assert f">{name}</text>" in picture


def test_duckdb_makes_the_tables(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bench", "--rows", "2000", "--only", "duckdb"]
    command += ["--work", str(tmp_path), "--docs", str(tmp_path)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (kept,) = (tmp_path / "results").iterdir()
    result = Result.from_json(kept.read_text(encoding="utf-8"))
    dispositions = ("accepted", "quarantined", "duplicate", "superseded")
    assert sum(int(result.facts[f"rows {name}"]) for name in dispositions) == 2000
    assert {"amount", "rejection_reasons"} <= set(result.columns["silver_sales_assessed"])
    assert "not measured" in (tmp_path / "bench.md").read_text(encoding="utf-8")
    # Neither raw files nor tables are left behind.
    assert {path.name for path in tmp_path.iterdir()} == {"results", "bench.md", "bench.svg"}
