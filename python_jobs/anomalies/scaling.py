"""Features without units: each column in two spaces, in which distances mean something.

``standard`` is ``(x - mean) / sd``. ``robust`` is ``asinh((x - median) / (IQR / 1.349))``: near the
median it is linear, far out it grows like a signed logarithm, and unlike a logarithm of the value
itself it does not hang on the unit. A blank cell counts as the middle of its column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

SPACES = ("standard", "robust")
_NORMAL_IQR = 1.349  # IQR of the standard normal distribution.
_DIGITS = 9  # Beyond these are rounding errors, which change with the unit.


@dataclass(frozen=True)
class Scale:
    """Middle and spread of each feature; every array is (features,), in the features' units.

    Attributes:
        mean: Arithmetic mean.
        sd: Standard deviation; infinite for a constant column, which then says nothing.
        median: Median.
        spread: IQR / 1.349, or the standard deviation where the IQR is 0.
    """

    mean: Floats
    sd: Floats
    median: Floats
    spread: Floats

    @classmethod
    def of(cls, values: Floats) -> Scale:
        """Return the scale of values (rows, features); cells that are no number do not count."""
        columns = [_scale_of(column[np.isfinite(column)]) for column in values.T]
        return cls(*np.array(columns).T)

    def to_space(self, values: Floats, space: str) -> Floats:
        """Return values (rows, features) in one of ``SPACES``, without units."""
        known = np.isfinite(values)
        filled = np.where(known, values, self.median)
        if space == "standard":
            scaled = (filled - self.mean) / self.sd
        else:
            scaled = np.arcsinh((filled - self.median) / self.spread)
        rounded: Floats = np.round(scaled, _DIGITS) + 0.0  # Minus nought sorts before nought.
        return rounded

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it; an infinite spread is null."""
        return {
            name: [float(v) if np.isfinite(v) else None for v in getattr(self, name)]
            for name in ("mean", "sd", "median", "spread")
        }

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Scale:
        """Return what ``as_dict`` was made from."""
        return cls(
            *(
                np.array([np.inf if v is None else v for v in content[name]], dtype=np.float64)
                for name in ("mean", "sd", "median", "spread")
            )
        )


def _scale_of(column: Floats) -> tuple[float, float, float, float]:
    if column.size == 0:
        return 0.0, np.inf, 0.0, np.inf
    low, median, high = np.quantile(column, [0.25, 0.5, 0.75])
    if column.min() == column.max():
        return float(median), np.inf, float(median), np.inf
    # Squares of very large and very small numbers would leave the range of a float.
    unit = max(float(np.abs(column - median).max()), np.finfo(float).tiny)
    sd = unit * float(np.std((column - median) / unit))
    mean = float(median) + unit * float(np.mean((column - median) / unit))
    spread = (high - low) / _NORMAL_IQR
    return mean, sd, float(median), float(spread if spread > 0 else sd)


@dataclass(frozen=True)
class Scales:
    """The scale of all rows, and those of the segments that are not thin.

    Attributes:
        whole: Scale of all rows.
        by_segment: Scale by segment.
    """

    whole: Scale
    by_segment: dict[str, Scale]

    @classmethod
    def of(cls, values: Floats, segments: npt.NDArray[np.object_], thin: int) -> Scales:
        """Return the scales of values (rows, features).

        Args:
            values: The features.
            segments: Segment of each row, (rows,); None where it has none.
            thin: Segments with fewer rows get no scale of their own.
        """
        names, codes = _coded(segments)
        counts = np.bincount(codes, minlength=len(names))
        own = {
            name: Scale.of(values[codes == code])
            for code, name in enumerate(names)
            if name is not None and counts[code] >= thin
        }
        return cls(Scale.of(values), own)

    def to_space(self, values: Floats, segments: npt.NDArray[np.object_], space: str) -> Floats:
        """Return values (rows, features) in a space, each row on the scale of its segment."""
        scaled = self.whole.to_space(values, space)
        names, codes = _coded(segments)
        for code, name in enumerate(names):
            if name in self.by_segment:
                rows = codes == code
                scaled[rows] = self.by_segment[name].to_space(values[rows], space)
        return scaled


def _coded(segments: npt.NDArray[np.object_]) -> tuple[list[str | None], npt.NDArray[np.int64]]:
    """Return the segments that occur, and for each row the place of its own among them."""
    names = list(dict.fromkeys(segments.tolist()))
    place = {name: number for number, name in enumerate(names)}
    return names, np.array([place[name] for name in segments.tolist()], dtype=np.int64)
