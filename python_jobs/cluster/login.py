"""The login of Thrift and Connect: a secret in a file that only its owner reads."""

from __future__ import annotations

import secrets
from pathlib import Path
from urllib.parse import quote

from python_jobs.cluster.properties import write_private
from python_jobs.cluster.tls import trust
from python_jobs.errors import P360Error
from python_jobs.settings import Settings

USER = "p360"
# What profiles.yml reads: dbt blackens the values of variables that are called so.
DBT_VARIABLE = "DBT_ENV_SECRET_P360_LOGIN"
CONNECT_TOKEN = "spark.connect.authenticate.token"
_SHORTEST = 32


def make_secret(settings: Settings) -> str:
    """Return the secret, which is made where there is none.

    Raises:
        P360Error: The file holds no secret, or cannot be read or written.
    """
    file = settings.login_file
    if file.exists():
        return read_secret_of(settings)
    try:
        write_private(file, secrets.token_urlsafe(32))
    except OSError as error:
        raise P360Error(f"cannot write the login to {file}: {error.strerror}") from error
    return read_secret_of(settings)


def read_secret_of(settings: Settings) -> str:
    """Return the secret.

    Raises:
        P360Error: There is none, or others may read it.
    """
    file = settings.login_file
    try:
        secret = file.read_text(encoding="ascii").strip()
        mode = file.stat().st_mode
    except FileNotFoundError as error:
        raise P360Error(f"no login in {file}; {_where_it_comes_from(settings)}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise P360Error(f"the login in {file} cannot be read") from error
    if len(secret) < _SHORTEST or not secret.isprintable():
        raise P360Error(
            f"{file} must hold one line of {_SHORTEST} characters or more; remove the file, then "
            "run 'p360 down' and 'p360 up'"
        )
    if mode & 0o077 and _is_ours(file, settings):
        raise P360Error(f"others may read the login in {file}; run 'chmod 600 {file}'")
    return secret


def connect_address(settings: Settings) -> str:
    """Return the address for a Spark Connect session, with the login in it: show it to nobody.

    Spark's own ``token=`` asks for TLS wherever the host is not called localhost. Where the server
    has TLS, this process trusts its certificate from now on.

    Raises:
        P360Error: There is no login.
    """
    bearer = quote(f"Bearer {read_secret_of(settings)}", safe="")
    trust(settings)
    encrypted = "use_ssl=true;" if settings.tls_certificate else ""
    return f"sc://{settings.host}:{settings.connect_port}/;{encrypted}authorization={bearer}"


def connect_settings(secret: str) -> dict[str, str]:
    """Return the setting by which Spark Connect asks for the login."""
    return {CONNECT_TOKEN: secret}


def login_of_dbt(settings: Settings) -> dict[str, str]:
    """Return the variable that gives dbt the login; none where there is no login yet."""
    try:
        return {DBT_VARIABLE: read_secret_of(settings)}
    except P360Error:
        return {}


def _is_ours(file: Path, settings: Settings) -> bool:
    """Return whether the project made the file; a mounted secret has a mode of its own."""
    return file.parent == settings.home


def _where_it_comes_from(settings: Settings) -> str:
    if settings.is_elsewhere:
        return "copy it from the P360_HOME of the server, or name its file in P360_LOGIN_FILE"
    return "run 'p360 up'"
