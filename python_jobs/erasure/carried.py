"""Tables that go on from what is live: histories and kept models. Nothing can build them anew.

Beside the version that is live comes a copy without the person, called ``<version>__erased``; the
next run goes on from that one (``macros/erasure/erased_version.sql``).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from python_jobs.dbt.kept_sql import DEMO_KEY
from python_jobs.erasure.find import Found
from python_jobs.feeds.forgotten import SuppressionList
from python_jobs.feeds.forgotten.suppression import ID
from python_jobs.server.thrift import ThriftConnection
from python_jobs.settings import Settings
from python_jobs.warehouse.rewriting import rewrite_table
from python_jobs.warehouse.stored_tables import view_text

ERASED = "__erased"
_MODELS = "ml_anomaly_models"
Texts = Callable[[str], str]


def write_erased_copies(
    connection: ThriftConnection, settings: Settings, suppressed: SuppressionList, found: Found
) -> dict[str, int]:
    """Write copies without the person; return how many rows changed, by table.

    Raises:
        P360Error: Rows did not arrive.
    """
    changed = {}
    for name in (_MODELS, *_histories(settings)):
        if not connection.has_view(settings.live_schema, name):
            continue
        text = view_text(connection, settings.live_schema, name)
        version = re.fullmatch(rf"select \* from ({settings.store_schema}\.\w+)", text)
        if version is None:
            continue  # Cut off while it went live: the next build settles that.
        copying = _Copying(suppressed, found)
        change = copying.of_models if name == _MODELS else copying.of_history
        rows = rewrite_table(connection, settings, version[1], version[1] + ERASED, change)
        if rows:
            changed[name] = rows
    return changed


def _histories(settings: Settings) -> list[str]:
    return sorted(file.stem for file in (settings.project_dir / "snapshots").glob("*.yml"))


class _Copying:
    """How rows of such tables lose what names the person."""

    def __init__(self, suppressed: SuppressionList, found: Found) -> None:
        self._suppressed = suppressed
        key = (os.environ.get("P360_EMAIL_KEY") or DEMO_KEY).encode()
        # Silver makes the hash of an address of whatever stands in the cell.
        self._hashes = {
            _keyed(key, text.strip().lower()): _keyed(
                key, suppressed.address_token(text.strip()).lower()
            )
            for text in (*found.addresses, *found.address_texts)
        }

    def of_history(self, rows: pa.Table) -> tuple[pa.Table, int]:
        """Change the rows of a history that are the person's, by id or by the address's hash."""
        theirs = np.zeros(len(rows), dtype=bool)
        tests: dict[str, Callable[[str], bool]] = {
            "customer_id": lambda text: self._suppressed.knows(ID, text),
            "customer_email_hash": lambda text: text in self._hashes,
        }
        for name, is_theirs in tests.items():
            if name in rows.column_names:
                cells = rows[name].to_pylist()
                theirs |= np.array([bool(cell) and is_theirs(cell) for cell in cells], dtype=bool)
        token = self._suppressed.token
        changes: dict[str, Texts] = {
            "customer_id": token,
            "customer_name": token,
            "customer_email_hash": lambda text: self._hashes.get(text, _hex(token(text))),
            "dbt_scd_id": lambda text: _hex(token(text))[:32],  # dbt makes it of the id.
        }
        return _changed(rows, theirs, changes)

    def of_models(self, rows: pa.Table) -> tuple[pa.Table, int]:
        """Change what was usual for the person."""
        of_customers = pc.starts_with(rows["kind"], "customer").to_pylist()
        theirs = np.array(
            [
                bool(is_one and cell) and self._suppressed.knows(ID, cell)
                for is_one, cell in zip(of_customers, rows["id"].to_pylist(), strict=True)
            ],
            dtype=bool,
        )
        return _changed(rows, theirs, {"id": self._suppressed.token})


def _changed(rows: pa.Table, where: np.ndarray, changes: dict[str, Texts]) -> tuple[pa.Table, int]:
    for name, change in changes.items():
        if name in rows.column_names and where.any():
            cells = rows[name].to_pylist()
            new = [
                change(cell) if cell is not None and is_theirs else cell
                for cell, is_theirs in zip(cells, where, strict=True)
            ]
            place = rows.column_names.index(name)
            rows = rows.set_column(place, name, pa.array(new, rows[name].type))
    return rows, int(where.sum())


def _keyed(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), "sha256").hex()


def _hex(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
