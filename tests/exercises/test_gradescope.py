"""Tests of the autograder, in a folder with Gradescope's layout."""

import json
import os
import shutil
import subprocess
import sys
import zipfile

import pytest
from test_classroom import FIRST, SECOND, hand_in

from scalargrad.exercises.gradescope import documented, write_autograder
from scalargrad.exercises.results import Result, content

jsonschema = pytest.importorskip("jsonschema")

VISIBILITY = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
NUMBER, TEXT = {"type": "number"}, {"type": "string"}
TEST = {
    **dict.fromkeys(["score", "max_score"], NUMBER),
    **dict.fromkeys(["name", "number", "output"], TEXT),
    **dict.fromkeys(["name_format", "output_format"], FORMAT),
    "status": {"enum": ["passed", "failed"]},
    "tags": {"type": "array", "items": TEXT},
    "visibility": VISIBILITY,
    "extra_data": {"type": "object"},
}
RESULTS = {
    **dict.fromkeys(["score", "execution_time"], NUMBER),
    **dict.fromkeys(["output_format", "test_output_format", "test_name_format"], FORMAT),
    **dict.fromkeys(["visibility", "stdout_visibility"], VISIBILITY),
    "output": TEXT,
    "extra_data": {"type": "object"},
    "leaderboard": {"type": "array"},
    "tests": {"type": "array", "items": {"type": "object", "properties": TEST, "additionalProperties": False}},
}
# https://gradescope-autograders.readthedocs.io/en/latest/specs/#output-format
SCHEMA = {"type": "object", "properties": RESULTS, "additionalProperties": False, "required": ["score", "tests"]}


@pytest.fixture
def gradescope(tmp_path):
    """The root of Gradescope's layout, and what it does with a zip there: returns the results, and what was printed."""
    root = tmp_path / "autograder"

    def run(script):
        path = os.pathsep.join([os.path.dirname(sys.executable), "/usr/bin", "/bin"])
        environment = {"PATH": path, "AUTOGRADER": str(root), "HOME": str(tmp_path)}
        return subprocess.run([script], cwd=root, env=environment, check=True, capture_output=True, text=True, timeout=100)

    def grade(path):
        for name in ("source", "submission", "results"):
            (root / name).mkdir(parents=True, exist_ok=True)
        shutil.unpack_archive(path, root / "source")
        with zipfile.ZipFile(path) as archive:  # unzip keeps permissions, this module of Python does not
            for info in archive.infolist():
                (root / "source" / info.filename).chmod(info.external_attr >> 16)
        run(root / "source" / "setup.sh")
        shutil.copy(root / "source" / "run_autograder", root)
        said = run(root / "run_autograder").stdout
        return json.loads((root / "results" / "results.json").read_text(encoding="utf-8")), said

    return root, grade


pytestmark = pytest.mark.skipif(os.name == "nt", reason="Gradescope runs Linux")


@pytest.mark.slow("grades a submission in a folder of Gradescope's")
def test_a_submission_is_graded(gradescope, tmp_path):
    """Each test has its points, its feedback and its visibility, hidden ones too, in the documented fields."""
    root, grade = gradescope
    (tmp_path / "own").mkdir()
    marks = "@pytest.mark.points(5)\n@pytest.mark.visibility('hidden')"
    text = f"import pytest\n{marks}\ndef test(student): assert student.f() == 1, 'f is wrong'\n"
    (tmp_path / "own" / "test_ex13_more.py").write_text(text)
    hand_in(root / "submission" / "my work", FIRST)
    path = root / "submission" / "my work" / f"{FIRST}.py"
    path.write_text(path.read_text().replace("return x * y, y, x", "return x * y, x, y"))
    (root / "submission" / "ex13_more.py").write_text("def f(): return 2")
    (root / "submission" / "test_ex01_local_rules.py").write_text("import os; os.abort()")
    write_autograder(tmp_path / "autograder.zip", ["ex01", "ex02"], tmp_path / "own")
    found, said = grade(tmp_path / "autograder.zip")
    jsonschema.validate(found, SCHEMA)
    tests = {test["name"]: test for test in found["tests"]}
    assert {test["tags"][0] for test in found["tests"]} == {FIRST, SECOND, "ex13_more"}
    assert found["score"] == sum(test["score"] for test in found["tests"]) == 9 and said == ""
    wrong = tests[f"{FIRST}: the local rule of *"]
    assert (wrong["score"], wrong["max_score"], wrong["status"]) == (0, 1, "failed")
    assert "expected" in wrong["output"] and "hint: " in wrong["output"]
    assert [test["output"] for test in found["tests"] if test["visibility"] == "hidden"] == ["f is wrong"]
    assert "1 in my work" in found["output"] and found["output_format"] == "text"


@pytest.mark.slow("grades a submission in a folder of Gradescope's")
def test_the_cap_goes_along(gradescope, tmp_path):
    """An autograder with a cap counts at most the maximum: the bonus of exercise 12 makes up for nothing lost here."""
    root, grade = gradescope
    hand_in(root / "submission", FIRST, "ex12_dot")
    write_autograder(tmp_path / "autograder.zip", ["ex01", "ex12"], cap=True)
    found, _ = grade(tmp_path / "autograder.zip")
    assert (found["score"], sum(test["score"] for test in found["tests"])) == (10, 20)


@pytest.mark.slow("starts pytest to read the tests")
def test_what_is_in_the_zip(tmp_path):
    """The zip has both programs at its root, the tests and the package, and no solution."""
    count = write_autograder(tmp_path / "a.zip", ["ex02"])
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        names = set(archive.namelist())
        text = archive.read(f"tests/test_{SECOND}.py").decode()
        assert archive.read("run_autograder").startswith(b"#!/usr/bin/env bash\n")
    assert {"setup.sh", "run_autograder", "tests/conftest.py", "scalargrad/exercises/gradescope.py"} <= names
    assert [name for name in names if "ex0" in name] == [f"tests/test_{SECOND}.py"]
    assert count == text.count("pytest.mark.points(")


def test_results_have_the_documented_fields_alone():
    """Whatever the results of a grading have beside them, only documented fields are written."""
    found = {
        **content([Result("ex01", "a", 1.5, failure="no"), Result("ex02", "b", 1, visibility="hidden")]),
        "extra_data": {},
    }
    jsonschema.validate(documented(found), SCHEMA)
    with pytest.raises(jsonschema.ValidationError, match="max_score"):
        jsonschema.validate(found, SCHEMA)
