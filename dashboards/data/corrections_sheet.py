"""The rejected rows as the file that `p360 quarantine apply` takes back."""

from __future__ import annotations

import csv
import io

from dashboards.data import conditions
from dashboards.data.store import Data
from dashboards.filters import Filters
from python_jobs.quarantine import CELLS, LiveRow, read_kept, sheet
from python_jobs.settings import Settings

_HIDDEN = "(hidden: e-mail address)"


def corrections_sheet(data: Data, filters: Filters, settings: Settings) -> str:
    """Return the filtered rows as CSV, with what is decided about each already.

    The semantic layer holds no e-mail address. A column in which one was hidden is left out, as
    `apply` would take the hidden cell for an edited original; its corrected_ column stays.
    """
    where, parameters = conditions.rejected_where(filters, filters.days(data.domain))
    found = data.rows(
        f"select * from semantic_rejected_rows where {where} order by raw_row", parameters
    )
    rows = [
        LiveRow(
            row_id=one["raw_row"],
            disposition="quarantined",
            reasons=str(one["reasons"]).split(", "),
            line=one["line_raw"] or "",
            judged={cell: one[f"{cell}_raw"] or "" for cell in CELLS},
        )
        for one in found
    ]
    hidden = {cell for cell in CELLS if any(_HIDDEN in row.judged[cell] for row in rows)}
    return _without(sheet(rows, read_kept(settings)), {"customer_email", *hidden})


def _without(text: str, columns: set[str]) -> str:
    """Return a CSV less some columns."""
    reader = csv.reader(io.StringIO(text, newline=""))
    header = next(reader)
    kept = [place for place, name in enumerate(header) if name not in columns]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([header[place] for place in kept])
    writer.writerows([row[place] for place in kept] for row in reader)
    return out.getvalue()
