"""Tests of gathering: one file for each exercise, whatever else was handed in."""

import pytest
from test_archives import files, zipped

from scalargrad.exercises import gathering
from scalargrad.exercises.archives import RefusedArchive
from scalargrad.exercises.gathering import gather
from scalargrad.exercises.handed_in import Submission

EXERCISES = ["ex1", "ex2"]
STUB = 'def f():\n    raise NotImplementedError("f is not written yet")\n'
MARKED = "def f():\n    ### SOLUTION\n    return 1\n    ### END\n"


@pytest.fixture
def gathered(tmp_path):
    """A function that gathers a submission with these files; it returns the text of each exercise, and what is said."""

    def run(content):
        place = tmp_path / "in"
        for name, text in content.items():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        before = files(place)
        (tmp_path / "out").mkdir()
        found = gather(Submission("ada", "ada", "", (("", place),)), tmp_path / "out", EXERCISES)
        assert files(place) == before  # the submission is as it was
        assert all(path.name == f"{exercise}.py" for exercise, path in found.files.items())
        return {exercise: path.read_text() for exercise, path in found.files.items()}, [found.graded, *found.remarks]

    return run


@pytest.mark.parametrize(
    ("content", "texts", "said"),
    [
        ({"ex1.py": "1", "ex2.py": "2"}, "12", ["graded exercises: 2 in the folder itself"]),
        ({"a/b/ex1.py": "1"}, "1", ["graded exercises: 1 in a/b"]),
        ({"ex1/ex1.py": "1", "ex2/ex2.py": "2"}, "12", ["graded exercises: 1 in ex1, 1 in ex2"]),
        ({"EX1.py": "1", "Ex2.PY": "2"}, "12", ["graded exercises: 2 in the folder itself"]),
        ({"ex1 (1).py": "1", "ex2-3.py": "2"}, "12", ["graded exercises: 2 in the folder itself"]),
        ({"x/hw.zip": zipped({"hw/ex1.py": "1"})}, "1", ["graded exercises: 1 in x/hw.zip/hw"]),
        (
            {"a.zip": zipped({"b.zip": zipped({"ex1.py": "1"}), "ex2.py": "2"})},
            "12",
            ["graded exercises: 1 in a.zip/b.zip, 1 in a.zip"],
        ),
        ({"a.zip": zipped({"__MACOSX/ex1.py": "0", ".venv/ex1.py": "0", "ex1.py": "1"})}, "1", None),
        ({"notes.txt": ""}, "", ["", "it contains no exercise, such as ex1.py"]),
        ({"a.py": "", "b.py": ""}, "", ["", "it contains no exercise: a.py, b.py has no name of one"]),
        ({"ex1.rar": ""}, "", None),
        ({"ex1.zip": b"no zip", "ex1.py": "1"}, "1", None),
    ],
)
def test_where_exercises_are_found(content, texts, said, gathered):
    """Exercises are found in folders, in zips and under names that systems give to copies, and it is said where."""
    found, told = gathered(content)
    assert "".join(found.values()) == texts
    assert said is None or told == said


@pytest.mark.parametrize(
    ("content", "left_out"),
    [
        ({"ex1.py": "1", "old/ex1.py": "0"}, "old/ex1.py"),
        ({"hw/ex1.py": "1", "hw/ex2.py": "2", "ex1.py": "0"}, "ex1.py"),
        ({"ex1.py": "1", "a/ex1.py": "0"}, "a/ex1.py"),
        ({"z/ex1.py": "1", "Backup of z/ex1.py": "0"}, "Backup of z/ex1.py"),
        ({"z/ex1.py": "1", "ex1.py": STUB}, "ex1.py"),
        ({"old/ex1.py": "1", "ex1.py": STUB}, "ex1.py"),
        ({"z/ex1.py": "1", "ex1.py": " \n"}, "ex1.py"),
        ({"ex1.py": "1", "ex1-1.py": "0", "ex1 (2).py": "0"}, "ex1 (2).py, ex1-1.py"),
        ({"ex1.py": "1", "hw.zip": zipped({"ex1.py": "0"})}, "hw.zip/ex1.py"),
    ],
)
def test_one_of_several(content, left_out, gathered):
    """Of several files one is graded: the one with more written, not in a backup, beside more others, or further up."""
    found, told = gathered(content)
    assert found["ex1"] == "1" and told[1] == f"there twice, and not graded: {left_out}"


def test_the_solution_is_not_the_students(gathered):
    """A file with the marks of the solution is not graded, and it is said that it was there."""
    found, told = gathered({"exemplars/ex1.py": MARKED, "exemplars/ex2.py": MARKED, "ex2.py": STUB})
    assert found == {"ex2": STUB}
    assert told[1] == "not graded, because this is the solution that scalargrad has: exemplars/ex1.py, exemplars/ex2.py"


def test_what_lies_beside_an_exercise(gathered, tmp_path):
    """Helper modules and data are copied with an exercise; files that are not graded are not."""
    gathered({"hw/ex1.py": "1", "hw/help/er.py": "2", "hw/weights.json": "[]", "old/ex1.py": "0", ".git/x": ""})
    assert files(tmp_path / "out").keys() == {"hw/ex1.py", "hw/help/er.py", "hw/weights.json"}


@pytest.mark.parametrize("inner", [{"ex1.py": bytes(2000)}, {"b.zip": zipped({"x": bytes(2000)})}])
def test_a_harmful_zip_costs_all(inner, gathered, monkeypatch):
    """A zip that is refused, also in a zip or beside exercises, ends the gathering with its name and the reason."""
    monkeypatch.setattr(gathering, "LIMIT", 1000)
    with pytest.raises(RefusedArchive, match=r"^hw/a.zip.* unpacks to .* there is room for, so nothing is graded"):
        gathered({"hw/a.zip": zipped(inner), "ex2.py": "2"})


def test_zips_in_zips_have_an_end(gathered):
    """Zips in more than three zips are not unpacked, and this is said."""
    content = zipped({"ex1.py": "1"})
    for i in range(4):
        content = zipped({f"{i}.zip": content})
    found, told = gathered({"a.zip": content, "ex2.py": "2"})
    assert found == {"ex2": "2"} and told[1] == "a.zip/3.zip/2.zip/1.zip is not unpacked, because it is in 3 other zips"


def test_large_files_are_left_out(gathered, monkeypatch):
    """Data beyond the limit is left out and named, never an exercise for data."""
    monkeypatch.setattr(gathering, "LIMIT", 1000)
    found, told = gathered({"a.bin": bytes(999), "b.bin": bytes(10), "ex1.py": "11"})
    assert found == {"ex1": "11"}
    assert told[1:] == ["a.bin is left out, because a submission has at most 0 MB"]


def test_a_file_that_cannot_be_read(gathered, monkeypatch):
    """A file that cannot be read is named, and the others are graded."""
    copy = gathering.shutil.copyfile

    def refuse(source, target):
        if source.name == "ex1.py":
            raise PermissionError(13, "Permission denied", str(source))
        copy(source, target)

    monkeypatch.setattr(gathering.shutil, "copyfile", refuse)
    found, told = gathered({"ex1.py": "1", "ex2.py": "2"})
    assert found == {"ex2": "2"} and told[1:] == ["ex1.py cannot be read: Permission denied"]
