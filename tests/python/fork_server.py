"""Starts ``p360`` and ``dbt`` as processes of their own that need not import everything anew.

A new Python process spends three seconds of a processor on importing dbt and on what dbt prepares
before it first reads a project, and the tests start hundreds. Here one process has done both, and
each command is a fork of it: as separate as a new process, with its own environment, folder, output
and end.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import random
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NoReturn

from parsed_project import SCHEMA

_REPOSITORY = Path(__file__).resolve().parents[2]


def run_forked(
    words: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a Python script to its end in a fork, as ``subprocess.run`` would, its output captured.

    Args:
        words: The script's file and its arguments.
        folder: Where it runs.
        environment: All of its environment.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as error:
        with socket.socket(socket.AF_UNIX) as asked:
            asked.connect(_address())
            socket.send_fds(asked, [b"x"], [out.fileno(), error.fileno()])
            asked.sendall(json.dumps([list(words), str(folder), dict(environment)]).encode())
            asked.shutdown(socket.SHUT_WR)
            code = int(asked.makefile().read())
        texts = []
        for file in (out, error):
            file.seek(0)
            texts.append(file.read().decode())
    return subprocess.CompletedProcess(list(words), code, *texts)


def parsed_target() -> Path:
    """Return the ``target`` folder of the parsed project, for ``keep_parsed``."""
    return Path(_address()).with_name("target")


@cache
def _address() -> str:
    """Return the address of this process's fork server, which lives as long as this process."""
    folder = tempfile.TemporaryDirectory(prefix="p360-")
    words = [sys.executable, __file__, folder.name]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("P360_")}
    process = subprocess.Popen(
        words,
        env=clean | {"P360_SCHEMA": SCHEMA, "P360_TARGET": "ci"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    address = process.stdout.readline().strip()
    assert address, "the fork server did not start"

    def end() -> None:
        process.terminate()
        process.wait(10)
        folder.cleanup()

    atexit.register(end)
    return address


def _serve(folder: str) -> NoReturn:
    """Answer each connection in a fork of its own, until this process is told to end."""
    _warm_up(folder)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(f"{folder}/socket")
    listening.listen()
    print(f"{folder}/socket", flush=True)
    while True:
        connection, _ = listening.accept()
        if os.fork() == 0:
            listening.close()
            for sign in (signal.SIGCHLD, signal.SIGTERM):
                signal.signal(sign, signal.SIG_DFL)
            _answer(connection)
            os._exit(0)
        connection.close()


def _warm_up(folder: str) -> None:
    """Import what commands import, and let dbt parse the project, as it does in each command."""
    sys.path.pop(0)  # The folder of the tests, which no command sees.
    from dbt.cli.main import dbtRunner

    import python_jobs.cli

    assert python_jobs.cli
    words = ["--quiet", "parse", "--target-path", f"{folder}/target"]
    words += ["--log-path", f"{folder}/logs"]
    words += ["--project-dir", str(_REPOSITORY), "--profiles-dir", str(_REPOSITORY)]
    # dbt's static parser works in threads of Rust's, which a fork would wait for in vain. Where all
    # files are as they were it is not asked; so another process parses them first.
    subprocess.run([Path(sys.executable).with_name("dbt"), *words], check=True)
    assert dbtRunner().invoke(words).success
    assert threading.active_count() == 1
    gc.collect()
    gc.freeze()


def _answer(connection: socket.socket) -> None:
    """Run what is asked in one more fork, and tell its exit code once it has ended."""
    _, files, _, _ = socket.recv_fds(connection, 1, 2)
    words, folder, environment = json.loads(connection.makefile().read())
    pid = os.fork()
    if pid == 0:
        connection.close()
        _become(words, folder, environment, files)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    connection.sendall(str(code).encode())


def _become(
    words: list[str], folder: str, environment: dict[str, str], files: list[int]
) -> NoReturn:
    """Be the process of a command, which ends as the script does."""
    for number, file in enumerate(files, start=1):
        os.dup2(file, number)
        os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    random.seed()
    sys.argv = words
    runpy.run_path(words[0], run_name="__main__")
    sys.exit()


if __name__ == "__main__":
    _serve(*sys.argv[1:])
