"""What a page is asked to show: read from the URL, checked against the data, written back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode

from dashboards.days import Days, read_day, read_range
from python_jobs.server import RUN_ID

# Whole weeks, so that a period and the one before hold the same weekdays.
PERIODS = {"1w": 7, "4w": 28, "13w": 91, "52w": 364}
ALL = "all"
CUSTOM = "custom"
A_YEAR_BEFORE = "year"  # The same weeks: 52 of them earlier, so weekdays agree.
DEFAULT_PERIOD = "13w"
_LISTS = {
    "statuses": "status",
    "categories": "category",
    "countries": "country",
    "customers": "customer",
    "products": "product",
}
_CHOICES = {
    "grain": ("day", "week", "month"),
    "by": ("category", "country", "segment"),
    "area": ("world", "europe", "africa", "asia", "americas"),
}
_TEXTS = ("reason", "sale", "budget", "focus", "figure")
_KEPT = ("vs", "run")  # What goes along to other pages.
_LONGEST = 200  # Characters of one value in a URL, and values of one kind.


@dataclass(frozen=True)
class Domain:
    """What the data holds, which is what filters may ask for.

    Attributes:
        first: Day of the first sale.
        last: Day of the last sale, at which periods end.
        statuses: Known statuses.
        categories: Known categories.
        countries: Known countries.
        knows_customer: Whether a customer of that id is there.
        knows_product: Whether a product of that id is there.
    """

    first: date
    last: date
    statuses: tuple[str, ...]
    categories: tuple[str, ...]
    countries: tuple[str, ...]
    knows_customer: Callable[[str], bool]
    knows_product: Callable[[str], bool] = lambda _: False


@dataclass(frozen=True)
class Filters:
    """What is asked for. Empty tuples ask for everything of that kind.

    Attributes:
        period: One of ``PERIODS``, ``all`` or ``custom``.
        start: First day of a custom period.
        end: Last day of a custom period.
        statuses: Statuses to show.
        categories: Categories to show.
        countries: Countries to show.
        customers: Ids of customers to show.
        products: Ids of products to show.
        extras: What single pages ask beside: name and value, by name.
        ignored: What the URL asked for and could not be read, as name and value.
    """

    period: str = DEFAULT_PERIOD
    start: date | None = None
    end: date | None = None
    statuses: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    extras: tuple[tuple[str, str], ...] = field(default=())
    ignored: tuple[tuple[str, str], ...] = field(default=(), compare=False)

    def days(self, domain: Domain) -> Days:
        """Return the days asked for; periods end at the last day that has sales."""
        if self.period == CUSTOM and self.start and self.end:
            return Days(self.start, self.end)
        if self.period in PERIODS:
            return Days(domain.last - timedelta(days=PERIODS[self.period] - 1), domain.last)
        return Days(domain.first, domain.last)

    def compared(self, domain: Domain) -> Days | None:
        """Return the days to compare with; None where all days are shown or none of them has sales.

        Those that were chosen by hand may be more or fewer than the days shown, and lie anywhere.
        """
        if self.period == ALL:
            return None
        days, versus = self.days(domain), self.extra("vs")
        before = days.before()
        if versus == A_YEAR_BEFORE:
            before = days.moved(timedelta(weeks=-52))
        elif chosen := read_range(versus):
            before = chosen
        elif start := read_day(versus):
            before = days.moved(start - days.start)
        return before if before.end >= domain.first and before.start <= domain.last else None

    def extra(self, name: str, default: str = "") -> str:
        """Return what a page asked for beside the filters."""
        return dict(self.extras).get(name, default)

    def with_extra(self, name: str, value: str) -> Filters:
        """Return these filters with an extra; a blank value takes it away."""
        extras = dict(self.extras) | {name: value}
        return replace(self, extras=tuple(sorted((k, v) for k, v in extras.items() if v)))

    def for_other_pages(self) -> Filters:
        """Return what other pages are asked as well: all but the extras of single pages."""
        return replace(self, extras=tuple(one for one in self.extras if one[0] in _KEPT))

    def search(self) -> str:
        """Return the query string of a URL that asks for this; blank for the defaults."""
        pairs: list[tuple[str, str]] = []
        if self.period == CUSTOM and self.start and self.end:
            pairs += [("from", self.start.isoformat()), ("to", self.end.isoformat())]
        elif self.period != DEFAULT_PERIOD:
            pairs.append(("period", self.period))
        for name, key in _LISTS.items():
            pairs += [(key, value) for value in getattr(self, name)]
        pairs += self.extras
        return f"?{urlencode(pairs)}" if pairs else ""

    def add(self, name: str, value: str) -> Filters:
        """Return these filters narrowed to one value of a list such as ``statuses``."""
        chosen: dict[str, Any] = {name: (value,)}
        return replace(self, **chosen)

    def without(self, name: str, value: str) -> Filters:
        """Return these filters less one value of a list."""
        rest: dict[str, Any] = {name: tuple(one for one in getattr(self, name) if one != value)}
        return replace(self, **rest)


def parse(search: str | None, domain: Domain) -> Filters:
    """Read a URL's query string.

    A value of a list that the data does not know stays: a sum that it narrows is empty, and the
    page says why (``unknown``). Were it dropped, a saved link would show everybody's total. What
    cannot be read at all is left out, and named in ``ignored``.

    Args:
        search: Query string with or without its question mark.
        domain: What may be asked for.
    """
    try:
        asked = parse_qs((search or "").lstrip("?"), max_num_fields=_LONGEST)
    except ValueError:
        return Filters(ignored=(("address", "more filters than can be read"),))
    period = asked.get("period", [DEFAULT_PERIOD])[0].strip().lower()
    start, end = (read_day(asked.get(one, [""])[0]) for one in ("from", "to"))
    is_custom = start is not None and end is not None and start <= end
    ignored = []
    if is_custom:
        period = CUSTOM
    else:
        ignored += [(name, asked[name][0]) for name in ("from", "to") if name in asked]
        if period not in (*PERIODS, ALL):
            ignored.append(("period", period))
            period = DEFAULT_PERIOD
    ignored += [
        (name, asked[name][0])
        for name, choices in _CHOICES.items()
        if name in asked and asked[name][0] not in choices
    ]
    versus = asked.get("vs", [A_YEAR_BEFORE])[0]
    if not _compares(versus.strip().lower()):
        ignored.append(("vs", versus))
    if "run" in asked and not RUN_ID.fullmatch(asked["run"][0]):
        ignored.append(("run", asked["run"][0]))
    return Filters(
        period=period,
        start=start if is_custom else None,
        end=end if is_custom else None,
        statuses=_asked_for(asked.get("status"), domain.statuses),
        categories=_asked_for(asked.get("category"), domain.categories),
        countries=_asked_for(asked.get("country"), domain.countries),
        customers=_asked_for(asked.get("customer"), (), domain.knows_customer),
        products=_asked_for(asked.get("product"), (), domain.knows_product),
        extras=_extras(asked),
        ignored=tuple((name, value[:_LONGEST]) for name, value in ignored),
    )


def frozen_to(search: str | None) -> str:
    """Return the run that an address is frozen to; blank for one that moves along."""
    try:
        run = parse_qs((search or "").lstrip("?"), max_num_fields=_LONGEST).get("run", [""])[0]
    except ValueError:
        return ""
    return run if RUN_ID.fullmatch(run) else ""


def unknown(filters: Filters, domain: Domain) -> list[tuple[str, str]]:
    """Return the values asked for that the data does not know, as name of the list and value."""
    known: dict[str, Callable[[str], bool]] = {
        "statuses": domain.statuses.__contains__,
        "categories": domain.categories.__contains__,
        "countries": domain.countries.__contains__,
        "customers": domain.knows_customer,
        "products": domain.knows_product,
    }
    return [
        (name, value)
        for name, knows in known.items()
        for value in getattr(filters, name)
        if not knows(value)
    ]


def _asked_for(
    values: Iterable[str] | None,
    known: Iterable[str],
    knows: Callable[[str], bool] = lambda _: False,
) -> tuple[str, ...]:
    """Return values as the data writes them, whatever their case; others as they stand."""
    by_lower = {value.casefold(): value for value in known}
    found = set()
    for value in values or ():
        name = value[:_LONGEST]
        if name not in by_lower.values() and not knows(name):
            upper = name.strip().upper()
            name = by_lower.get(name.strip().casefold(), upper if knows(upper) else name)
        found.add(name)
    return tuple(sorted(one for one in found if one))


def _extras(asked: dict[str, list[str]]) -> tuple[tuple[str, str], ...]:
    found = {name: asked[name][0] for name in _TEXTS if asked.get(name)}
    found = {name: value for name, value in found.items() if len(value) <= _LONGEST}
    for name, choices in _CHOICES.items():
        if (value := asked.get(name, [""])[0]) in choices:
            found[name] = value
    versus = asked.get("vs", [""])[0].strip().lower()
    if _compares(versus):
        found["vs"] = versus
    if RUN_ID.fullmatch(run := asked.get("run", [""])[0]):
        found["run"] = run
    return tuple(sorted(found.items()))


def _compares(versus: str) -> bool:
    return versus == A_YEAR_BEFORE or bool(read_range(versus) or read_day(versus))
