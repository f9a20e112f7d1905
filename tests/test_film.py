"""Tests of trainings as films: what is shown is what happened, and nothing else moves."""

import base64
import io
import math
import re

import pytest
from PIL import Image, ImageChops

from scalargrad import compile
from scalargrad.graph import placeholder
from scalargrad.losses import binary_cross_entropy
from scalargrad.nn import MLP
from scalargrad.optim import SGD
from scalargrad.pictures.themes import THEMES
from scalargrad.plot import training

POINTS, LABELS = [(-2.0, 0.0), (0.0, 1.0), (1.0, -1.0), (2.0, 3.0)], [0, 0, 1, 1]


def compiled(model, lr=0.1):
    """A training of a model with binary cross-entropy."""
    x, t = placeholder(2, "x"), placeholder("t")
    loss = binary_cross_entropy([model(x)], [t])
    return compile(loss, inputs=[x, t], optimizer=SGD(model.parameters(), lr=lr), target="numpy")


@pytest.fixture(scope="module")
def film():
    """A training of which four epochs are shown."""
    model = MLP(2, [3, 1], "tanh", seed=0)
    return training(model, compiled(model), POINTS, LABELS, epochs=(0, 1, 2, 5), theme="dark", seconds=0.3)


def test_a_film_shows_the_training(film):
    """Scores, weights and losses of each moment are those of the same training without a film."""
    model = MLP(2, [3, 1], "tanh", seed=0)
    train, x0, x1 = compiled(model), *film._grid
    assert [moment.epoch for moment in film.moments] == [0, 1, 2, 5]
    losses = []
    for epoch in range(6):
        for moment in film.moments:
            if moment.epoch == epoch:
                assert moment.weights == [[[w.data for w in neuron.w] for neuron in layer.neurons] for layer in model.layers]
                assert moment.score[3, 7] == pytest.approx(model([x0[3, 7], x1[3, 7]]).data)
                assert moment.loss == losses[-1] if losses else math.isnan(moment.loss)
        losses.extend(train(POINTS, LABELS)[0])
    assert film.losses == losses[:5]


def test_a_training_takes_the_options_of_train(film):
    """Epochs as a number are shown evenly, at most 21 of them; batches are mean losses; any function may train."""
    model = MLP(2, [3, 1], "tanh", seed=0)
    film = training(model, compiled(model), POINTS, LABELS, epochs=100, batch_size=2, seed=0)
    assert [moment.epoch for moment in film.moments] == list(range(0, 101, 5)) and len(film.losses) == 100
    calls = []

    def train(points, labels, epochs, callback):
        calls.append((points.shape, labels.shape, epochs))
        for epoch in range(epochs):
            callback(epoch, [1.0, 2.0])

    film = training(lambda x: x[0] + x[1], train, POINTS, LABELS, epochs=2)
    assert calls == [((4, 2), (4,), 2)] and film.losses == [1.5, 1.5] and [each.weights for each in film.moments] == [[]] * 3


def test_a_callback_is_called_too():
    """A callback gets each epoch and its losses, and if it returns True the training ends, which the film shows."""
    model, seen = MLP(2, [3, 1], "tanh", seed=0), []

    def callback(epoch, losses):
        seen.append((epoch, float(losses[0])))
        return epoch == 3

    film = training(model, compiled(model), POINTS, LABELS, epochs=(1, 60), callback=callback)
    assert seen == list(enumerate(film.losses)) and [moment.epoch for moment in film.moments] == [1, 4]


def test_a_training_that_ends_early_is_shown_to_its_end():
    """Where train ends before the last epoch that is to be shown, the last frame is where it ended."""

    def train(points, labels, epochs, callback):
        for epoch in range(3):
            callback(epoch, [1.0])

    film = training(lambda x: x[0] + x[1], train, POINTS, LABELS, epochs=(2, 60))
    assert [moment.epoch for moment in film.moments] == [2, 3] and film.caption(-1) == "epoch 3 of 3: loss 1"


@pytest.mark.slow("draws a plot for each frame")
def test_a_film_is_a_gif_and_slides(film, tmp_path):
    """Each moment is a frame and a slide, in the colours of the theme, and a notebook shows the GIF."""
    film.save(tmp_path / "film.gif")
    with Image.open(tmp_path / "film.gif") as gif:
        assert (gif.n_frames, gif.size, gif.info["duration"]) == (4, (1280, 640), 300)
        frames = []
        for i in range(4):
            gif.seek(i)
            frames.append(gif.convert("RGB"))
    look = THEMES["dark"]
    for frame in frames:
        counts = {"#%02X%02X%02X" % colour: n for n, colour in frame.getcolors(1280 * 640)}
        assert counts[look.page] > 200_000 and min(counts[look.leaf], counts[look.result]) > 10_000
        assert counts[look.positive_line] > 100 and counts[look.negative_line] > 100
    assert base64.b64encode((tmp_path / "film.gif").read_bytes()).decode() in film._repr_mimebundle_()["text/html"]
    film.save_slides(tmp_path / "film.html")
    page = (tmp_path / "film.html").read_text(encoding="utf-8")
    assert re.findall('class="caption">(.*)</p>', page) == [film.caption(i) for i in range(4)]
    assert film.caption(0) == "epoch 0 of 5" and re.fullmatch(r"epoch 5 of 5: loss 0\.\d+", film.caption(3))
    assert page.count('<img src="data:image/png;base64,') == 4


def test_only_what_changes_moves(film):
    """Between two moments the frame is the same outside of the plots, from the first to the last."""
    first, last = (Image.open(io.BytesIO(film._frame(i, 50, False))).convert("RGB") for i in (0, 3))
    assert first.size == last.size == (640, 320)
    changed = ImageChops.difference(first, last).getbbox()
    assert changed[0] > 40 and changed[1] > 15 and changed[3] < 290


@pytest.mark.parametrize("epochs", [0, -1, 1.5, (), (0,), (1, -1), "ab", (1, 2.5), True])
def test_other_epochs_are_refused(epochs):
    """What is no number of epochs and no epochs to be shown is refused before the training."""
    with pytest.raises(ValueError, match="training: epochs is a whole number from 1 on, or those to be shown, as in"):
        training(sum, None, POINTS, LABELS, epochs=epochs)


def test_other_trainings_are_refused(film, tmp_path):
    """What is not a training, other data and other endings are refused in a sentence."""
    model = MLP(2, [3, 1], seed=0)
    x = placeholder(2, "x")
    for other in (None, 5, compile(model(x) ** 2, inputs=[x], target="numpy")):
        with pytest.raises(TypeError, match="training: train is what compile returns with an optimizer, as in .*, got "):
            training(model, other, POINTS, LABELS)
    with pytest.raises(TypeError, match="training: a callback is a function of the epoch and its losses, got 5"):
        training(model, compiled(model), POINTS, LABELS, callback=5)
    with pytest.raises(ValueError, match="training: train calls callback"):
        training(model, lambda *_, **__: None, POINTS, LABELS)
    with pytest.raises(ValueError, match="^training: expected points of shape"):
        training(model, compiled(model), POINTS, [0, 1])
    with pytest.raises(ValueError, match="film.svg': a training is saved as .gif, and with save_slides"):
        film.save(tmp_path / "film.svg")
    with pytest.raises(ValueError, match="film.gif': the ending of a file of slides is .html or .pptx"):
        film.save_slides(tmp_path / "film.gif")
