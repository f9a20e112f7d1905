"""Tests of the folder that students work in: exercises handed out one at a time, and tests of a later version."""

import pytest

from scalargrad.exercises.folder import RUN, chosen, exemplars, update_tests, write_exercises

FIRST, SECOND, THIRD = (path.name for path in exemplars()[:3])


def contents(folder):
    """The files in a folder, with what is in them and when they were written."""
    files = {path for path in folder.rglob("*") if path.is_file()}
    return {path.relative_to(folder).as_posix(): (path.read_text(), path.stat().st_mtime_ns) for path in files}


def names(folder):
    return sorted(path.name for path in folder.glob("*ex*.py"))


def test_names_of_exercises():
    """An exercise is named by its number, by its file, or by what is before the dot; they come in lecture order."""
    assert [path.name for path in chosen(["ex02", FIRST, THIRD.removesuffix(".py"), "ex02"])] == [FIRST, SECOND, THIRD]
    assert chosen([]) == exemplars()
    with pytest.raises(ValueError, match="ex99: there is no such exercise; there are ex01, ex02, .*, ex12$"):
        chosen(["ex01", "ex99"])


def test_one_exercise_at_a_time(tmp_path):
    """A release adds an exercise and its tests to the folder, and changes nothing that is there."""
    assert write_exercises(tmp_path, names=["ex02"]) == [SECOND]
    assert names(tmp_path) == [SECOND, f"test_{SECOND}"]
    (tmp_path / SECOND).write_text("my work")
    (tmp_path / "pytest.ini").write_text((tmp_path / "pytest.ini").read_text() + "time_limit = 20\n")
    (tmp_path / "README.md").write_text("my notes")
    before = contents(tmp_path)
    assert write_exercises(tmp_path, names=["ex01"]) == [FIRST]
    after = contents(tmp_path)
    assert after.keys() - before.keys() == {FIRST, f"test_{FIRST}"}
    assert before == {name: after[name] for name in before}
    assert write_exercises(tmp_path, names=["ex01", "ex02"]) == [] and (tmp_path / SECOND).read_text() == "my work"


def test_an_update_writes_tests_alone(tmp_path):
    """An update brings the tests of the exercises that are there, adds no exercise, and touches nothing of a student's."""
    write_exercises(tmp_path, names=["ex01", "ex03"])
    (tmp_path / FIRST).write_text("my work")
    (tmp_path / THIRD).unlink()  # not written yet, or lost
    for name in ("test_mine.py", "test_ex13_mine.py", "notes.txt", "README.md"):
        (tmp_path / name).write_text("mine")
    before = contents(tmp_path)
    for name in (FIRST, THIRD):
        (tmp_path / f"test_{name}").write_text("of an earlier version")
    assert update_tests(tmp_path) == [f"test_{FIRST}", f"test_{THIRD}"]
    after = contents(tmp_path)
    tests = {f"test_{FIRST}", f"test_{THIRD}"}
    assert {name: each for name, each in after.items() if name not in tests} == {
        name: each for name, each in before.items() if name not in tests
    }
    assert all(after[name][0] == before[name][0] and after[name][0].endswith(RUN) for name in tests)


def test_an_update_needs_exercises(tmp_path):
    """A folder without exercises, or with other settings, is refused, and nothing is written to it."""
    with pytest.raises(ValueError, match="there are no exercises in it whose tests could be updated"):
        update_tests(tmp_path)
    (tmp_path / FIRST).write_text("")
    (tmp_path / "conftest.py").write_text("of something else")
    with pytest.raises(ValueError, match="it has a conftest.py that does not belong to the exercises"):
        update_tests(tmp_path)
    assert names(tmp_path) == [FIRST]
