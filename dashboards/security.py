"""What keeps the app to this machine and to those who may see it."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from urllib.parse import urlsplit

from flask import Flask, Response, request

from python_jobs.server import Access

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


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
