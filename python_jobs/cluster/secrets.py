"""The one secret of a cluster: who has it may join, and look at the Spark UIs."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from pathlib import Path

from python_jobs.errors import P360Error

_SHORTEST = 32  # Signs; the key of the UI's tokens must be worth 256 bits.
_FILTER = "org.apache.spark.ui.JWSFilter"


def read_secret(environ: Mapping[str, str], variable: str) -> str:
    """Return a secret from the file that ``<variable>_FILE`` names, else from ``<variable>``.

    Returns:
        The secret without blanks around it; empty where neither is set.

    Raises:
        P360Error: The file cannot be read, or the secret has several lines.
    """
    path = environ.get(f"{variable}_FILE", "")
    if path:
        try:
            secret = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise P360Error(f"{variable}_FILE is '{path}', which cannot be read") from error
    else:
        secret = environ.get(variable, "").strip()
    if not secret.isprintable():
        raise P360Error(f"{variable} must be one line of printable characters")
    return secret


def read_cluster_secret(environ: Mapping[str, str]) -> str:
    """Return the secret that master, workers and server share.

    Raises:
        P360Error: It is missing or short.
    """
    secret = read_secret(environ, "P360_CLUSTER_SECRET")
    if len(secret) < _SHORTEST:
        what = "is short" if secret else "is not set"
        raise P360Error(
            f"P360_CLUSTER_SECRET {what}: a cluster needs a secret of {_SHORTEST} characters or "
            "more; make one with 'openssl rand -hex 32' and name its file in "
            "P360_CLUSTER_SECRET_FILE"
        )
    return secret


def trust_settings(secret: str, *, makes_own_secrets: bool = False) -> dict[str, str]:
    """Return the Spark settings by which members know each other and nobody listens in.

    Args:
        secret: The cluster's secret.
        makes_own_secrets: Whether the cluster manager makes a secret for each application itself,
            as YARN and Kubernetes do.
    """
    shared = {} if makes_own_secrets else {"spark.authenticate.secret": secret}
    return shared | {
        "spark.authenticate": "true",
        "spark.network.crypto.enabled": "true",
        "spark.network.crypto.authEngineVersion": "2",
        "spark.network.crypto.cipher": "AES/GCM/NoPadding",
        "spark.network.crypto.saslFallback": "false",
        "spark.ui.filters": _FILTER,
        f"spark.{_FILTER}.param.secretKey": _encode(_ui_key(secret)).rstrip("="),
    }


def ui_token(secret: str) -> str:
    """Return the bearer token that the Spark UIs ask for: a signed JSON web token without claims.

    Source: RFC 7515, JSON Web Signature, compact form with HS256.
    """
    head = _encode(b'{"alg":"HS256","typ":"JWT"}').rstrip("=")
    text = f"{head}.{_encode(b'{}').rstrip('=')}"
    signature = hmac.digest(_ui_key(secret), text.encode(), "sha256")
    return f"{text}.{_encode(signature).rstrip('=')}"


def _ui_key(secret: str) -> bytes:
    """Return a key of its own for the UIs, from which nobody can work out the secret."""
    return hmac.digest(secret.encode(), b"project_360 spark ui", hashlib.sha256)


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()
