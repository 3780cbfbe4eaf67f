"""Run after run after run: the store, the server's heap and its open files stay as they are."""

from __future__ import annotations

import json
import threading
from urllib.request import urlopen

import psutil
import pytest

from chaos.conftest import ChaosProject, rounds
from chaos.oracle import Oracle

KEPT = 3
HEAP = "driver.ExecutorMetrics.JVMHeapMemory"


def heap_used(chaos: ChaosProject) -> int:
    """Return the bytes in use on the server's heap, garbage included."""
    port = chaos.environment["P360_UI_PORT"]
    with urlopen(f"http://127.0.0.1:{port}/metrics/json/", timeout=10) as answer:
        gauges = json.load(answer)["gauges"]
    return next(int(gauge["value"]) for name, gauge in gauges.items() if name.endswith(HEAP))


def stored(chaos: ChaosProject) -> tuple[int, int]:
    """Return the number of folders in the store and the bytes of their files."""
    store = chaos.oracle_folder / f"{chaos.schema}_store.db"
    files = [file for file in store.rglob("*") if file.is_file()]
    return len(list(store.iterdir())), sum(file.stat().st_size for file in files)


def grown(chaos: ChaosProject, runs: int) -> dict[str, list[int]]:
    """Run that often; return folders, bytes, open files and least heap after each run."""
    sizes: dict[str, list[int]] = {"folders": [], "bytes": [], "files": [], "heap": []}
    server = psutil.Process(chaos.server_pid())
    for _ in range(runs):
        least: list[int] = []
        is_over = threading.Event()

        def watch(least: list[int] = least, is_over: threading.Event = is_over) -> None:
            while not is_over.wait(1):
                least.append(heap_used(chaos))

        watcher = threading.Thread(target=watch)
        watcher.start()
        chaos.must_build(chaos.new_rows)
        is_over.set()
        watcher.join()
        folders, size = stored(chaos)
        for name, value in zip(sizes, (folders, size, server.num_fds(), min(least)), strict=True):
            sizes[name].append(value)
    print(sizes)
    return sizes


@pytest.mark.timeout(3600)
def test_many_runs_in_a_row(
    built: ChaosProject, built_oracle: Oracle, request: pytest.FixtureRequest
) -> None:
    runs = rounds(request, full=60, short=4)
    sizes = grown(built, runs)
    # From the third run on there are as many versions as ever will be.
    assert len(set(sizes["folders"][KEPT - 1 :])) == 1, sizes
    assert max(sizes["bytes"][KEPT:]) <= 1.1 * max(sizes["bytes"][: KEPT + 1]), sizes
    if runs >= 30:
        # A JVM's garbage comes and goes: the least of many samples is what stays.
        third = runs // 3
        assert min(sizes["heap"][-third:]) <= 1.3 * min(sizes["heap"][:third]), sizes
        assert min(sizes["files"][-third:]) <= 1.1 * max(sizes["files"][:third]), sizes
    with built.connect() as connection:
        assert built_oracle.damage_after_full_run(connection, built.live_rows) == []
        assert built_oracle.kept(connection) == KEPT


@pytest.mark.usefixtures("full_chaos")
def test_many_runs_pile_up_without_the_sweep(chaos: ChaosProject) -> None:
    chaos.edit("dbt_project.yml", "kept_runs: 3", "kept_runs: 1000")
    sizes = grown(chaos, 5)
    assert sizes["folders"][-1] > sizes["folders"][KEPT - 1]
