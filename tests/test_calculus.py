"""Tests of derivatives that are graphs."""

import inspect
import itertools
import math
import time

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from registered import OPERATIONS, arity

from scalargrad import Value, draw, elementary, exp, maximum, operation, operations, parse, sigmoid, sin, tanh
from scalargrad.calculus import check_gradients, grad, gradient, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from scalargrad.engine import topological_order
from scalargrad.graph import Session, Variable, evaluate, placeholder
from scalargrad.losses import cross_entropy
from scalargrad.nodes import registry
from scalargrad.shapes import Vector
from scalargrad.vectors import dot, log_softmax, matmul, softmax

# Each operation at points where its first three derivatives exist, one row of arguments a point.
POINTS = {name: [(0.7,)] if arity(registry[name]) == 1 else [(0.5, -1.5)] for name in OPERATIONS} | {
    "variable_power": [(1.3, 2.2), (0.4, -1.1)],
    **dict.fromkeys(("fixed_power", "absolute"), [(1.3,), (-0.6,)]),
    **dict.fromkeys(("sigmoid", "softplus", "silu", "gelu", "elu"), [(0.7,), (-2.0,)]),
    **dict.fromkeys(("relu", "leaky_relu", "step", "sign"), [(0.7,), (-0.7,)]),
    **dict.fromkeys(("maximum", "first_maximum"), [(0.5, 1.5), (1.5, 0.5)]),
}


def numbers(x):
    """The numbers in nested tuples of Values, as an array."""
    return numpy.array([numbers(part) for part in x]) if isinstance(x, (tuple, list)) else x.data


@pytest.mark.parametrize(("name", "point"), [(name, point) for name, points in POINTS.items() for point in points])
def test_three_orders(name, point):
    """The first, second and third derivatives of an operation are the slopes of those one order lower."""

    def function(*xs):
        # Composed with squares, so that no derivative of the whole is 0 by chance.
        y = registry[name](*[x * x * math.copysign(1, p) for x, p in zip(xs, point)])
        return y * y

    start = [math.sqrt(abs(p)) for p in point]
    for _ in range(3):
        lower = function
        xs = [Value(x) for x in start]
        for i, derivative in enumerate(gradient(lower(*xs), xs)):
            h = 1e-3
            shifted = [lower(*(Value(x + s * h * (i == j)) for j, x in enumerate(start))).data for s in (-2, -1, 1, 2)]
            slope = (shifted[0] - 8 * shifted[1] + 8 * shifted[2] - shifted[3]) / (12 * h)
            assert derivative.data == pytest.approx(slope, rel=1e-6, abs=1e-7)

        def function(*xs, lower=lower):
            return gradient(lower(*xs), xs)[-1]


def test_a_gradient_is_a_graph():
    """A gradient depends on the variables themselves, and can be drawn, computed with and differentiated."""
    x = Value(2.0, label="x")
    dy = gradient(x**3, x)
    assert dy.data == 12
    assert x in topological_order(dy)
    assert "x<SUP>2</SUP>" in draw(dy).source
    dy.backward()
    assert x.grad == 12
    x.grad = 0
    (gradient(dy, x) + dy).backward()
    assert x.grad == 6 + 12


def test_gradients_leave_the_graph_alone():
    """gradient changes no `grad`, and shares what does not depend on the variables."""
    x, w = Value(0.5), Value(2.0)
    expensive = tanh(w)
    y = expensive * x
    assert gradient(y, x) is expensive
    assert (x.grad, w.grad, y.grad) == (0, 0, 0)


def test_gradients_in_structures():
    """Gradients come in the structure of the variables, with 0 where there is no dependence."""
    x, y, z = Value(2), Value(3), Value(4)
    dx, (dy, [dz]) = gradient(x * y, (x, (y, [z])))
    assert (dx.data, dy.data, dz.data) == (3, 2, 0)
    assert gradient(x, x).data == 1


def test_gradients_toward_inner_nodes():
    """A variable may be computed from others, and those from it, and each gets its whole derivative."""
    x = Value(2.0)
    u = x * x
    y = u * x
    assert [d.data for d in gradient(y, [u, x])] == [2, 12]
    assert gradient(gradient(y, u), x).data == 1
    assert gradient(gradient(y, x), u).data == 1
    e = exp(x)
    assert gradient(e, x) is e


def test_perturbations_are_not_confused():
    """d/dx of x * d/dy (x + y) is 1, although both derivatives are of one expression."""
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0) == 1
    assert grad(lambda x: x * grad(lambda y: x * y)(x))(3.0) == 6
    assert grad(lambda x: grad(lambda y: x * y)(x))(3.0) == 1
    x, y = Value(1), Value(1)
    inner = gradient(x + y, y)
    assert gradient(x * inner, x).data == 1


@given(st.floats(-2, 2))
def test_grad_nests(x):
    """Three times grad is the third derivative."""
    assert grad(grad(grad(lambda x: x**4 + sin(x))))(x) == pytest.approx(24 * x - math.cos(x), abs=1e-12)
    t = math.tanh(x)
    assert grad(grad(tanh))(x) == pytest.approx(-2 * t * (1 - t * t), abs=1e-12)


def test_grad_of_numbers_and_of_values():
    """Plain numbers give plain numbers; Values give Values, and so do functions that use other Values."""
    w = Value(3.0)
    assert type(grad(lambda x: x * x)(2)) is float
    assert isinstance(grad(lambda x: x * x)(w), Value)
    assert isinstance(grad(lambda x: w * x)(2.0), Value)
    assert grad(lambda x: 5.0)(2.0) == 0
    assert value_and_grad(lambda x, y: x * y, argument=1)(2.0, 3.0) == (6, 2)


def test_grad_of_vectors():
    """An argument may be a nested sequence, and the gradient has its structure."""
    assert grad(lambda v: dot(v, v))([1.0, 2.0]) == [2, 4]
    assert value_and_grad(lambda w, x: sigmoid(dot(w, x)))((0.0, 0.0), (1.0, 2.0)) == (0.5, (0.25, 0.5))
    for result in (lambda x: (x, x), lambda x: [x, x], lambda x: None):
        with pytest.raises(
            TypeError, match="grad: the function returned .*, and there is a gradient of one number; see jacobian"
        ):
            grad(result)(1.0)
    with pytest.raises(TypeError, match="grad: the function was called with 1 arguments, and needs number 1"):
        grad(lambda x: x, argument=1)(1.0)


W, X = numpy.array([[1.0, -2.0, 0.5], [0.3, 4.0, -1.0]]), numpy.array([0.5, -1.5, 2.0])


def test_grad_of_an_array():
    """An array arrives as a Vector of Values, and its gradient is an array of its shape, of floats."""
    seen = []

    def energy(w):
        seen.append(w)
        return (w * w).sum() / 2

    for array in (W, X, numpy.array(3.0), numpy.array([[1, 2]]), numpy.float32([1.5])):
        found = grad(lambda w: energy(w) if array.ndim else w * w / 2)(array)
        assert isinstance(found, numpy.ndarray) and found.dtype == float
        assert numpy.array_equal(found, array)
    assert type(seen[0]) is Vector and seen[0].shape == (2, 3) and all(isinstance(x, Value) for x in seen[0][1])
    y, found = value_and_grad(lambda w: (w @ X) @ (w @ X))(W)
    assert y == pytest.approx((W @ X) @ (W @ X), rel=1e-14) and type(y) is float
    assert numpy.allclose(found, 2 * numpy.outer(W @ X, X), rtol=1e-14)


def test_grad_of_dictionaries():
    """Parameters in nested dictionaries, tuples, lists, Vectors and arrays have gradients in the same places."""
    parameters = {"layer": {"W": W, "b": Vector([0.1, 0.2])}, "scale": 2.0, "rest": ([1.0, (3,)], Vector([[5.0]]))}

    def loss(p, x):
        return p["scale"] * (p["layer"]["W"] @ x + p["layer"]["b"]).sum() + p["rest"][0][1][0] * p["rest"][1][0][0]

    y, found = value_and_grad(loss)(parameters, X)
    assert y == pytest.approx(2 * ((W @ X).sum() + 0.3) + 15, rel=1e-14)
    assert numpy.allclose(found["layer"].pop("W"), 2 * numpy.ones((2, 1)) * X, rtol=1e-14)
    assert found == {
        "layer": {"b": Vector([2.0, 2.0])},
        "scale": pytest.approx((W @ X).sum() + 0.3, rel=1e-14),
        "rest": ([0.0, (5.0,)], Vector([[3.0]])),
    }
    assert type(found["layer"]["b"]) is Vector and type(found["rest"][1][0]) is Vector


def test_argnums():
    """The argument may be called argnums, be counted from the end, and be a tuple, which gives a tuple."""

    def f(x, y, z):
        return x * y**2 * z**3

    for several in (grad(f, (0, 2)), grad(f, argument=(0, 2)), grad(f, argnums=(0, -1))):
        assert several(2.0, 3.0, 1.0) == (9, 54)
    assert grad(f, argnums=1)(2.0, 3.0, 1.0) == grad(f, 1)(2.0, 3.0, 1.0) == grad(f, argument=-2)(2.0, 3.0, 1.0) == 12
    assert grad(f, argnums=(1,))(2.0, 3.0, 1.0) == (12,)
    assert value_and_grad(f, argnums=(2, 0))(2.0, 3.0, 1.0) == (18, (54, 9))
    assert hessian(f, argnums=(0, 1))(2.0, 3.0, 1.0) == ((0, 6), (6, 4))
    assert jacobian(f, argnums=2)(2.0, 3.0, 1.0) == jacobian(f, 2)(2.0, 3.0, 1.0) == 54
    first, second = jacobian(lambda x, A: A @ x, argnums=(0, 1))(X, W)
    assert numpy.array_equal(first, W)
    assert numpy.array_equal(second, numpy.einsum("ik,l->ikl", numpy.eye(2), X))


@pytest.mark.slow("finite differences of many structures")
@given(st.lists(st.floats(-3, 3), min_size=3, max_size=3))
def test_jacobian_of_a_function(logits):
    """Of softmax it is diag(p) - p p^T, for arrays, Vectors and lists, and a row is in the structure of the argument."""
    p = numpy.array(softmax(logits))
    expected = numpy.diag(p) - numpy.outer(p, p)
    for argument, kind in ((numpy.array(logits), numpy.ndarray), (Vector(logits), Vector), (logits, Vector)):
        found = jacobian(softmax)(argument)
        assert type(found) is kind and numpy.allclose(found, expected, rtol=0, atol=1e-14)
        found = jacobian(lambda z: list(softmax(z)))(argument)
        assert type(found) is list and type(found[0]) is type(argument)
        assert numpy.allclose(found, expected, rtol=0, atol=1e-14)


def test_the_rows_of_a_jacobian_are_results():
    """Where result and argument differ in length, the first index is the result's, on every kind of vector."""
    for argument in (X, Vector(X), list(X), tuple(X)):
        assert numpy.array_equal(jacobian(lambda x: matmul(W, x))(argument), W)
    assert numpy.array_equal(numbers(jacobian(matmul(W, x := Vector(map(Value, X))), x)), W)


def test_jacobian_of_structures():
    """The structure of the result is outside; of a Vector and a dictionary each entry has both shapes, as in JAX."""

    def model(p):
        y = p["W"] @ p["x"][0] + p["x"][1]
        return {"y": y, "first": (y[0], [p["x"][1] * 2])}

    found = jacobian(model)({"W": W, "x": (X, 3.0)})
    assert list(found) == ["y", "first"]
    assert numpy.array_equal(found["y"]["W"], numpy.einsum("ik,l->ikl", numpy.eye(2), X))
    assert numpy.array_equal(found["y"]["x"][0], W)
    assert found["y"]["x"][1] == Vector([1.0, 1.0])
    first, [second] = found["first"]
    assert numpy.array_equal(first["W"], [X, [0, 0, 0]]) and numpy.array_equal(first["x"][0], W[0])
    assert second["x"][1] == 2.0 and not second["W"].any()
    pairs = jacobian(lambda p: W @ p[0] + p[1])((Vector(X), Vector([0.0, 0.0])))
    assert type(pairs) is tuple and numpy.array_equal(pairs[0], W) and numpy.array_equal(pairs[1], numpy.eye(2))
    products = [jacobian(lambda A: A @ A.T)(argument) for argument in (W, Vector(W))]
    assert products[0].shape == products[1].shape == (2, 2, 2, 3) and numpy.array_equal(*products)
    assert jacobian(lambda x: numpy.array([1.0, 2.0]))(X).tolist() == numpy.zeros((2, 3)).tolist()


@pytest.mark.slow("finite differences of second order, many structures")
@given(st.lists(st.floats(-2, 2), min_size=3, max_size=3))
def test_hessian_of_a_function(point):
    """It is jacobian(grad(f)), what the graph gives, symmetric, and the slope of the gradient."""

    def f(x):
        return log_softmax(x * x)[0] + x[0] * x[1] ** 2 * x[2]

    x = numpy.array(point)
    H = hessian(f)(x)
    assert type(H) is numpy.ndarray and numpy.allclose(H, H.T, rtol=0, atol=1e-12)
    assert numpy.array_equal(H, jacobian(grad(f))(x))
    z = Vector(map(Value, point))
    assert numpy.allclose(H, numbers(hessian(f(z), z)), rtol=0, atol=1e-12)
    for i, step in enumerate(1e-3 * numpy.eye(3)):
        slope = grad(f)(x - 2 * step) - 8 * grad(f)(x - step) + 8 * grad(f)(x + step) - grad(f)(x + 2 * step)
        assert slope / 12e-3 == pytest.approx(H[i], abs=1e-8)
    blocks = hessian(lambda p: p["a"] @ p["b"] * p["c"])({"a": x, "b": Vector([1.0, 2.0, 3.0]), "c": 2.0})
    assert numpy.array_equal(blocks["a"]["b"], 2 * numpy.eye(3)) and numpy.array_equal(blocks["b"]["c"], x)
    assert type(blocks["c"]["b"]) is Vector and blocks["c"]["c"] == 0


def test_functions_of_functions():
    """The derivatives of functions nest in every order, with arrays too, and give Values where Values are used."""
    assert grad(lambda x: grad(lambda y: (y * y * x).sum())(X)[0])(3.0) == 2 * X[0]
    assert numpy.allclose(grad(lambda x: sum(jacobian(lambda y: y**3)(x)[i][i] for i in range(3)))(X), 6 * X)
    assert numpy.allclose(jacobian(jacobian(lambda x: x[0] * x))(X), jacobian(lambda x: jacobian(lambda x: x[0] * x)(x))(X))
    third = jacobian(hessian(lambda x: (x**4).sum()))(X)
    assert third.shape == (3, 3, 3) and third[1, 1, 1] == pytest.approx(24 * X[1], rel=1e-14) and third.sum() == 24 * X.sum()
    w = Value(2.0)
    mixed = grad(lambda x: (w * x * x).sum())(X)
    assert type(mixed) is Vector
    assert [gradient(part, w).data for part in mixed] == list(2 * X)


def test_what_has_no_derivative():
    """What is no function, no place of an argument, no number in an argument or in a result is named in a sentence."""
    x, positions = Value(1.0), "argnums, or argument, is a whole number, or a tuple of some, as in"
    for transform in (grad, value_and_grad, jacobian, hessian):
        name = transform.__name__

        def refused(call, sentence, *, name=name):
            with pytest.raises(TypeError) as error:
                call()
            assert str(error.value) == f"{name}: {sentence}"

        if transform in (grad, value_and_grad):
            for wrong in (3.0, None, x):
                refused(lambda: transform(wrong), f"a function comes first, as in {name}(lambda x: x * x), got {wrong!r}")
            refused(lambda: transform(tanh, 1, argnums=2), f"{positions} {name}(f, 0), got 1 and 2")
            for wrong in (None, "y", [x], x * x == 1):
                got = f"the function returned {wrong!r}, and there is a gradient of one number; see jacobian"
                if wrong is not False:
                    refused(lambda: transform(lambda x: wrong)(1.0), got)
        else:
            sentence = f"of a graph it takes the result and the variables, as in {name}(y, x); of a function, {name}(f)"
            refused(lambda: transform(x), sentence)
            refused(lambda: transform(x, x, argnums=0), sentence)
        for wrong in (1.5, "x", (), (0, None), [0]):
            refused(lambda: transform(tanh, argnums=wrong), f"{positions} {name}(f, 0), got {wrong!r}")
        for i in (1, -2):
            refused(
                lambda: transform(tanh, argnums=i)(1.0), f"the function was called with 1 arguments, and needs number {i}"
            )
        kinds = "a number, or tuples, lists, dictionaries, Vectors and arrays of numbers"
        for wrong in ("2", None, 1j, {1.0}):
            for argument in (wrong, [1.0, {"a": wrong}]):
                refused(lambda: transform(lambda x: 1.0)(argument), f"an argument is {kinds}, got {wrong!r}")
        for wrong in (numpy.array(["a"]), numpy.array([x]), numpy.array([1j])):
            refused(lambda: transform(lambda x: 1.0)(wrong), f"an argument is {kinds}, got {wrong!r}")
    with pytest.raises(TypeError, match="jacobian: the function returned 'y', and there are derivatives of numbers"):
        jacobian(lambda x: [x, "y"])(1.0)


@given(st.lists(st.floats(-2, 2), min_size=6, max_size=6), st.lists(st.floats(-2, 2), min_size=3, max_size=3))
def test_jacobian_of_matmul(weights, inputs):
    """The Jacobian of A x toward x is A, and toward A it is x in the row's own place."""
    A = [[Value(x) for x in weights[:3]], [Value(x) for x in weights[3:]]]
    x = [Value(v) for v in inputs]
    y = matmul(A, x)
    assert numbers(jacobian(y, x)).tolist() == [weights[:3], weights[3:]]
    toward_A = numbers(jacobian(y, A))
    for i in range(2):
        assert toward_A[i][i].tolist() == inputs
        assert not toward_A[i][1 - i].any()


@given(st.lists(st.floats(-3, 3), min_size=3, max_size=3))
def test_jacobian_and_hessian_of_softmax(logits):
    """softmax has the Jacobian diag(p) - p p^T, which is the Hessian of cross-entropy, whose gradient is p - t."""
    z = [Value(x) for x in logits]
    p = numpy.array(softmax(logits))
    expected = numpy.diag(p) - numpy.outer(p, p)
    assert numpy.allclose(numbers(jacobian(softmax(z), z)), expected, atol=1e-14)
    loss = cross_entropy(z, 1)
    assert numpy.allclose(numbers(gradient(loss, z)), p - [0, 1, 0], atol=1e-14)
    assert numpy.allclose(numbers(hessian(loss, z)), expected, atol=1e-12)


def test_hessian():
    """The Hessian of a polynomial is known, symmetric, and times a vector what hvp gives."""
    x, y = Value(2.0), Value(3.0)
    f = x**3 * y + x * y**2
    H = numbers(hessian(f, [x, y]))
    assert H.tolist() == [[36, 18], [18, 4]]
    assert numbers(hvp(f, [x, y], [1, -2])).tolist() == (H @ [1, -2]).tolist()
    assert hessian(x**3, x).data == 12


def test_forward_and_reverse_mode_agree():
    """Rows of the Jacobian by vjp and columns by jvp are the same numbers."""
    x = [Value(v) for v in (0.5, -1.0, 2.0)]
    y = [tanh(x[0] * x[1]) + x[2], x[0] * exp(x[2]), x[1] * 1.0]
    J = numbers(jacobian(y, x))
    for i in range(3):
        unit = [int(i == j) for j in range(3)]
        assert numbers(vjp(y, x, unit)) == pytest.approx(J[i])
        assert numbers(jvp(y, x, unit)) == pytest.approx(J[:, i])
    assert numbers(vjp(y, x, [1.0, 2.0, 3.0])) == pytest.approx(numpy.array([1, 2, 3]) @ J)
    assert numbers(jvp(y, x, [Value(1), Value(2), Value(3)])) == pytest.approx(J @ [1, 2, 3])


def test_variables_may_depend_on_each_other():
    """Forward mode follows a change of x through u = x * x as reverse mode does, and adds what u changes by itself."""
    x = Value(2.0)
    u = x * x
    y = u * x
    toward_x, toward_u = (d.data for d in gradient(y, [x, u]))
    for tangents in ([1, 0], [0, 1], [1, 1], [2, -3]):
        assert jvp(y, [x, u], tangents).data == tangents[0] * toward_x + tangents[1] * toward_u
    assert jvp(y, [x, x], [1, 2]).data == 3 * toward_x


def test_forward_mode_shares_what_does_not_change():
    """What does not depend on the variables is not computed again."""
    x, w = Value(0.5), Value(2.0)
    expensive = tanh(w)
    assert jvp(expensive * x, x, 1) is expensive


def test_transformed_functions_keep_their_names():
    """grad and value_and_grad look like the function they were made of, and pass keyword arguments on."""

    def power(x, exponent=2):
        """x to the power."""
        return x**exponent

    for transformed in (grad(power), value_and_grad(power)):
        assert (transformed.__name__, transformed.__doc__) == ("power", "x to the power.")
    assert grad(power)(2.0, exponent=3) == 12
    w = Value(2.0)
    assert all(isinstance(each, Value) for each in value_and_grad(lambda x: w * x)(2.0))


@pytest.mark.slow("measures time")
def test_gradients_of_long_vectors_take_linear_time():
    """Ten times as many components take about ten times as long, not a hundred times."""

    def seconds(n):
        start = time.perf_counter()
        grad(lambda v: dot(v, v))([1.0] * n)
        return time.perf_counter() - start

    assert min(seconds(5000) for _ in range(3)) < 50 * min(seconds(500) for _ in range(3))


def test_outputs_may_occur_twice():
    """An output that is given twice counts twice, and one may be a variable."""
    x = Value(3.0)
    y = x * x
    assert vjp([y, y, x], x, [1, 10, 100]).data == 6 + 60 + 100
    assert [d.data for d in jvp([y, x, Value(1)], x, 2)] == [12, 2, 0]


def test_structures_that_do_not_fit():
    """As many cotangents as outputs and as many tangents as variables are wanted."""
    x = Value(1.0)
    with pytest.raises(ValueError, match="vjp: the number of Values, 1, and of weights for them, 2, must be equal"):
        vjp(x * x, x, [1, 2])
    with pytest.raises(ValueError, match="jvp: the number of Values, 2, and of weights for them, 1, must be equal"):
        jvp(x * x, [x, x], [1])
    functions = {each.__name__: each for each in (gradient, jacobian, hessian)}
    functions |= {"hvp": lambda y, xs: hvp(y, xs, 1), "vjp": lambda y, xs: vjp(y, xs, 1)}
    for name, function in functions.items():
        for stranger in (3.0, "w", {1: 2.0}, iter([x])):
            with pytest.raises(TypeError, match=f"^{name}: Values are wanted, alone or in tuples and lists, got"):
                function(x, stranger)
            with pytest.raises(TypeError, match=f"^{name}: Values are wanted, alone or in tuples and lists, got"):
                function(stranger, x)
    with pytest.raises(TypeError, match="gradient: there is a gradient of one Value, and y has 2; see jacobian"):
        gradient([x, x], x)


def test_higher_derivatives_of_a_network():
    """Second derivatives of parsed expressions agree with slopes of their gradients."""
    text = "sigmoid(w1*x + tanh(w2*x)) * exp(-w1*w2)"
    values = {"w1": 0.5, "w2": -0.7, "x": 1.5}
    y, leaves = parse(text, **values)
    H = numbers(hessian(y, list(leaves.values())))
    for i, name in enumerate(values):
        shifted = []
        for h in (-1e-5, 1e-5):
            z, others = parse(text, **{**values, name: values[name] + h})
            z.backward()
            shifted.append(numpy.array([leaf.grad for leaf in others.values()]))
        assert (shifted[1] - shifted[0]) / 2e-5 == pytest.approx(H[i], rel=1e-6, abs=1e-9)
    assert pytest.approx(H.T) == H


def test_check_gradients_passes_what_is_right():
    """Right derivatives pass, at the points given and at random ones."""
    check_gradients(lambda x, y: x * y + tanh(x) / y)
    check_gradients(tanh, 0.5, -2.0)
    check_gradients(lambda x, y: maximum(x, y), (1.0, 2.0), (2.0, 1.0))
    check_gradients(lambda x: 3.0)
    check_gradients(lambda x: 1 / x, 0.01, 1e-6, -1e6)
    check_gradients(lambda x, y: x * y, [1.0, 2.0])
    check_gradients(lambda x, kind="square": x * x if kind == "square" else 0)
    check_gradients(lambda x: (x - 1) ** 2, 1.0)
    check_gradients(exp, 20.0)


def test_check_gradients_looks_at_the_same_ten_points():
    """Without points there are ten, drawn from 0.5 to 2, the same in every run."""
    runs = []
    for _ in range(2):
        seen = []

        def spy(x, y):
            seen.append((x.data, y.data))
            return x * y

        check_gradients(spy)
        runs.append(seen)
    assert runs[0] == runs[1]
    centers = runs[0][:: len(runs[0]) // 10]
    assert len(set(centers)) == 10 and all(0.5 <= x <= 2 for point in centers for x in point)


@pytest.mark.parametrize("wrong", [0, 1])
def test_check_gradients_finds_small_errors(wrong):
    """A derivative that is off by one in ten thousand is found, toward either input."""

    @operation("slightly_wrong")
    def slightly_wrong(x, y):
        return x * y, y * (1 + 1e-4 * (wrong == 0)), x * (1 + 1e-4 * (wrong == 1))

    with pytest.raises(AssertionError, match=f"toward input {wrong} of slightly_wrong"):
        check_gradients(slightly_wrong)


def test_check_gradients_checks_forward_mode(monkeypatch):
    """A forward mode that went wrong would be named."""
    monkeypatch.setattr("scalargrad.calculus.checks.jvp", lambda *_: Value(9.0))
    with pytest.raises(AssertionError, match="argument 0 of the function at .*, by forward mode, is 9.0"):
        check_gradients(tanh)


def test_check_gradients_names_the_rule_at_fault():
    """A wrong local derivative is reported with the operation, the input, and both numbers."""

    @operation("bad_product")
    def bad_product(x, y):
        return x * y, y, y

    with pytest.raises(AssertionError) as error:
        check_gradients(lambda x, y: tanh(bad_product(x, y)), (2.0, 0.5))
    assert str(error.value).startswith(
        "the derivative toward input 1 of bad_product(input 0, input 1) at (2.0, 0.5), by its rule, is 0.5, "
        "but finite differences give 2.0000000000"
    ) or "give 1.99999999" in str(error.value)


def test_check_gradients_sees_what_drops_the_graph():
    """A function that goes through a plain number has derivatives that are wrong although each rule is right."""
    with pytest.raises(
        AssertionError, match=r"argument 0 of the function at \(1.5,\), by reverse mode, is 1.5, but .* give 3"
    ):
        check_gradients(lambda x: x * x.data, 1.5)


def test_check_gradients_sees_rules_that_only_work_on_floats():
    """A rule that is right on floats and wrong on Values is found by the modes, which run on Values."""

    @operation("frozen")
    def frozen(x):
        return elementary.exp(x), elementary.exp(x) if isinstance(x, float) else 1

    with pytest.raises(AssertionError, match="by reverse mode"):
        check_gradients(frozen, 1.0)


def test_errors_name_the_function_and_the_operation():
    """What is no Value is refused in the name of the function called, and an error of a rule in that of the operation."""
    x = Value(1.0)
    for call, name in ((lambda: jvp(3.0, x, 1), "jvp"), (lambda: vjp(3.0, x, 1), "vjp")):
        with pytest.raises(TypeError, match=f"^{name}: "):
            call()
    for kind in (TypeError, ValueError, ZeroDivisionError):

        def only_floats(x):
            if isinstance(x, float):
                return x, 1.0
            raise kind("no")

        with pytest.raises(kind, match=r"^only_floats\(.*\): no"):
            gradient(operation("only_floats")(only_floats)(x), x)


def test_rules_run_only_where_the_variables_matter():
    """What does not depend on the variables is not run again."""
    runs = []

    @operation("counted")
    def counted(x):
        runs.append(x)
        return x, 1

    x, w = Value(1.0), Value(2.0)
    gradient(counted(w) * x, x)
    assert len(runs) == 1


def test_ones_are_not_multiplied_by():
    """A local derivative that is a whole 1 makes no node."""
    x, w = Value(1.0), Value(2.0)
    factor = exp(w)
    assert gradient((x + w) * factor, x) is factor


def test_arguments_of_grad():
    """An argument that is not there is refused, and constants have gradients, and results of one's own Values are Values."""
    with pytest.raises(TypeError, match="needs number -2"):
        grad(lambda x: x * x, -2)(2.0)
    assert grad(lambda x: 5)(2.0) == 0
    w = Value(3.0)
    assert isinstance(value_and_grad(lambda x: x + w)(2.0)[0], Value)


def test_check_gradients_uses_its_tolerance():
    """A larger tolerance lets a small error pass, in rules and in modes, and the point of an error is named."""

    @operation("nearly")
    def nearly(x):
        return x * x, 2 * x * (1 + 1e-4)

    check_gradients(nearly, tolerance=1e-3)
    check_gradients(lambda x: x * x.data, 1.5, tolerance=1.0)
    with pytest.raises(AssertionError, match=r"input 0 of nearly\(input 0\) at \(0.5,\), by its rule"):
        check_gradients(nearly, 0.5)


def applied(name, xs):
    """An operation, or a power with a plain number as its exponent, of as many of these inputs as it has."""
    if not isinstance(name, str):
        return xs[0] ** name
    arguments = inspect.signature(registry[name]).parameters.values()
    return registry[name](*xs[: sum(each.default is each.empty for each in arguments)])


@pytest.mark.slow("all operations, of first and second order")
@pytest.mark.parametrize("name", [*OPERATIONS, 0.5, -1, -1.5])
@settings(max_examples=20)
@given(st.lists(st.floats(0.1, 0.9), min_size=2, max_size=2))
def test_derivatives_with_placeholders_are_those_with_numbers(name, point):
    """First and second derivatives of a graph with placeholders, once they are fed, are those of the graph with numbers."""
    w, derivatives = Value(1.1), []
    known, fed = ([kind() for kind in kinds] for kinds in ([lambda x=x: Value(x) for x in point], [placeholder] * 2))
    for xs in (known, fed):
        y = applied(name, [x * w for x in xs])
        first = gradient(y * y, w)
        derivatives.append([first, gradient(first, w)])
    results = evaluate(derivatives[1], dict(zip(fed, point)))
    assert results == pytest.approx(numbers(derivatives[0]).tolist(), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("targets", [[0, 2], [[0.2, 0.5, 0.3], [1.0, 0.0, 0.0]]])
def test_gradients_of_a_loss_with_placeholders(targets):
    """The gradient of cross-entropy toward weights may be taken before the batch is fed, and its Hessian too."""
    W, X = Variable([[0.5, -1.0], [2.0, 0.3], [-0.7, 0.1]]), [[1.0, -2.0], [0.5, 3.0]]

    def derivatives(batch):
        loss = cross_entropy([matmul(W, x) for x in batch], targets)
        return gradient(loss, W), hessian(loss, W[0])

    batch = placeholder((2, 2), "X")
    results = Session().run(derivatives(batch), {batch: X})
    for found, expected in zip(results, derivatives(X)):
        assert numpy.allclose(found, numbers(expected), rtol=1e-12, atol=1e-12)


def test_rules_that_decide_before_placeholders_are_fed():
    """A rule with an `if` works on placeholders, and is named where its derivative is wanted before they are fed."""

    @operation("clipped")
    def clipped(x):
        return (x, 1) if x < 1 else (1, 0)

    x, w = placeholder("x"), Value(0.5)
    y = clipped(x * w)
    assert Session().run(y, {x: 1.5}) == 0.75
    with pytest.raises(
        TypeError, match=r"^clipped\(.*\): its rule decides by a number, as in `if x > 0`, that is not known"
    ):
        gradient(y, w)


EDGES = (0.0, -0.0, 1.0, -1.0, 0.5, 5e-324, 1e200, -800.0, math.inf, -math.inf, math.nan)


@pytest.mark.parametrize("name", [*OPERATIONS, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, math.inf, math.nan])
def test_gradient_answers_where_backward_does(name):
    """At kinks, borders, infinities and nan, where an operation has a result, gradient and jvp give what backward gives."""
    answered = 0
    for point in itertools.product(EDGES, repeat=2):
        xs = [Value(x) for x in point]
        try:
            y = applied(name, xs)
        except (ValueError, ZeroDivisionError):
            continue
        answered += 1
        y.backward()
        expected = [x.grad for x in y.inputs]
        for found in (gradient(y, y.inputs), [jvp(y, x, 1) for x in y.inputs]):
            assert numpy.array_equal(numbers(found), expected, equal_nan=True), point
    assert answered


def test_infinite_slopes():
    """sqrt and powers between 0 and 1 have an infinite slope at 0, as a graph, run again, and fed; so have their slopes."""
    x, p, half = Value(0.0), placeholder("p"), Value(0.5)
    assert gradient(x**half, x).data == math.inf
    for root in (operations.sqrt, lambda x: x**0.5, lambda x: x**0.3):
        slope = gradient(root(x), x)
        assert slope.data == evaluate(slope, {x: 0.0}) == Session().run(gradient(root(p), p), {p: 0.0}) == math.inf
        slope.backward()
        assert x.grad == gradient(slope, x).data == -math.inf
        x.grad = 0
        with pytest.raises((ValueError, ZeroDivisionError), match="zero"):
            1 / root(x)
    with pytest.raises(ValueError, match="zero has no negative power"):
        gradient(x**-1, x)
