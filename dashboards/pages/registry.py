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
)

PAGES: tuple[Page, ...] = (
    overview.PAGE,
    over_time.PAGE,
    products.PAGE,
    customers.PAGE,
    buyers.PAGE,
    statuses.PAGE,
    quality.PAGE,
    unusual.PAGE,
    health.PAGE,
    about.PAGE,
    explain.PAGE,
)
