"""Tests of the lecture notebooks: each runs from top to bottom, and is committed as students should find it.

`python tests/test_notebooks.py` writes the README's pictures of the lectures anew; look at them before committing them.
"""

import base64
import copy
import io
import math
import random
import re
from collections import Counter
from pathlib import Path
from string import ascii_lowercase

import pytest
from lectures import FOLDER, NOTEBOOKS, run
from PIL import Image

from scalargrad.datasets import load_names

ROOT = Path(__file__).parent.parent

# The cells whose pictures the README shows; the second lecture has one of the README's other pictures.
PICTURES = {
    "00_try": "backward",
    "01_computational_graphs": "neuron-code",
    "03_build_value": "dot-picture",
    "04_training": "moons-boundaries",
    "05_define_then_run": "two-layers-train-code",
    "06_any_network": "deep-plot",
    "07_digits": "mistakes-code",
    "08_from_scalars_to_programs": "grad-plot",
    "09_how_to_write_an_operation": "train",
    "10_a_network_that_writes": "attention-picture",
}

every_notebook = pytest.mark.parametrize("name", NOTEBOOKS)


@pytest.mark.slow("runs all lectures")
@every_notebook
def test_runs_without_errors_and_warnings(name, runs):
    """A notebook runs from top to bottom, the numbers it asserts are right, and nothing is written to standard error."""
    outputs = [output for cell in runs[name].result().cells for output in cell.get("outputs", [])]
    assert outputs and [output.text for output in outputs if output.get("name") == "stderr"] == []


@pytest.mark.slow("runs all lectures")
def test_the_network_that_writes_has_learned_names(runs):
    """The network of lecture 10 has the engine's gradients, is better than counted pairs, and writes what is like names.

    What it writes has pairs of letters that are common in names: more than 9 of 10, and letters drawn by chance less than 6.
    """
    cells = {cell.id: cell for cell in runs["10_a_network_that_writes"].result().cells}
    printed = {name: "".join(o.get("text", "") for o in cell.get("outputs", [])) for name, cell in cells.items()}
    network, counted = map(float, re.search(r"network (\S+), pairs (\S+),", printed["curve"]).groups())
    largest, difference = map(float, re.search(r"gradient (\S+), .*difference (\S+)", printed["check-code"]).groups())
    assert difference < 1e-10 * largest

    names = [name for name in load_names() if len(name) < 10]
    random.Random(0).shuffle(names)
    held_out, names = names[:500], names[500:]
    pairs = Counter(pair for name in names for pair in zip(f".{name}", f"{name}."))
    firsts = Counter(token for name in names for token in f".{name}")
    losses = [-math.log((pairs[a, b] + 1) / (firsts[a] + 27)) for name in held_out for a, b in zip(f".{name}", f"{name}.")]
    assert counted == pytest.approx(sum(losses) / len(losses), abs=1e-3) and network < counted - 0.1

    def common(words):
        written = [pair for word in words for pair in zip(f".{word}", f"{word}.")]
        return sum(pairs[pair] > firsts[pair[0]] / 50 for pair in written) / len(written)

    words = re.search(r"temperature 0.7: .*new: (.*)", printed["writes-code"]).group(1).split()
    chance = ["".join(random.Random(i).choices(ascii_lowercase, k=6)) for i in range(100)]
    assert len(words) > 9 and common(words) > 0.9 and common(held_out) > 0.85 and common(chance) < 0.6


@pytest.mark.everything("runs a lecture a second time")
def test_the_lecture_on_digits_reads_mnist(tmp_path):
    """Given a folder of MNIST's files, all black and all labelled 0, the last cell of the lecture learns them."""
    for part, n in (("train", 64), ("t10k", 20)):
        for kind, form in (("images-idx3", (n, 28, 28)), ("labels-idx1", (n,))):
            header = bytes([0, 0, 8, len(form)]) + b"".join(length.to_bytes(4, "big") for length in form)
            (tmp_path / f"{part}-{kind}-ubyte").write_bytes(header + bytes(math.prod(form)))
    notebook = copy.deepcopy(NOTEBOOKS["07_digits"])
    slow = ("train-run", "curves", "trained", "confusion", "mistakes-code", "weights-code")
    notebook.cells = [cell for cell in notebook.cells if cell.id not in slow]
    (cell,) = (cell for cell in notebook.cells if cell.id == "mnist")
    cell.source = cell.source.replace("folder = None", f"folder = {str(tmp_path)!r}")
    (cell,) = (cell for cell in run(notebook).cells if cell.id == "mnist")
    assert "100.0% right" in [output.text for output in cell.outputs if output.get("name") == "stdout"][-1]


@pytest.mark.slow("runs all lectures")
@pytest.mark.parametrize("name", PICTURES)
def test_the_cell_of_a_picture_shows_one(name, runs):
    """The cell whose picture the README shows is there, and shows a picture."""
    (cell,) = (cell for cell in runs[name].result().cells if cell.id == PICTURES[name])
    assert any("image/png" in output.get("data", {}) or "image/svg+xml" in output.get("data", {}) for output in cell.outputs)


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


def test_the_readme_lists_the_lectures():
    """The README has one row for each lecture, in order, with a picture that exists."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r'\]\(notebooks/(.*)\.ipynb\).*src="(notebooks/pictures/.*?)"', readme)
    assert [name for name, _ in rows] == list(NOTEBOOKS)
    for _, picture in rows:
        assert (ROOT / picture).stat().st_size < 40_000, picture


def write_picture(notebook, cell_id, path):
    """Write the picture that a cell of a notebook shows, as SVG where it is one, else as a small PNG."""
    (cell,) = (cell for cell in run(notebook).cells if cell.id == cell_id)
    data = [output.data for output in cell.outputs if "data" in output][-1]
    if "image/svg+xml" in data:
        path.with_suffix(".svg").write_text(data["image/svg+xml"], encoding="utf-8")
    else:
        picture = Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).convert("RGB")
        picture.quantize(32).save(path.with_suffix(".png"), optimize=True)


if __name__ == "__main__":
    for name, cell_id in PICTURES.items():
        write_picture(NOTEBOOKS[name], cell_id, FOLDER / "pictures" / name)
