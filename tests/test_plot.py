"""Tests of the decision boundary: what is plotted is what the model says."""

import matplotlib
import pytest
from matplotlib import pyplot as plt

from scalargrad.nn import MLP
from scalargrad.pictures.themes import THEMES
from scalargrad.plot import decision_boundary

matplotlib.use("Agg")

POINTS, LABELS = [(-2.0, 0.0), (0.0, 1.0), (1.0, -1.0), (2.0, 3.0)], [0, 0, 1, 1]


@pytest.fixture(autouse=True)
def close_figures():
    """Figures that a test makes are gone after it."""
    yield
    plt.close("all")


def test_the_response_is_the_score_of_the_model():
    """At each place of the grid the display has what the model, called with that place, returns."""
    model = MLP(2, [4, 1], "tanh", seed=0)
    display = decision_boundary(model, POINTS, LABELS)
    for i, j in ((0, 0), (3, 71), (99, 50)):
        assert display.response[i, j] == pytest.approx(model([display.xx0[i, j], display.xx1[i, j]]).data)


def test_all_points_are_plotted_with_their_labels():
    """Each label has its own colour, marker and points, on axes that reach beyond them."""
    _, ax = plt.subplots()
    display = decision_boundary(lambda x: x[0] + x[1], POINTS, LABELS, ax)
    assert display.ax_ is ax and ax.get_xlabel() == "$x_0$" and ax.get_xlim()[1] > 2
    clouds = {each.get_label(): each.get_offsets().tolist() for each in ax.collections if "label" in each.get_label()}
    assert clouds == {"label 0": [[-2, 0], [0, 1]], "label 1": [[1, -1], [2, 3]]}


def test_a_score_of_one_sign_has_no_line():
    """A model that puts all points on one side is plotted without a remark from matplotlib."""
    x1, x2 = decision_boundary(lambda x: x[0] * 0 + 1, POINTS, LABELS).ax_.get_xlim()
    assert x1 < x2


@pytest.mark.parametrize("points, labels", [([(0, 0, 0)] * 2, [0, 1]), (POINTS, [0, 1]), (POINTS, [0, 1, 2, 2]), ([], [])])
def test_other_data_are_refused(points, labels):
    """What is not n points in the plane with two kinds of labels is refused, in a sentence with its shape."""
    with pytest.raises(ValueError, match="points of shape .* different labels$"):
        decision_boundary(sum, points, labels)


def test_the_look_of_the_lectures_is_a_style():
    """The style that the lectures use comes with the package."""
    with plt.style.context("scalargrad.lectures"):
        assert plt.rcParams["axes.prop_cycle"].by_key()["color"][0] == "#0072B2"


def test_the_theme_has_the_colours_of_the_boundary():
    """The regions have the colours that a theme gives to results and to leaves."""
    display = decision_boundary(lambda x: x[0] + x[1], POINTS, LABELS, theme="dark")
    found = {matplotlib.colors.to_hex(colour).upper() for colour in display.surface_.get_facecolor()}
    assert found == {THEMES["dark"].result, THEMES["dark"].leaf}
