"""Tests of the README: its code runs, and prints what it says."""

import contextlib
import io
import re
import shlex
from pathlib import Path

from scalargrad import draw, parse
from scalargrad.__main__ import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language):
    """The code blocks of one language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_code_prints_what_the_comments_say(tmp_path, monkeypatch):
    """The Python blocks, run one after another, print what stands behind their print calls, or below the block."""
    monkeypatch.chdir(tmp_path)
    code = "".join(blocks("python"))
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, {"__name__": "readme"})
    promised = re.findall(r"^(?:print\(.*\)  )?#(?: (.*))?$", code, re.MULTILINE)
    assert printed.getvalue().splitlines() == promised
    assert len(promised) >= 10
    assert sorted(path.name for path in tmp_path.iterdir()) == ["derivatives.svg", "graph.svg"]


def test_the_command_prints_its_table(tmp_path, monkeypatch, capsys):
    """The first command draws its picture and prints the table that follows it."""
    monkeypatch.chdir(tmp_path)
    command = blocks("sh")[0].split(".venv/bin/scalargrad ")[1]
    main(shlex.split(command))
    assert capsys.readouterr().out == blocks("text")[0]
    assert (tmp_path / "graph.svg").exists()


def test_pictures_are_up_to_date():
    """The committed pictures show what the project draws today."""
    for name, text, values, partials in (
        ("sigmoid", "sigmoid(a*x + b)", {"a": 2, "x": -1, "b": 0.5}, False),
        ("derivatives", "d = a + b; e = b - c; Y = d * e", {"a": 2, "b": 3, "c": 1}, True),
    ):
        y, _ = parse(text, **values)
        y.backward()
        picture = draw(y, partials=partials)._repr_mimebundle_()["image/svg+xml"]
        committed = (ROOT / "notebooks" / "pictures" / f"{name}.svg").read_text(encoding="utf-8")
        shown, expected = (sorted(re.findall(r"<text[^>]*>([^<]*)</text>", svg)) for svg in (committed, picture))
        assert shown == expected, name
