"""A training as a film: the decision boundary, the network and the loss, from epoch to epoch.

Nothing moves in it but what is learned, because all frames have the same axes.
"""

import base64
import functools
import html
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib
import numpy
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from scalargrad.files import write
from scalargrad.passes.notation import number_text
from scalargrad.pictures.circles import DOTS, line_width, row_of
from scalargrad.pictures.deck import Slide
from scalargrad.pictures.moving import moving_gif
from scalargrad.pictures.slides import save_slides
from scalargrad.pictures.themes import Theme

LINES = 6  # circles in a row whose lines have their whole width; of more they are thinner
SIZE, DPI, SLIDE_DPI = (12.8, 6.4), 100, 120  # of a frame, in inches and pixels an inch
EDGES = {"left": 0.08, "right": 0.985, "bottom": 0.12, "top": 0.92, "wspace": 0.2, "hspace": 0.15}  # so that nothing moves


def regions(look: Theme) -> dict[str, Any]:
    """Return how matplotlib fills the two regions, that of negative scores and that of positive ones."""
    return {"levels": [-numpy.inf, 0, numpy.inf], "colors": [look.result, look.leaf], "zorder": -2}


def mark(ax: Any, x0: Any, x1: Any, score: Any, points: Any, labels: Any, look: Theme) -> None:
    """Plot the line where the score is 0, and the points, as orange circles (the smaller label) and blue squares."""
    if score.min() < 0 < score.max():  # or there is no line, and matplotlib warns
        ax.contour(x0, x1, score, levels=[0], colors=look.text, zorder=-1)
    for name, colour, marker in zip(numpy.unique(labels), (look.negative_line, look.positive_line), "os"):
        ax.scatter(*points[labels == name].T, c=colour, marker=marker, edgecolors="white", label=f"label {name}")
    ax.set(xlabel="$x_0$", ylabel="$x_1$")


class Snapshot(NamedTuple):
    """A training after so many epochs: the loss of the last one, the score on the grid, the weights of each layer."""

    epoch: int
    loss: float
    score: numpy.ndarray
    weights: list[list[list[float]]]


class Film:
    """A training to look at. It shows itself in a notebook, as a moving picture.

    moments  what it was like after the epochs that are shown
    losses   the mean loss of each epoch, in which the steps are taken that its number counts
    alt      what is seen, as a text
    """

    def __init__(
        self,
        moments: Sequence[Snapshot],
        losses: Sequence[float],
        grid: tuple[numpy.ndarray, numpy.ndarray],
        points: numpy.ndarray,
        labels: numpy.ndarray,
        look: Theme,
        seconds: float,
    ) -> None:
        self.moments, self.losses = moments, losses
        self._grid, self._points, self._labels, self._look, self._seconds = grid, points, labels, look, seconds
        self.alt = f"Training in {len(losses)} epochs. The decision boundary, the network and the loss. {self.caption(-1)}."

    def caption(self, i: int) -> str:
        """Return what is said of a moment: "epoch 10 of 60: loss 0.2441"."""
        moment, last = self.moments[i], len(self.losses)
        return f"epoch {moment.epoch} of {last}" + (f": loss {number_text(moment.loss)}" if moment.epoch else "")

    @functools.cached_property
    def gif(self) -> bytes:
        """The moving picture, as the content of a GIF file."""
        return moving_gif([self._frame(i, DPI, True) for i in range(len(self.moments))], self._seconds)

    def save(self, path: str | os.PathLike) -> None:
        """Write the moving picture to a file that ends in .gif; if that fails, a file that was there stays as it was."""
        if Path(path).suffix.lower() != ".gif":
            raise ValueError(f"{str(path)!r}: a training is saved as .gif, and with save_slides() as .html or .pptx")
        write(path, self.gif)

    def save_slides(self, path: str | os.PathLike) -> None:
        """Write a slide for each moment to a file that ends in .html or .pptx, as those of `draw`."""

        def slides(format: str) -> list[Slide]:
            captions = [self.caption(i) for i in range(len(self.moments))]
            return [Slide(self._frame(i, SLIDE_DPI, False), each, f"{each}. {self.alt}") for i, each in enumerate(captions)]

        save_slides(path, slides, f"Training in {len(self.losses)} epochs", self._look)

    def __repr__(self) -> str:
        return f"<Training in {len(self.losses)} epochs; write it to a file with .save('training.gif')>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        data, style = base64.b64encode(self.gif).decode(), "max-width: 100%; height: auto"
        return {"text/html": f'<img src="data:image/gif;base64,{data}" alt="{html.escape(self.alt)}" style="{style}">'}

    def _frame(self, i, dpi, captioned):
        """A moment as a PNG, with its caption or without."""
        look, moment, file = self._look, self.moments[i], io.BytesIO()
        style: dict[Any, Any] = {"font.size": 16, "axes.spines.right": False, "axes.spines.top": False}
        style |= {f"{name}color": look.text for name in ("text.", "axes.label", "axes.edge", "xtick.", "ytick.")}
        style |= {"figure.facecolor": look.page, "axes.facecolor": look.page}
        with matplotlib.rc_context(style):
            figure = Figure(figsize=SIZE)
            figure.subplots_adjust(**EDGES)
            rows: list[Any] = [["plane", "network"], ["plane", "loss"]] if moment.weights else [["plane", "loss"]]
            axes: dict[str, Any] = figure.subplot_mosaic(rows)
            axes["plane"].contourf(*self._grid, moment.score, **regions(look))
            mark(axes["plane"], *self._grid, moment.score, self._points, self._labels, look)
            if moment.weights:
                self._plot_network(axes["network"], moment.weights)
            self._plot_loss(axes["loss"], moment)
            if captioned:
                figure.suptitle(self.caption(i))
            figure.savefig(file, format="png", dpi=dpi)
        return file.getvalue()

    def _plot_network(self, ax, weights):
        """The network as circles and lines, as `draw(model)` shows it."""
        look = self._look
        largest = max(abs(w) for moment in self.moments for layer in moment.weights for neuron in layer for w in neuron)
        rows = [row_of(len(weights[0][0])), *(row_of(len(layer)) for layer in weights)]
        places = [{each: (k, (len(row) - 1) / 2 - i) for i, each in enumerate(row)} for k, row in enumerate(rows)]
        thin = min(1.0, LINES / max(map(len, rows)))
        lines = [
            (places[k][j], places[k + 1][i], layer[i][j])
            for k, layer in enumerate(weights)
            for i in set(rows[k + 1]) - {DOTS}
            for j in set(rows[k]) - {DOTS}
        ]
        ax.add_collection(
            LineCollection(
                [line[:2] for line in lines],
                colors=[look.positive_line if w >= 0 else look.negative_line for *_, w in lines],
                linestyles=["solid" if w >= 0 else "dashed" for *_, w in lines],
                linewidths=[thin * line_width(w, largest or 1.0) for *_, w in lines],
                zorder=1,
            )
        )
        for k, row in enumerate(places):
            circles = [place for each, place in row.items() if each != DOTS]
            size = min(400, 30_000 / max(map(len, rows)) ** 2)  # so that circles do not touch
            fill = look.result if k else look.leaf
            ax.scatter(*zip(*circles), s=size, c=fill, edgecolors=look.line, zorder=2)
            if DOTS in row:
                ax.text(*row[DOTS], "⋮", ha="center", va="center")
        ax.margins(0.1)
        ax.axis("off")

    def _plot_loss(self, ax, moment):
        """The losses until this moment, on axes that have space for all of them."""
        ax.plot(range(1, len(self.losses) + 1), self.losses, color=self._look.note, alpha=0.35)
        ax.plot(range(1, moment.epoch + 1), self.losses[: moment.epoch], color=self._look.positive_line, linewidth=3)
        if moment.epoch:
            ax.plot(moment.epoch, moment.loss, "o", color=self._look.positive_line, markersize=10)
        ax.set(xlabel="epoch", ylabel="loss", yscale="log" if min(self.losses) > 0 else "linear")
