"""The page of dbt's docs, as this server may give it out."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from flask import Response

# dbt writes one file with its scripts inside; it may run them, and reach nothing.
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'unsafe-inline'; img-src data:; font-src data:; connect-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Addresses in it that are none before its own script has run: a browser would ask for each.
_MENDED = {
    b"${require('./assets/favicons/favicon.ico')}": b"data:,",
    b'<use xlink:href="{{': b'<use ng-attr-xlink:href="{{',
}


def docs_page(file: Path) -> Response:
    """Return the docs; a word on how to get them where there are none.

    Args:
        file: The one file that ``dbt docs generate --static`` writes.
    """
    try:
        written = file.stat().st_mtime_ns
    except OSError:
        text = "The dbt docs are not written yet; run 'p360 run'.\n"
        return Response(text, 404, mimetype="text/plain")
    headers = {"Content-Security-Policy": _POLICY}
    return Response(_mended(file, written), headers=headers, mimetype="text/html")


@lru_cache(maxsize=1)
def _mended(file: Path, _: int) -> bytes:
    content = file.read_bytes()
    for old, new in _MENDED.items():
        content = content.replace(old, new)
    return content
