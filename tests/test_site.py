"""Tests of what the course site is made of; `browser/test_pages_of_the_site.py` builds it."""

import inspect
import re
import sys
from types import SimpleNamespace

import nbformat
import pytest
from course_site import docstrings, lite, sources
from lectures import FOLDER, NOTEBOOKS

import scalargrad
from scalargrad import film, plot
from scalargrad.exercises.folder import exemplars

API = (FOLDER / "api.md").read_text(encoding="utf-8")
NAME = "01_computational_graphs"
OTHERS = {"scalargrad", "jax", "torch"}  # lectures that show JAX and PyTorch go on without them


def configured(**options):
    return SimpleNamespace(**{"executed": "", "repository": "", "jupyterlite": False, **options})


def test_the_api_has_every_public_name():
    """Each name of `scalargrad` is on the page once."""
    listed = re.findall(r"^\.\. auto(?:function|class):: (\w+)", API, re.MULTILINE)
    assert sorted(listed) == sorted(scalargrad.__all__)


def test_the_api_has_every_module_that_is_used():
    """A module from which a lecture or a page of the reference imports is on the page."""
    texts = [cell.source for notebook in NOTEBOOKS.values() for cell in notebook.cells]
    texts += [path.read_text(encoding="utf-8") for path in (FOLDER / "reference").glob("*.md")]
    used = {name for text in texts for name in re.findall(r"^from (scalargrad\.[a-z]\w*) import", text, re.MULTILINE)}
    assert used and used <= set(re.findall(r"^\.\. automodule:: (.*)", API, re.MULTILINE)) | {"scalargrad.elementary"}


def test_docstrings_are_converted():
    """Names in backticks are code, tables of options are lists of definitions, and nothing else is markup."""
    plain = "Return `x`s and x**y of |z|.\n\nname  what it\n      means\n\n>>> f(`*`)\n`\n".splitlines()
    assert docstrings.converted(plain) == [
        r"Return ``x``\ s and x\*\*y of \|z\|.",
        "",
        "``name``",
        "    what it",
        "    means",
        "",
        ">>> f(`*`)",
        "`",
    ]


def test_a_lecture_has_links_below_its_title():
    """Each way to open a lecture is there if the site has it."""
    lecture = sources.lecture(configured(), FOLDER / f"{NAME}.ipynb", nbformat.from_dict(NOTEBOOKS[NAME]))
    assert lecture.cells[0].source.splitlines()[:3] == [
        "# 1. Computational graphs",
        "",
        f'<a href="_sources/{NAME}.ipynb" download>Download it</a>',
    ]
    links = sources.links(configured(repository="me/course", jupyterlite=True), f"{NAME}.ipynb")
    assert f"(https://colab.research.google.com/github/me/course/blob/main/notebooks/{NAME}.ipynb)" in links
    assert f'href="lite/notebooks/index.html?path={NAME}.ipynb"' in links


def test_outputs_of_a_lecture_are_those_of_its_own_cells(tmp_path):
    """A lecture takes the outputs of a notebook that has been run, and refuses those of other cells."""
    path, run = FOLDER / f"{NAME}.ipynb", nbformat.read(FOLDER / f"{NAME}.ipynb", as_version=4)
    run.cells[1].outputs = [nbformat.v4.new_output("stream", text="printed")]
    nbformat.write(run, tmp_path / path.name)
    config = configured(executed=str(tmp_path))
    lecture = sources.lecture(config, path, nbformat.read(path, as_version=4))
    assert lecture.cells[1].outputs[0].text == "printed" and lecture.metadata["mystnb"] == {"execution_mode": "off"}
    run.cells[1].source += "\n"
    nbformat.write(run, tmp_path / path.name)
    with pytest.raises(ValueError, match="was run before .* was changed; run it again"):
        sources.lecture(config, path, nbformat.read(path, as_version=4))


def test_every_exercise_is_a_section():
    """The page of exercises has one section for each, under its title."""
    sections = list(sources.tasks())
    assert len(sections) == len(exemplars())
    assert "\n## Exercise 1: local rules\n" in sections[0] and "exemplars.ex01_local_rules\n" in sections[0]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_lecture_in_the_browser_installs_what_it_imports(name):
    """The first cell of code installs scalargrad and what the lecture imports; the lecture follows as it is."""
    prepared = lite.prepared(nbformat.read(FOLDER / f"{name}.ipynb", as_version=4))
    own = [cell.id for cell in NOTEBOOKS[name].cells]
    assert [cell.id for cell in prepared.cells if cell.id in own] == own
    first, *rest = (cell.source for cell in prepared.cells if cell.cell_type == "code")
    assert "piplite.install" in first and "scalargrad-teaching" in first
    text = "\n".join(rest)
    if "scalargrad.plot" in text:
        text += inspect.getsource(film) + inspect.getsource(plot)
    imported = set(re.findall(r"^\s*(?:import|from) (\w+)", text, re.MULTILINE)) - sys.stdlib_module_names - OTHERS
    assert all(f'"{package.replace("sklearn", "scikit-learn")}"' in first for package in imported), imported


def test_the_readme_says_which_lectures_need_numpy():
    """In the table of lectures "yes" stands for one that runs in a browser with the standard library alone."""
    readme = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    said = dict(re.findall(r"^\| \[.*?\]\(notebooks/(\w+)\.ipynb\).*? \| (yes|needs NumPy) \| <img", readme, re.MULTILINE))
    code = {
        name: "\n".join(cell.source for cell in each.cells if cell.cell_type == "code") for name, each in NOTEBOOKS.items()
    }
    needs = {
        name: "needs NumPy" if re.search(r"^(import|from) numpy\b", text, re.MULTILINE) else "yes"
        for name, text in code.items()
    }
    assert said == needs
