"""What metrics are called and mean, as the project defined them when the snapshot was taken."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from python_jobs.dbt import read_metrics
from python_jobs.settings import Settings

_FILE = "metrics.json"


@dataclass(frozen=True)
class Words:
    """What people read of a metric.

    Attributes:
        label: What it is called, such as "Net sales".
        description: What it is, as sentences.
        unit: What it counts: ``currency``, ``share``, or a noun such as ``orders``.
        owner: Who answers for it.
    """

    label: str
    description: str
    unit: str
    owner: str


class MetricWords(dict[str, Words]):
    """Words by the name of a metric; a metric that the snapshot does not know has its name."""

    def __missing__(self, name: str) -> Words:
        """Return the name as a label."""
        return Words(name.replace("_", " ").capitalize(), "", "", "")


def write_metric_words(settings: Settings, folder: Path) -> None:
    """Keep the words of the project's metrics beside a snapshot."""
    words = {
        name: asdict(Words(one.label, one.description, one.unit, one.owner))
        for name, one in read_metrics(settings.project_dir).items()
    }
    (folder / _FILE).write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")


def read_metric_words(folder: Path) -> MetricWords:
    """Return the words that were kept; none where a snapshot is older than they."""
    try:
        found: Mapping[str, dict[str, str]] = json.loads((folder / _FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return MetricWords()
    return MetricWords({name: Words(**one) for name, one in found.items()})
