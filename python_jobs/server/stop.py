"""Stops the Spark server, or stays until it ends."""

from __future__ import annotations

import signal
import sys
import time
from types import FrameType

import psutil

from python_jobs.errors import P360Error
from python_jobs.server.logs import server_log
from python_jobs.server.record import forget_record, read_record
from python_jobs.server.tls_doors import close_doors
from python_jobs.settings import Settings

_STOP_SECONDS = 30


def stop(settings: Settings) -> bool:
    """Stop the server and wait until it is gone.

    Returns:
        Whether one was running.
    """
    record = read_record(settings)
    alive = record is not None and record.is_alive()
    if record is not None and alive:
        process = psutil.Process(record.pid)
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(_STOP_SECONDS)
    if record is not None:
        close_doors(record.doors)
    forget_record(settings)
    return alive


def stay(settings: Settings) -> None:
    """Wait until the server ends; a signal to end stops it first.

    Raises:
        P360Error: It ended by itself.
    """

    def end(signum: int, frame: FrameType | None) -> None:
        stop(settings)
        sys.exit(0)

    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, end)
    while (record := read_record(settings)) is not None and record.is_alive():
        time.sleep(1)
    raise P360Error(f"the Spark server ended; see {server_log(settings)}, then start it again")
