"""Queries over the Thrift Server: the door that dbt and BI tools use."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from pyhive import exc, hive
from thrift.Thrift import TException

from python_jobs.cluster.login import USER, read_secret_of
from python_jobs.cluster.tls import thrift_transport
from python_jobs.errors import P360Error, readable_text
from python_jobs.server.few_rows import session_settings
from python_jobs.settings import Settings

_REFUSED = "Error validating the login"
_SERVER_ERRORS = (exc.Error, TException, OSError)  # Refused, lost on the way, not reached.


class LoginRefusedError(P360Error):
    """The server answers, and does not take the login."""


class CertificateRefusedError(P360Error):
    """Something answers, and is not the server whose certificate is trusted."""


@dataclass(frozen=True)
class Result:
    """Rows of a query.

    Attributes:
        columns: Column names.
        types: Spark's type of each column, in lower case.
        rows: One tuple a row; arrays and maps arrive as JSON text, dates as text.
    """

    columns: list[str]
    types: list[str]
    rows: list[tuple[Any, ...]]


class ThriftConnection:
    """One session on the server."""

    def __init__(self, connection: hive.Connection) -> None:
        self._connection = connection

    def query(self, sql: str) -> Result:
        """Run one statement and return all its rows.

        Raises:
            P360Error: Spark refuses the statement; the message is Spark's own first line.
        """
        cursor = self._connection.cursor()
        try:
            cursor.execute(sql)
            description: Sequence[Sequence[Any]] = cursor.description or []
            rows = cursor.fetchall() if description else []
        except _SERVER_ERRORS as error:
            raise P360Error(readable(error)) from error
        except ValueError as error:  # PyHive reads times into Python's, which end at year 9999.
            raise P360Error(f"{error}; cast that column to string in the query") from error
        finally:
            # Else the server keeps plan and result of each statement for as long as the session.
            with suppress(*_SERVER_ERRORS):
                cursor.close()
        return Result(
            columns=[str(column[0]) for column in description],
            types=[str(column[1]).removesuffix("_TYPE").lower() for column in description],
            rows=[tuple(row) for row in rows],
        )

    def scalar(self, sql: str) -> Any:  # noqa: ANN401
        """Return the first cell of a query's first row."""
        return self.query(sql).rows[0][0]

    def has_schema(self, schema: str) -> bool:
        """Return whether there is a schema of that name."""
        return bool(self.query(f"show schemas like '{schema}'").rows)

    def has_view(self, schema: str, name: str) -> bool:
        """Return whether the schema, which must exist, holds a view of that name."""
        return bool(self.query(f"show views in {schema} like '{name}'").rows)


@contextmanager
def connect(settings: Settings) -> Iterator[ThriftConnection]:
    """Open a session on the running server.

    Raises:
        P360Error: Nothing answers on the Thrift port, or the login is missing or refused.
    """
    try:
        connection = _connection(settings)
    except _SERVER_ERRORS as error:
        if _REFUSED in str(error):
            raise LoginRefusedError(
                f"the Spark server on {settings.host}:{settings.thrift_port} refuses the login in "
                f"{settings.login_file}; it is that of another server, or was changed since"
            ) from error
        if isinstance(error, ssl.SSLCertVerificationError):
            raise CertificateRefusedError(
                f"what answers on {settings.host}:{settings.thrift_port} does not show the "
                f"certificate in {settings.tls_certificate}, or not for that host"
            ) from error
        cure = "start it there" if settings.is_elsewhere else "run 'p360 up'"
        raise P360Error(
            f"no Spark server answers on {settings.host}:{settings.thrift_port}; {cure}"
        ) from error
    try:
        yield ThriftConnection(connection)
    finally:
        # The session is over either way: a server that went away has closed it already.
        with suppress(*_SERVER_ERRORS):
            connection.close()


def _connection(settings: Settings) -> hive.Connection:
    host, port, secret = settings.host, settings.thrift_port, read_secret_of(settings)
    said = session_settings(settings)
    if settings.tls_certificate is not None:
        transport = thrift_transport(settings.tls_certificate, host, port, USER, secret)
        return hive.connect(thrift_transport=transport, username=USER, configuration=said)
    return hive.connect(
        host=host, port=port, username=USER, auth="CUSTOM", password=secret, configuration=said
    )


@contextmanager
def connect_as(credentials: Any) -> Iterator[ThriftConnection]:  # noqa: ANN401
    """Open a session with dbt's credentials, which may be those of a cluster.

    Raises:
        P360Error: Nothing answers there.
    """
    where = f"{credentials.host}:{credentials.port}"
    try:
        connection = _connection_as(credentials)
    except _SERVER_ERRORS as error:
        raise P360Error(f"no Spark server answers on {where}") from error
    try:
        yield ThriftConnection(connection)
    finally:
        with suppress(*_SERVER_ERRORS):
            connection.close()


def _connection_as(credentials: Any) -> hive.Connection:  # noqa: ANN401
    host, port, configuration = (
        credentials.host,
        credentials.port,
        credentials.server_side_parameters,
    )
    certificate = Settings.from_environment().tls_certificate
    if credentials.use_ssl and certificate is not None:
        user, password = credentials.user, credentials.password
        transport = thrift_transport(certificate, host, port, user, password)
        return hive.connect(
            thrift_transport=transport, username=user, configuration=dict(configuration or {})
        )
    return hive.connect(
        host=host,
        port=port,
        username=credentials.user,
        auth=credentials.auth,
        password=credentials.password,
        kerberos_service_name=credentials.kerberos_service_name,
        configuration=dict(configuration or {}),
    )


def readable(error: BaseException) -> str:
    """Return the first sentence of a server error, without class names and stack trace."""
    response = error.args[0] if error.args else None
    message = getattr(getattr(response, "status", None), "errorMessage", None)
    line = readable_text(str(message or error))
    return line or f"the server closed the connection ({type(error).__name__})"
