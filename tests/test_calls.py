"""Tests of what is remembered of calls: names, arguments, results, and nothing of any other node."""

import copy
import gc
import pickle
import re

import pytest

from scalargrad import Value, group, tanh
from scalargrad.calls import calls_of
from scalargrad.engine import topological_order
from scalargrad.nn import Module
from scalargrad.vectors import Vector, convolve2d, softmax


@group("step {t}")
def step(h, x, t=0):
    return tanh(0.5 * h + x)


def names(node):
    return [call.name for call, _ in calls_of(node)]


def test_results_remember_their_call():
    """A result knows the name of its call and the Values it was given; what lies between knows nothing."""
    h, x = Value(1.0), Value(2.0)
    y = step(h, x, t=3)
    ((call, index),) = calls_of(y)
    assert index == "" and (call.name, call.inputs) == ("step 3", (h, x))
    assert [names(node) for node in topological_order(y) if node is not y] == [[]] * (len(topological_order(y)) - 1)
    assert names(step(h, x)) == ["step 0"]


def test_nodes_outside_of_groups_are_without():
    """A node that is no result of a group has nothing in its slot."""
    assert not hasattr(Value(1.0) * Value(2.0), "_calls")


def test_results_and_arguments_may_be_nested():
    """Values in sequences, dictionaries, arrays and iterators are found, on both sides; numbers are none."""
    numpy = pytest.importorskip("numpy")
    a, b, c, d, e = map(Value, range(5))

    @group("all")
    def everything(x, *, more):
        x = list(x)
        return {"sum": x[0] + x[1][0], "others": Vector([-x[2]["c"], 2.0])}

    results = everything((each for each in (a, [b], {"c": c})), more=numpy.array([d, e], dtype=object))
    assert [names(each) for each in (results["sum"], results["others"][0])] == [["all"]] * 2
    assert calls_of(results["sum"])[0][0].inputs == (a, b, c, d, e)


def test_results_have_indices():
    """Of several results each knows where it is found, in a vector or a matrix."""
    p = softmax([[Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]])
    assert [calls_of(each)[0][1] for row in p for each in row] == ["[0]", "[1]"] * 2
    image = convolve2d([[Value(1.0)] * 3] * 3, [[1.0]])
    assert [calls_of(each)[0][1] for row in image for each in row] == [f"[{i}][{j}]" for i in range(3) for j in range(3)]


def test_places_are_those_of_the_result():
    """The index of a result counts numbers, and results that are there twice; of rows of any length it has both places."""
    s, u, v, w = (Value(1.0) * i for i in range(4))
    results = []
    give = group("g")(lambda: results)
    for results[:], places in (
        ((s, s, u), ["[0]", "[2]"]),
        ((1.0, u), ["[1]"]),
        ([[s], [], [u, 0.0, v]], ["[0][0]", "[2][0]", "[2][2]"]),
        ([[[s, u]], [[v, w]]], ["[0][0][0]", "[0][0][1]", "[1][0][0]", "[1][0][1]"]),
    ):
        give()
        assert [index for each in (s, u, v, w) for _, index in calls_of(each)] == places
        for each in (s, u, v, w):
            each._calls = ()


def test_matrices_have_their_values_in_their_places():
    """Only rows of one length, of different Values and no numbers, are a matrix; so is an array of them."""
    numpy = pytest.importorskip("numpy")
    a, b, c, d, e, f = map(Value, range(6))
    for x, columns in (
        (a, 0),
        ([a, b, c], 1),
        ([[a, b, c], [d, e, f]], 3),
        (numpy.array([[a, b], [c, d], [e, f]], dtype=object), 2),
        (numpy.array(a, dtype=object), 0),
        ([[a, b, c], [b, d, e], [c, e, f]], 0),
        ([[a, 0.0], [b, c]], 0),
        ([a, b, a], 0),
        ([[], [a, b, c, d]], 0),
        ([[a, b], [c]], 0),
        ([[a, b], c], 0),
        ([[[a, b]], [[c, d]]], 0),
        ({"a": a, "b": b}, 0),
        ([numpy.ones(3), a], 0),
    ):
        y = group("g")(lambda x: a * 2)(x)
        ((call, _),) = calls_of(y)
        assert call.arguments[0].columns == columns, x


def test_iterators_are_read_twice():
    """The function gets all of an iterator that its call has looked at, by place and by name."""
    add = group("sum")(lambda xs: sum(xs))
    h, u = Value(1.0), Value(2.0)
    for y in (add(iter([h, u])), add(xs=iter([h, u]))):
        assert y.data == 3.0 and calls_of(y)[0][0].inputs == (h, u)


def test_calls_nest():
    """What a function gets from another one and hands on is a result of both, and the outer one is first."""

    @group("inner")
    def inner(x):
        return x * 2

    @group("outer")
    def outer(x):
        return inner(inner(x))

    y = outer(Value(1.0))
    assert names(y) == ["outer", "inner"]
    assert names(y.inputs[0]) == ["inner"]


def test_an_argument_that_is_returned_is_no_result():
    """Neither what was given nor a leaf is what a call has built."""

    @group("nothing")
    def nothing(x):
        return x, Value(2.0), 3.0

    x = Value(1.0) + 1
    assert [names(each) for each in nothing(x)[:2]] == [[], []]


def test_a_list_may_change_later():
    """What a call was given does not change with the list it was in."""
    x = [Value(1.0), Value(2.0)]

    @group("sum")
    def added(x):
        return x[0] + x[1]

    y, before = added(x), tuple(x)
    x.append(Value(3.0))
    assert calls_of(y)[0][0].inputs == before


def test_numbers_stay_numbers():
    """On plain numbers a group is the function and nothing else."""
    assert softmax([1000, 1000]) == (0.5, 0.5)
    assert group("twice")(lambda x: 2 * x)(3) == 6


def test_methods_are_groups():
    """A method of a module is a group like any other function, and its name may ask the module."""

    class Cell(Module):
        name = "memory"

        @group("{self.name}")
        def __call__(self, x):
            return x * x

    assert names(Cell()(Value(3.0))) == ["memory"]


def test_functions_keep_their_names():
    """The function is documented as it was."""
    assert softmax.__name__ == "softmax" and softmax.__doc__.startswith("Return the probabilities")


def test_copies_forget():
    """A copy of a graph, whose nodes are others, belongs to no call of the original."""
    y = step(Value(1.0), Value(2.0))
    assert calls_of(copy.deepcopy(y)) == calls_of(copy.copy(y)) == ()
    assert pickle.loads(pickle.dumps(Value(1.0))).data == 1.0


def test_a_long_chain_of_calls_is_freed_at_once():
    """Calls point upstream only: a graph of many of them is freed by reference counting, without recursion."""
    gc.collect()
    gc.disable()
    try:
        h = Value(0.0)
        for t in range(20_000):
            h = step(h, Value(1.0), t)
        del h
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_what_is_no_group():
    """A missing name, a function that has built nothing when it returns, and an unknown argument are a sentence each."""
    for name in (step, "", " ", 3, None):
        with pytest.raises(TypeError, match=r"the name comes first, as in @group\('softmax'\)"):
            group(name)

    def generator(x):
        yield x

    async def later(x):
        return x

    for function in (generator, later, Value(1.0)):
        with pytest.raises(TypeError, match="group 'g': a group is what a function has built when it returns, got"):
            group("g")(function)
    for name, field in (("step {k}", "{k}"), ("step {}", "{}"), ("{0}", "{0}")):
        with pytest.raises(
            ValueError, match=rf"group '{re.escape(name)}': {re.escape(field)} is no argument of .*; name one of them"
        ):
            group(name)(lambda x: x)
