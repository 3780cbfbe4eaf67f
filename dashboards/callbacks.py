"""Callbacks, each a thin shell over plain functions: what the URL asks for, the page shows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from dash import ALL as ANY
from dash import MATCH, ClientsideFunction, Dash, Input, Output, State, ctx, html, no_update
from dash.exceptions import PreventUpdate
from plotly.io.json import to_json_plotly

from dashboards import ids, views
from dashboards.asked import chips, chosen_comparison, comparisons, known_values, notices
from dashboards.banner import banner, stamp
from dashboards.blocks import CHART, GRID, TABLE, TABLE_PLACE, TABLE_TOGGLE
from dashboards.data.customers import find_customers
from dashboards.data.grids import grid_rows
from dashboards.data.store import Store
from dashboards.days import Days, written_range
from dashboards.filters import ALL, CUSTOM, PERIODS, Filters, frozen_to, parse
from dashboards.layout import navigation, not_found, nothing_live
from dashboards.memo import Memo
from dashboards.page import Page, View
from dashboards.search import results, shown
from dashboards.theme import Theme


def register(app: Dash, pages: Sequence[Page], store: Store, theme: Theme) -> None:
    """Give the app all its callbacks."""
    _register_scripts(app)
    _register_shell(app, pages, store)
    _register_filters(app, pages, store)
    memo = Memo()
    store.on_change(memo.clear)
    for page in pages:
        _register_page(app, page, store, memo, theme)
    _register_grids(app, store)
    views.register(app, pages, store)


def _register_scripts(app: Dash) -> None:
    """Callbacks that the browser answers itself; their code is in assets/app.js."""

    def script(name: str, *wires: Any, initial: bool = False) -> None:
        app.clientside_callback(
            ClientsideFunction("p360", name), *wires, prevent_initial_call=not initial
        )

    script(
        "scheme",
        Output(ids.SCHEME, "data"),
        Input(ids.URL, "pathname"),
        State(ids.SCHEME, "data"),
        initial=True,
    )
    script(
        "follow",
        Output(ids.URL, "href"),
        Input({"type": CHART, "id": ANY}, "clickData"),
    )
    script(
        "table",
        Output({"type": TABLE_PLACE, "id": MATCH}, "children"),
        Input({"type": TABLE_TOGGLE, "id": MATCH}, "n_clicks"),
        Input({"type": TABLE, "id": MATCH}, "data"),
    )
    script("close_pages", Output("nav-toggle", "title"), Input(ids.URL, "pathname"))
    script(
        "renew_grids",
        Output(ids.NAVIGATION, "className"),
        Input(ids.URL, "search"),
        Input(ids.RUN, "data"),
        State(ids.NAVIGATION, "className"),
    )
    app.clientside_callback(
        ClientsideFunction("p360", "budget"),
        Input("unusual-budget-slider", "value"),
        State("unusual-budget-given", "data"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )


def _register_shell(app: Dash, pages: Sequence[Page], store: Store) -> None:
    by_path = {page.path: page for page in pages}

    @app.callback(
        Output(ids.MAIN, "children"),
        Output(ids.FILTERS, "hidden"),
        Input(ids.URL, "pathname"),
        Input(ids.HAS_DATA, "data"),
    )
    def show_page(pathname: str, _: bool) -> Any:
        data = store.data()
        if data is None:
            return nothing_live(), True
        page = by_path.get(pathname.rstrip("/") or "/")
        shown = page.layout(data.metrics) if page else not_found(pathname)
        return shown, not (page and page.is_filtered)

    @app.callback(
        Output(ids.RUN, "data"),
        Output(ids.HAS_DATA, "data"),
        Output(ids.AS_OF, "children"),
        Output(ids.BANNER, "children"),
        Output(ids.BANNER, "className"),
        Input(ids.POLL, "n_intervals"),
        Input(ids.URL, "search"),
        State(ids.RUN, "data"),
        State(ids.BANNER, "children"),
    )
    def look(_: int | None, search: str | None, run: str, shown: str | None) -> Any:
        data = store.data()
        text = banner(store)
        taken = data.manifest.taken_at if data else ""
        return (
            taken if taken != run else no_update,
            True if data and not run else no_update,
            stamp(store.asked(search) or data),
            text if text != shown else no_update,
            "banner is-shown" if text else "banner",
        )

    @app.callback(
        Output(ids.SEARCH_FOUND, "children"),
        Input(ids.SEARCH_TEXT, "value"),
        State(ids.URL, "search"),
    )
    def search(typed: str | None, here: str | None) -> Any:
        return shown(results(typed or "", pages, store.asked(here), frozen_to(here)))

    @app.callback(
        Output(ids.NAVIGATION, "children"),
        Input(ids.URL, "pathname"),
        Input(ids.URL, "search"),
    )
    def navigate(pathname: str, search: str) -> Any:
        data = store.asked(search) or store.data()
        kept = ""
        if data is not None:
            kept = parse(search, data.domain).for_other_pages().search()
        return navigation(pages, pathname.rstrip("/") or "/", kept)


def _register_filters(app: Dash, pages: Sequence[Page], store: Store) -> None:
    lists = list(ids.LISTS)

    @app.callback(
        Output(ids.URL, "search"),
        Output(ids.PERIOD, "value"),
        Output(ids.RANGE, "value"),
        Output(ids.COMPARED_RANGE, "value"),
        *(Output(ids.LISTS[name], "value") for name in lists),
        Output(ids.COMPARED, "children"),
        Output(ids.CHIPS, "children"),
        Output(ids.NOTICES, "children"),
        Output(ids.SETTLED, "data"),
        Input(ids.URL, "search"),
        Input(ids.PERIOD, "value"),
        Input(ids.RANGE, "value"),
        Input(ids.COMPARED_RANGE, "value"),
        *(Input(ids.LISTS[name], "value") for name in lists),
        Input(ids.RUN, "data"),
        State(ids.URL, "pathname"),
        State(ids.SETTLED, "data"),
    )
    def settle(search: str, period: str, *rest: Any) -> Any:
        days, compared, *values, _, pathname, is_settled = rest
        data = store.asked(search)
        if data is None:
            raise PreventUpdate
        asked = parse(search, data.domain)
        changed = {name.split(".")[0] for name in ctx.triggered_prop_ids}
        # Controls report blank values while they come up: until they were told once what the URL
        # asks for, what they say is nobody's choice.
        if is_settled and changed and not changed & {ids.URL, ids.RUN}:
            given = dict(zip(lists, values, strict=True))
            moved = _from_controls(asked, changed, period, days, compared, given)
            if moved is None:
                raise PreventUpdate
            asked = moved
        shown = asked.days(data.domain)
        is_same = asked.search() == parse(search, data.domain).search()
        return (
            no_update if is_same else asked.search(),
            asked.period if asked.period != CUSTOM else "",
            [shown.start.isoformat(), shown.end.isoformat()],
            chosen_comparison(asked, data.domain),
            *(known_values(asked, name, data.domain) for name in lists),
            comparisons(asked, pathname, data),
            chips(asked, pathname, data),
            [html.P(one) for one in notices(asked, data)],
            True,
        )

    @app.callback(
        Output(ids.CUSTOMERS, "data"),
        Input(ids.CUSTOMERS, "searchValue"),
        Input(ids.CUSTOMERS, "value"),
    )
    def offer_customers(typed: str | None, chosen: list[str] | None) -> Any:
        data = store.data()
        return find_customers(data, typed or "", tuple(chosen or ())) if data else []


def _from_controls(
    asked: Filters,
    changed: set[str],
    period: str,
    days: list[str | None],
    compared: list[str | None],
    values: dict[str, list[str] | None],
) -> Filters | None:
    """Return the filters after a control was moved; None while it is half done."""
    if ids.RANGE in changed:
        if (chosen := _chosen(days)) is None:
            return None
        return replace(asked, period=CUSTOM, start=chosen.start, end=chosen.end)
    if ids.COMPARED_RANGE in changed:
        if not any(compared or ()):  # Cleared.
            return asked.with_extra("vs", "")
        chosen = _chosen(compared)
        return asked.with_extra("vs", written_range(chosen)) if chosen else None
    if ids.PERIOD in changed:
        if period not in (*PERIODS, ALL):
            return None
        return replace(asked, period=period, start=None, end=None)
    lists = {name: tuple(sorted(value or ())) for name, value in values.items()}
    moved: dict[str, Any] = {
        name: value for name, value in lists.items() if ids.LISTS[name] in changed
    }
    return replace(asked, **moved)


def _chosen(days: list[str | None]) -> Days | None:
    """Return the days of a control for a range; None while one end is not chosen."""
    if not days or None in days:
        return None
    return Days(*(date.fromisoformat(str(day)[:10]) for day in days))


def _register_page(app: Dash, page: Page, store: Store, memo: Memo, theme: Theme) -> None:
    blocks = page.blocks
    outputs = [Output(where, name) for block in blocks for where, name in block.properties()]

    def work_out(taken: str, search: str, scheme: str, hour: datetime) -> list[Any]:
        data = store.asked(search)
        assert data is not None
        view = View(data, parse(search, data.domain), theme.palette(scheme), page.path, hour)
        contents = page.fill(view)
        values = [value for block in blocks for value in block.values(contents[block.id])]
        # Kept as plain lists and dicts: writing components as JSON costs three times more.
        plain: list[Any] = json.loads(to_json_plotly(values))
        return plain

    @app.callback(
        outputs,
        Input(ids.URL, "search"),
        Input(ids.SCHEME, "data"),
        Input(ids.RUN, "data"),
        Input("page-title", "id"),
    )
    def fill(search: str, scheme: str | None, *_: Any) -> Any:
        data = store.asked(search)
        if data is None or scheme is None:
            raise PreventUpdate
        asked = parse(search, data.domain).search()
        hour = datetime.now(UTC).replace(tzinfo=None, minute=0, second=0, microsecond=0)
        key = (page.path, data.manifest.taken_at, asked, scheme, hour)
        return memo.get(key, lambda: work_out(data.manifest.taken_at, asked, scheme, hour))


def _register_grids(app: Dash, store: Store) -> None:
    grid_id = {"type": GRID, "id": MATCH, "listing": MATCH}

    @app.callback(
        Output(grid_id, "getRowsResponse"),
        Input(grid_id, "getRowsRequest"),
        State(ids.URL, "search"),
        State(grid_id, "id"),
        prevent_initial_call=True,
    )
    def rows(request: dict[str, Any] | None, search: str, grid: dict[str, str]) -> Any:
        data = store.asked(search)
        if request is None or data is None:
            raise PreventUpdate
        return grid_rows(data, grid["listing"], parse(search, data.domain), request)
