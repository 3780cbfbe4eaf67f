"""TLS of Thrift and Connect: what the server shows, what clients trust."""

from __future__ import annotations

import os
import socket
import ssl
from pathlib import Path
from typing import Any

from pyhive.hive import get_installed_sasl
from thrift.transport.TSocket import TSocket
from thrift_sasl import TSaslClientTransport  # type: ignore[import-untyped]

from python_jobs.errors import P360Error
from python_jobs.settings import Settings

# Where gRPC, and so Spark Connect's client, looks for what it trusts; read once in a process.
_TRUSTED_BY_GRPC = "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"


def server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """Return what the doors show to clients.

    Raises:
        P360Error: The files cannot be read, or the key is not the certificate's.
    """
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["h2"])  # Connect's clients insist on it; Thrift's do not ask.
    try:
        context.load_cert_chain(certificate, key, password="")
    except (OSError, ssl.SSLError) as error:
        raise P360Error(
            f"P360_TLS_CERTIFICATE ({certificate}) and P360_TLS_KEY ({key}) must be a certificate "
            f"and its key as PEM, without a password: {error.strerror or error}"
        ) from error
    return context


def client_context(certificate: Path) -> ssl.SSLContext:
    """Return what clients check: the certificate itself, or what it is signed by, and the host.

    Raises:
        P360Error: The file cannot be read.
    """
    context = ssl.create_default_context()
    # Trust ends at a certificate that is in the file, whoever signed it.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        context.load_verify_locations(certificate)
    except (OSError, ssl.SSLError) as error:
        raise P360Error(
            f"P360_TLS_CERTIFICATE is '{certificate}', which is no certificate as PEM"
        ) from error
    return context


class _TlsSocket(TSocket):  # type: ignore[misc]
    """A socket that says why TLS failed: Thrift's own hides it behind "could not connect"."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext) -> None:
        super().__init__(host, port)
        self._context = context

    def open(self) -> None:
        """Connect, and check the certificate.

        Raises:
            OSError: Nothing answers there, or what answers shows another certificate.
        """
        plain = socket.create_connection((self.host, self.port))
        try:
            self.handle = self._context.wrap_socket(plain, server_hostname=self.host)
        except OSError:
            plain.close()
            raise


def thrift_transport(
    certificate: Path, host: str, port: int, user: str, password: str | None
) -> Any:  # noqa: ANN401 - of a library without types
    """Return the way to a Thrift Server behind TLS, for ``hive.connect``.

    Raises:
        P360Error: The certificate cannot be read.
    """

    def sasl() -> Any:  # noqa: ANN401
        return get_installed_sasl(
            host=host, sasl_auth="PLAIN", service=None, username=user, password=password
        )

    way = _TlsSocket(host, port, client_context(certificate))
    return TSaslClientTransport(sasl, "PLAIN", way)


def trust(settings: Settings) -> None:
    """Let this process's Connect sessions trust the server, where it has TLS."""
    if settings.tls_certificate is not None:
        os.environ[_TRUSTED_BY_GRPC] = str(settings.tls_certificate)
