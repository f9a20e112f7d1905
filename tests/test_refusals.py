"""Tests of what rules refuse: every reason is found without a number that is refused."""

import itertools

import pytest
from registered import OPERATIONS, arity

from scalargrad import Value, parse
from scalargrad.engine import Constant
from scalargrad.nodes import registry
from scalargrad.pages.refusals import refusals


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_refusal_has_its_reason(name):
    """What an operation says of numbers that it refuses is among its reasons."""
    apply = registry[name]
    reasons = refusals(apply(*(Value(0.5), Value(0.75))[: arity(apply)]))
    for numbers in itertools.product((-2.5, -1.0, 0.0, 0.5, 3.0, float("inf")), repeat=arity(apply)):
        try:
            apply(*map(Value, numbers))
        except (ValueError, ArithmeticError) as error:
            assert any(str(error).endswith(reason) for reason in reasons)


def test_the_registry_refuses_something():
    """Logarithms, roots and quotients have reasons, sums and exponentials have none."""
    a, b = Value(0.5), Value(3.0)
    assert all(refusals(y) for y in (a.log(), a.sqrt(), a / b, a.acos(), a**-1, a**b))
    assert not any(refusals(y) for y in (a + b, a.exp(), a.maximum(b), a.gelu(), a**2))


def test_a_constant_is_known():
    """A division by 2 refuses nothing, because the divisor is no number that changes."""
    y, _ = parse("a / 2", a=1)
    assert isinstance(y.inputs[1], Constant) and refusals(y) == []
