"""All pages, in the order of the navigation."""

from __future__ import annotations

from dashboards.page import Page
from dashboards.pages import (
    about,
    buyers,
    customers,
    explain,
    health,
    over_time,
    overview,
    products,
    quality,
    statuses,
    unusual,
    views,
    what_next,
    where,
)

PAGES: tuple[Page, ...] = (
    overview.PAGE,
    over_time.PAGE,
    what_next.PAGE,
    products.PAGE,
    customers.PAGE,
    buyers.PAGE,
    where.PAGE,
    statuses.PAGE,
    quality.PAGE,
    unusual.PAGE,
    health.PAGE,
    views.PAGE,
    about.PAGE,
    explain.PAGE,
)
