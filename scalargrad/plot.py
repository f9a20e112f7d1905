"""The plot that says most about a network of two inputs: its decision boundary.

With this module one sees which side of the boundary each point of the plane is on, behind the points of a data set. It
needs NumPy, matplotlib and scikit-learn, which the extra `notebooks` installs. The look of the lectures is a style of
matplotlib, `plt.style.use("scalargrad.lectures")`.
"""

from collections.abc import Callable
from typing import Any

import numpy
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.inspection import DecisionBoundaryDisplay

from scalargrad.graph import Session, placeholder

BELOW, ABOVE, LINE = "#FBE3B5", "#CDE7F7", "#1A1A1A"
CLASSES = (("#D55E00", "o"), ("#0072B2", "s"))  # the colour and the marker of the smaller label, and of the larger


class _Score(RegressorMixin, BaseEstimator):
    """A model as scikit-learn wants it. Its graph is made once, and run on all points at once."""

    def __init__(self, model):
        self.model = model

    def fit(self, points, labels):
        raise NotImplementedError("scikit-learn wants this method to be there, but the model is trained already")

    def __sklearn_is_fitted__(self):
        return True

    def predict(self, points):
        x = placeholder(2)
        return Session().run(self.model(x), {x: points})


def decision_boundary(model: Callable, points: Any, labels: Any, ax: Any = None) -> DecisionBoundaryDisplay:
    """Plot points, (n, 2), with one of two labels each, (n,), on the two regions in which the score of a model has one sign.

    model  a function from two Values to one, as a Neuron, an MLP or a function of one's own; positive for the larger label
    ax     the axes of matplotlib to plot on; new ones unless given
    """
    points, labels = numpy.asarray(points, dtype=float), numpy.asarray(labels)
    names = numpy.unique(labels)
    if points.ndim != 2 or points.shape[1] != 2 or labels.shape != points.shape[:1] or len(names) != 2:
        raise ValueError(
            "decision_boundary: points of shape (n, 2) and labels of shape (n,), of two kinds, are wanted, not shapes "
            f"{points.shape} and {labels.shape} with {len(names)} kinds"
        )
    display = DecisionBoundaryDisplay.from_estimator(
        _Score(model), points, eps=0.5, ax=ax, levels=[-numpy.inf, 0, numpy.inf], colors=[BELOW, ABOVE], zorder=-2
    )
    if display.response.min() < 0 < display.response.max():  # else there is no line, and matplotlib would say so
        display.ax_.contour(display.xx0, display.xx1, display.response, levels=[0], colors=LINE, zorder=-1)
    for name, (colour, marker) in zip(names, CLASSES):
        display.ax_.scatter(*points[labels == name].T, c=colour, marker=marker, edgecolors="white", label=f"label {name}")
    display.ax_.set(xlabel="$x_1$", ylabel="$x_2$")
    return display
