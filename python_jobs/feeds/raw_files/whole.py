"""Whether CSV files can be read whole, for those that a program reads that does not look."""

from __future__ import annotations

from pathlib import Path

from python_jobs.errors import P360Error
from python_jobs.feeds.raw_files.formats import FileFormat
from python_jobs.feeds.raw_files.opening import open_raw_file

_AS_DBT_READS = FileFormat(encoding="utf-8", delimiter=",", quote='"', as_it_stands=True)


def check_csv_files(folder: Path) -> None:
    """Read every CSV file below a folder to its end, as dbt reads a seed.

    Raises:
        P360Error: A file has no header, or a line that is no row; the message names file and line.
    """
    for path in sorted(folder.rglob("*.csv")):
        name = path.relative_to(folder.parent).as_posix()
        for batch in open_raw_file(path, name, _AS_DBT_READS).batches():
            for line in batch.set_aside:
                raise P360Error(f"{name}, line {line.line_number}: {line.detail}; fix that line")
