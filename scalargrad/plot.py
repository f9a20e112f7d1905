"""Networks with two inputs, plotted: the decision boundary, and a training to look at.

With this module one can plot the two regions of the plane behind the points of a data set, once or while they are learned.
It needs NumPy, matplotlib and scikit-learn, which the extra `notebooks` installs. `plt.style.use("scalargrad.lectures")` is
the style of the lectures.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.inspection import DecisionBoundaryDisplay

from scalargrad.film import Film, Snapshot, mark, regions
from scalargrad.graph import Session, placeholder
from scalargrad.nn import MLP, Layer, Neuron
from scalargrad.pictures.circles import layers_of
from scalargrad.pictures.moving import checked_seconds
from scalargrad.pictures.themes import colours
from scalargrad.program.program import Program

AROUND = 0.5  # how far the regions reach beyond the points
FRAMES = 21  # of a training, where they are not chosen
GRID = 120  # places in each direction where the score is computed


class _Score(RegressorMixin, BaseEstimator):
    """A model as scikit-learn expects it. Its graph is made once, and run on all points at once."""

    def __init__(self, model):
        self.model = model

    def fit(self, points, labels):
        raise NotImplementedError("scikit-learn requires this method, but the model is already trained")

    def __sklearn_is_fitted__(self):
        return True

    def predict(self, points):
        x = placeholder(2)
        return Session().run(self.model(x), {x: points})


def decision_boundary(
    model: Callable, points: Any, labels: Any, ax: Any = None, theme: str | None = None
) -> DecisionBoundaryDisplay:
    """Plot points on the two regions where the score of a model is positive and where it is negative.

    model   a Neuron, an MLP, or any function from two Values to one; its score is positive for the larger label
    points  the points, of shape (n, 2)
    labels  the label of each point, of shape (n,), with two different labels
    ax      matplotlib's axes to plot on; new ones by default
    theme   whose colours it has, as for `draw`
    """
    points, labels = _data("decision_boundary", points, labels)
    look = colours(theme)
    display = DecisionBoundaryDisplay.from_estimator(_Score(model), points, eps=AROUND, ax=ax, **regions(look))
    mark(display.ax_, display.xx0, display.xx1, display.response, points, labels, look)
    return display


def _data(operation, points, labels):
    """Points and labels as arrays, if they are those of a plane with two kinds of points."""
    points, labels = numpy.asarray(points, dtype=float), numpy.asarray(labels)
    names = numpy.unique(labels)
    if points.ndim != 2 or points.shape[1] != 2 or labels.shape != points.shape[:1] or len(names) != 2:
        raise ValueError(
            f"{operation}: expected points of shape (n, 2) and labels of shape (n,) with two different labels, "
            f"got shapes {points.shape} and {labels.shape} with {len(names)} different labels"
        )
    return points, labels


def training(
    model: Callable,
    train: Callable,
    points: Any,
    labels: Any,
    epochs: int | Sequence[int] = 100,
    *,
    theme: str | None = None,
    seconds: float = 0.5,
    callback: Callable[[int, Any], Any] | None = None,
    **options: Any,
) -> Film:
    """Train, and return a moving picture of it: the decision boundary, the network and the loss, from epoch to epoch.

    model     a Neuron, an MLP, or any function from two Values to one; its score is positive for the larger label
    train     what `compile` returns with an optimizer, or a function that is called like it,
              `train(points, labels, epochs=100, callback=function)`
    points    the points, of shape (n, 2)
    labels    the label of each point as the loss takes it, of shape (n,), with two different labels
    epochs    how many epochs, of which some are shown; or those that are shown, such as (0, 1, 10, 60)
    theme     whose colours it has, as for `draw`
    seconds   how long each frame is shown
    callback  a function of the epoch and its losses, which is called after each epoch; `train` gets what it returns
    options   more for `train`, such as `batch_size=10`

    As after `train(...)`, the model is trained then.
    """
    points, labels = _data("training", points, labels)
    look, seconds = colours(theme), checked_seconds(seconds)
    shown = _epochs(epochs)
    if not callable(train) or isinstance(train, Program):
        raise TypeError(
            "training: train is what compile returns with an optimizer, as in compile(loss, inputs=[x, t], "
            f"optimizer=Adam(model.parameters())), got {train!r}"
        )
    if callback is not None and not callable(callback):
        raise TypeError(f"training: a callback is a function of the epoch and its losses, got {callback!r}")
    low, high = points.min(axis=0) - AROUND, points.max(axis=0) + AROUND
    x0, x1 = numpy.meshgrid(*numpy.linspace(low, high, GRID).T)
    places, losses, moments = numpy.column_stack([x0.ravel(), x1.ravel()]), list[float](), list[Snapshot]()
    layers = list(layers_of(model).values()) if isinstance(model, (MLP, Layer, Neuron)) else []

    def note(epoch):
        weights = [[[w.data for w in neuron.w] for neuron in neurons] for neurons in layers]
        loss = losses[-1] if losses else numpy.nan
        moments.append(Snapshot(epoch, loss, _Score(model).predict(places).reshape(x0.shape), weights))

    def after(epoch, found):
        losses.append(float(numpy.mean(found)))
        if epoch + 1 in shown:
            note(epoch + 1)
        return callback(epoch, found) if callback else None

    if 0 in shown:
        note(0)
    train(points, labels, epochs=max(shown), callback=after, **options)
    if not losses:
        raise ValueError(f"training: train calls callback(epoch, losses) after each epoch, which was not so, got {train!r}")
    if len(losses) not in [moment.epoch for moment in moments]:  # because it has ended before
        note(len(losses))
    return Film(moments, losses, (x0, x1), points, labels, look, seconds)


def _epochs(epochs):
    """Those epochs that are shown."""
    if isinstance(epochs, int) and epochs > 0 and epochs is not True:
        return sorted({round(each) for each in numpy.linspace(0, epochs, min(epochs + 1, FRAMES))})
    chosen = set(epochs) if isinstance(epochs, (tuple, list, range)) else set()
    if not all(isinstance(each, int) and each >= 0 for each in chosen) or not any(chosen):
        raise ValueError(
            "training: epochs is a whole number from 1 on, or those to be shown, as in epochs=(0, 1, 10, 60), "
            f"got {epochs!r}"
        )
    return sorted(chosen)
