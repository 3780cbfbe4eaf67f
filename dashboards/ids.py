"""Names of the parts of the shell, which callbacks and style sheets refer to."""

URL = "url"
SCHEME = "scheme"
RUN = "run"
HAS_DATA = "has-data"
SETTLED = "settled"
POLL = "poll"
NAVIGATION = "navigation"
BANNER = "banner"
AS_OF = "as-of"
FILTERS = "filters"
CHIPS = "chips"
COMPARED = "compared"
NOTICES = "notices"
MAIN = "main"
SEARCH_TEXT = "search-text"
SEARCH_FOUND = "search-found"
PERIOD = "filter-period"
RANGE = "filter-range"
COMPARED_RANGE = "filter-compared-range"
STATUSES = "filter-statuses"
CATEGORIES = "filter-categories"
COUNTRIES = "filter-countries"
CUSTOMERS = "filter-customers"
LISTS = {
    "statuses": STATUSES,
    "categories": CATEGORIES,
    "countries": COUNTRIES,
    "customers": CUSTOMERS,
}
