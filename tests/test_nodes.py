"""Tests of how a rule becomes an operation."""

import inspect
import pickle
from fractions import Fraction

import numpy
import pytest

from scalargrad import draw, elementary, parse
from scalargrad.calculus import gradient
from scalargrad.engine import Value
from scalargrad.graph import Session, placeholder
from scalargrad.nodes import call_text, operation
from scalargrad.operations import multiply, sigmoid


def test_an_operation_of_ones_own_is_three_lines():
    """It computes on Values and numbers, is a method, differentiates, draws and parses."""

    @operation("cube")
    def cube(x):
        return x * x * x, 3 * x * x

    x = Value(2.0, label="x")
    y = cube(x) + x.cube()
    y.backward()
    assert (y.data, x.grad, cube(2)) == (16, 24, 8)
    assert "cube" in draw(y).source
    assert parse("cube(x)", x=2)[0].data == 8


def test_an_operation_of_two_inputs():
    """A rule of two numbers takes Values and numbers in any mixture."""

    @operation("hypot")
    def hypotenuse(x, y):
        length = elementary.sqrt(x * x + y * y)
        return length, x / length, y / length

    x, y = Value(3.0), Value(4.0)
    hypotenuse(x, y).backward()
    assert (x.grad, y.grad) == (0.6, 0.8)
    assert hypotenuse(3, y).data == hypotenuse(x, 4).data == x.hypotenuse(4).data == hypotenuse(3, 4) == 5


def test_parameters_are_fixed_numbers():
    """Arguments with a default can be given by place or by name, show in the symbol, and make no nodes."""

    @operation("bent {alpha:g}")
    def bent(x, alpha=1.0):
        negative = alpha * (elementary.exp(elementary.minimum(x, 0)) - 1)
        positive = elementary.step(x)
        return elementary.maximum(x, 0) + negative, positive + (1 - positive) * (negative + alpha)

    x = Value(-1.0)
    calls = bent(x, 2), bent(x, alpha=2), x.bent(2.0)
    assert len({call.data for call in calls}) == 1
    assert {call.operation.symbol for call in calls} == {"bent 2"}
    assert bent(x).inputs == (x,)
    assert bent(x).operation.symbol == "bent 1"
    assert bent(-1.0, 2) == calls[0].data


def test_parameters_are_python_numbers():
    """The kind of number that a parameter was first given as does not matter to later calls."""
    x = Value(2.0)
    for exponent in (numpy.float32(0.5), numpy.float64(0.5), Fraction(1, 2), 0.5):
        assert type((x**exponent).data) is float
        assert (x**exponent).data == 2**0.5
    assert (x ** numpy.int64(3)).operation is (x**3).operation
    assert (x**3).operation.rule(Fraction(1, 3)) == (Fraction(1, 27), Fraction(1, 3))


def test_surplus_arguments():
    """Arguments that a rule does not have are refused, and parameters may be keyword-only."""

    @operation("scaled {factor}")
    def scaled(x, *, factor=2):
        return factor * x, factor

    assert scaled(Value(3.0), factor=5).data == 15
    for call in (lambda: scaled(3.0, 5), lambda: Value(1.0).leaky_relu(0.1, 99), lambda: scaled(3.0, size=1)):
        with pytest.raises(TypeError, match="argument"):
            call()
    with pytest.raises(TypeError, match="operation many: a rule has one or two inputs"):

        @operation("many")
        def many(*xs):
            return sum(xs), 1


def test_several_parameters():
    """Parameters behind two inputs are found by place and by name, and those left out keep their default."""

    @operation("mix {a:g} {b:g}")
    def mix(x, y, a=2, b=3):
        return a * x + b * y, a, b

    assert [mix(1, 1), mix(1, 1, 5), mix(1, 1, b=5), mix(1, 1, 0, 1)] == [5, 8, 7, 1]
    x, y = Value(1.0), Value(1.0)
    mix(x, y, b=5).backward()
    assert (x.grad, y.grad) == (2, 5)


def test_errors_of_a_rule_keep_their_kind():
    """An error inside a rule begins with what was to be computed, and keeps its own cause."""

    @operation("careless")
    def careless(x, text=0):
        return (1 / x if x < 1 else x + "1"), 1

    for number, kind in ((0.0, ZeroDivisionError), (2.0, TypeError)):
        for call in (careless, lambda x: careless(Value(x))):
            with pytest.raises(kind, match=rf"careless\({number}\): ") as error:
                call(number)
            assert type(error.value.__cause__) is kind


def test_a_rule_can_be_called_by_itself():
    """`rule` is the pure function, and the operation keeps its name, its signature and its documentation."""
    assert multiply.rule(2, 3) == (6, 3, 2)
    assert multiply.symbol == "*"
    assert sigmoid.__name__ == "sigmoid"
    assert sigmoid.__doc__ == sigmoid.rule.__doc__
    assert str(inspect.signature(sigmoid)) == "(x)"
    assert pickle.loads(pickle.dumps(sigmoid)) is sigmoid


def test_a_cell_of_a_notebook_may_run_twice():
    """Defining an operation again replaces it."""

    def define(factor):
        @operation("scaled")
        def scaled(x):
            return factor * x, factor

    define(2)
    define(3)
    assert Value(1.0).scaled().data == parse("scaled(x)", x=1)[0].data == 3


def test_rules_that_are_none():
    """A rule with the wrong number of inputs, or named like something a Value has, is refused at once."""
    with pytest.raises(TypeError, match="operation sum3: a rule has one or two inputs.*, got 3"):

        @operation("sum3")
        def sum3(x, y, z):
            return x + y + z, 1, 1, 1

    with pytest.raises(TypeError, match="operation nothing: a rule has one or two inputs.*, got 0"):

        @operation("nothing")
        def nothing():
            return (1,)

    for name in ("data", "tanh", "<lambda>"):

        def rule(x):
            return x, 1

        rule.__name__ = name
        with pytest.raises(TypeError, match=f"operation {name}: "):
            operation("symbol")(rule)
    with pytest.raises(TypeError, match=r"the symbol comes first, as in @operation\('square'\)"):
        operation(rule)
    with pytest.raises(TypeError, match="the symbol comes first"):
        operation(" ")


def test_a_rule_that_forgets_its_derivatives():
    """The error names the operation and says what a rule returns."""

    @operation("forgetful")
    def forgetful(x):
        return x

    @operation("generous")
    def generous(x):
        return x, 1, 1

    for careless in (forgetful, generous):
        with pytest.raises(TypeError, match=rf"{careless.__name__}\(1.0\): its rule must return its value and one local"):
            careless(Value(1.0))

    @operation("forgets one")
    def forgets_one(x, y):
        return x + y, 1

    with pytest.raises(TypeError, match="its rule must return its value and one local"):
        forgets_one(Value(1.0), Value(2.0))
    with pytest.raises(TypeError, match=r"forgetful\(1.0\): its rule must return its value and one local"):
        forgetful(1.0)


def test_parameters_that_are_no_numbers():
    """A Value or a text where a parameter belongs is refused with the parameter's name."""
    for slope in (Value(0.1), "steep", [1]):
        with pytest.raises(TypeError, match="leaky_relu: its slope is a fixed number, got"):
            Value(1.0).leaky_relu(slope)
    with pytest.raises(TypeError, match="slopes"):
        Value(1.0).leaky_relu(slopes=1)


def test_operations_are_written_as_in_python():
    """written gives signs their place, negative numbers parentheses, and functions their parameters."""
    x = Value(2.0)
    nodes = [x + 1, -x, x**2, x**x, x.tanh(), x.maximum(1), x.leaky_relu(0.1)]
    texts = [
        call_text(node.operation, "a", "-3") if len(node.inputs) == 2 else call_text(node.operation, "-a") for node in nodes
    ]
    assert texts == ["a + (-3)", "-(-a)", "(-a)**2", "a ** (-3)", "tanh(-a)", "maximum(a, -3)", "leaky_relu(-a, 0.1)"]


@pytest.mark.parametrize("stranger", ["1", None, [1.0], 1j])
def test_inputs_that_are_no_numbers(stranger):
    """An input that is neither a Value nor a number is refused with the operation's name, on either side."""
    for call in (lambda: multiply(Value(1), stranger), lambda: stranger * Value(1), lambda: multiply(2, stranger)):
        with pytest.raises(TypeError, match=r"\*: Values and numbers are wanted, got"):
            call()


def test_an_error_inside_a_rule_is_its_own():
    """A rule that fails to unpack something is not told to return another shape: its own error follows its name."""

    @operation("halves")
    def halves(x):
        one, other = (x,)
        return one, other

    @operation("around")
    def around(x):
        return halves(x), 1

    message = r"halves\(1.0\): not enough values to unpack \(expected 2, got 1\)"
    x = placeholder("x")
    for rule, start in ((halves, "^"), (around, r"^around\(1.0\): ")):
        for call in (rule, lambda x: rule(Value(x)), lambda number: Session().run(rule(x), {x: number})):
            with pytest.raises(ValueError, match=start + message):
                call(1.0)


def test_the_shape_of_a_rule_is_checked_wherever_it_runs():
    """A rule with too few or too many results is found on Values, numbers, in a session and where derivatives are made."""

    @operation("forgetful")
    def forgetful(x):
        return x

    @operation("generous")
    def generous(x):
        return x, 1, 1

    @operation("single")
    def single(x, y):
        return x, 1

    x = placeholder("x")
    for rule, inputs in ((forgetful, 1), (generous, 1), (single, 2)):
        y = rule(*[x] * inputs)
        calls = (
            lambda: rule(*[Value(1.0)] * inputs),
            lambda: rule(*[1.0] * inputs),
            lambda: Session().run(y, {x: 1.0}),
            lambda: gradient(y, x),
        )
        for call in calls:
            with pytest.raises(TypeError, match=rf"^{rule.__name__}\(.*\): its rule must return its value and one local"):
                call()
