"""The decision boundary of a network with two inputs.

With this module one can plot the two regions of the plane behind the points of a data set. It needs NumPy, matplotlib and
scikit-learn, which the extra `notebooks` installs. `plt.style.use("scalargrad.lectures")` is the style of the lectures.
"""

from collections.abc import Callable
from typing import Any

import numpy
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.inspection import DecisionBoundaryDisplay

from scalargrad.graph import Session, placeholder

BELOW, ABOVE, LINE = "#FBE3B5", "#CDE7F7", "#1A1A1A"
CLASSES = (("#D55E00", "o"), ("#0072B2", "s"))  # colour and marker: of the smaller label, of the larger


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


def decision_boundary(model: Callable, points: Any, labels: Any, ax: Any = None) -> DecisionBoundaryDisplay:
    """Plot points on the two regions where the score of a model is positive and where it is negative.

    model   a Neuron, an MLP, or any function from two Values to one; its score is positive for the larger label
    points  the points, of shape (n, 2)
    labels  the label of each point, of shape (n,), with two different labels
    ax      matplotlib's axes to plot on; new ones by default
    """
    points, labels = numpy.asarray(points, dtype=float), numpy.asarray(labels)
    names = numpy.unique(labels)
    if points.ndim != 2 or points.shape[1] != 2 or labels.shape != points.shape[:1] or len(names) != 2:
        raise ValueError(
            "decision_boundary: expected points of shape (n, 2) and labels of shape (n,) with two different labels, "
            f"got shapes {points.shape} and {labels.shape} with {len(names)} different labels"
        )
    display = DecisionBoundaryDisplay.from_estimator(
        _Score(model), points, eps=0.5, ax=ax, levels=[-numpy.inf, 0, numpy.inf], colors=[BELOW, ABOVE], zorder=-2
    )
    if display.response.min() < 0 < display.response.max():  # or there is no line, and matplotlib warns
        display.ax_.contour(display.xx0, display.xx1, display.response, levels=[0], colors=LINE, zorder=-1)
    for name, (colour, marker) in zip(names, CLASSES):
        display.ax_.scatter(*points[labels == name].T, c=colour, marker=marker, edgecolors="white", label=f"label {name}")
    display.ax_.set(xlabel="$x_1$", ylabel="$x_2$")
    return display
