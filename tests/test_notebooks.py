"""Tests of the lecture notebooks: each runs from top to bottom, and is committed as students should find it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = {path.stem: nbformat.read(path, as_version=4) for path in sorted(FOLDER.glob("*.ipynb"))}

every_notebook = pytest.mark.parametrize("name", NOTEBOOKS)


def run(notebook):
    """Run a copy of a notebook in its folder; return the copy, with outputs."""
    copy = nbformat.from_dict(notebook)
    client = NotebookClient(copy, timeout=120, resources={"metadata": {"path": FOLDER}})
    asyncio.run(client.async_execute())
    return copy


@pytest.fixture(scope="module")
def runs():
    """The notebooks, being run by two kernels at a time."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        yield {name: pool.submit(run, notebook) for name, notebook in NOTEBOOKS.items()}


@every_notebook
def test_runs_without_errors_and_warnings(name, runs):
    """A notebook runs from top to bottom, the numbers it asserts are right, and nothing is written to standard error."""
    outputs = [output for cell in runs[name].result().cells for output in cell.get("outputs", [])]
    assert outputs and [output.text for output in outputs if output.get("name") == "stderr"] == []


@every_notebook
def test_is_committed_without_outputs(name):
    """No cell has outputs or an execution count, so that a change of a notebook is a change of its text."""
    for cell in NOTEBOOKS[name].cells:
        assert not cell.get("outputs") and cell.get("execution_count") is None, cell.id


@every_notebook
def test_cells_are_short(name):
    """No code cell has more than 15 lines, and every one of them fits on a slide."""
    for cell in NOTEBOOKS[name].cells:
        lines = cell.source.splitlines() if cell.cell_type == "code" else []
        assert len(lines) <= 15 and max(map(len, lines), default=0) <= 100, cell.id


def test_there_is_a_notebook_for_each_lecture():
    """The lectures are numbered from 1 on, without a gap."""
    assert [int(name[:2]) for name in NOTEBOOKS] == list(range(1, len(NOTEBOOKS) + 1)) and NOTEBOOKS
