"""The lecture notebooks, and how tests run them."""

import asyncio
import copy
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = {path.stem: nbformat.read(path, as_version=4) for path in sorted(FOLDER.glob("*.ipynb"))}


def run(notebook):
    """Run a copy of a notebook in its folder; return the copy, with outputs."""
    notebook = copy.deepcopy(notebook)
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": FOLDER}})
    with ThreadPoolExecutor(max_workers=1) as pool:  # a thread that has no event loop, as the one of browsers' tests has
        pool.submit(asyncio.run, client.async_execute()).result()
    return notebook
