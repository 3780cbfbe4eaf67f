"""What a run of few rows costs: ``make bench-build``.

Builds the demo in a workspace of its own and measures statements, processor time and seconds of
what people do again and again. Statements are those that dbt sends, as its log has them; processor
time is that of the Spark server and of dbt. Both hold on a busy machine, where seconds do not.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from bench.tables import Table
from bench.workspace import FEED, Workspace, make_workspace, server_environment
from python_jobs.errors import P360Error
from python_jobs.generate.files import write_sales
from python_jobs.terminal.console import complain, out, steps

_ROWS, _MORE = 5_000, 1_000  # Raw rows of the first load, and of one more.
_EDITED = "gold_rejections"
_LOG = "dbt_events"


@dataclass(frozen=True)
class Cost:
    """What a command cost.

    Attributes:
        what: The command, in words.
        statements: Statements that dbt sent; None where its log does not have them.
        going_live: Those of them after the last node.
        cpu_seconds: Processor time of the server and of the command.
        seconds: How long it took.
    """

    what: str
    statements: int | None
    going_live: int | None
    cpu_seconds: float
    seconds: float


# What each may cost: statements, statements after the last node, processor time, seconds.
AIMS = {
    "start of the server": (None, None, None, 8),
    "dbt build, warm": (300, 10, 70, 35),
    "p360 run again": (None, None, None, 45),
    "one model edited": (None, None, None, 8),
}


def measure(folder: Path) -> Iterator[Cost]:
    """Yield what each command costs, one after another, on a server that is started here."""
    environment = server_environment(folder / "home") | {
        "DBT_LOG_FORMAT_FILE": "json",
        "DBT_LOG_LEVEL_FILE": "debug",
    }
    demo = make_workspace(folder / "demo", environment)
    try:
        yield _cost(demo, "start of the server", lambda: demo.p360("up"))
        build = ("build", "--log-path", _LOG)
        yield _cost(demo, "dbt build, from cold", lambda: demo.dbt(*build))
        yield _cost(demo, "dbt build, warm", lambda: demo.dbt(*build))
        yield _cost(demo, "p360 run again", lambda: demo.p360("run", "--no-dashboard"))
        model = next((demo.folder / "models").rglob(f"{_EDITED}.sql"))
        model.write_text(model.read_text("utf-8") + "\n-- edited\n", "utf-8")
        words = (*build, "--select", _EDITED)
        yield _cost(demo, "one model edited", lambda: demo.dbt(*words))
        shop = make_workspace(folder / "shop", environment, schema="shop")
        first, more = _sales_files(folder)
        shop.p360("feed", "new", FEED, "--from", first)
        shop.p360("ingest", FEED, first)
        words = (*build, "--vars", json.dumps({"feed": FEED}))
        shop.dbt(*words)
        shop.p360("ingest", FEED, more)
        yield _cost(shop, f"dbt build after {_MORE:,} rows more", lambda: shop.dbt(*words))
    finally:
        demo.p360("down")


def as_table(costs: Sequence[Cost]) -> Table:
    """Return the costs, each with its aim behind it."""
    rows = []
    for cost in costs:
        found = (cost.statements, cost.going_live, cost.cpu_seconds, cost.seconds)
        cells = []
        for figure, most in zip(found, AIMS.get(cost.what, (None,) * 4), strict=True):
            shown = "" if figure is None else f"{figure:,.0f}"
            cells.append(f"{shown} (at most {most})" if most is not None else shown)
        rows.append([cost.what, *cells])
    headers = ("", "statements", "after the last node", "processor time, s", "seconds")
    return Table(f"What a run of {_ROWS:,} rows costs", headers, rows)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.build", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one object")
    given = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory() as folder:
            costs = list(measure(Path(folder)))
    except P360Error as error:
        complain(str(error))
        raise SystemExit(1) from None
    if given.json:
        print(json.dumps([asdict(cost) for cost in costs]))
    else:
        out.print(as_table(costs).as_text(), markup=False)


def _cost(workspace: Workspace, what: str, command: Callable[[], object]) -> Cost:
    log = workspace.folder / _LOG / "dbt.log"
    log.unlink(missing_ok=True)
    with steps(f"  {what}"):
        before, started = _cpu_seconds(workspace), time.monotonic()
        command()
        seconds, after = time.monotonic() - started, _cpu_seconds(workspace)
    statements, going_live = _statements(log)
    return Cost(what, statements, going_live, after - before, seconds)


def _cpu_seconds(workspace: Workspace) -> float:
    """Return the processor time so far of the server and of all commands that have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    pid = workspace.server_pid()
    server = psutil.Process(pid).cpu_times() if pid else None
    return ended.ru_utime + ended.ru_stime + (server.user + server.system if server else 0)


def _statements(log: Path) -> tuple[int | None, int | None]:
    """Return how many statements a log of dbt has, and how many after the last node."""
    if not log.exists():
        return None, None
    names = [json.loads(line)["info"]["name"] for line in log.read_text("utf-8").splitlines()]
    # Hooks of the end are nodes as well: what they send comes after the last test or model.
    nodes = [
        place for place, name in enumerate(names) if name in ("LogTestResult", "LogModelResult")
    ]
    last = max(nodes, default=0)
    return names.count("SQLQuery"), names[last:].count("SQLQuery")


def _sales_files(folder: Path) -> tuple[Path, Path]:
    """Write a file of sales, and one with some more."""
    whole = folder / "all.csv"
    write_sales(whole, _ROWS + _MORE, seed=360)
    header, *lines = whole.read_text("utf-8").splitlines(keepends=True)
    files = folder / "first.csv", folder / "more.csv"
    for file, part in zip(files, (lines[:-_MORE], lines[-_MORE:]), strict=True):
        file.write_text("".join([header, *part]), "utf-8")
    return files


if __name__ == "__main__":
    main()
