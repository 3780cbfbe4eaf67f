"""What keeps the app to this machine and to those who may see it."""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Flask, Response, request

from python_jobs.errors import P360Error
from python_jobs.settings import HOST, Settings

_SHORTEST_PASSWORD = 12
_LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


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
        raise P360Error(f"P360_DASH_PASSWORD is short; use {_SHORTEST_PASSWORD} signs or more")
    if not is_loopback and not user:
        raise P360Error(
            f"P360_DASH_HOST is {address}, which others can reach, and there is no login; set "
            "P360_DASH_USER and P360_DASH_PASSWORD, or leave it on 127.0.0.1 behind a proxy"
        )
    names = [name.strip().lower() for name in environ.get("P360_DASH_NAMES", "").split(",")]
    known = {*filter(None, names), *_LOOPBACK_NAMES, address}
    with_port = {f"{name}:{settings.dash_port}" for name in known}
    return Access(address, user, password, frozenset(known | with_port))


def protect(server: Flask, access: Access, script_hashes: Iterable[str]) -> None:
    """Have every request checked, and every answer bear the headers.

    Args:
        server: The Flask app.
        access: Who may reach it.
        script_hashes: Hashes of the inline scripts that Dash itself writes into its page.
    """
    policy = content_policy(script_hashes)

    @server.before_request
    def check() -> Response | None:
        if request.host.lower() not in access.hosts:
            return Response("This host name is not served here.\n", 421, mimetype="text/plain")
        if access.user and not _is_logged_in(access):
            headers = {"WWW-Authenticate": 'Basic realm="Project 360", charset="UTF-8"'}
            return Response("Log in.\n", 401, headers, mimetype="text/plain")
        if request.method not in ("GET", "HEAD") and not _is_same_site(access):
            return Response("Cross-site request refused.\n", 403, mimetype="text/plain")
        return None

    @server.after_request
    def add_headers(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers[name] = value
        response.headers.setdefault("Content-Security-Policy", policy)
        return response


def content_policy(script_hashes: Iterable[str]) -> str:
    """Return the Content-Security-Policy: this server and nothing else.

    Styles may stand in the page: Mantine, AG Grid and Plotly write theirs at run time, under no
    hash that could be known before. Scripts may not.
    """
    scripts = " ".join(["'self'", *script_hashes])
    parts = {
        "default-src": "'none'",
        "script-src": scripts,
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items())


def _is_logged_in(access: Access) -> bool:
    given = request.authorization
    if given is None or given.type != "basic":
        return False
    user = hmac.compare_digest((given.username or "").encode(), access.user.encode())
    password = hmac.compare_digest((given.password or "").encode(), access.password.encode())
    return user and password


def _is_same_site(access: Access) -> bool:
    """Return whether a request that may change something comes from our own page."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    if origin is not None:
        return urlsplit(origin).netloc.lower() in access.hosts
    return site is not None or request.headers.get("Referer") is None
