"""The suppression list of a schema: keyed hashes of who was forgotten, and nothing else of them.

Whoever has the list without the key learns nothing; with both one can tell whether somebody is on
it, which is what a load has to do. Both are files of ``P360_HOME`` that only their owner reads.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from python_jobs.cluster.properties import write_private
from python_jobs.errors import P360Error
from python_jobs.settings import Settings

FOLDER = "forgotten"
ID, ADDRESS, NAME, ROW = "id", "address", "name", "row"
# What every stand-in begins with; the macro `is_erased` looks for it too.
TOKEN = "erased-"
_ADDRESS_END = "@erased.invalid"  # A domain that can never be anybody's (RFC 2606).
_DIGITS = 16
# As the rule customer_email_malformed reads an address.
_WELL_FORMED = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


@dataclass(frozen=True)
class Entry:
    """One person who was forgotten.

    Attributes:
        begun_at: When the erasure was begun, UTC, ISO 8601.
        ended_at: When it had ended; blank before.
        hashes: Keyed hashes by kind: of ids, addresses, names, and ids of rows.
    """

    begun_at: str
    hashes: Mapping[str, tuple[str, ...]]
    ended_at: str = ""


class SuppressionList:
    """Who was forgotten in one schema.

    Args:
        key: What hashes are made with.
        entries: The people.
        file: Where the list is kept.
    """

    def __init__(self, key: bytes, entries: Iterable[Entry] = (), file: Path | None = None) -> None:
        self._key = key
        self.entries = tuple(entries)
        self._file = file
        self._known = {
            (kind, digest)
            for entry in self.entries
            for kind, digests in entry.hashes.items()
            for digest in digests
        }

    @classmethod
    def read(cls, settings: Settings) -> SuppressionList:
        """Return the list of the schema; an empty one where nobody was forgotten.

        Raises:
            P360Error: A file cannot be read, or the key of a list is gone.
        """
        folder = settings.home / FOLDER
        file, key_file = folder / f"{settings.schema}.json", folder / "key"
        if not file.exists():
            key = bytes.fromhex(key_file.read_text("ascii")) if key_file.exists() else b""
            return cls(key, file=file)
        try:
            key = bytes.fromhex(key_file.read_text("ascii"))
            content = json.loads(file.read_text("utf-8"))
            entries = [
                Entry(
                    one["begun_at"],
                    {kind: tuple(digests) for kind, digests in one["hashes"].items()},
                    one["ended_at"],
                )
                for one in content
            ]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise P360Error(
                f"the suppression list {file} or its key {key_file} cannot be read, and without it "
                "a load could bring back who was forgotten; bring both back from a backup"
            ) from error
        return cls(key, entries, file)

    def __bool__(self) -> bool:
        """Whether anybody was forgotten."""
        return bool(self.entries)

    @property
    def pending(self) -> Entry | None:
        """The erasure that has begun and not ended."""
        return next((entry for entry in self.entries if not entry.ended_at), None)

    def knows(self, kind: str, text: str) -> bool:
        """Return whether somebody of that id, address or name, or that row, was forgotten."""
        return (kind, self._digest(kind, text)) in self._known

    def entry_of(self, ids: Iterable[str], addresses: Iterable[str]) -> Entry | None:
        """Return the latest entry that bears all of these ids and addresses."""
        asked = [(ID, one) for one in ids] + [(ADDRESS, one) for one in addresses]
        return next(
            (
                entry
                for entry in reversed(self.entries)
                if all(self._digest(*one) in entry.hashes.get(one[0], ()) for one in asked)
            ),
            None,
        )

    def token(self, text: str) -> str:
        """Return what stands in for a text: the same for the same text, under this key."""
        digest = hmac.digest(self._key, b"token\0" + text.encode(), "sha256").hex()
        return TOKEN + digest[:_DIGITS]

    def address_token(self, text: str) -> str:
        """Return what stands in for an address; well formed where that was."""
        return self.token(text) + (_ADDRESS_END if _WELL_FORMED.fullmatch(text) else "")

    def begin(self, texts: Mapping[str, Iterable[str]]) -> SuppressionList:
        """Put a person on the list, and return it; from then on each load erases.

        Args:
            texts: Ids, addresses, names and ids of rows, by kind.
        """
        assert self._file is not None
        key = self._key or secrets.token_bytes(32)
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._key:
            write_private(self._file.parent / "key", key.hex())
        keyed = SuppressionList(key, self.entries, self._file)
        hashes = {
            kind: tuple(sorted({keyed._digest(kind, one) for one in some}))
            for kind, some in texts.items()
        }
        return keyed._write([*self.entries, Entry(_now(), hashes)])

    def end(self) -> SuppressionList:
        """Note that all begun erasures have ended."""
        return self._write([replace(one, ended_at=one.ended_at or _now()) for one in self.entries])

    def _write(self, entries: list[Entry]) -> SuppressionList:
        assert self._file is not None
        text = json.dumps([asdict(entry) for entry in entries], indent=1)
        write_private(self._file, text + "\n")
        return SuppressionList(self._key, entries, self._file)

    def _digest(self, kind: str, text: str) -> str:
        said = f"{kind}\0{_normal(kind, text)}".encode()
        return hmac.digest(self._key, said, "sha256").hex()[: 2 * _DIGITS]


def _normal(kind: str, text: str) -> str:
    """Return a text as it is compared: of addresses and names the case does not count."""
    if kind == ADDRESS:
        return text.strip().lower()
    return " ".join(text.split()).casefold() if kind == NAME else text.strip()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
