"""What an erasure found, did and left: for whoever ran it, and for the person who asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rich.table import Table

from python_jobs.erasure.find import Found
from python_jobs.feeds.forgotten.cells import SHORTEST_ID_IN_A_LINE
from python_jobs.terminal.console import out, say, warn
from python_jobs.warehouse.sums import LiveSums

_SHOWN = 5
_STAYS = (
    "Each sale stays, with day, product, quantity, amount, status, country and the numbers of "
    "order and transaction, since figures and accounts stand on it. In place of the customer's id, "
    "name and e-mail address stand keyed hashes of them. Where the shop that gave those numbers "
    "still knows whose they are, it can tell; this warehouse cannot.",
    "A list of keyed hashes of the id, the address and the name stays, so that a later delivery of "
    "the same data is erased when it is loaded. It holds no text of the person.",
)
_NOT_REACHED = (
    "backups that were taken before: delete them, or forget the person again after a restore",
    "the files that the data came from, exports, reports and alerts that were sent or saved "
    "elsewhere, and corrections in seeds/ (their rows are erased when they are loaded)",
    "what Spark's web page shows of its statements: 'p360 down' and 'p360 up' end that",
    f"ids shorter than {SHORTEST_ID_IN_A_LINE} characters in lines that could not be read",
    "what a person wrote about them in words of their own, such as reasons and notes",
    "the bytes that a deleted file leaves on the disk until something else is written there",
)


@dataclass
class Report:
    """An erasure.

    Attributes:
        found: What was kept of the person.
        before: Rows and amounts of the release that was live then.
        after: Those of the release that is live now.
        live_run: Id of that run.
        erased: Rows, records or files that changed beside those that were built anew, by kind.
        dropped_snapshots: Runs of which the dashboard had a snapshot that is gone.
        left: Files that still name the person, with the number of places.
        erased_before: When they were forgotten already; blank if they were not.
    """

    found: Found
    before: LiveSums
    after: LiveSums = field(default_factory=lambda: LiveSums({}))
    live_run: str = ""
    erased: dict[str, int] = field(default_factory=dict)
    dropped_snapshots: list[str] = field(default_factory=list)
    left: list[tuple[str, int]] = field(default_factory=list)
    erased_before: str = ""

    @property
    def is_over(self) -> bool:
        """Whether there is nothing to do."""
        return bool(self.erased_before)

    def print_found(self) -> None:
        """Print what is kept of the person."""
        found = self.found
        say(
            f"found: {found.rows:,} rows of {len(found.ids):,} customer ids, "
            f"{len(found.addresses):,} e-mail addresses and {len(found.names):,} names of their own"
        )
        table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
        for name in ("feed", "load", "disposition", "rows", "from", "to", "amount"):
            table.add_column(name, justify="right" if name in ("rows", "amount") else "left")
        for one in found.loads:
            cells = (one.feed, one.load_id, one.disposition, f"{one.rows:,}")
            table.add_row(*cells, one.first, one.last, f"{one.amount:,.2f}")
        out.print(table)
        for sentence in found.shared:
            warn(f"{sentence}; it is erased in this person's rows and stays in the others")

    def print_done(self) -> None:
        """Print what was done and what is left."""
        if self.is_over:
            out.print(f"forgotten already, on {self.erased_before}; no row bears the id or address")
            return
        out.print(f"erased: {self.found.rows:,} rows; live: run {self.live_run}")
        say(
            f"  {self.after.rows:,} rows, accepted {self.after.accepted_amount:,.2f}: in each load "
            "as before; no older release is kept"
        )
        for what, count in self.erased.items():
            if count:
                say(f"  {count:,} {what.replace('_', ' ')}")
        if self.dropped_snapshots:
            say(
                f"  snapshots of the dashboard of {len(self.dropped_snapshots)} older runs are gone"
            )
        for path, count in self.left[:_SHOWN]:
            warn(f"{path} still names the person, in {count:,} places")
        if len(self.left) > _SHOWN:
            warn(f"and {len(self.left) - _SHOWN:,} files more; --report lists all")

    def write(self, path: Path) -> None:
        """Write the report for the person who asked; it does not name them."""
        lines = [
            "# Erasure of personal data",
            "",
            f"Done on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC.",
            "",
            "## What was kept",
            "",
            "| feed | load | what became of the rows | rows | first day | last day | amount |",
            "|---|---|---|---:|---|---|---:|",
            *(
                f"| {one.feed} | {one.load_id} | {one.disposition} | {one.rows:,} | {one.first} "
                f"| {one.last} | {one.amount:,.2f} |"
                for one in self.found.loads
            ),
            "",
            "## What was erased",
            "",
            "Customer id, name, e-mail address and its hash, and cells that no figure uses, in the "
            "raw rows and in every table that is built from them; the tables of all earlier runs "
            "are deleted. Beside these:",
            "",
            *(f"- {count:,} {what}" for what, count in self.erased.items() if count),
            "",
            "## What stays, and why",
            "",
            *(f"- {sentence}" for sentence in _STAYS),
            "",
            "## What this could not reach",
            "",
            *(f"- {one}" for one in (*self.found.shared, *_NOT_REACHED)),
            *(f"- {where}: still {count:,} places" for where, count in self.left),
            "",
        ]
        path.write_text("\n".join(lines), encoding="utf-8")
