"""Generated sales as silver would hold them, and which of them were planted as unusual."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from python_jobs.generate import faults
from python_jobs.generate.catalogue import Catalogue, Customers, make_catalogue, make_customers
from python_jobs.generate.files import CHUNK_ROWS
from python_jobs.generate.sales import UNUSUAL_KINDS, Chunk, make_chunk
from python_jobs.terminal.console import steps

SEED = 360


def write_accepted_sales(folder: Path, rows: int) -> None:
    """Write the sales that a build would accept as Parquet files, one for each chunk.

    Columns are those of silver_sales that the scoring reads, and ``planted``: the kind of an
    unusual sale, null for the others. Dirt is left out, so fewer rows come out than ``rows``.
    """
    folder.mkdir(parents=True)
    catalogue = make_catalogue(np.random.default_rng([SEED, 0, 0]))
    customers = make_customers(np.random.default_rng([SEED, 0, 1]), rows)
    with steps(f"generating {rows:,} sales", total=rows) as step:
        for number, first in enumerate(range(0, rows, CHUNK_ROWS)):
            count = min(CHUNK_ROWS, rows - first)
            chance = np.random.default_rng([SEED, 1, number])
            chunk = make_chunk(chance, catalogue, customers, first, count, rows)
            table = _as_silver(chunk, catalogue, customers, first)
            pq.write_table(table, folder / f"sales_{number:05}.parquet")
            step.advance(by=count)


def _as_silver(chunk: Chunk, catalogue: Catalogue, customers: Customers, first: int) -> pa.Table:
    bad = faults.is_quarantined(chunk.fault_codes) | chunk.is_copy | chunk.is_superseded
    kept = np.flatnonzero(~bad)
    price, quantity = chunk.price_cents[kept] / 100, chunk.quantity[kept]
    kinds = np.array([None, *UNUSUAL_KINDS], dtype=object)
    times = pa.array(chunk.time[kept] * 1_000_000).cast(pa.timestamp("us", "UTC"))
    return pa.table(
        {
            "_row_id": pa.array(kept + first + 1).cast(pa.string()),
            "transaction_id": pa.array(chunk.transaction[kept]).cast(pa.string()),
            "customer_id": _texts(customers.ids, chunk.customer[kept]),
            "product_id": _texts(catalogue.ids, chunk.product[kept]),
            "category": _texts(catalogue.categories, chunk.product[kept]),
            "transaction_at": times,
            "transaction_date": times.cast(pa.date32()),
            "_loaded_at": times,
            "quantity": pa.array(quantity.astype(np.float64)),
            "unit_price": pa.array(price),
            "amount": pa.array(np.round(price * quantity, 2)),
            "planted": pa.array(kinds[chunk.unusual[kept]], pa.string()),
        }
    )


def _texts(names: list[str], places: npt.NDArray[np.int64]) -> pa.Array:
    return pa.array(names).take(pa.array(places))
