"""The folder a student works in: the exercises, their tests, and the settings of pytest and of an editor.

With this module one can write that folder. Each exercise has one source, its solution in `exemplars/`. What the student
writes is between `### SOLUTION` and `### END`. The stub is made from the solution, so the two always agree.

>>> print(stub('def twice(x):\\n    ### SOLUTION\\n    return 2 * x\\n    ### END\\n'), end="")
def twice(x):
    raise NotImplementedError("twice is not written yet")
"""

import os
import re
import shutil
from collections.abc import Collection
from pathlib import Path

HERE = Path(__file__).parent
MARK = b"### SOLUTION"
SOLUTION = re.compile(r"^( *)### SOLUTION\n(.*?)^ *### END\n", re.DOTALL | re.MULTILINE)
DEFINITION = re.compile(r"^( *)(?:def|class) (\w+)", re.MULTILINE)

SETTINGS = {
    "conftest.py": '"""The grading of the exercises."""\n\npytest_plugins = ["scalargrad.exercises.grading"]\n',
    "pytest.ini": "[pytest]\naddopts = --score --tb=no -rN\ntestpaths = .\n",  # hides settings of a folder above
}
FOR_STUDENTS = {
    "README.md": """# Exercises

Each file `ex....py` is an exercise: replace `raise NotImplementedError` with your code, then run its tests in this folder.

```sh
pytest                              # all exercises, with your points and hints
pytest test_ex01_local_rules.py     # one exercise; so does python test_ex01_local_rules.py
pytest -k tanh --pdb                # the tests with tanh in their name, with a debugger where one fails
```

`breakpoint()` in your code starts the debugger there. `pytest -s` shows what your code prints. A test may take 5 seconds:
`pytest --time-limit=20` gives it more, and so does a line `time_limit = 20` in `pytest.ini`. With a debugger there is no
limit.
""",
    ".vscode/settings.json": """{
    "python.testing.pytestEnabled": true,
    "python.testing.unittestEnabled": false,
    "python.testing.pytestArgs": ["."]
}
""",
}
RUN = """

if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__]))
"""


def exemplars() -> list[Path]:
    """Return the source of each exercise, in lecture order."""
    return sorted((HERE / "exemplars").glob("ex*.py"))


def stub(source: str) -> str:
    """Return what the student gets: in place of each solution, an error that says what is not written yet."""

    def unwritten(match):
        parts = {}
        for margin, name in DEFINITION.findall(source[: match.start()]):
            parts[margin] = name
        name = parts[""] if match[1] == "    " else f"{parts['']}.{parts['    ']}"
        return f'{match[1]}raise NotImplementedError("{name} is not written yet")\n'

    return SOLUTION.sub(unwritten, source)


def solution(source: str) -> str:
    """Return the source without the marks around the solutions."""
    return SOLUTION.sub(r"\2", source)


def by_name() -> dict[str, Path]:
    """Return the sources of the exercises by all their names: ex01, ex01_local_rules and ex01_local_rules.py."""
    return {name: path for path in exemplars() for name in (path.name, path.stem, path.stem.partition("_")[0])}


def chosen(names: Collection[str]) -> list[Path]:
    """Return the sources of the exercises of these names, such as ex01 or ex01_local_rules, or all if there are no names.

    Raises ValueError for a name that no exercise has.
    """
    every, known = exemplars(), by_name()
    for name in names:
        if name not in known:
            there = ", ".join(path.stem.partition("_")[0] for path in every)
            raise ValueError(f"{name}: there is no such exercise; there are {there}")
    return [path for path in every if not names or path in {known[name] for name in names}]


def write_exercises(folder: str | os.PathLike, solutions: bool = False, names: Collection[str] = ()) -> list[str]:
    """Write exercises, or their solutions, and their tests to a folder; return the names of the exercises written.

    names  which, such as ex01 or ex01_local_rules; all, if there are none

    Exercises that are there already are not changed, because they may be somebody's work, nor is a line in pytest.ini, nor
    the README. The tests are always written. Raises ValueError where the folder has other settings of pytest, or for a name
    that no exercise has.
    """
    folder, paths = Path(folder), chosen(names)
    _check_settings(folder)
    write_tests(folder, paths)
    for name, text in FOR_STUDENTS.items():
        write_new(folder / name, text)
    written = []
    for path in paths:
        source = path.read_text(encoding="utf-8")
        if write_new(folder / path.name, solution(source) if solutions else stub(source)):
            written.append(path.name)
    return written


def update_tests(folder: str | os.PathLike) -> list[str]:
    """Write the tests of the exercises in a folder as they are in this version, and nothing else; return their names.

    Raises ValueError where the folder has no exercises, or other settings of pytest.
    """
    folder = Path(folder)
    there = [path for path in exemplars() if (folder / path.name).exists() or (folder / f"test_{path.name}").exists()]
    if not there:
        raise ValueError(f"{folder}: there are no exercises in it whose tests could be updated")
    _check_settings(folder)
    return write_tests(folder, there)


def _check_settings(folder):
    for name, text in SETTINGS.items():
        if (folder / name).exists() and _first_lines(text) not in (folder / name).read_text(
            encoding="utf-8", errors="replace"
        ):
            raise ValueError(f"{folder}: it has a {name} that does not belong to the exercises; choose another folder")


def _first_lines(text):
    return "\n".join(text.split("\n")[:2])


def write_tests(folder: Path, exercises: Collection[Path] | None = None) -> list[str]:
    """Write graded tests, and what pytest needs to run them, to a folder; return their names. Python can run each, too.

    exercises  the sources of those that are tested; all by default
    """
    for name, text in SETTINGS.items():
        write_new(folder / name, text)
    names = [f"test_{path.name}" for path in (exemplars() if exercises is None else exercises)]
    for name in names:
        (folder / name).write_text((HERE / "graded" / name).read_text(encoding="utf-8") + RUN, encoding="utf-8")
    return names


def add_tests(folder: Path, tests: Path) -> None:
    """Copy custom tests from a folder to the tests. Raises ValueError if there are none."""
    paths = list(folder.glob("test_*.py"))
    if not paths:
        raise ValueError(f"{folder}: there is no file test_*.py in it; custom tests must be in such files")
    for path in paths:
        shutil.copy(path, tests)


def write_new(path: Path, text: str) -> bool:
    """Write a file that is not there yet; return whether it was written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        return False
    path.write_text(text, encoding="utf-8")
    return True
