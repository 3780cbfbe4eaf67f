"""Who may reach the dashboard, as the environment says."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from python_jobs.errors import P360Error
from python_jobs.settings import HOST, Settings

_SHORTEST_PASSWORD = 12
_LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True)
class Access:
    """Who may reach the app.

    Attributes:
        address: Address to listen on.
        user: Name to log in with; blank for no login.
        password: Its password.
        hosts: Names under which browsers may address the app, in lower case.
    """

    address: str
    user: str
    password: str
    hosts: frozenset[str]


def read_access(settings: Settings, environ: Mapping[str, str] | None = None) -> Access:
    """Read who may reach the app from the environment.

    ``P360_DASH_HOST`` is the address to listen on, ``P360_DASH_USER`` and ``P360_DASH_PASSWORD``
    the login, ``P360_DASH_NAMES`` further host names, parted by commas, for a proxy in front.

    Raises:
        P360Error: Others could reach the app and no login is set, or the login is half set.
    """
    environ = os.environ if environ is None else environ
    address = environ.get("P360_DASH_HOST", HOST)
    user, password = environ.get("P360_DASH_USER", ""), environ.get("P360_DASH_PASSWORD", "")
    try:
        is_loopback = ip_address(address).is_loopback
    except ValueError as error:
        raise P360Error(f"P360_DASH_HOST is '{address}'; write an IP address") from error
    if bool(user) != bool(password):
        raise P360Error("set both P360_DASH_USER and P360_DASH_PASSWORD, or neither")
    if password and len(password) < _SHORTEST_PASSWORD:
        raise P360Error(f"P360_DASH_PASSWORD is short; use {_SHORTEST_PASSWORD} characters or more")
    if not is_loopback and not user:
        raise P360Error(
            f"P360_DASH_HOST is {address}, which others can reach, and there is no login; set "
            "P360_DASH_USER and P360_DASH_PASSWORD, or leave it on 127.0.0.1 behind a proxy"
        )
    names = [name.strip().lower() for name in environ.get("P360_DASH_NAMES", "").split(",")]
    known = {*filter(None, names), *_LOOPBACK_NAMES, address}
    with_port = {f"{name}:{settings.dash_port}" for name in known}
    return Access(address, user, password, frozenset(known | with_port))
