"""What is kept of a person: the rows of silver that bear an id or an address, and what they tell.

Statements hold hashes of what is looked for, never the text: Spark shows statements on its page.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from python_jobs.feeds.forgotten.suppression import ADDRESS, ID, NAME, ROW
from python_jobs.server.thrift import ThriftConnection
from python_jobs.settings import Settings

_ADDRESS_CELL = (
    "lower(btrim(customer_email_raw, ' \\t\\r\\n\\u00a0\\u2007\\u2009\\u202f\\u3000\\ufeff'))"
)
_NAME_CELL = "lower(trim(customer_name_raw))"


@dataclass(frozen=True)
class FoundLoad:
    """Rows of a person in one load.

    Attributes:
        feed: Its feed.
        load_id: The load.
        disposition: What became of them.
        rows: How many.
        first: Day of the first sale, ISO 8601; blank where no row has a day.
        last: Day of the last.
        amount: Sum of their amounts.
    """

    feed: str
    load_id: str
    disposition: str
    rows: int
    first: str
    last: str
    amount: Decimal


@dataclass
class Found:
    """What is kept of a person.

    Attributes:
        ids: Ids that are theirs.
        addresses: Addresses that are theirs, in lower case.
        names: Names that nobody else bears.
        row_ids: Their rows.
        address_texts: Their addresses as rows have them.
        loads: Their rows by load and disposition.
        shared: Sentences on what others bear too, and so stays in the rows of those.
    """

    ids: set[str]
    addresses: set[str]
    names: set[str] = field(default_factory=set)
    row_ids: set[str] = field(default_factory=set)
    address_texts: set[str] = field(default_factory=set)
    loads: list[FoundLoad] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many rows of silver are theirs."""
        return sum(load.rows for load in self.loads)

    def texts(self) -> dict[str, set[str]]:
        """Return what the suppression list is to know."""
        return {ID: self.ids, ADDRESS: self.addresses, NAME: self.names, ROW: self.row_ids}


def find_person(
    connection: ThriftConnection, settings: Settings, ids: Iterable[str], addresses: Iterable[str]
) -> Found:
    """Return what the live release knows of a person.

    An address in rows of that id is theirs if nobody else's rows bear it, and an id in rows of that
    address likewise. This is asked once: who shares an id with somebody is not followed further.

    Args:
        connection: A session on the server.
        settings: Which schema.
        ids: Ids of customers as silver has them.
        addresses: E-mail addresses.
    """
    table = f"{settings.live_schema}.silver_sales_assessed"
    asked = Found(set(ids), {one.strip().lower() for one in addresses})
    found = Found(set(asked.ids), set(asked.addresses))
    rows = _rows(connection, table, _of(asked.ids, asked.addresses))
    _add_own(connection, table, found, rows)
    if (found.ids, found.addresses) != (asked.ids, asked.addresses):
        rows = _rows(connection, table, _of(found.ids, found.addresses))
    found.row_ids = {str(row["_row_id"]) for row in rows}
    found.address_texts = {str(row["address"]) for row in rows if row["address"]}
    _add_names(connection, table, found, rows)
    found.loads = _by_load(rows)
    return found


def _add_own(
    connection: ThriftConnection, table: str, found: Found, rows: Sequence[dict[str, Any]]
) -> None:
    """Add the addresses and ids of the rows that nobody else bears."""
    addresses = {str(row["address"]).strip().lower() for row in rows if row["address"]}
    for address in sorted(addresses - found.addresses):
        others = _others(connection, table, _is(_ADDRESS_CELL, [address]), found.ids)
        if others:
            found.shared.append(f"an e-mail address is also that of {others:,} other customers")
        else:
            found.addresses.add(address)
    for customer in sorted({str(row["customer_id"]) for row in rows if row["customer_id"]}):
        if customer in found.ids:
            continue
        condition = f"{_is('customer_id', [customer])} and trim(customer_email_raw) <> ''"
        outside = f"{condition} and not ({_is(_ADDRESS_CELL, found.addresses)})"
        if connection.scalar(f"select count(*) from {table} where {outside}"):
            found.shared.append(
                "a customer id of these rows also has rows of other addresses (if it is theirs "
                "alone, name it by --customer)"
            )
        else:
            found.ids.add(customer)


def _add_names(
    connection: ThriftConnection, table: str, found: Found, rows: Sequence[dict[str, Any]]
) -> None:
    names = {str(row["name"]).strip() for row in rows if row["name"] and row["name"].strip()}
    for name in sorted(names):
        condition = f"{_is(_NAME_CELL, [name.lower()])} and not ({_of(found.ids, found.addresses)})"
        others = connection.scalar(
            f"select count(distinct customer_id) from {table} where {condition}"
        )
        if others:
            found.shared.append(f"a name is also that of {others:,} other customers")
        else:
            found.names.add(name)


def _others(connection: ThriftConnection, table: str, condition: str, ids: Iterable[str]) -> int:
    """Return how many customers of other ids have rows of that condition."""
    outside = f" and not ({_is('customer_id', ids)})" if ids else ""
    sql = f"select count(distinct customer_id) from {table} where {condition}{outside}"
    return int(connection.scalar(sql))


def _rows(connection: ThriftConnection, table: str, condition: str) -> list[dict[str, Any]]:
    result = connection.query(
        "select _row_id, _feed, _load_id, disposition, customer_id, customer_name_raw as name, "
        "customer_email_raw as address, cast(transaction_date as string) as day, amount "
        f"from {table} where {condition}"
    )
    return [dict(zip(result.columns, row, strict=True)) for row in result.rows]


def _by_load(rows: Sequence[dict[str, Any]]) -> list[FoundLoad]:
    keys = Counter((row["_feed"], row["_load_id"], row["disposition"]) for row in rows)
    found = []
    for key, count in sorted(keys.items()):
        some = [row for row in rows if (row["_feed"], row["_load_id"], row["disposition"]) == key]
        days = sorted(row["day"] for row in some if row["day"])
        amount = sum((row["amount"] or Decimal(0) for row in some), Decimal(0))
        found.append(
            FoundLoad(*key, count, days[0] if days else "", days[-1] if days else "", amount)
        )
    return found


def _of(ids: Iterable[str], addresses: Iterable[str]) -> str:
    return f"{_is('customer_id', ids)} or {_is(_ADDRESS_CELL, addresses)}"


def _is(cell: str, texts: Iterable[str]) -> str:
    """Return SQL: whether a cell is one of the texts, which are told by their hashes."""
    hashes = ", ".join(f"'{hashlib.sha256(one.encode()).hexdigest()}'" for one in sorted(texts))
    return f"coalesce(sha2({cell}, 256) in ({hashes}), false)" if hashes else "false"
