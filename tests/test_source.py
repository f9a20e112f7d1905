"""Tests of programs as texts: they compute what they say, in every language, whatever the labels are."""

import ctypes
import io
import json
import keyword
import shutil
import subprocess
import tokenize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalargrad import Value, compile, operations, sigmoid
from scalargrad.graph import placeholder

LABELS = (
    *("", "x", "x", "w[0]", "w[0][1]", "class", "lambda", "double", "const", "let", "n", "i", "step", "each", "math", "exp"),
    *("total", "d_x", "v1", "_", "__import__", "a b", "α", "ℯ", "1x", "-", "*/", "//", "#", '"""', "\\", "\n", "\r", "\x00"),
    *("x = 1; import os", "'); process.exit()", "*/ abort(); /*", "??/", "%s{}", "INFINITY", "NaN", "None", "M_PI"),
)


def program(labels):
    """A program with many kinds of operations, of which all nodes have labels, and its arguments."""
    leaves = [Value(0.25 * (i % 5) - 0.5) for i in range(4)]
    x, y = placeholder("x"), placeholder("y")
    nodes = [*leaves, x, y]
    unary = (
        operations.tanh,
        operations.exp,
        operations.softplus,
        sigmoid,
        operations.absolute,
        operations.relu,
        operations.negate,
    )
    for i, label in enumerate(labels):
        a, b = nodes[-1 - i % 3], nodes[i % len(nodes)]
        node = (
            unary[i % len(unary)](a * b - 1 / (2 + b * b))
            if i % 2
            else operations.absolute(operations.maximum(a, b)) ** 1.5 - b / 3
        )
        node = operations.tanh(node if i % 2 else operations.absolute(node) + operations.minimum(a, 0.5))
        node.label = label
        nodes.append(node)
    for node, label in zip((*leaves, x, y), reversed(labels)):
        node.label = label
    return compile([nodes[-1] + leaves[0] * leaves[0], nodes[-2]], [x, y], leaves, "python")


def arguments(step):
    return [p.data for p in step.parameters], [[0.5, 0.25], [1.5, -0.75], [-0.3, 0.6]]


def expected(step):
    parameters, batch = arguments(step)
    (total, each), gradients = step.value_and_grad(parameters, *zip(*batch))
    return [total, *gradients], list(each)


def names(source):
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.string for token in tokens if token.type == tokenize.NAME and not keyword.iskeyword(token.string)}


@pytest.mark.slow("many programs are compiled twice")
@given(st.lists(st.one_of(st.text(max_size=20), st.sampled_from(LABELS)), min_size=4, max_size=12))
def test_labels_are_never_code(labels):
    """Whatever the labels are, the Python program runs, and has plain names, each for one number only."""
    step = program(labels)
    plain = program([""] * len(labels))
    assert all(name.isascii() and name.isidentifier() for name in names(step.source()))
    assert expected(step) == expected(plain)


def test_python():
    """The printed Python program, run by itself, returns what the program returns."""
    step = program(LABELS)
    namespace = {}
    exec(step.source(), namespace)
    total, gradients, each = namespace["step"](*arguments(step))
    assert [total, *gradients] == expected(step)[0] and [number for (number,) in each] == expected(step)[1]


@pytest.mark.skipif(not shutil.which("cc"), reason="there is no C compiler")
def test_c(tmp_path):
    """The printed C program compiles without a warning, and computes what the Python program does."""
    step = program(LABELS)
    (tmp_path / "step.c").write_text(step.source("c"))
    command = [
        "cc",
        "-O1",
        "-Wall",
        "-Wextra",
        "-Wno-unused",
        "-Werror",
        "-ffp-contract=off",
        "-shared",
        "-fPIC",
        "step.c",
        "-o",
        "step.so",
        "-lm",
    ]
    subprocess.run(command, cwd=tmp_path, check=True)
    parameters, batch = arguments(step)
    totals, each = (ctypes.c_double * 5)(), (ctypes.c_double * 3)()
    flat = [number for example in batch for number in example]
    numbers = (ctypes.c_double * len(parameters))(*parameters), (ctypes.c_double * len(flat))(*flat)
    ctypes.CDLL(str(tmp_path / "step.so")).step(*numbers, ctypes.c_long(len(batch)), totals, each)
    assert list(totals) == pytest.approx(expected(step)[0], rel=1e-12)
    assert list(each) == pytest.approx(expected(step)[1], rel=1e-12)


@pytest.mark.skipif(not shutil.which("node"), reason="there is no node to run JavaScript")
def test_javascript(tmp_path):
    """The printed JavaScript program computes what the Python program does."""
    step = program(LABELS)
    call = f"console.log(JSON.stringify(step(...{json.dumps(arguments(step))})))"
    (tmp_path / "step.js").write_text(step.source("javascript") + call)
    printed = subprocess.run(["node", tmp_path / "step.js"], check=True, capture_output=True, text=True).stdout
    total, gradients, each = json.loads(printed)
    assert [total, *gradients] == pytest.approx(expected(step)[0], rel=1e-12)
    assert [number for (number,) in each] == pytest.approx(expected(step)[1], rel=1e-12)


NEURON = """\
import math


def exp(x):
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def step(parameters, batch):
    [w, b] = parameters
    # the same for every example
    v1 = 0.1 * w
    total_loss = 0.0
    d_w = 0.0
    d_b = 0.0
    for [x, t] in batch:
        # forward
        s = w * x + b
        y = 1.0 / (1.0 + exp(-s))
        v2 = y - t
        # backward
        d_y = 2.0 * v2
        d_s = y * (1.0 - y) * d_y
        # added up over the batch
        total_loss += v2 * v2
        d_w += x * d_s
        d_b += d_s
    n = len(batch)
    return [total_loss / n + v1 * w, [d_w / n + v1 + v1, d_b / n]]
"""


def test_a_neuron_reads_like_a_program_written_by_hand():
    """The program of a neuron with a penalty is this text, in which forward and backward are apart."""
    w, b, x, t = Value(0.5, "w"), Value(0.0, "b"), placeholder("x"), placeholder("t")
    s = w * x + b
    y = sigmoid(s)
    loss = (y - t) ** 2 + 0.1 * w * w
    s.label, y.label, loss.label = "s", "y", "loss"
    assert compile(loss, [x, t], [w, b]).source() == NEURON


def test_what_is_not_used_is_not_written():
    """A program without inputs has no loop, no number of examples, and nothing that is added up."""
    w = Value(0.5, "w")
    assert compile(w * w, []).source() == "def step(parameters, batch):\n    [w] = parameters\n    return [w * w, [w + w]]\n"


def test_what_is_the_same_for_every_example_is_computed_before_the_loop():
    """An expression of parameters alone stands above the loop, although it is used once."""
    w, x = Value(0.5, "w"), placeholder("x")
    before, _ = compile(x * sigmoid(w), [x], reduction="none").source().split("for [x] in batch:")
    assert "v1 = 1.0 / (1.0 + exp(-w))" in before


def test_infinite_constants():
    """Constants that are not finite are written as each language writes them."""
    x = placeholder("x")
    step = compile(operations.maximum(x, float("-inf")) * float("inf"), [x], target="python")
    assert step(-1.0) == float("-inf")
    for language, text in (("python", "-math.inf"), ("c", "-INFINITY"), ("javascript", "-Infinity")):
        assert text in step.source(language)
