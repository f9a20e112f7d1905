"""Tests of the README, the reference and the other Markdown pages: code prints what they say, links lead somewhere.

`python tests/test_readme.py` draws their pictures anew; look at them before committing them.
"""

import contextlib
import importlib
import inspect
import io
import json
import re
import shlex
from pathlib import Path

import pytest

import scalargrad
from scalargrad import draw, parse, vectors
from scalargrad.__main__ import main
from scalargrad.nn import MLP
from scalargrad.nodes import registry
from scalargrad.shapes import Vector

ROOT = Path(__file__).parent.parent
REFERENCE = "notebooks/reference/"


def texts(pattern):
    """The text of each file of the project by its path."""
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in sorted(ROOT.glob(pattern))}


PAGES = texts("*.md") | texts(f"{REFERENCE}*.md")
LECTURES = {
    path: "\n\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown")
    for path, text in texts("notebooks/*.ipynb").items()
}

FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r'\]\((?!https?:)([^)#\s]*)#?([^)\s]*)\)|src="([^"]*)"')


def blocks(page, *languages):
    """The code blocks of a page in these languages."""
    return [code for language, code in FENCE.findall(PAGES[page]) if language in languages]


def prose(text):
    """A text without what is code."""
    return re.sub(r"`[^`\n]*`", "", FENCE.sub("", text))


def anchors(text):
    """What a link may name behind its #: the headings of a page, as GitHub writes them."""
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}


def rows(page, first):
    """The names set as code in the first cell and in the other cells of each row whose first cell begins so."""
    cells = re.findall(rf"^\| ({first}.*?) \| (.*) \|$", PAGES[page], re.MULTILINE)
    return [tuple(re.findall(r"`([\w.]+)[^`]*`", cell) for cell in row) for row in cells]


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")])
def test_code_prints_what_the_comments_say(page, tmp_path, monkeypatch):
    """The Python blocks of a page need no other page, and print what stands behind their print calls, or below them."""
    monkeypatch.chdir(tmp_path)
    namespace = {"__name__": "page"}
    for code in blocks(page, "python"):
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(code, namespace)
        assert printed.getvalue().splitlines() == re.findall(r"^(?: *print\(.*\)  )?#(?: (.*))?$", code, re.MULTILINE)
    saved = re.findall(r'\.save(?:_frames|_slides)?\("(.*?)"\)', "".join(blocks(page, "python")))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(saved)


COMMANDS = [
    (page, command)
    for page in PAGES
    for command in re.findall(r"\bscalargrad ((?:draw|explain) .*)", "".join(blocks(page, "sh", "powershell")))
]


@pytest.mark.parametrize("page, command", COMMANDS)
def test_commands_print_what_the_page_shows(page, command, tmp_path, monkeypatch, capsys):
    """A command that draws or explains prints a text that stands on its page, and makes the picture it names."""
    monkeypatch.chdir(tmp_path)
    main(shlex.split(command))
    assert capsys.readouterr().out in blocks(page, "text")
    assert [path.name for path in tmp_path.iterdir()] == re.findall(r"-o (\S+)", command)


@pytest.mark.parametrize("page", [*PAGES, *LECTURES])
def test_links_lead_somewhere(page):
    """The relative links and the pictures of a page or a lecture are files of the project, and headings that exist."""
    for link, heading, picture in LINK.findall(prose((PAGES | LECTURES)[page])):
        target = (ROOT / page).parent / (link or picture) if link or picture else ROOT / page
        assert target.exists(), link or picture
        if heading:
            assert heading in anchors(target.read_text(encoding="utf-8")), f"{link}#{heading}"


def test_every_page_of_the_reference_is_in_its_table():
    """The index of the reference lists each of its pages once, under the title that the page has."""
    listed = dict(re.findall(r"^\| \[(.*?)\]\((.*?)\)", PAGES[f"{REFERENCE}README.md"], re.MULTILINE))
    pages = {page.removeprefix(REFERENCE): text for page, text in PAGES.items() if page.startswith(REFERENCE)}
    del pages["README.md"]
    assert listed == {re.match("# (.*)", text)[1]: page for page, text in pages.items()}


@pytest.mark.parametrize("page", [page for page in PAGES if page.startswith(REFERENCE)])
def test_a_page_of_the_reference_begins_with_what_it_is_about(page):
    """Below the title stands one sentence."""
    title, sentence, *_ = PAGES[page].split("\n\n")
    assert title.startswith("# ") and re.fullmatch(r"\w[^.]*(\.\w[^.]*)*\.", prose(sentence))


def test_the_readme_has_one_test_command():
    """`.ci/run` finds one line in the README that makes an environment and runs the tests in it."""
    assert len(re.findall("^python3 -m venv .*pytest", PAGES["README.md"], re.MULTILINE)) == 1


def test_the_reference_lists_every_function():
    """Each operation that can be imported from scalargrad is in the table of the page on Values."""
    listed = {name for names, _ in rows(f"{REFERENCE}values.md", "`") for name in names}
    assert set(scalargrad.__all__) & set(registry) <= listed


def test_the_reference_lists_what_there_is():
    """What the pages on networks and on derivatives list of a module is defined in that module."""
    listed = {module: names for (module,), names in rows(f"{REFERENCE}networks.md", "`scalargrad")}
    listed["scalargrad.calculus"] = [name for (name,), _ in rows(f"{REFERENCE}derivatives.md", "`")]
    for module, names in listed.items():
        there = vars(importlib.import_module(module))
        defined = {name for name, each in there.items() if getattr(each, "__module__", "").startswith(module)}
        assert names and set(names) <= defined, module


def test_the_reference_lists_every_function_of_vectors():
    """The second table of the page on vectors lists what `scalargrad.vectors` offers, and the first each property of one."""
    first, second = (part.split("\n\n", 1)[0] for part in PAGES[f"{REFERENCE}vectors.md"].split("|---|---|\n")[1:])
    functions = re.findall(r"`(\w+)\(", "\n".join(row.split(" | ")[0] for row in second.splitlines()))
    assert sorted([*functions, "Vector"]) == sorted(vectors.__all__)
    public = {name for name in vars(Vector) if not name.startswith("_")}
    assert public == set(re.findall(r"`[vA]\.(\w+)", first))


def test_the_reference_lists_every_option_of_a_picture():
    """Each option of `draw` has a row in the table of the page on pictures."""
    options = [name for name, each in inspect.signature(draw).parameters.items() if each.kind is each.KEYWORD_ONLY]
    assert sorted(name for (name,), _ in rows(f"{REFERENCE}pictures.md", "`")) == sorted(options)


def after_backward(text, **values):
    y, _ = parse(text, **values)
    y.backward()
    return y


PICTURES = {
    "sigmoid": lambda: draw(after_backward("sigmoid(a*x + b)", a=2, x=-1, b=0.5)),
    "derivatives": lambda: draw(after_backward("d = a + b; e = b - c; Y = d * e", a=2, b=3, c=1), partials=True),
    "passes": lambda: draw(parse("sigmoid(a*x + b)", a=2, x=-1, b=0.5)[0], names=True).animation(),
    "network": lambda: draw(MLP(2, [4, 4, 1], "tanh", seed=1)),
}


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_up_to_date(name):
    """The committed pictures show what the project draws today, and a page shows them."""
    picture = PICTURES[name]()._repr_mimebundle_()["image/svg+xml"]
    committed = (ROOT / "notebooks" / "pictures" / f"{name}.svg").read_text(encoding="utf-8")
    shown, expected = (sorted(re.findall(r"<text[^>]*>([^<]*)</text>", svg)) for svg in (committed, picture))
    assert shown == expected
    assert any(f"pictures/{name}.svg)" in text for text in PAGES.values())


if __name__ == "__main__":
    for name, picture in PICTURES.items():
        picture().save(ROOT / "notebooks" / "pictures" / f"{name}.svg")
