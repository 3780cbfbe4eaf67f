"""Whether the reasons of unusual sales name what is usual."""

from __future__ import annotations

import re
from collections.abc import Sequence

_USUAL = re.compile(r"; .*(usually|of this (shop|customer)'s) .*\d")


def share_with_usual_value(reasons: Sequence[str]) -> float:
    """Return the share of reasons that say how much against how much is usual, 0 to 1."""
    assert reasons
    return sum(bool(_USUAL.search(reason)) for reason in reasons) / len(reasons)
