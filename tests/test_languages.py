"""Tests of the texts of the languages: each function computes what it says, wherever it runs, and no text is missing."""

import ctypes
import inspect
import json
import math
import shutil
import subprocess

import pytest

from scalargrad import Value, compile, elementary, explain, operation
from scalargrad.calculus import grad
from scalargrad.graph import placeholder
from scalargrad.program import native
from scalargrad.program.languages import LANGUAGES, TEXTS
from scalargrad.replay import differentiate

numpy = pytest.importorskip("numpy")

needs_compiler = pytest.mark.skipif(not any(map(shutil.which, native.COMPILERS)), reason="there is no C compiler")
TARGETS = ["python", "numpy", pytest.param("c", marks=needs_compiler)]
FORMULAS = {
    "sigmoid": lambda x: math.exp(x) / (1 + math.exp(x)),
    "softplus": lambda x: math.log1p(math.exp(x)),
    "step": lambda x: float(x > 0),
    "maximum": max,
    "minimum": min,
    "power": math.pow,
}
FUNCTIONS = list(elementary.functions)
NUMBERS = (0.4, -0.7, 2.3, 0.95, -3.1, 1e-9, 17.0, -20.0, 0.3, -1e-9, 1.6)


def reference(name):
    """The function of that name in Python's module math, or the textbook's formula."""
    return FORMULAS.get(name) or getattr(math, name)


def points(name):
    """Points at which a function has a result, as rows of 40 numbers for each of its inputs."""
    count = len(inspect.signature(elementary.functions[name]).parameters)
    found = []
    for i in range(len(NUMBERS)):
        point = [NUMBERS[(i + 4 * k) % len(NUMBERS)] for k in range(count)]
        try:
            reference(name)(*point)
        except ValueError:
            continue
        found.append(point)
    assert len(found) >= 5
    return [list(row) for row in zip(*(found[i % len(found)] for i in range(40)))]


def applied(name, *inputs):
    """A node whose rule is one elementary function and nothing else."""
    function = elementary.functions[name]

    def rule_of_one(x):
        return function(x), 0

    def rule_of_two(x, y):
        return function(x, y), 0, 0

    rule = rule_of_one if len(inputs) == 1 else rule_of_two
    rule.__name__ = f"only_{name}"
    return operation(rule.__name__)(rule)(*inputs)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_on_each_target(target, name):
    """A function is what math has by its name, for one example, a few, and many, which C computes 1, 8 and 32 at a time."""
    rows = points(name)
    inputs = placeholder(len(rows), "x")
    program = compile(applied(name, *inputs), inputs, target=target, reduction="none")
    expected = [reference(name)(*point) for point in zip(*rows)]
    for n in (5, 8, 31, 40):
        assert program(*(row[:n] for row in rows)) == pytest.approx(expected[:n], rel=1e-14, abs=1e-300)
    for i in range(11):
        assert program(*(row[i] for row in rows)) == pytest.approx(expected[i], rel=1e-14, abs=1e-300)


@pytest.fixture
def everything():
    """One program with all functions, its examples, and its results by math."""
    rows = {name: points(name) for name in FUNCTIONS}
    leaves = {name: placeholder(len(rows[name]), name) for name in FUNCTIONS}
    program = compile(
        [applied(name, *leaves[name]) for name in FUNCTIONS], leaves.values(), reduction="none", target="python"
    )
    examples = [list(example) for example in zip(*(row for name in FUNCTIONS for row in rows[name]))]
    return program, examples, [[reference(name)(*point) for point in zip(*rows[name])] for name in FUNCTIONS]


def run_python(program, examples, _):
    namespace: dict = {}
    exec(program.source("python"), namespace)
    return namespace["step"]([], examples)


def run_c(program, examples, folder):
    (folder / "step.c").write_text(program.source("c"))
    command = [native.shutil.which("cc") or "gcc", "-shared", "-fPIC", "-Wall", "-Werror", "step.c", "-o", "step.so", "-lm"]
    subprocess.run(command, cwd=folder, check=True)
    flat = [number for example in examples for number in example]
    each = (ctypes.c_double * (len(examples) * len(FUNCTIONS)))()
    step = ctypes.CDLL(str(folder / "step.so")).step
    step(None, (ctypes.c_double * len(flat))(*flat), ctypes.c_long(len(examples)), None, each)
    return [each[i : i + len(FUNCTIONS)] for i in range(0, len(each), len(FUNCTIONS))]


def run_javascript(program, examples, folder):
    call = f"console.log(JSON.stringify(step([], {json.dumps(examples)})))"
    (folder / "step.js").write_text(program.source("javascript") + call)
    return json.loads(subprocess.run(["node", folder / "step.js"], check=True, capture_output=True, text=True).stdout)


RUN = {
    "python": run_python,
    "c": pytest.param(run_c, marks=needs_compiler),
    "javascript": pytest.param(
        run_javascript, marks=pytest.mark.skipif(not shutil.which("node"), reason="there is no node")
    ),
}


@pytest.mark.parametrize("run", [RUN[language] for language in LANGUAGES])
def test_each_function_in_each_language(run, everything, tmp_path):
    """The printed program of all functions computes, in each language, what math does."""
    program, examples, expected = everything
    found = zip(*run(program, examples, tmp_path))
    for name, numbers, right in zip(FUNCTIONS, found, expected, strict=True):
        assert numbers == pytest.approx(right, rel=1e-13, abs=1e-300), name


def test_each_function_has_a_text_in_each_language():
    """No row of the table is missing, and none is left over: what is made of other functions needs no text."""
    written = {name for name, function in elementary.functions.items() if function.numpy}
    assert TEXTS.keys() - {">", ">=", "==", "abs"} == written
    assert all(row.keys() == LANGUAGES.keys() for row in TEXTS.values())


ASINH = {"python": "math.asinh({})", "c": "asinh({})", "javascript": "Math.asinh({})"}


@pytest.fixture
def area(monkeypatch):
    """An operation whose derivative is a new function, added by its entry and its texts."""
    monkeypatch.setattr(elementary, "functions", dict(elementary.functions))
    monkeypatch.setitem(TEXTS, "asinh", dict(ASINH))
    function = elementary.function("arcsinh")(math.asinh)

    @operation("asinh")
    def asinh(x):
        return function(x), elementary.power(1 + x * x, -0.5)

    @operation("area")
    def area(x):
        return x * function(x) - elementary.power(1 + x * x, 0.5), function(x)

    return area


def test_a_function_is_added_by_its_entry_and_its_texts(area):
    """Such a function works eagerly, twice differentiated, on arrays, on all targets, in all languages, and in explain."""
    numbers = [-2.0, -0.5, 0.3, 4.0]
    for x in numbers:
        leaf = Value(x, "x")
        area(leaf).backward()
        assert leaf.grad == pytest.approx(math.asinh(x), rel=1e-15)
        assert grad(grad(area))(x) == pytest.approx((1 + x * x) ** -0.5, rel=1e-14)
    x = Value(0.3, "x")
    y = area(x)
    values, (slopes,) = differentiate(y, [x], {x: numpy.array(numbers)})
    expected = [area(each) for each in numbers], [math.asinh(each) for each in numbers]
    assert list(values[y]) == pytest.approx(expected[0], rel=1e-14) and list(slopes) == pytest.approx(expected[1], rel=1e-14)
    for target in ("python", "numpy", *(["c"] if shutil.which("cc") else [])):
        program = compile(y, [x], [x], target=target, reduction="sum")
        for n in (1, 4):
            total, (slope,) = program.value_and_grad([], numbers[:n])
            assert total == pytest.approx(sum(expected[0][:n]), rel=1e-14)
            assert slope == pytest.approx(sum(expected[1][:n]), rel=1e-14)
    assert "from math import asinh\n" in program.source()
    assert "\n    double total" in program.source("c") and " asinh(x)" in program.source("c")
    assert "Math.asinh(x)" in program.source("javascript")
    label = Value(0.5, "asinh")
    assert "asinh_1 * asinh(asinh_1)" in compile(area(label), [label], reduction="none").source()
    assert "∂v1/∂x = asinh(x)" in repr(explain(y))
    assert r"\operatorname{asinh}(x)" in explain(y).latex


@pytest.mark.parametrize("language", [None, *LANGUAGES])
def test_a_text_that_was_forgotten(area, language):
    """Without a text in a language, what is printed or run in it is refused when it is made; other programs are not."""
    x = placeholder("x")
    y = area(x)
    if language:
        del TEXTS["asinh"][language]
    else:
        del TEXTS["asinh"]
    for each in [language] if language else LANGUAGES:
        sentence = f"compile: asinh has no text in the language '{each}'; add it to its row in TEXTS, in scalargrad/program"
        with pytest.raises(NotImplementedError, match=sentence):
            compile(y, [x], target="numpy").source(each)
        if each == "python" or each == "c" and shutil.which("cc"):
            with pytest.raises(NotImplementedError, match=sentence):
                compile(y, [x], target=each)
            assert compile(x * x, [x], target=each)(3.0) == 9.0
    assert compile(y, [x], target="numpy")(0.3) == pytest.approx(area(0.3), rel=1e-14)


def test_an_entry_that_numpy_does_not_know(area, monkeypatch):
    """A program that NumPy has no function for is refused when it is compiled."""
    monkeypatch.setattr(elementary.functions["asinh"], "numpy", "asinh_of_old")
    x = placeholder("x")
    with pytest.raises(TypeError, match="asinh: NumPy has no function 'asinh_of_old'; its entry needs"):
        compile(area(x), [x], target="numpy")
