"""How numbers and days are written: currency, locale and week start come from one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import ceil, log10
from typing import Any

from babel import Locale, UnknownLocaleError, numbers
from babel.dates import format_date, format_datetime

from dashboards.days import Days
from python_jobs.errors import P360Error
from python_jobs.settings import Settings

_WHERE = "vars.presentation in dbt_project.yml"
_NEUTRAL = Decimal("0.005")  # Smaller changes are no news.
_NEUTRAL_POINTS = Decimal("0.05")
_WEEK_DAYS = {"monday": 1, "sunday": 0}
_COMPACT_FROM = 1_000_000


@dataclass(frozen=True)
class Change:
    """A change against an earlier period, in words.

    Attributes:
        text: Such as ``▲ 1.5 %``.
        tone: ``good``, ``bad`` or ``neutral``, by what it means and not by its sign.
    """

    text: str
    tone: str


@dataclass(frozen=True)
class Formats:
    """Writes values for people.

    Attributes:
        locale: Such as ``en_GB``.
        currency: ISO code such as ``EUR``; blank where a feed's currency is not declared.
        week_start: 1 for Monday, 0 for Sunday.
    """

    locale: str
    currency: str
    week_start: int

    def money(self, amount: Decimal | float | None) -> str:
        """Return an amount to the cent."""
        if amount is None:
            return "–"
        if not self.currency:
            return numbers.format_decimal(amount, "#,##0.00", locale=self.locale)
        return numbers.format_currency(amount, self.currency, locale=self.locale)

    def short_money(self, amount: Decimal | float | None) -> str:
        """Return an amount for a card or a bar: whole, or in millions with four digits."""
        if amount is None:
            return "–"
        size = abs(float(amount))
        if size >= _COMPACT_FROM:
            digits = 2 if size < 10 * _COMPACT_FROM else 1
            return self._compact(amount, digits)
        if not self.currency:
            return numbers.format_decimal(amount, "#,##0", locale=self.locale)
        return numbers.format_currency(
            amount,
            self.currency,
            locale=self.locale,
            currency_digits=False,
            format=self._whole_pattern(),
        )

    def axis_money(self, amount: float, step: float) -> str:
        """Return an amount at a tick: with as many decimals as the step between ticks needs."""
        if abs(amount) >= _COMPACT_FROM:
            exact = 0 if amount % 10**6 == 0 else 1 if amount % 10**5 == 0 else 2
            return self._compact(amount, exact)
        decimals = 0 if step >= 1 and step % 1 == 0 else max(2, ceil(-log10(step)))
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        if not self.currency:
            return numbers.format_decimal(amount, pattern, locale=self.locale)
        whole = self._whole_pattern()
        return numbers.format_currency(
            amount,
            self.currency,
            locale=self.locale,
            currency_digits=False,
            format=whole.replace("#,##0", pattern),
        )

    def unit_money(self, amount: Decimal | float | None) -> str:
        """Return an amount such as an average order: cents below a thousand."""
        if amount is not None and abs(float(amount)) >= 1000:
            return self.short_money(amount)
        return self.money(amount)

    def count(self, number: float | Decimal | None) -> str:
        """Return a whole number."""
        return "–" if number is None else numbers.format_decimal(int(number), locale=self.locale)

    def number(self, value: float | Decimal | None) -> str:
        """Return a number with up to three decimals."""
        if value is None:
            return "–"
        return numbers.format_decimal(value, "#,##0.###", locale=self.locale)

    def percent(self, share: float | Decimal | None, digits: int = 1) -> str:
        """Return a share of 1 as a percentage."""
        if share is None:
            return "–"
        pattern = f"0.{'0' * digits} %" if digits else "0 %"
        return numbers.format_percent(share, pattern, locale=self.locale)

    def plural(self, count: int, one: str, many: str | None = None) -> str:
        """Return a number with its noun."""
        return f"{self.count(count)} {one if count == 1 else many or one + 's'}"

    def day(self, day: date | None) -> str:
        """Return a day such as ``4 Nov 2026``."""
        if day is None:
            return "–"
        return format_date(day, "d MMM y", locale=self.locale)

    def month(self, day: date) -> str:
        """Return the month of a day such as ``Nov 2026``."""
        return format_date(day, "MMM y", locale=self.locale)

    def days(self, days: Days) -> str:
        """Return a range of days, the year once where it is the same."""
        if days.start == days.end:
            return self.day(days.start)
        same_year = days.start.year == days.end.year
        start = format_date(days.start, "d MMM" if same_year else "d MMM y", locale=self.locale)
        return f"{start} – {self.day(days.end)}"

    def moment(self, moment: datetime | str | None) -> str:
        """Return a time in UTC, to the minute."""
        if not moment:
            return "–"
        at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        return f"{format_datetime(at, 'd MMM y HH:mm', locale=self.locale)} UTC"

    def change(
        self,
        now: Decimal | float | None,
        before: Decimal | float | None,
        *,
        more_is: str = "good",
    ) -> Change:
        """Return the relative change from ``before`` to ``now``.

        Args:
            now: The value.
            before: What it is compared with.
            more_is: ``good`` or ``bad``: what a rise means.
        """
        if now is None or not before or before < 0:  # No share of less than nothing.
            return Change("no comparison", "neutral")
        share = Decimal(now) / Decimal(before) - 1
        if abs(share) < _NEUTRAL:
            return Change("± 0 %", "neutral")
        opposite = {"good": "bad", "bad": "good"}
        tone = more_is if share > 0 else opposite.get(more_is, "neutral")
        return Change(f"{'▲' if share > 0 else '▼'} {self.percent(abs(share))}", tone)

    def change_of_rate(
        self, now: Decimal | float | None, before: Decimal | float | None, *, more_is: str
    ) -> Change:
        """Return the change of a rate in percentage points: a percentage of one would mislead."""
        if now is None or before is None:
            return Change("no comparison", "neutral")
        points = (Decimal(now) - Decimal(before)) * 100
        if abs(points) < _NEUTRAL_POINTS:
            return Change("± 0 points", "neutral")
        opposite = {"good": "bad", "bad": "good"}
        tone = more_is if points > 0 else opposite.get(more_is, "neutral")
        written = numbers.format_decimal(abs(points), "0.0", locale=self.locale)
        return Change(f"{'▲' if points > 0 else '▼'} {written} points", tone)

    def separators(self) -> str:
        """Return the decimal and the grouping sign, as Plotly wants them."""
        symbols = Locale.parse(self.locale).number_symbols["latn"]
        return str(symbols["decimal"]) + str(symbols["group"])

    def _compact(self, amount: Decimal | float, digits: int) -> str:
        """Return an amount of a million or more in millions: a prefix above one is no riddle."""
        if not self.currency:
            return numbers.format_compact_decimal(
                amount, locale=self.locale, fraction_digits=digits
            )
        return numbers.format_compact_currency(
            amount, self.currency, locale=self.locale, fraction_digits=digits
        )

    def _whole_pattern(self) -> str:
        pattern = Locale.parse(self.locale).currency_formats["standard"].pattern
        return str(pattern).replace(".00", "").replace("0.00", "0")


def read_formats(settings: Settings, feeds: Sequence[str] = ()) -> Formats:
    """Return how values are written, from ``dbt_project.yml``.

    Args:
        settings: Where the project is.
        feeds: Feeds whose rows are shown; their currency is used where they agree on one.

    Raises:
        P360Error: A locale, currency or week start is none.
    """
    asked: dict[str, Any] = settings.dbt_project()["vars"].get("presentation", {})
    locale = str(asked.get("locale", "en_GB"))
    try:
        Locale.parse(locale)
    except (UnknownLocaleError, ValueError) as error:
        raise P360Error(f"{_WHERE} has the locale '{locale}'; use one such as en_GB") from error
    declared = asked.get("currencies", {})
    codes = {str(declared.get(feed, "")) for feed in feeds}
    currency = codes.pop() if len(codes) == 1 else ""
    if currency and not numbers.is_currency(currency):
        raise P360Error(f"{_WHERE} has the currency '{currency}'; use an ISO code such as EUR")
    week = str(asked.get("week_starts_on", "monday")).lower()
    if week not in _WEEK_DAYS:
        raise P360Error(f"{_WHERE} has weeks start on '{week}'; use monday or sunday")
    return Formats(locale, currency, _WEEK_DAYS[week])
