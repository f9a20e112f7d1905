"""Tests of programs run by NumPy: the layers of a network are found again."""

import pytest

from scalargrad import compile
from scalargrad.graph import placeholder
from scalargrad.losses import mean_squared_error
from scalargrad.nn import MLP

pytest.importorskip("numpy")


def calls(width):
    """How many calls of NumPy a network of this width takes, forward and backward, and for its gradients."""
    model, x = MLP(3, [width, width, 2], "tanh", seed=0), placeholder(3)
    runner = compile(mean_squared_error(model(x), [0.5, -0.5]), [x], target="numpy").run
    return len(runner._invariant_calls), len(runner._calls), len(runner._products)


@pytest.mark.slow("compiles large networks")
def test_a_wider_network_takes_no_more_calls():
    """The number of calls depends on the layers, not on the neurons in them."""
    assert calls(20) == calls(50)
    assert sum(calls(50)) < 40
