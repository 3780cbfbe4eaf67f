"""What can be chosen about a scoring."""

from __future__ import annotations

import re
from dataclasses import dataclass

from python_jobs.anomalies.scaling import SPACES
from python_jobs.errors import P360Error

_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_PER_DAY = re.compile(r"(\d+)\s*/\s*day")


@dataclass(frozen=True)
class Budget:
    """How many rows people can look at.

    Attributes:
        share: Share of the rows, above 0 and at most 1; None where ``per_day`` is given.
        per_day: Rows a day; None where ``share`` is given.
    """

    share: float | None = None
    per_day: int | None = None

    @classmethod
    def parse(cls, text: str) -> Budget:
        """Read ``0.5%`` or ``20/day``.

        Raises:
            P360Error: It is neither.
        """
        if (match := _SHARE.fullmatch(text.strip())) and 0 < float(match[1]) <= 100:
            return cls(share=float(match[1]) / 100)
        if (match := _PER_DAY.fullmatch(text.strip())) and int(match[1]) > 0:
            return cls(per_day=int(match[1]))
        raise P360Error(
            f"'{text}' is not an alert budget; write a share such as 0.5% or a number such as "
            "20/day"
        )

    def share_of(self, rows: int, days: int) -> float:
        """Return the budget as a share of so many rows on so many days."""
        if self.per_day is None:
            return self.share or 0.0
        return min(1.0, self.per_day * max(days, 1) / max(rows, 1))

    def __str__(self) -> str:
        return f"{self.per_day}/day" if self.per_day else f"{100 * (self.share or 0):g}%"


@dataclass(frozen=True)
class AnomalyConfig:
    """A frozen choice: the same rows under the same configuration get the same scores.

    Attributes:
        seed: Seed of KMeans.
        spaces: How the features are scaled, one or more of ``SPACES``. Features that are logarithms
            already want the standard one as well: the robust one takes their logarithm again.
        clusters: The numbers of clusters of the ensemble.
        large_share: Share of the rows that the large clusters hold together; smaller clusters are
            not counted as normal (He, Xu and Deng 2003).
        flagged_share: Share of the training rows to flag, rounded up to whole rows.
        segment: Text column whose values have scales of their own; none by default.
        thin_segment: Segments with fewer training rows fall back to the scale of all rows.
        left_out: Boolean column; rows where it is true are scored and not learnt from.
        ids: Columns that tell rows apart, by which large tables are sampled; all by default.
        most_rows: Most rows to learn from.
        most_cells: Most cells (rows by features) to learn from.
    """

    seed: int = 360
    spaces: tuple[str, ...] = ("robust",)
    clusters: tuple[int, ...] = (4, 6, 8, 12, 16)
    large_share: float = 0.6
    flagged_share: float = 0.005
    segment: str | None = None
    thin_segment: int = 300
    left_out: str | None = None
    ids: tuple[str, ...] = ()
    most_rows: int = 100_000
    most_cells: int = 4_000_000

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises:
            P360Error: One of them is out of range.
        """
        if not self.clusters or min(self.clusters) < 1:
            raise P360Error(f"clusters are {self.clusters}; give one or more numbers of 1 or more")
        if not self.spaces or not set(self.spaces) <= set(SPACES):
            raise P360Error(f"spaces are {self.spaces}; give one or more of {', '.join(SPACES)}")
        for name in ("large_share", "flagged_share"):
            if not 0 < getattr(self, name) <= 1:
                raise P360Error(f"{name} is {getattr(self, name)}; it must be above 0, at most 1")
        if min(self.most_rows, self.most_cells) < 1:
            raise P360Error("most_rows and most_cells must be 1 or more")
