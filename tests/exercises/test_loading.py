"""Tests of loading a student's file: it runs, or there is a sentence that says why not."""

import sys

import pytest

from scalargrad.exercises.loading import UnreadableFile, explained, load, view_of_student


@pytest.fixture
def problem(tmp_path):
    """A function that loads a file with these bytes, and returns what the student is told."""

    def problem(content, name="ex01_rules.py"):
        (tmp_path / name).write_bytes(content)
        try:
            load(tmp_path / "ex01_rules.py")
        except Exception as error:  # noqa: BLE001, because it is to be explained, whatever it is
            return explained(error, tmp_path / "ex01_rules.py")
        return ""

    return problem


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            "x = 1".encode("utf-16"),
            "is saved as UTF-16: save it as UTF-8 (in VS Code click UTF-16 at the bottom right, then",
        ),
        ("x = 1".encode("utf-16-be"), "has null bytes, so it is no Python text: write it anew in an editor, as UTF-8"),
        (b"x = 1\0", "has null bytes, so it is no Python text: write it anew in an editor, as UTF-8"),
        ("x = 1\ny = 2\nz = 'ü'".encode("latin-1"), "is not saved as UTF-8 (see line 3): save it as UTF-8"),
        ("# für mich\nx = 1".encode("latin-1"), "is not saved as UTF-8 (see line 1): save it as UTF-8"),
    ],
)
def test_files_that_are_no_utf8(content, sentence, problem):
    """A file in another encoding is refused with the cure."""
    assert problem(content).startswith(f"ex01_rules.py {sentence}")


@pytest.mark.parametrize(
    "content", ["x = 'ü'".encode(), "x = 'ü'".encode("utf-8-sig"), b"x = 1\r\n", b"# coding: latin-1\nx = '\xfc'"]
)
def test_files_that_are_text(content, problem):
    """UTF-8 is read with or without a mark at the beginning, and all ends of lines; other encodings where a file says so."""
    assert problem(content) == ""


@pytest.mark.parametrize(
    "content", ["if 1:\n        x = 1\n\ty = 1", "if 1:\n    x = 1\n\ty = 1", "def f():\n  \tx = 1\n\treturn x"]
)
def test_tabs(content, problem):
    """Tabs among spaces are named, with the line and the cure."""
    told = problem(content.encode())
    assert told.startswith("line 3 of ex01_rules.py mixes tabs and spaces: indent with four spaces everywhere (in VS Code:")


@pytest.mark.parametrize("name", ["ex01.py", "ex01_rules.py.txt", "EX01_Rules.py", "ex01_rule.py"])
def test_a_name_that_is_not_quite_right(name, problem):
    """Where the file is missing, one with almost its name is named."""
    assert problem(b"", name) == f"there is no file ex01_rules.py: is it {name}? Its name must be ex01_rules.py"


@pytest.mark.parametrize("name", ["ex02_rules.py", "test_ex01_rules.py", "helper.py"])
def test_a_file_that_is_not_there(name, problem):
    """Where the file is missing, no other exercise and no test is taken for it."""
    assert problem(b"", name) == "there is no file ex01_rules.py"


def test_a_folder_in_its_place(tmp_path):
    """A folder with the name of the file is named as one."""
    (tmp_path / "ex.py").mkdir()
    with pytest.raises(UnreadableFile, match="ex.py is a folder: put the file ex.py in its place"):
        load(tmp_path / "ex.py")


def test_the_view_ends(tmp_path):
    """In the block the folder comes last and scalargrad is hidden; behind it everything is as before."""
    before = sys.path[:], sys.meta_path[:], sys.modules["scalargrad"]
    with view_of_student(tmp_path, scalargrad_is_allowed=False):
        assert sys.path[-1] == str(tmp_path)
        with pytest.raises(ImportError, match="so you cannot import it"):
            __import__("scalargrad.nn")
    assert (sys.path, sys.meta_path, sys.modules["scalargrad"]) == before
