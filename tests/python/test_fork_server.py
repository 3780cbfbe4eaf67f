"""A command that is forked is as separate as one that is started anew, and ends the same."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fork_server import run_forked

SCRIPT = """
import os
import sys
import time

names = sorted(os.environ.keys() - {"LC_CTYPE"})  # Python may add it.
print(os.getcwd(), sys.argv[1:], names, time.localtime(0).tm_hour)
print("of the error stream", file=sys.stderr)
left_behind = getattr(sys, "left_behind", "nothing")
print(left_behind)
sys.left_behind = "something"
"""
ENDS = ["", "sys.exit()", "sys.exit(3)", "sys.exit('why')", "raise SystemExit(None)", "os._exit(5)"]


@pytest.mark.parametrize("end", [*ENDS, "os.kill(os.getpid(), 9)"])
def test_output_and_exit_code_are_those_of_a_new_process(tmp_path: Path, end: str) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT + "sys.stdout.flush()\n" + end, "utf-8")
    words = [str(script), "a", "b c"]
    environment = {"PATH": os.environ["PATH"], "TZ": "Asia/Tokyo"}
    new = subprocess.run(
        [sys.executable, *words],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    for _ in range(2):
        forked = run_forked(words, tmp_path, environment)
        assert forked.returncode == new.returncode
        assert (forked.stdout, forked.stderr) == (new.stdout, new.stderr)
    assert "nothing" in new.stdout


def test_an_error_is_told(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("1 / 0", "utf-8")
    forked = run_forked([str(script)], tmp_path, {})
    assert forked.returncode == 1
    assert forked.stderr.endswith("ZeroDivisionError: division by zero\n")
