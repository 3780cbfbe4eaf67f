"""Saved views: the dialog that saves or shares a page, their list, and what frozen ones say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import dash_mantine_components as dmc
from dash import ALL as ANY
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboards import ids
from dashboards.data.store import Data, Store
from dashboards.filters import CUSTOM, Filters, frozen_to, parse
from dashboards.page import Page
from dashboards.wording import narrowed_to
from python_jobs.errors import P360Error
from python_jobs.server import SavedView, read_views, remove_view, save_view

_MOVING, _FROZEN = "moving", "frozen"
_NAME, _KIND, _SAVE, _LINK = "views-name", "views-kind", "views-save", "views-link"
_ASKED = "views-asked"  # To save: the name as it was typed, from assets/views.js.
_STATUS, _CHANGED, _LIST = "views-status", "views-changed", "views-list"
_FROZEN_BAR, _REMOVE = "frozen", "view-remove"
_PERIODS = {
    "1w": "last week",
    "4w": "last 4 weeks",
    "13w": "last 13 weeks",
    "52w": "last 52 weeks",
    "all": "all days",
}


def button() -> Component:
    """Return the button of the head that opens the dialog."""
    return html.Button(
        ["☆", html.Span(" Save or share", className="wide-only")],
        id="views-open",
        className="button",
        type="button",
        **{"aria-haspopup": "dialog", "aria-label": "Save or share"},
    )


def frozen_bar() -> Component:
    """Return the place where a page says that it is frozen to a run."""
    return html.Aside(
        id=_FROZEN_BAR, className="frozen", **{"aria-label": "Frozen view", "aria-live": "polite"}
    )


def dialog() -> Component:
    """Return the dialog, closed; Escape closes it."""
    return html.Dialog(
        [
            html.H2("Save or share this page", className="block-title"),
            dmc.RadioGroup(
                id=_KIND, label="Which figures it shows", value=_MOVING, size="sm", children=[]
            ),
            html.P(
                [
                    html.A("This page", id=_LINK, href="#"),
                    html.Button(
                        "Copy link",
                        id="views-copy",
                        className="button",
                        type="button",
                        **{"aria-live": "polite"},
                    ),
                    html.Button(
                        "Print or save as PDF", id="views-print", className="button", type="button"
                    ),
                ],
                className="views-actions",
            ),
            html.Div(
                [
                    dmc.TextInput(
                        id=_NAME, label="Name", value="", inputProps={"maxLength": 80}, size="sm"
                    ),
                    html.Button("Save", id=_SAVE, className="button", type="button"),
                ],
                className="views-save",
            ),
            html.P(id=_STATUS, className="views-status", role="status"),
            html.P(dcc.Link("All saved views", href="/views", id="views-all")),
            dcc.Store(id=_CHANGED),
            dcc.Store(id=_ASKED),
        ],
        id="views-dialog",
        className="search-dialog views-dialog",
        **{"aria-label": "Save or share this page"},
    )


def saved_list() -> Component:
    """Return the place of the list of saved views; it does not wait for a new run."""
    return html.Div(id=_LIST, className="block views-list")


def register(app: Dash, pages: Sequence[Page], store: Store) -> None:
    """Give the app the callbacks of saved views."""
    _register_saving(app, store)

    @app.callback(
        Output(_KIND, "children"),
        Output(_LINK, "href"),
        Output(_LINK, "children"),
        Input(_KIND, "value"),
        Input(ids.URL, "pathname"),
        Input(ids.URL, "search"),
        Input(ids.RUN, "data"),
    )
    def offer(kind: str, path: str, search: str | None, _: str) -> Any:
        data = store.asked(search)
        if data is None:
            raise PreventUpdate
        view = _view(data, kind, path, search, "")
        return _kinds(data, search), view.href, _page_name(pages, path)

    @app.callback(
        Output(_LIST, "children"),
        Input(_LIST, "id"),
        Input(_CHANGED, "data"),
        Input(ids.RUN, "data"),
    )
    def fill_list(*_: Any) -> Any:
        return listed(pages, store)

    @app.callback(
        Output(_FROZEN_BAR, "children"),
        Output(_FROZEN_BAR, "className"),
        Input(ids.URL, "pathname"),
        Input(ids.URL, "search"),
        Input(ids.RUN, "data"),
    )
    def say_frozen(path: str, search: str | None, _: str) -> Any:
        return frozen_words(store, path, search)


def _register_saving(app: Dash, store: Store) -> None:
    @app.callback(
        Output(_STATUS, "children"),
        Output(_NAME, "value"),
        Output(_CHANGED, "data"),
        Input(_ASKED, "data"),
        State(_KIND, "value"),
        State(ids.URL, "pathname"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def save(given: dict[str, Any] | None, kind: str, path: str, search: str | None) -> Any:
        data = store.asked(search)
        if data is None or not given:
            raise PreventUpdate
        name = str(given.get("name", "")).strip()
        try:
            save_view(store.settings, _view(data, kind, path, search, name))
        except P360Error as error:
            return f"Not saved: {error}.", no_update, no_update
        return f"Saved as '{name}'.", "", given.get("at")

    @app.callback(
        Output(_CHANGED, "data", allow_duplicate=True),
        Input({"type": _REMOVE, "name": ANY}, "submit_n_clicks"),
        prevent_initial_call=True,
    )
    def remove(_: list[int | None]) -> Any:
        if not ctx.triggered_id or not ctx.triggered[0]["value"]:
            raise PreventUpdate
        remove_view(store.settings, str(ctx.triggered_id["name"]))
        return f"removed {datetime.now(UTC).isoformat()}"


def frozen_words(store: Store, path: str, search: str | None) -> tuple[list[Any], str]:
    """Return what a page says of the run that it is frozen to, and the class of its place."""
    run, current = frozen_to(search), store.data()
    if not run or current is None:
        return [], "frozen"
    newest = dcc.Link("Show the newest data", href=path + _moving(current, search).search())
    data = store.asked(search)
    if data is None:
        return [
            html.H1("This run is no longer kept", className="page-title"),
            html.P(
                f"This link is frozen to run {run}, whose figures are no longer kept. A saved view "
                "keeps the run that it is frozen to; a copied link does not."
            ),
            html.P(newest),
        ], "frozen is-gone"
    live = "" if data.manifest.run_id != current.manifest.run_id else ", which is the live one"
    return [
        f"Frozen to the run that went live at {data.formats.moment(data.manifest.went_live_at)}"
        f"{live}. ",
        newest,
    ], "frozen is-shown"


def listed(pages: Sequence[Page], store: Store) -> list[Component]:
    """Return the list of saved views, each with what it shows and a way to remove it."""
    try:
        views = read_views(store.settings)
    except P360Error as error:
        return [html.P(f"The saved views cannot be read: {error}.", className="is-bad")]
    if not views:
        text = "No view is saved yet. Open a page, set its filters and choose ☆ Save or share."
        return [html.P(text, className="block-summary")]
    head = html.Tr(
        [html.Th(name, scope="col") for name in ("View", "Shows", "Figures", "Saved on", "Remove")]
    )
    rows = [
        html.Tr(
            [
                html.Th(dcc.Link(one.name, href=one.href), scope="row"),
                html.Td(_shows(pages, store, one)),
                html.Td(_figures(store, one)),
                html.Td(one.saved_on),
                html.Td(
                    dcc.ConfirmDialogProvider(
                        html.Button(
                            "Remove",
                            className="button",
                            type="button",
                            **{"aria-label": f"Remove {one.name}"},
                        ),
                        id={"type": _REMOVE, "name": one.name},
                        message=f"Remove the saved view '{one.name}'?",
                    )
                ),
            ]
        )
        for one in views
    ]
    table = html.Table(
        [html.Caption("Saved views"), html.Thead(head), html.Tbody(rows)],
        className="table words-2 words-3 words-4 words-5",
    )
    return [
        html.Div(
            table,
            className="table-scroll table-tall",
            tabIndex=0,
            role="region",
            **{"aria-label": "Table: Saved views"},
        )
    ]


def _view(data: Data, kind: str, path: str, search: str | None, name: str) -> SavedView:
    today = datetime.now(UTC).date().isoformat()
    run = data.manifest.run_id if kind == _FROZEN else ""
    return SavedView(name, path + _moving(data, search).search(), run, today)


def _moving(data: Data, search: str | None) -> Filters:
    """Return what an address asks for, less the run that it is frozen to."""
    return parse(search, data.domain).with_extra("run", "")


def _kinds(data: Data, search: str | None) -> list[Component]:
    shown = _period(data, _moving(data, search))
    went_live = data.formats.moment(data.manifest.went_live_at)
    return [
        dmc.Radio(label=f"The newest data: {shown}, of whatever run is live", value=_MOVING),
        dmc.Radio(label=f"Frozen: what the run of {went_live} holds", value=_FROZEN),
    ]


def _period(data: Data, filters: Filters) -> str:
    if filters.period == CUSTOM:
        return data.formats.days(filters.days(data.domain))
    return _PERIODS[filters.period]


def _page_name(pages: Sequence[Page], path: str) -> str:
    path = path.rstrip("/") or "/"
    return next((page.name for page in pages if page.path == path), path)


def _shows(pages: Sequence[Page], store: Store, view: SavedView) -> str:
    path, _, search = view.address.partition("?")
    data = store.data()
    if data is None:
        return _page_name(pages, path)
    filters = parse(search, data.domain)
    return f"{_page_name(pages, path)}: {_period(data, filters)}{narrowed_to(filters)}"


def _figures(store: Store, view: SavedView) -> str:
    if not view.run:
        return "newest data"
    data = store.asked(f"?run={view.run}")
    if data is None:
        return f"frozen to run {view.run}, which is no longer kept"
    return f"frozen to the run of {data.formats.moment(data.manifest.went_live_at)}"
