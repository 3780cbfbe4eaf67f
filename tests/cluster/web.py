"""The web pages of Spark's processes."""

from __future__ import annotations

import urllib.error
import urllib.request


def get(port: int, path: str = "/", token: str = "") -> tuple[int, str]:
    """Return status and text of a page on loopback."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read().decode("utf-8")
    except urllib.error.HTTPError as error:
        return error.code, ""
