"""Losses: one number that says how wrong the outputs of a network are, to be made small.

With this module a batch of outputs and their targets become a Value to call `backward` on. Each loss is the mean over the
batch, so that it does not grow with the number of examples. A batch that is empty, or of another shape than its targets,
or in which an output is not finite or a target cannot be, is a ValueError that says which one is at fault. Of targets that
are fed only classes are looked at.

>>> f"{cross_entropy([Value(0.0), Value(0.0)], 1):.4f}"
'0.6931'
"""

import functools
import math
import numbers
import operator
from collections.abc import Iterable
from typing import Any

from scalargrad import elementary
from scalargrad.calls import group
from scalargrad.elementary import is_array
from scalargrad.engine import Value
from scalargrad.nested import flatten
from scalargrad.nodes import operation
from scalargrad.operations import exp, log, raise_if, relu, softplus
from scalargrad.shapes import Vector, elements, shape, to_vector, vector_of
from scalargrad.vectors import dot, shift, total


@group("mean_squared_error")
def mean_squared_error(outputs: Any, targets: Any) -> Any:
    """Return the mean of (output - target)^2, for outputs and targets of one shape."""
    return _mean("mean_squared_error", [(y - t) ** 2 for y, t in _pairs("mean_squared_error", outputs, targets)])


@group("hinge")
def hinge(scores: Any, labels: Any) -> Any:
    """Return the mean of max(0, 1 - label * score), for scores (n,) and labels (n,) that are 1 or -1.

    It is the loss of support vector machines (Cortes and Vapnik 1995), which want a margin between the classes.
    """
    return _mean("hinge", [relu(1 - y * s) for s, y in _pairs("hinge", scores, labels, SIGNS)])


@group("perceptron_loss")
def perceptron_loss(scores: Any, labels: Any) -> Any:
    """Return the mean of max(0, -label * score), for scores (n,) and labels (n,) that are 1 or -1.

    It is 0 where every sign is right (Rosenblatt 1958).
    """
    return _mean("perceptron_loss", [relu(-y * s) for s, y in _pairs("perceptron_loss", scores, labels, SIGNS)])


@group("binary_cross_entropy")
def binary_cross_entropy(logits: Any, targets: Any) -> Any:
    """Return the mean of -t log p - (1 - t) log(1 - p), with p = sigmoid(logit), for logits and targets (n,) from 0 to 1.

    It is computed from the logits, as log(1 + e^logit) - t * logit, and so never takes the logarithm of 0.
    """
    name = "binary_cross_entropy"
    return _mean(name, [softplus(z) - t * z for z, t in _pairs(name, logits, targets, PROBABILITIES)])


@group("cross_entropy")
def cross_entropy(logits: Any, targets: Any) -> Any:
    """Return the mean of -log softmax(logits)[target].

    For one example the shape of the logits is (classes,) and the target is a class, counted from 0, or a probability for
    each class, (classes,). For a batch there is one dimension more on both sides. It is computed from the logits, and so
    neither overflows nor takes the logarithm of 0.

    A class may be a Value, such as a placeholder. One that is no class raises ValueError when the graph runs.
    """
    name = "cross_entropy"
    logits, targets = to_vector(name, logits), to_vector(name, targets)
    logits_shape, targets_shape = shape(logits), shape(targets)
    if 0 in logits_shape:
        raise ValueError(f"{name}: the batch is empty")
    if len(logits_shape) == 1:
        logits, logits_shape, targets, targets_shape = (
            Vector([logits]),
            (1, *logits_shape),
            Vector([targets]),
            (1, *targets_shape),
        )
    if len(logits_shape) != 2 or targets_shape not in (logits_shape, logits_shape[:1]):
        raise ValueError(f"{name}: targets of shape {targets_shape} do not fit logits of shape {logits_shape}")
    for i, row in enumerate(logits):
        for z in row:
            _check_output(name, i, z)
    losses = []
    for i, (row, target) in enumerate(zip(logits, targets)):
        _, shifted = shift(row)
        scale = log(exp(shifted).sum())
        if targets_shape == logits_shape:
            _check_probabilities(name, i, target)
            losses.append(dot(target, scale - shifted))
        elif isinstance(target, Value):
            known = class_number(target, logits_shape[1])
            losses.append(scale - dot([is_class(known, k) for k in range(logits_shape[1])], shifted))
        else:
            losses.append(scale - shifted[_class(name, i, target, logits_shape[1])])
    return _mean(name, losses)


def _equal(x, k):
    """1 where x is the whole number k, else 0, for nan too, of any kind of number."""
    return elementary.step(1e-300 - abs(x - k))


@operation("class_number {classes:g}")
def class_number(x, classes=2):
    """x, which has to be one of so many classes, counted from 0; a whole number, so its derivative is 0"""
    known = functools.reduce(operator.add, (_equal(x, k) for k in range(classes)))
    wrong = known < 1
    if is_array(wrong) and wrong.any():  # where logarithms of arrays may be nan in places, no class may be
        x, wrong = x[wrong][0], True
    raise_if(wrong, f"{x} is no class: it must be a whole number from 0 to {classes - 1}")
    return x * (known / known), 0  # nan in a program, where the sentence cannot be raised at once


@operation("is_class {k:g}")
def is_class(x, k=0):
    """1 where the class x is k, else 0, and nan where x is nan; flat, so its derivative is 0"""
    return _equal(x, k) + 0 * x, 0


@group("l2_penalty")
def l2_penalty(parameters: Iterable[Value], strength: float = 1e-4) -> Any:
    """Return strength times the sum of the squares of the parameters, to be added to a loss."""
    return strength * total(p * p for p in flatten(list(parameters)))


# What targets may be: a condition, and how to say it.
SIGNS = (lambda t: t in (1, -1), "1 or -1")
PROBABILITIES = (lambda t: 0 <= t <= 1, "a number from 0 to 1")
NUMBERS = (math.isfinite, "a finite number")


def _pairs(name, outputs, targets, allowed=NUMBERS):
    """Yield each output with its target, after a look at both."""
    outputs, targets = to_vector(name, outputs), to_vector(name, targets)
    outputs_shape, targets_shape = shape(outputs), shape(targets)
    if outputs_shape != targets_shape:
        raise ValueError(
            f"{name}: outputs of shape {outputs_shape} and targets of shape {targets_shape} do not belong together"
        )
    if 0 in outputs_shape:
        raise ValueError(f"{name}: the batch is empty")
    size = math.prod(outputs_shape[1:])
    for i, (y, t) in enumerate(zip(elements(outputs), elements(targets))):
        _check_output(name, i // size, y)
        _check_target(name, i // size, t, allowed)
        yield y, t


def _mean(name, losses):
    """The mean of the examples' losses, which may be too large although each output is finite."""
    loss = vector_of(losses).mean()
    number = _number(loss)
    if number is not None and not math.isfinite(number):
        raise ValueError(f"{name}: the loss is {number}, because the outputs are too large; make the learning rate smaller")
    return loss


def _check_output(name, i, y):
    number = _number(y)
    if number is not None and not math.isfinite(number):
        raise ValueError(
            f"{name}: the output for example {i} is {number}; the inputs may contain nan, or the learning rate is too large"
        )


def _check_target(name, i, t, allowed):
    (condition, description), number = allowed, _number(t)
    if number is not None and not condition(number):
        raise ValueError(f"{name}: the target of example {i} is {number}, and it has to be {description}")


def _check_probabilities(name, i, row):
    for t in row:
        _check_target(name, i, t, PROBABILITIES)
    known = [_number(t) for t in row]
    if None not in known and not math.isclose(sum(known), 1, rel_tol=1e-6):
        raise ValueError(
            f"{name}: the targets of example {i} add up to {sum(known)}, and probabilities add up to 1; to give classes "
            "by number, give a row of logits for each example"
        )


def _class(name, i, t, classes):
    try:
        index = operator.index(t)
    except TypeError:
        index = -1
    if not 0 <= index < classes:
        raise ValueError(f"{name}: the target of example {i} is {t!r}, and it has to be a class from 0 to {classes - 1}")
    return index


def _number(x):
    """The number in a Value or the number itself; None for what has no number yet."""
    x = getattr(x, "data", None) if isinstance(x, Value) else x
    return x if isinstance(x, numbers.Real) else None
