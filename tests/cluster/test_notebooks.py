"""The notebooks run from the first cell to the last, on what is live."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from chaos.conftest import ChaosProject
from conftest import REPOSITORY
from nbclient import NotebookClient

NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))


@pytest.fixture
def notebook_environment(whole: ChaosProject) -> Iterator[None]:
    """The environment of the whole project for as long as a kernel runs in it."""
    before = dict(os.environ)
    os.environ.update(whole.environment)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.mark.usefixtures("notebook_environment")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path, whole: ChaosProject) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells), "take the outputs out"
    resources = {"metadata": {"path": str(whole.folder)}}
    NotebookClient(notebook, timeout=300, resources=resources).execute()
    shown = [
        kind
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        for kind in output.get("data", {})
    ]
    assert shown.count("text/html") >= 3
    assert "application/vnd.plotly.v1+json" in shown


def test_there_is_one_for_each_subject() -> None:
    assert [path.stem for path in NOTEBOOKS] == ["clustering", "sales"]
