"""The shop: its products, and the people who buy there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_CATEGORIES: dict[str, tuple[float, tuple[str, ...]]] = {
    # category: (typical price, product nouns)
    "Kitchen": (24.0, ("Teapot", "Chef's knife", "Pan, cast iron", "Café press", "茶碗", "Mug")),
    "Office": (15.0, ("Notebook A5", 'Binder 2" wide', "Desk lamp", "Stapler", "Fountain pen")),
    "Electronics": (140.0, ('Monitor 27" 4K', "Keyboard", "Headset", "Dock, USB-C", "Webcam")),
    "Garden": (32.0, ("Rake", "Hose, 20 m", "Планка", "Seed box", "Children's swing")),
    "Books": (18.0, ("Atlas", 'Novel "North"', "Kochbuch für Eilige", "Guide, Lisbon", "كتاب")),
    "Toys": (21.0, ("Puzzle", "Kite", "Marbles, 100", "Bär aus Plüsch", "Train set")),
    "Sport": (48.0, ("Yoga mat", "Dumbbell 5 kg", "Racket", "Bottle, 1 l", "Tent")),
    "Health": (12.0, ("Soap", "Sun cream SPF 50", "Crème", "Bandage, 5 m", "Thermometer")),
}
_FINISHES = ("basic", "classic", "blue", "oak", "steel", "large")

_FIRST_NAMES = [
    "Anna",
    "Ben",
    "Chloé",
    "David",
    "Elif",
    "Fatima",
    "George",
    "Hana",
    "Ivan",
    "Julia",
    "Kofi",
    "Lena",
    "Marco",
    "Nadia",
    "Olu",
    "Paul",
    "Quinn",
    "Rosa",
    "Søren",
    "Tariq",
    "Uma",
    "Victor",
    "Wei",
    "Ximena",
    "Yuki",
    "Zoë",
    "明",
    "さくら",
    "Дмитрий",
    "محمد",
    "Ελένη",
]
_LAST_NAMES = [
    "Adams",
    "Becker",
    "Costa",
    "D'Angelo",
    "Eriksson",
    "Fischer",
    "García",
    "Haddad",
    "Ito",
    "Jones",
    "Kowalski",
    "Lindqvist",
    "Müller",
    "Nguyen",
    "O'Brien",
    "Petrov",
    "Quiroga",
    "Rossi",
    "Smith, Jr.",
    "Tanaka",
    "Ueda",
    "van der Berg",
    "Wójcik",
    "王",
    "Иванова",
    '"Ace" Young',
    "Zhou",
]
_COUNTRIES = {
    "United Kingdom": 0.34,
    "Germany": 0.18,
    "France": 0.12,
    "Spain": 0.08,
    "Netherlands": 0.07,
    "Japan": 0.06,
    "United States": 0.06,
    "Sweden": 0.05,
    "Côte d'Ivoire": 0.02,
    "Korea, Republic of": 0.02,
}
PAYMENT_METHODS = ("card", "paypal", "bank transfer", "invoice")

_ROWS_PER_CUSTOMER = 25
_FEWEST_CUSTOMERS = 40
_MOST_CUSTOMERS = 400_000

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Catalogue:
    """Products, sorted by category.

    Attributes:
        ids: Product ids, as (products,) texts; ``names`` and ``categories`` go with them.
        names: Product names.
        categories: Category of each product.
        price_cents: Price of each product, (products,) cents.
        first_of_category: Index of the first product of each category, (categories,).
        size_of_category: Number of products of each category, (categories,).
    """

    ids: list[str]
    names: list[str]
    categories: list[str]
    price_cents: Ints
    first_of_category: Ints
    size_of_category: Ints


@dataclass(frozen=True)
class Customers:
    """Customers with their habits; every array is (customers,).

    Attributes:
        ids: Customer ids.
        names: Names as a shop would have them, in several scripts.
        emails: E-mail addresses, well formed.
        countries: Country of each.
        payment: Index into ``PAYMENT_METHODS`` of the usual one.
        favourite: Index of the favourite category.
        appetite: Mean number of extra pieces in an order.
        activity: Cumulative share of all orders, rising to 1.
    """

    ids: list[str]
    names: list[str]
    emails: list[str]
    countries: list[str]
    payment: Ints
    favourite: Ints
    appetite: Floats
    activity: Floats


def make_catalogue(rng: np.random.Generator) -> Catalogue:
    """Return the products: every noun in every finish, priced around its category's level."""
    names: list[str] = []
    categories: list[str] = []
    cents: list[int] = []
    first: list[int] = []
    size: list[int] = []
    for category, (typical_price, nouns) in _CATEGORIES.items():
        first.append(len(names))
        size.append(len(nouns) * len(_FINISHES))
        for noun in nouns:
            for finish in _FINISHES:
                names.append(f"{noun} {finish}")
                categories.append(category)
                cents.append(round(100 * typical_price * float(rng.lognormal(0, 0.45))))
    return Catalogue(
        ids=[f"P{number:04d}" for number in range(1, len(names) + 1)],
        names=names,
        categories=categories,
        price_cents=np.maximum(np.array(cents, dtype=np.int64), 50),
        first_of_category=np.array(first, dtype=np.int64),
        size_of_category=np.array(size, dtype=np.int64),
    )


def make_customers(rng: np.random.Generator, rows: int) -> Customers:
    """Return customers for so many sales, each with habits of their own."""
    count = min(max(rows // _ROWS_PER_CUSTOMER, _FEWEST_CUSTOMERS), _MOST_CUSTOMERS)
    first = rng.integers(len(_FIRST_NAMES), size=count)
    last = rng.integers(len(_LAST_NAMES), size=count)
    countries = list(_COUNTRIES)
    shares = np.array(list(_COUNTRIES.values()))
    activity = np.cumsum(rng.lognormal(0, 1.0, size=count))
    return Customers(
        ids=[f"C{number:06d}" for number in range(1, count + 1)],
        names=[f"{_FIRST_NAMES[f]} {_LAST_NAMES[s]}" for f, s in zip(first, last, strict=True)],
        emails=[f"customer{number}@example.com" for number in range(1, count + 1)],
        countries=[countries[i] for i in rng.choice(len(countries), size=count, p=shares)],
        payment=rng.choice(len(PAYMENT_METHODS), size=count, p=[0.55, 0.2, 0.15, 0.1]),
        favourite=rng.integers(len(_CATEGORIES), size=count),
        appetite=rng.gamma(1.2, 0.8, size=count),
        activity=activity / activity[-1],
    )
