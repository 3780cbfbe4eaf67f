"""What the page says where there is nothing to show."""

from __future__ import annotations

NOT_RECORDED = "No runs are recorded in this schema."
