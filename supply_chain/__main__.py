"""Writes a bill of materials for each requirements file: ``python -m supply_chain FOLDER``."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

from supply_chain.bill import bill_of
from supply_chain.pins import read_pins, requirements_files


def main(folder: Path) -> None:
    """Write them into a folder, and say what each holds."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in requirements_files(Path(__file__).resolve().parents[1]):
        pins = read_pins(file)
        bill = folder / f"{file.stem}.cdx.json"
        bill.write_text(bill_of(pins, version("project-360")), encoding="utf-8")
        print(f"{bill}: {len(pins)} packages")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
