"""Runs dbt's Python models on open-source Spark, through Spark Connect.

Nothing here knows the project: it could stand in dbt-spark beside the helpers for Databricks.
"""

from __future__ import annotations

import contextvars
import queue
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

from dbt.adapters.base.impl import PythonJobHelper, PythonSubmissionResult
from dbt.adapters.events.logging import AdapterLogger
from dbt_common.exceptions import DbtRuntimeError
from pyspark import cloudpickle

from dbt_python_models.model_error import error_line
from dbt_python_models.own_session import OwnSession
from dbt_python_models.returned_table import as_contracted, spark_table, with_declared_types

_DONE, _STOPPED, _LOST = "done", "stopped", "lost"
# Of a server that is gone: one failure may be a busy server's.
_FAILURES_THAT_TELL = 2
_SECONDS_BETWEEN_LOOKS = 1.0
_SECONDS_TO_STOP = 6.0
# How dbt-spark writes a setting of a session, so that it passes through Thrift.
_THRIFT_PREFIX = "set:hiveconf:"


class ConnectPythonJob(PythonJobHelper):
    """Runs one model in this process, with a session of its own.

    The model's code runs in a thread of its own, and dbt's thread waits: for its end, for a person
    who stops dbt, or for the news that the server is gone. The last two end the wait at once, and
    with it all that Spark does for the model. A thread of Python cannot be ended from outside: what
    is left of the model's own work ends at its next call of Spark, or with the process.

    Attributes:
        url_of: Tells from dbt's credentials where Spark Connect listens, such as
            ``sc://127.0.0.1:15002``.
        log_trace: Takes the stack trace of a model that failed.
    """

    url_of: ClassVar[Callable[[Any], str]]
    log_trace: ClassVar[Callable[[str], None]] = AdapterLogger("Spark").debug
    _running: ClassVar[set[ConnectPythonJob]] = set()

    def __init__(self, parsed_model: dict[str, Any], credential: Any) -> None:  # noqa: ANN401
        """Keep what the model is and where it runs.

        Args:
            parsed_model: dbt's node of the model.
            credential: dbt's credentials; their ``server_side_parameters`` are settings of the
                session.
        """
        self._model = parsed_model
        self._file: str = parsed_model["original_file_path"]
        self._closed = threading.Event()
        self._news: queue.SimpleQueue[str | BaseException] = queue.SimpleQueue()
        parameters = (credential.server_side_parameters or {}).items()
        self._session = OwnSession(
            type(self).url_of(credential),
            {key.removeprefix(_THRIFT_PREFIX): str(value) for key, value in parameters},
        )

    @classmethod
    def stop_all(cls) -> None:
        """End the models that run, at once: a person has stopped dbt, or another node failed.

        Returns when their sessions are closed, after some seconds at most.
        """
        running = list(cls._running)
        for job in running:
            job._news.put(_STOPPED)
        for job in running:
            job._closed.wait(_SECONDS_TO_STOP)

    def submit(self, compiled_code: str) -> PythonSubmissionResult:
        """Run the model and wait for its end.

        Args:
            compiled_code: The model's file, and behind it what dbt generates: the functions ``ref``
                and ``source``, and the call of ``model`` and ``write_table``.

        Raises:
            DbtRuntimeError: It failed; the message is one line.
        """
        source, code = self._source_and_code(compiled_code)
        work = contextvars.copy_context().run
        thread = threading.Thread(target=work, args=(self._work, code), daemon=True)
        self._running.add(self)
        news: str | BaseException = _STOPPED
        try:
            thread.start()
            news = self._wait()
        finally:
            self._session.close(server_is_gone=news == _LOST)
            self._running.discard(self)
            self._closed.set()
        if isinstance(news, BaseException):
            type(self).log_trace("".join(traceback.format_exception(news)))
            raise DbtRuntimeError(error_line(news, self._file, source))
        if news == _LOST:
            raise DbtRuntimeError(
                f"{self._file}: no Spark Connect server answers at {self._session.place}"
            )
        if news == _STOPPED:
            raise DbtRuntimeError(f"{self._file}: stopped")
        return PythonSubmissionResult(self._model["unique_id"], compiled_code)

    def _wait(self) -> str | BaseException:
        """Return how the model ended, or what ended the wait for it."""
        failures = 0
        while failures < _FAILURES_THAT_TELL:
            try:
                return self._news.get(timeout=_SECONDS_BETWEEN_LOOKS)
            except queue.Empty:
                failures = 0 if self._session.is_reachable() else failures + 1
        return _LOST

    def _work(self, code: str) -> None:
        """Run the code in a module of its own, and say how it ended."""
        try:
            spark = self._session.open()
            with _module(f"dbt_python_model_{self._model['name']}") as module:
                names = {"spark": spark, "write_table": self._write_table}
                vars(module).update(names, __file__=self._file)
                exec(compile(code, self._file, "exec"), vars(module))
        except BaseException as error:  # sys.exit too ends only the model
            self._news.put(error)
        else:
            self._news.put(_DONE)

    def _write_table(self, returned: Any, name: str, file_format: str) -> None:  # noqa: ANN401
        """Write what the model returned as a new table.

        Raises:
            ModelError: It is no table, cannot be written, or breaks the contract.
        """
        assert self._session.spark is not None
        declared = {
            column["name"]: column.get("data_type") for column in self._model["columns"].values()
        }
        table = with_declared_types(spark_table(self._session.spark, returned), declared)
        if self._model["config"]["contract"]["enforced"]:
            table = as_contracted(table, declared)
        table.write.mode("error").format(file_format).saveAsTable(name)

    def _source_and_code(self, compiled_code: str) -> tuple[str, str]:
        """Return the model's text, and the code to run: the file's lines keep their numbers.

        dbt strips blank lines from the start of the file, and macros may put others there.
        """
        source: str = self._model["raw_code"]
        file = Path(self._file)
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
        blank = text[: len(text) - len(text.lstrip())]
        lead = "\n" * blank.count("\n")
        _, found, rest = compiled_code.partition(source)
        return lead + source, lead + found + rest if found else compiled_code


@contextmanager
def _module(name: str) -> Iterator[ModuleType]:
    """Yield a module that dataclasses find, and whose functions Spark's workers get by value."""
    module = sys.modules[name] = ModuleType(name)
    cloudpickle.register_pickle_by_value(module)  # type: ignore[no-untyped-call]
    try:
        yield module
    finally:
        cloudpickle.unregister_pickle_by_value(module)  # type: ignore[no-untyped-call]
        sys.modules.pop(name, None)
