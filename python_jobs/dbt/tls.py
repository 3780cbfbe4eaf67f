"""TLS of dbt's connections: dbt-spark's own asks for none of what makes it worth its name."""

from __future__ import annotations

from typing import Any

from python_jobs.cluster.tls import thrift_transport
from python_jobs.settings import Settings


def verify_certificates(settings: Settings) -> None:
    """Let dbt-spark check the server's certificate and host, where the server has TLS.

    With ``use_ssl`` alone it encrypts for whoever answers.
    """
    certificate = settings.tls_certificate
    if certificate is None:
        return
    from dbt.adapters.spark import connections

    def transport(host: str, port: int, username: str, **more: Any) -> Any:  # noqa: ANN401
        return thrift_transport(certificate, host, port, username, more["password"])

    setattr(connections, "build_ssl_transport", transport)  # noqa: B010
