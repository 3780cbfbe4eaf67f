"""Rows and amounts of what is live, by load and disposition: what an erasure must not change."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from python_jobs.server.thrift import ThriftConnection
from python_jobs.settings import Settings

Key = tuple[str, str, str]


@dataclass(frozen=True)
class LiveSums:
    """Rows and amounts.

    Attributes:
        by_key: Number of rows and sum of amounts by load, disposition and status.
    """

    by_key: dict[Key, tuple[int, Decimal]]

    @property
    def rows(self) -> int:
        """All rows."""
        return sum(rows for rows, _ in self.by_key.values())

    @property
    def accepted_amount(self) -> Decimal:
        """Sum of the amounts of accepted rows, whatever their status."""
        return sum(
            (amount for key, (_, amount) in self.by_key.items() if key[1] == "accepted"), Decimal(0)
        )

    def differing(self, other: LiveSums) -> list[str]:
        """Return the loads of these sums that have other ones there."""
        keys = {*self.by_key, *(key for key in other.by_key if key[0] in self.loads)}
        return sorted({key[0] for key in keys if self.by_key.get(key) != other.by_key.get(key)})

    @property
    def loads(self) -> set[str]:
        """Ids of the loads."""
        return {load for load, *_ in self.by_key}


def read_sums(connection: ThriftConnection, settings: Settings) -> LiveSums:
    """Return the sums of the live release."""
    rows = connection.query(
        "select _load_id, disposition, coalesce(status, ''), count(*), coalesce(sum(amount), 0) "
        f"from {settings.live_schema}.silver_sales_assessed group by 1, 2, 3"
    ).rows
    return LiveSums({(str(a), str(b), str(c)): (int(n), Decimal(x)) for a, b, c, n, x in rows})
