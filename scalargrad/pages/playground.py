"""The playground: a page in which a network of two inputs is trained.

The page computes with the loop over the tables of schedules, `kernel.js`, and the rest is a view of it. What a point is
taken for is the label of which the loss is smaller, so this, too, follows from the loss.
"""

import math
import numbers
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from scalargrad import optim
from scalargrad.elementary import is_array
from scalargrad.engine import Value
from scalargrad.graph import Graph, placeholder
from scalargrad.nested import flatten
from scalargrad.nodes import NotKnownYet
from scalargrad.optimizer import Optimizer
from scalargrad.pages.kernel import elementwise, tables
from scalargrad.pages.live import colours
from scalargrad.pages.network import columns_of, described, first_ranges
from scalargrad.pages.neurons import Neurons
from scalargrad.pages.page import Page
from scalargrad.passes.steps import node_names
from scalargrad.program.schedule import Schedule
from scalargrad.program.source import training_text
from scalargrad.program.trace import Trace
from scalargrad.program.update import Update
from scalargrad.shapes import Vector
from scalargrad.templates import fill

TEMPLATE = Path(__file__).with_name("playground.html")
HEIGHT = 980  # of its place in a notebook, in pixels
RATE = 0.01  # of the optimizer where none is given


def playground(
    model: Callable, loss: Callable, points: Any, labels: Any, optimizer: Optimizer | None = None, title: str = ""
) -> Page:
    """Return a page in which a model of two inputs learns the labels of points.

    model      a Neuron, a Layer, an MLP, or any function of a Vector of two Values, to one score, or to one for each class
    loss       a function of a batch of scores and their targets, such as `binary_cross_entropy` or `cross_entropy`
    points     the points, of shape (n, 2)
    labels     the label of each point, of shape (n,), as the loss takes it: for one score two different numbers, for several
               scores classes, counted from 0
    optimizer  what trains the parameters of the model, `Adam(lr=0.01)` by default; its steps and memory start anew, and of a
               schedule of learning rates the next one is taken. The page offers the others of `scalargrad.optim` too.
    title      of the page

    The model itself is not trained. The page begins with the numbers that its parameters have now.

    Raises ValueError or TypeError where these do not fit together, and RenderError without Graphviz, which lays out the
    graphs of neurons.
    """
    for name, function in (("model", model), ("loss", loss)):
        if not callable(function):
            raise TypeError(f"playground: a {name} is a function, or can be called like one, got {function!r}")
    x, target = Vector([placeholder("x0"), placeholder("x1")]), placeholder("target")
    scores = _scores(model, x)
    examples = _examples(points, labels)
    classes = _classes(examples[2], len(scores))
    cost, *costs = (_cost(loss, scores, each) for each in (target, *classes))
    parameters = Graph(cost, *scores).variables
    chosen, optimizers = _optimizers(optimizer, parameters)
    columns = columns_of(x, scores)
    units = [unit for column in columns for unit in column]

    trace = Trace([cost], [*x, target], parameters, "mean")
    neurons = Neurons(units, cost, [*x, target], parameters)
    schedules = {
        "loss": Schedule(trace),
        "units": Schedule(Trace([*(unit.value for unit in units), *costs], x, parameters, "none")),
        "numbers": Schedule(neurons.trace),
    }
    names, ranges = node_names(parameters), first_ranges(units)
    updates = {name: _update(each) for name, each in optimizers.items()}
    title = title or f"Playground: {getattr(model, '__name__', model)}"
    text = fill(
        TEMPLATE,
        title=title,
        colours=colours(),
        data={
            **{name: tables(schedule) for name, schedule in schedules.items()},
            "optimizers": {name: {**sizes, "update": tables(schedule)} for name, (schedule, sizes) in updates.items()},
            "optimizer": chosen,
            "rate": optimizer.learning_rate(optimizer.steps) if optimizer else RATE,
            "parameters": [{"name": names[p], "number": p.data, "range": ranges.get(p)} for p in parameters],
            "columns": described(columns, parameters),
            "neurons": {"units": neurons.units, "count": len(neurons.nodes)},
            "points": examples,
            "classes": classes,
        },
        pictures="\n".join(f"<template>{svg}</template>" for svg in neurons.pictures),
        elementwise=elementwise([*schedules.values(), *(schedule for schedule, _ in updates.values())]),
        count=len(parameters),
        optimizer=chosen,
        program=training_text(trace, Update(optimizers[chosen]).readable(), "javascript"),
    )
    return Page(text, title, HEIGHT)


def _scores(model, x):
    """The scores that a model gives to x."""
    try:
        scores = flatten([model(x)])
    except NotKnownYet as error:
        raise _decides("model") from error
    except (ValueError, TypeError, IndexError) as error:
        raise ValueError(f"playground: the model takes a Vector of two inputs; of one, {model!r} says: {error}") from error
    if not scores or not all(isinstance(score, Value) for score in scores):
        raise TypeError(f"playground: a model returns one score, or one for each class, each a Value, got {scores!r}")
    return scores


def _cost(loss, scores, target):
    """The loss of one example, as a batch of one."""
    try:
        cost = loss([scores[0] if len(scores) == 1 else Vector(scores)], [target])
    except NotKnownYet as error:
        raise _decides("loss") from error
    if not isinstance(cost, Value):
        raise TypeError(f"playground: a loss is one Value, such as the .mean() of a Vector, got {cost!r}")
    return cost


def _decides(name):
    return TypeError(
        f"playground: the {name} decides by a number, as in `if x > 0`, that is not known before the page is used; relu, "
        "step, maximum and minimum decide in the page"
    )


def _examples(points, labels):
    """The numbers of both inputs, and the labels."""
    points, labels = _list("points", points), _list("labels", labels)
    if not points or len(points) != len(labels):
        raise ValueError(
            f"playground: there is a label for each of one or more points, got {len(points)} points and {len(labels)} labels"
        )
    points = [_list("both numbers of a point", point) for point in points]
    for point in points:
        if len(point) != 2 or not all(isinstance(each, numbers.Real) and math.isfinite(each) for each in point):
            raise ValueError(f"playground: a point is two finite numbers, got {point!r}")
    for label in labels:
        if not isinstance(label, numbers.Real) or not math.isfinite(label):
            raise ValueError(f"playground: a label is a finite number, got {label!r}")
    return [[float(each) for each in column] for column in (*zip(*points), labels)]


def _list(name, given):
    if is_array(given):
        return given.tolist()
    if not isinstance(given, Iterable):
        raise TypeError(f"playground: {name} come in a list, a tuple or an array, got {given!r}")
    return list(given)


def _classes(labels, count):
    """The labels that a point may have."""
    found = sorted(set(labels))
    if count > 1 and not set(found) <= set(range(count)):
        raise ValueError(
            f"playground: a model of {count} scores has the labels 0 to {count - 1}, got {_listed(found)}; for labels such "
            "as -1 and 1 it has one score"
        )
    if count == 1 and len(found) != 2:
        raise ValueError(
            f"playground: a model of one score has two different labels, got {_listed(found)}; for more classes it has a "
            "score for each"
        )
    return list(range(count)) if count > 1 else [int(label) if label % 1 == 0 else label for label in found]


def _listed(labels):
    return ", ".join(f"{label:g}" for label in labels[:5]) + (", ..." if len(labels) > 5 else "")


def _optimizers(optimizer, parameters):
    """The name of the given optimizer, or that of the default one, and all by their names."""
    if optimizer is not None and not isinstance(optimizer, Optimizer):
        raise TypeError(f"playground: an optimizer is made as in optimizer=Adam(lr=0.01), got {optimizer!r}")
    if optimizer is not None and not optimizer.deferred and not set(parameters) <= optimizer.memory.keys():
        raise ValueError(
            f"playground: {type(optimizer).__name__} has other parameters than the model; make it without any, as in "
            f"{type(optimizer).__name__}(lr=0.01), or with model.parameters()"
        )
    offered = [getattr(optim, name)() for name in optim.__all__ if name != "Optimizer"]
    given = optimizer or optim.Adam()
    return type(given).__name__, {type(each).__name__: each for each in (*offered, given)}


def _update(optimizer):
    """The update of an optimizer that remembers nothing yet, and how many rows and numbers it remembers."""
    update = Update(optimizer)
    same = update.same([(0.0,) * len(optimizer.remembers)])
    return Schedule(update.trace(same)), {"varying": len(optimizer.remembers) - len(same), "shared": len(same)}
