"""What must hold after any fault, judged from the tables, apart from the project's macros."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from python_jobs.errors import P360Error
from python_jobs.server.thrift import ThriftConnection

# Differ from run to run by their nature.
_TIMES_OF_RUN = {
    *("_loaded_at", "loaded_at", "_judged_by_run_id", "judged_by_run_id"),
    *("model_run_id", "scored_at"),
    *("dbt_scd_id", "dbt_updated_at", "dbt_valid_from", "dbt_valid_to"),
}
_ABOUT_RUNS = {"live_run", "live_models"}

Checksums = dict[str, tuple[int, str]]


def checksums(connection: ThriftConnection, schema: str) -> Checksums:
    """Return (rows, order-free checksum of all cells) of each relation of a schema.

    Raises:
        P360Error: One of them cannot be read.
    """
    parts = []
    # The catalogue once, and all rows in one query: each statement costs more than its rows.
    for _, name, _, described, *_ in connection.query(
        f"show table extended in {schema} like '*'"
    ).rows:
        if name not in _ABOUT_RUNS:
            cells = ", ".join(sorted(_cells(str(described))))
            total = f"cast(sum(cast(xxhash64({cells}) as decimal(38, 0))) as string)"
            parts.append(f"select '{name}', count(*), {total} from {schema}.{name}")
    if not parts:
        return {}
    counted = connection.query(" union all ".join(parts)).rows
    return {str(name): (int(rows), str(total)) for name, rows, total in counted}


def _cells(described: str) -> set[str]:
    """Return what to hash of a row, from the schema that Spark prints as a tree."""
    _, *columns = re.split(r"^ \|-- ", described, flags=re.MULTILINE)
    named = {column.partition(":")[0]: column for column in columns}
    return {  # Spark hashes no maps.
        f"to_json(`{name}`)" if ": map" in text else f"`{name}`"
        for name, text in named.items()
        if name not in _TIMES_OF_RUN
    }


def _differences(seen: Checksums, clean: Checksums) -> list[str]:
    faults = [f"missing: {name}" for name in clean if name not in seen]
    faults += [f"left over: {name}" for name in seen if name not in clean]
    return faults + [
        f"other rows: {name} {seen[name]}, clean {clean[name]}"
        for name in clean
        if name in seen and seen[name] != clean[name]
    ]


@dataclass
class Oracle:
    """Compares a schema with the checksums of clean runs, by their number of raw rows."""

    schema: str
    warehouse: Path
    clean: Mapping[int, Checksums]

    def damage_to_readers(self, connection: ThriftConnection, *allowed: int) -> list[str]:
        """Return what a reader of the live schema sees that is of none of the allowed clean runs.

        Args:
            connection: A session.
            allowed: Numbers of raw rows; what is seen must be of one of these runs as a whole.
        """
        try:
            seen = checksums(connection, f"{self.schema}_live")
        except P360Error as error:
            return [f"unreadable: {error}"]
        return min((_differences(seen, self.clean[rows]) for rows in allowed), key=len)

    def damage_after_full_run(self, connection: ThriftConnection, rows: int) -> list[str]:
        """Return what is not as after a clean full run: rows, one run, nothing left over.

        Args:
            connection: A session.
            rows: Number of raw rows.
        """
        faults = self.damage_to_readers(connection, rows)
        if faults:
            return faults
        live = f"{self.schema}_live"
        models = connection.query(f"select model, built_by_run_id from {live}.live_models").rows
        last = connection.scalar(f"select run_id from {live}.live_run")
        if {run for _, run in models} != {last}:
            faults.append(f"live models of more than one run: {models}, live is {last}")
        texts = self._view_texts(connection, live)
        faults += [f"unsettled: {name}" for name, text in texts.items() if " where " in text]
        return faults + self.unneeded(connection)

    def unneeded(self, connection: ThriftConnection) -> list[str]:
        """Return stored versions that no view reaches, and folders that are no table's."""
        store = f"{self.schema}_store"
        stored = {name for _, name, *_ in connection.query(f"show tables in {store}").rows}
        views = self._view_texts(connection, store)
        roots = [
            *self._view_texts(connection, self.schema).values(),
            *self._view_texts(connection, f"{self.schema}_live").values(),
            *(text for name, text in views.items() if name.startswith("release__")),
        ]
        reached = {name for name in views if name.startswith("release__")} | (
            {"current_run"} & stored
        )
        while roots:
            for name in re.findall(rf"{store}\.(\w+)", roots.pop()):
                if name not in reached:
                    reached.add(name)
                    roots.append(views.get(name, ""))
        faults = [f"unneeded version: {name}" for name in sorted(stored - reached)]
        faults += [f"version is gone: {name}" for name in sorted(reached - stored)]
        folders = {entry.name for entry in (self.warehouse / f"{store}.db").iterdir()}
        return faults + [f"unneeded folder: {name}" for name in sorted(folders - stored)]

    def kept(self, connection: ThriftConnection) -> int:
        """Return how many releases are kept."""
        return len(connection.query(f"show views in {self.schema}_store like 'release__*'").rows)

    @staticmethod
    def _view_texts(connection: ThriftConnection, schema: str) -> dict[str, str]:
        texts = {}
        for row in connection.query(f"show table extended in {schema} like '*'").rows:
            match = re.search(r"View Text: (.*?)\nView Original", str(row[3]), re.DOTALL)
            if match:
                texts[str(row[1])] = match.group(1)
        return texts
