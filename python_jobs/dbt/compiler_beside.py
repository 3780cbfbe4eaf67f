"""Compiles models in a process of its own, while this one does something else.

``python -m python_jobs.dbt.compiler_beside`` is that process; what it is asked comes by its input.
"""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from python_jobs.dbt.kept_sql import are_kept, compiled_models
from python_jobs.errors import P360Error
from python_jobs.machine.beside import process_beside
from python_jobs.settings import Settings
from python_jobs.terminal.console import steps


@contextmanager
def models_compiled_beside(
    settings: Settings, title: str, models: Sequence[str], variables: Mapping[str, str]
) -> Iterator[Callable[[], dict[str, str]]]:
    """Begin to compile models, and give a function that returns what `compiled_models` does.

    Where their SQL is kept, or this process has loaded dbt already, no other one is started.
    """
    if "dbt.cli.main" in sys.modules or are_kept(settings, models, variables):
        yield lambda: compiled_models(settings, title, models, variables)
        return
    asked = (settings, title, models, variables)
    with process_beside(__spec__.name, asked) as process:
        yield lambda: _answer(process, title)


def _answer(process: subprocess.Popen[bytes], title: str) -> dict[str, str]:
    with steps(title):
        assert process.stdout is not None
        assert process.stderr is not None
        answer, said = process.stdout.read(), process.stderr.read()
        process.wait()
    if process.returncode == 0:
        return dict(json.loads(answer))
    raise P360Error(answer.decode() or f"dbt could not be run: {said.decode()[-300:]}")


def _main() -> int:
    settings, title, models, variables = pickle.load(sys.stdin.buffer)
    try:
        sys.stdout.write(json.dumps(compiled_models(settings, title, models, variables)))
    except P360Error as error:
        sys.stdout.write(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_main())
