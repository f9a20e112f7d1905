"""Derivatives of recorded graphs: Values in, Values out.

No derivative of an operation is written here: the rules of recorded nodes are run again, on the nodes, see `replay.py`.
"""

from typing import Any

from scalargrad.elementary import is_array
from scalargrad.engine import Value, constant, topological_order
from scalargrad.nested import flatten, map_nested
from scalargrad.nodes import call_rule
from scalargrad.replay import check_values, dependents, pull_back, push_forward


def gradient(y: Value, xs: Any) -> Any:
    """Return dy/dx as a Value, for one Value x, or for each in nested tuples, lists and dictionaries of Values."""
    return gradient_for("gradient", y, xs)


def vjp(ys: Any, xs: Any, cotangents: Any) -> Any:
    """Return cotangents times Jacobian, in the structure of xs, by one pass backward (reverse mode).

    There is a cotangent, a number or a Value, for each output: it says how much the output counts.
    """
    return _vjp("vjp", ys, xs, cotangents)


def jvp(ys: Any, xs: Any, tangents: Any) -> Any:
    """Return Jacobian times tangents, in the structure of ys, by one pass forward (forward mode).

    There is a tangent, a number or a Value, for each of xs: it says how fast the variable changes.
    """
    variables, speeds = _together("jvp", xs, tangents)
    order, partials = recorded("jvp", flatten(ys), variables)
    results = iter(push_forward(order, partials, speeds, flatten(ys)))
    return map_nested(lambda _: constant(next(results)), ys)


def hvp(y: Value, xs: Any, vector: Any) -> Any:
    """Return Hessian times vector, in the structure of xs, without the Hessian itself."""
    return _vjp("hvp", gradient_for("hvp", y, xs), xs, vector)


def gradient_for(name: str, y: Any, xs: Any) -> Any:
    """Return the gradient that the function of that name wants, for its errors."""
    if isinstance(y, (tuple, list)):
        raise TypeError(f"{name}: there is a gradient of one Value, and y has {len(y)}; see jacobian")
    return _vjp(name, y, xs, 1)


def _vjp(name, ys, xs, cotangents):
    outputs, seeds = _together(name, ys, cotangents)
    order, partials = recorded(name, outputs, flatten(xs))
    results = iter(pull_back(order, partials, seeds, flatten(xs)))
    return map_nested(lambda _: constant(next(results)), xs)


def _together(name, values, weights):
    """Return the Values, and the weight of each; the weights of one that occurs twice are added up."""
    values, weights = flatten(values), flatten(weights.tolist() if is_array(weights) else weights)
    check_values(name, values)
    if len(values) != len(weights):
        raise ValueError(
            f"{name}: the number of Values, {len(values)}, and of weights for them, {len(weights)}, must be equal"
        )
    summed: dict[Value, Any] = {}
    for value, weight in zip(values, weights):
        summed[value] = summed[value] + weight if value in summed else weight
    return values, summed


def recorded(name: str, outputs: list[Value], xs: list[Value]) -> tuple[list[Value], dict[Value, list]]:
    """Return the nodes, and the local derivatives of those that depend on xs as Values, made from the nodes themselves.

    name  the function that wants them, for its errors
    """
    check_values(name, [*outputs, *xs])
    order = topological_order(*outputs)
    found, partials = dependents(order, xs), dict[Value, list]()
    for node in order:
        if node._x in found or node._y in found:
            value, local = call_rule(node.operation, *node.inputs)
            partials[node] = [node if partial is value else partial for partial in local]  # as exp is its own derivative
    return order, partials
