"""The folder a student works in: the exercises, their tests, and the settings of pytest and of an editor.

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


def write_exercises(folder: str | os.PathLike, solutions: bool = False) -> list[str]:
    """Write the exercises, or their solutions, and their tests to a folder; return the names of the exercises written.

    Exercises that are there already are not changed, because they may be somebody's work, nor is a line in pytest.ini, nor
    the README. The tests are always written. Raises ValueError where the folder has other settings of pytest.
    """
    folder = Path(folder)
    for name, text in SETTINGS.items():
        if (folder / name).exists() and _first_lines(text) not in (folder / name).read_text(
            encoding="utf-8", errors="replace"
        ):
            raise ValueError(f"{folder}: it has a {name} that does not belong to the exercises; choose another folder")
    write_tests(folder)
    for name, text in FOR_STUDENTS.items():
        _write_new(folder / name, text)
    written = []
    for path in exemplars():
        source = path.read_text(encoding="utf-8")
        if _write_new(folder / path.name, solution(source) if solutions else stub(source)):
            written.append(path.name)
    return written


def write_tests(folder: Path) -> None:
    """Write the graded tests, and what pytest needs to run them, to a folder. Each can also be run by Python."""
    for name, text in SETTINGS.items():
        _write_new(folder / name, text)
    for path in (HERE / "graded").glob("test_ex*.py"):
        (folder / path.name).write_text(path.read_text(encoding="utf-8") + RUN, encoding="utf-8")


def _first_lines(text):
    return "\n".join(text.split("\n")[:2])


def _write_new(path, text):
    """Write a file that is not there yet; return whether it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        return False
    path.write_text(text, encoding="utf-8")
    return True
