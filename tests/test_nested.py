"""Tests of nested structures."""

from collections import namedtuple

from scalargrad import Value, compile
from scalargrad.calculus import grad, jacobian
from scalargrad.graph import Session, placeholder
from scalargrad.nested import flatten, map_nested, rebuilt
from scalargrad.replay import evaluate

Pair = namedtuple("Pair", "a b")


def test_structures_keep_their_kind():
    """Tuples, lists, dictionaries and namedtuples are flattened in order, and come back as what they were."""
    nested = {"x": (1, [2, Pair(3, ())]), "y": 4}
    assert flatten(nested) == [1, 2, 3, 4] and flatten(5) == [5]
    assert map_nested(lambda x: -x, nested) == {"x": (-1, [-2, Pair(-3, ())]), "y": -4}
    assert type(rebuilt(Pair(1, 2), [3, 4])) is Pair


def test_results_come_in_namedtuples():
    """Sessions, evaluate, programs and derivatives return a namedtuple for a namedtuple, and a dictionary for one."""
    x, w = placeholder("x"), Value(3.0)
    fetches = Pair(w * x, [x])
    for found in (Session().run(fetches, {x: 2.0}), evaluate(fetches, {x: 2.0})):
        assert found == Pair(6.0, [2.0]) and type(found) is Pair
    assert compile(Pair(w * x, x), [x])(2.0) == Pair(6.0, 2.0)
    assert compile({"loss": w * x, "x": x}, [x])(2.0) == {"loss": 6.0, "x": 2.0}
    assert grad(lambda pair: pair.a * pair.b)(Pair(2.0, 3.0)) == Pair(3.0, 2.0)
    assert jacobian(lambda pair: pair.a * pair.b)(Pair(2.0, 3.0)) == Pair(3.0, 2.0)
