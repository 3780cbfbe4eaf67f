"""What a table holds, as two numbers: how many rows, and the sum of their hashes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from python_jobs.backup.manifest import BackedUpTable
from python_jobs.server.thrift import ThriftConnection

_AT_ONCE = 20  # Tables that one statement reads.
Counted = dict[str, tuple[int, str | None]]


def count(connection: ThriftConnection, tables: Sequence[BackedUpTable]) -> Counted:
    """Return rows and checksum of each table, whatever the order of its rows.

    Raises:
        P360Error: A table cannot be read.
    """
    found: Counted = {}
    for first in range(0, len(tables), _AT_ONCE):
        parts = " union all ".join(_counts(table) for table in tables[first : first + _AT_ONCE])
        for name, rows, total in connection.query(parts).rows:
            found[str(name)] = int(rows), None if total is None else str(total)
    return found


def _counts(table: BackedUpTable) -> str:
    total = f"cast(sum(cast(xxhash64({', '.join(_cells(table))}) as decimal(38, 0))) as string)"
    return f"select '{table.full_name}', count(*), {total} from {table.full_name}"


def _cells(table: BackedUpTable) -> Iterator[str]:
    for name, kind in table.columns:  # Spark hashes no maps.
        yield f"to_json(`{name}`)" if "map<" in kind else f"`{name}`"
