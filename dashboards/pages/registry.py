"""All pages, in the order of the navigation."""

from __future__ import annotations

from dashboards.page import Page
from dashboards.pages import overview

PAGES: tuple[Page, ...] = (overview.PAGE,)
