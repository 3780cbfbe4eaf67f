"""A process that ends TLS before Spark's doors: Connect of Spark 4.3 has none of its own.

It takes connections at the address that clients know, and passes what they say to Spark's doors
on loopback. It ends with the server.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import ssl
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import psutil

from python_jobs.cluster.tls import server_context
from python_jobs.settings import Settings

_MODULE = "python_jobs.server.tls_doors"
_CHUNK = 1 << 16
_LOOKS_AGAIN = 0.5  # Seconds.
Place = tuple[str, int]


def open_doors(settings: Settings, server: int) -> int:
    """Start the process; return its id, or 0 where there is no TLS.

    Args:
        settings: Where the doors are.
        server: Process id of the Spark server.
    """
    if settings.tls_certificate is None:
        return 0
    ways = [
        ((settings.host, settings.thrift_port), settings.thrift_inside),
        ((settings.host, settings.connect_port), settings.connect_inside),
    ]
    words = [str(settings.tls_certificate), str(settings.tls_key), str(server), json.dumps(ways)]
    with (settings.logs_dir / "tls.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", _MODULE, *words],
            cwd=settings.home,
            env={name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return process.pid


def are_open(doors: int) -> bool:
    """Return whether that very process runs; there is none to run where the id is 0."""
    try:
        return doors == 0 or _MODULE in psutil.Process(doors).cmdline()
    except psutil.Error:
        return False


def close_doors(doors: int) -> None:
    """End the process, so that its ports are free."""
    if doors and are_open(doors):
        with suppress(psutil.Error):
            process = psutil.Process(doors)
            process.terminate()
            process.wait(10)


async def _serve(context: ssl.SSLContext, ways: list[tuple[Place, Place]], server: int) -> None:
    opened = [
        await asyncio.start_server(_passing_to(inside), *outside, ssl=context, limit=_CHUNK)
        for outside, inside in ways
    ]
    while opened and psutil.pid_exists(server):
        await asyncio.sleep(_LOOKS_AGAIN)


def _passing_to(inside: Place) -> Callable[..., Awaitable[None]]:
    async def passes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            spark_reader, spark_writer = await asyncio.open_connection(*inside)
        except OSError:  # It is not up yet.
            writer.transport.abort()
            return
        await asyncio.gather(_pass(reader, spark_writer), _pass(spark_reader, writer))

    return passes


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass bytes on until one side hangs up; the other then hears of it."""
    try:
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


def main() -> None:
    """Serve until the server ends."""
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # A line for each failed handshake.
    certificate, key, server, ways = sys.argv[1:]
    places = [((host, port), (to, at)) for (host, port), (to, at) in json.loads(ways)]
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(server_context(Path(certificate), Path(key)), places, int(server)))


if __name__ == "__main__":
    main()
