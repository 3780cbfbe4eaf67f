"""The shell around every page: head, navigation, filters, banner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboards import ids, views
from dashboards.banner import banner
from dashboards.data.store import Data, Store
from dashboards.filters import ALL, DEFAULT_PERIOD, PERIODS
from dashboards.page import Page
from dashboards.search import dialog
from dashboards.theme import Theme

_POLL_MILLISECONDS = 15_000
_PERIOD_NAMES = {"1w": "1 W", "4w": "4 W", "13w": "13 W", "52w": "52 W"}
_LIST_NAMES = {
    "statuses": "Status",
    "categories": "Category",
    "countries": "Country",
    "customers": "Customer",
}


def shell(pages: Sequence[Page], store: Store, theme: Theme) -> Component:
    """Return the whole layout, no page in it yet."""
    data = store.data()
    return dmc.MantineProvider(
        [
            dcc.Location(id=ids.URL, refresh="callback-nav"),
            dcc.Store(id=ids.SCHEME),
            dcc.Store(id=ids.RUN, data=data.manifest.taken_at if data else ""),
            dcc.Store(id=ids.HAS_DATA, data=data is not None),
            dcc.Store(id=ids.SETTLED),
            dcc.Interval(id=ids.POLL, interval=_POLL_MILLISECONDS),
            html.A("Skip to content", href="#main", className="skip-link"),
            dialog(),
            views.dialog(),
            _head(theme),
            html.Div(
                [
                    # On a narrow screen the pages are behind one button, which says so.
                    html.Button(
                        "Pages",
                        id="nav-toggle",
                        className="button nav-toggle",
                        type="button",
                        **{"aria-expanded": "false", "aria-controls": ids.NAVIGATION},
                    ),
                    html.Nav(
                        navigation(pages, "/", ""),
                        id=ids.NAVIGATION,
                        className="nav",
                        **{"aria-label": "Pages"},
                    ),
                    html.Div(
                        [
                            _banner(store),
                            views.frozen_bar(),
                            _filters(data),
                            html.Main(
                                html.P("Loading …", className="loading"),
                                id=ids.MAIN,
                                tabIndex=-1,
                            ),
                        ],
                        className="content",
                    ),
                ],
                className="frame",
            ),
        ],
        defaultColorScheme="auto",
        theme={
            "primaryColor": "blue",
            "fontFamily": "inherit",
            "defaultRadius": "md",
            "respectReducedMotion": True,
        },
    )


def _banner(store: Store) -> Component:
    return html.Aside(
        banner(store),
        id=ids.BANNER,
        className="banner is-shown" if banner(store) else "banner",
        **{"aria-label": "Data status", "aria-live": "polite"},
    )


def navigation(pages: Sequence[Page], path: str, search: str) -> list[Any]:
    """Return links to the pages that keep the filters; the current one is marked."""
    return [
        dcc.Link(
            page.name,
            href=page.path + search,
            className="nav-link is-here" if page.path == path else "nav-link",
            **({"aria-current": "page"} if page.path == path else {}),
        )
        if page.path != path
        else html.A(
            page.name,
            href=page.path + search,
            className="nav-link is-here",
            **{"aria-current": "page"},
        )
        for page in pages
        if page.is_listed
    ]


def nothing_live() -> Component:
    """Return what stands in place of a page before the first run went live."""
    return html.Div(
        [
            html.H1("No data yet", className="page-title", id="page-title", tabIndex=-1),
            html.P(
                "No run is live yet. This command builds, tests and publishes the demo sales; "
                "this page then refreshes by itself within seconds.",
                className="page-lead",
            ),
            html.Pre("p360 run", className="command"),
            html.P("For your own sales:", className="page-lead"),
            html.Pre("p360 ingest FEED PATH\np360 run --feed FEED", className="command"),
            html.P(
                "If a run is live already, start the server with 'p360 up' so that the "
                "dashboard can read it.",
                className="page-lead",
            ),
        ],
        className="page empty-state",
    )


def not_found(path: str) -> Component:
    """Return what stands in place of a page that is not there."""
    return html.Div(
        [
            html.H1("Page not found", className="page-title", id="page-title", tabIndex=-1),
            html.P(f"No page exists at {path[:80]}.", className="page-lead"),
            html.P(dcc.Link("Go to the overview", href="/")),
        ],
        className="page empty-state",
    )


def _head(theme: Theme) -> Component:
    logo = [html.Img(src=theme.logo, alt="", className="head-logo")] if theme.logo else []
    return html.Header(
        [
            *logo,
            html.Span([html.B(theme.name), f" {theme.subtitle}"], className="head-name"),
            html.Span(id=ids.AS_OF, className="head-as-of"),
            html.Button(
                ["Search ", html.Kbd("Ctrl K")],
                id="search-open",
                className="button",
                type="button",
                **{"aria-haspopup": "dialog"},
            ),
            html.Button(
                "Copy link",
                id="copy-link",
                className="button",
                type="button",
                **{"aria-live": "polite"},
            ),
            views.button(),
            html.Button(
                "☀",
                id="scheme-toggle",
                className="button button-icon",
                type="button",
                title="Light or dark",
                **{"aria-label": "Switch between light and dark"},
            ),
        ],
        className="head",
    )


def _filters(data: Data | None) -> Component:
    return html.Div(
        [
            html.Button(
                "Filters",
                id="filters-toggle",
                className="button filters-toggle",
                type="button",
                **{"aria-expanded": "false", "aria-controls": "filters-body"},
            ),
            html.Div(
                [
                    html.Div(_period_filter(), className="filter filter-period"),
                    html.Div(_range_filter(data), className="filter filter-range"),
                    *(
                        html.Div(_list_filter(data, name, label), className=f"filter filter-{name}")
                        for name, label in _LIST_NAMES.items()
                    ),
                ],
                id="filters-body",
                className="filters-body",
            ),
            html.Div(
                [html.Div(id=ids.COMPARED, className="compared-with"), _compared_filter(data)],
                className="compared",
            ),
            html.Div(id=ids.CHIPS, className="chips"),
            html.Div(id=ids.NOTICES, className="notices", role="status"),
        ],
        id=ids.FILTERS,
        className="filters",
        role="search",
        **{"aria-label": "Filters"},
    )


def _period_filter() -> list[Component]:
    periods = [{"label": name, "value": period} for period, name in _PERIOD_NAMES.items()]
    periods.append({"label": "All", "value": ALL})
    assert set(_PERIOD_NAMES) == set(PERIODS)
    return [
        html.Span("Period, in weeks", className="filter-label", id="period-label"),
        dmc.SegmentedControl(
            id=ids.PERIOD,
            data=periods,
            value=DEFAULT_PERIOD,
            size="sm",
            **{"aria-labelledby": "period-label"},
        ),
    ]


def _range_filter(data: Data | None) -> Component:
    return _days_picker(data, id=ids.RANGE, label="Days", size="sm")


def _compared_filter(data: Data | None) -> Component:
    """Return the control for days to compare with, of any length."""
    return _days_picker(
        data,
        id=ids.COMPARED_RANGE,
        placeholder="days of your choice",
        size="xs",
        clearable=True,
        clearButtonProps={"aria-label": "Compare with the period before again"},
        **{"aria-label": "Days to compare with"},
    )


def _days_picker(data: Data | None, **more: Any) -> Component:
    """Return a control for a range of the days that there are."""
    return dmc.DatePickerInput(
        type="range",
        valueFormat="D MMM YY",
        firstDayOfWeek=data.formats.week_start if data else 1,
        allowSingleDateInRange=True,
        minDate=data.domain.first.isoformat() if data else None,
        maxDate=data.domain.last.isoformat() if data else None,
        dropdownType="popover",
        **more,
    )


def _list_filter(data: Data | None, name: str, label: str) -> Component:
    return dmc.MultiSelect(
        id=ids.LISTS[name],
        label=label,
        data=_options(data, name),
        placeholder="All",
        searchable=True,
        clearable=True,
        hidePickedOptions=True,
        maxDropdownHeight=280,
        nothingFoundMessage="No match",
        size="sm",
        comboboxProps={"shadow": "md"},
        clearButtonProps={"aria-label": f"Clear {label}"},
    )


def _options(data: Data | None, name: str) -> list[str]:
    if data is None or name == "customers":  # Too many: the server looks them up as one types.
        return []
    return list(getattr(data.domain, name))
