"""What went wrong in a Python model: its file, its line, and one sentence."""

from __future__ import annotations

import ast
import re
import traceback
from collections.abc import Iterator

from pyspark.errors import PySparkException

_TRACE = "Traceback (most recent call last)"


class ModelError(Exception):
    """What a model may not do or return, in one sentence."""


def error_line(error: BaseException, file: str, source: str) -> str:
    """Return an error as one line, such as ``models/gold/scores.py:12: ValueError: no sales``.

    Args:
        error: What was raised by the model, or by writing what it returned.
        file: The model's file, as its code was compiled with.
        source: Text of that file; what dbt appends to it has larger line numbers.
    """
    lines = [line for line in _lines(error, file) if line <= source.count("\n") + 1]
    line = lines[-1] if lines else _line_of_return(source)
    return f"{file}:{line}: {_unseen(error, file, source) or _sentence(error)}"


def _lines(error: BaseException, file: str) -> Iterator[int]:
    """Yield the lines of the file that led to the error, the innermost last."""
    if isinstance(error, PySparkException):
        # Spark works late: where a column was asked for tells more than where the work began.
        for context in error.getQueryContext():
            if context.contextType().name == "DataFrame":
                yield from _named_lines(context.callSite(), file)
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename == file and frame.lineno is not None:
            yield frame.lineno
    if isinstance(error, SyntaxError) and error.lineno is not None:
        yield error.lineno
    # A function of the model that a worker of Spark ran.
    yield from _named_lines(str(error), file)


def _named_lines(text: str, file: str) -> Iterator[int]:
    for line in re.findall(rf"""{re.escape(file)}"?(?:, line |:)(\d+)""", text):
        yield int(line)


def _line_of_return(source: str) -> int:
    """Return the line where ``model`` returns its table."""
    for function in ast.parse(source).body:
        if isinstance(function, ast.FunctionDef) and function.name == "model":
            returns = [node.lineno for node in ast.walk(function) if isinstance(node, ast.Return)]
            return max(returns, default=function.lineno)
    return 1


def _unseen(error: BaseException, file: str, source: str) -> str | None:
    """Return a sentence where dbt's parser, which looks at plain calls only, missed a reference.

    The functions ``ref`` and ``source`` that dbt appends then do not know the name.
    """
    frames = traceback.extract_tb(error.__traceback__)
    if not isinstance(error, KeyError) or not frames or frames[-1].filename != file:
        return None
    if frames[-1].name not in ("ref", "source") or (frames[-1].lineno or 0) <= source.count("\n"):
        return None
    name = str(error.args[0]).replace(".", '", "')
    call = f'dbt.{frames[-1].name}("{name}")'
    return f"dbt did not see {call} when it read the file; put it on a line of its own: x = {call}"


def _sentence(error: BaseException) -> str:
    text = str(error).strip()
    if _TRACE in text:  # A worker's: its last line without indentation says what it was.
        after = text.split(_TRACE, 1)[1].splitlines()[1:]
        text = next((line for line in after if line and not line[0].isspace()), text)
    elif not isinstance(error, ModelError | PySparkException):
        text = f"{type(error).__name__}: {text}".removesuffix(": ")
    first = re.split(r"\n\s*\n|;\n|\n== |\nJVM stacktrace|\n\s+at ", text)[0]
    return " ".join(first.split())
