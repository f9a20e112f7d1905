"""Tests of which files of a submission are the student's own."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalargrad.exercises.own_files import own_names, walk

# Trees of folders and files whose names mean something, or nothing.
NAMES = "a scalargrad tests setup.cfg pyvenv.cfg lib bin conda-meta site-packages .git .venv __MACOSX".split()
paths = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map("/".join)


def write(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")


def walked(folder):
    remarks = []
    return [name for name, _ in walk(folder, remarks)], remarks


@pytest.mark.parametrize(
    ("names", "own", "remark"),
    [
        (["a.py", ".venv/lib/b.py", ".venv/pyvenv.cfg"], ["a.py"], ".venv is not looked at: a virtual environment"),
        (["my/pyvenv.cfg", "my/lib/b.py", "my/a.py"], ["my/a.py", "my/pyvenv.cfg"], "my/lib is not looked at: a virtual"),
        (["c/conda-meta/x", "c/lib/b.py"], [], "c/lib is not looked at: a virtual environment"),
        (["x/site-packages/b.py"], [], "x/site-packages is not looked at: installed packages"),
        (
            ["repo/setup.cfg", "repo/scalargrad/b.py", "repo/tests/b.py", "repo/mine/a.py"],
            ["repo/mine/a.py", "repo/setup.cfg"],
            "repo/scalargrad is not looked at: a copy of scalargrad",
        ),
    ],
)
def test_what_students_do_not_write(names, own, remark, tmp_path):
    """Environments, packages and a copy of scalargrad are passed over, and named; what lies beside them is not."""
    write(tmp_path, *names)
    found, remarks = walked(tmp_path)
    assert sorted(found) == own and any(each.startswith(remark) for each in remarks)


@pytest.mark.parametrize("name", [".git/a.py", "__MACOSX/a.py", "__pycache__/a.py", "._a.py", ".DS_Store"])
def test_what_systems_write(name, tmp_path):
    """What editors and systems hide is passed over without a word."""
    write(tmp_path, name, "a.py")
    assert walked(tmp_path) == (["a.py"], [])


@given(st.sets(paths, max_size=8))
def test_a_zip_is_read_as_its_folder(tmp_path_factory, names):
    """Of the names in a zip the same are the student's own as of the files it unpacks to."""
    names = {name for name in names if not any(other.startswith(f"{name}/") for other in names)}
    folder = tmp_path_factory.mktemp("own")
    write(folder, *names)
    assert set(walked(folder)[0]) == own_names(names)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="other systems have no such files")
def test_links_and_pipes_are_not_opened(tmp_path):
    """Links to files, to folders, to nothing and in a circle are not followed, a pipe is not opened, and each is named."""
    write(tmp_path / "other", "a.py")
    folder = tmp_path / "own"
    folder.mkdir()
    for name, target in {"file.py": "../other/a.py", "folder": "../other", "gone.py": "gone", "self": "self"}.items():
        (folder / name).symlink_to(target)
    os.mkfifo(folder / "pipe.py")
    found, remarks = walked(folder)
    links = {f"{name} is a link, which is not followed" for name in ("file.py", "folder", "gone.py", "self")}
    assert found == [] and set(remarks) == links | {"pipe.py is no regular file, and is not opened"}


def test_a_folder_that_cannot_be_read(tmp_path, monkeypatch):
    """A folder that cannot be read is named, and the others are read."""
    write(tmp_path, "a/x.py", "b/y.py")
    scan = os.scandir

    def refuse(path):
        if Path(path).name == "a":
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert walked(tmp_path) == (["b/y.py"], ["a cannot be read: Permission denied"])
