"""The factory of the app."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Iterator

from dash import Dash
from flask import Flask, Response, abort, request
from flask_compress import Compress

from dashboards import callbacks, layout
from dashboards.chart_files import page_of, rows_of_chart
from dashboards.data.corrections_sheet import corrections_sheet
from dashboards.data.grids import export_name, whole
from dashboards.data.listings import LISTINGS
from dashboards.data.store import Store
from dashboards.dbt_docs import docs_page
from dashboards.filters import Filters, parse
from dashboards.pages.registry import PAGES
from dashboards.security import protect
from dashboards.theme import Theme, theme_of
from python_jobs.server import Access, read_access
from python_jobs.settings import Settings

_ANY_PAGE = "/<path:path>"  # Dash's name for what is no address of its own.
_BOM = "\ufeff"  # Without it a spreadsheet takes the file for Windows-1252.


def create_app(settings: Settings, access: Access | None = None) -> Dash:
    """Build the app over the snapshots of a schema.

    Args:
        settings: Where the project and the snapshots are.
        access: Who may reach it; read from the environment by default.

    Raises:
        P360Error: The environment or ``dbt_project.yml`` asks for what cannot be.
    """
    access = access or read_access(settings)
    store, theme = Store(settings), theme_of(settings)
    server = Flask("dashboards")
    server.config["COMPRESS_ALGORITHM"] = ["gzip"]
    server.config["COMPRESS_LEVEL"] = 6
    app = Dash(
        "dashboards",
        server=server,
        title=theme.name,
        update_title="",
        serve_locally=True,
        suppress_callback_exceptions=True,
        assets_ignore=r".*\.txt$",
        meta_tags=[
            {"name": "viewport", "content": "width=device-width, initial-scale=1"},
            {"name": "color-scheme", "content": "light dark"},
        ],
    )
    app.index_string = app.index_string.replace("<html>", '<html lang="en">').replace(
        "</head>", f"<style>{theme.style()}</style></head>"
    )
    app.layout = lambda: layout.shell(PAGES, store, theme)
    callbacks.register(app, PAGES, store, theme)
    _add_files(server, store, settings, theme)
    Compress(server)
    app._setup_server()
    protect(server, access, app.csp_hashes())
    # Dash answers 500 to scripts that are asked for while the first page is being set up.
    name = sorted(access.hosts)[0]
    server.test_client().get(
        "/",
        headers={"Host": name, "Authorization": _login(access)} if access.user else {"Host": name},
    )
    return app


def _login(access: Access) -> str:
    return "Basic " + base64.b64encode(f"{access.user}:{access.password}".encode()).decode()


def _add_files(server: Flask, store: Store, settings: Settings, theme: Theme) -> None:
    """Serve what is no page: exports, the dbt docs, and whether the app is well."""

    @server.get("/export/<name>.csv")
    def export(name: str) -> Response:
        data = store.asked(request.query_string.decode("utf-8", "replace"))
        if data is None or name not in (*LISTINGS, "corrections"):
            abort(404)
        filters = parse(request.query_string.decode("utf-8", "replace"), data.domain)
        if filters.ignored:
            return _no_file(filters)
        file_name = export_name(name, filters, data.domain)
        if name == "corrections":
            text = corrections_sheet(data, filters, settings)
            return _csv(iter([_BOM + text]), "quarantine")
        return _csv(_lines(whole(data, name, filters)), file_name)

    @server.get("/chart/<block>.csv")
    def chart(block: str) -> Response:
        search = request.query_string.decode("utf-8", "replace")
        data, page = store.asked(search), page_of(block, PAGES)
        if data is None or page is None:
            abort(404)
        filters = parse(search, data.domain)
        if filters.ignored:
            return _no_file(filters)
        rows = rows_of_chart(page, block, data, filters, theme)
        if rows is None:
            abort(404)
        return _csv(_lines(iter(rows)), export_name(block, filters, data.domain))

    @server.get("/docs")
    @server.get("/docs/")
    def docs() -> Response:
        return docs_page(settings.project_dir / "target" / "static_index.html")

    @server.after_request
    def not_found(response: Response) -> Response:
        # Dash answers every address with its own page, which then says that there is none.
        path = request.path.rstrip("/") or "/"
        if request.endpoint == _ANY_PAGE and path not in {page.path for page in PAGES}:
            response.status_code = 404
        return response

    @server.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @server.errorhandler(500)
    def fault(_: Exception) -> Response:
        return Response(
            "Something went wrong; see the log in P360_HOME/logs.\n",
            500,
            mimetype="text/plain",
        )


def _no_file(filters: Filters) -> Response:
    """Answer what is not known: a file of everything would be taken for what was asked for."""
    wrong = ", ".join(f"{key}={value}" for key, value in filters.ignored)
    return Response(f"Not known: {wrong}. No file was made.\n", 400, mimetype="text/plain")


def _csv(lines: Iterator[str], name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(lines, headers=headers, mimetype="text/csv")


def _lines(rows: Iterator[list[object]]) -> Iterator[str]:
    """Yield rows as CSV, a few hundred kilobytes at a time."""
    text = io.StringIO()
    text.write(_BOM)
    writer = csv.writer(text)
    for row in rows:
        writer.writerow(row)
        if text.tell() > 1 << 18:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()
