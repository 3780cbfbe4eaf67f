"""What the page says where there is nothing to show."""

from __future__ import annotations

NOT_RECORDED = "No record of runs is kept in this schema."
