"""The folder a student works in: the exercises, their tests, and the settings of pytest.

With this module one can write that folder. Each exercise has one source, its solution in `exemplars/`. What the student
writes is between `### SOLUTION` and `### END`. The stub is made from the solution, so the two always agree.

>>> print(stub('def twice(x):\\n    ### SOLUTION\\n    return 2 * x\\n    ### END\\n'), end="")
def twice(x):
    raise NotImplementedError("twice is not written yet")
"""

import os
import re
from pathlib import Path

HERE = Path(__file__).parent
MARK = b"### SOLUTION"
SOLUTION = re.compile(r"^( *)### SOLUTION\n(.*?)^ *### END\n", re.DOTALL | re.MULTILINE)
DEFINITION = re.compile(r"^( *)(?:def|class) (\w+)", re.MULTILINE)

SETTINGS = {
    "conftest.py": '"""The grading of the exercises."""\n\npytest_plugins = ["scalargrad.exercises.grading"]\n',
    "pytest.ini": "[pytest]\naddopts = --score --tb=no -rN\ntestpaths = .\n",  # hides settings of a folder above
}


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


def write_exercises(folder: str | os.PathLike, solutions: bool = False) -> list[str]:
    """Write the exercises, or their solutions, and their tests to a folder; return the names of the exercises written.

    Exercises that are there already are not changed, because they may be somebody's work. The tests are always written.
    Raises ValueError where the folder has other settings of pytest.
    """
    folder = Path(folder)
    for name, text in SETTINGS.items():
        if (folder / name).exists() and (folder / name).read_text(encoding="utf-8") != text:
            raise ValueError(f"{folder}: it has a {name} that does not belong to the exercises; choose another folder")
    write_tests(folder)
    written = []
    for path in exemplars():
        if not (folder / path.name).exists():
            source = path.read_text(encoding="utf-8")
            (folder / path.name).write_text(solution(source) if solutions else stub(source), encoding="utf-8")
            written.append(path.name)
    return written


def write_tests(folder: Path) -> None:
    """Write the graded tests, and what pytest needs to run them, to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in SETTINGS.items():
        (folder / name).write_text(text, encoding="utf-8")
    for path in (HERE / "graded").glob("test_ex*.py"):
        (folder / path.name).write_bytes(path.read_bytes())
