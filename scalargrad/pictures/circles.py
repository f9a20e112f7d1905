"""Networks as circles and lines, the classic picture, as DOT.

A wide line is a large weight; a dashed one, of another colour, is negative.
"""

import itertools
import math

from scalargrad.nn import MLP, Layer, Module, Neuron, activation_name
from scalargrad.passes.labels import escaped, markup_name
from scalargrad.pictures.boxes import dot_text, title_box
from scalargrad.pictures.themes import Theme

MOST = 16  # circles in a row; of larger layers the first and the last are shown
DOTS = "dots"
THINNEST, WIDEST = 0.4, 5.0


def circles(model: Module, theme: Theme, rankdir: str) -> str:
    """Return the DOT text of an MLP, a Layer or a Neuron."""
    layers = layers_of(model)
    nin = len(next(iter(layers.values()))[0].w)
    rows = [row_of(nin), *(row_of(len(neurons)) for neurons in layers.values())]
    titles = [f"{nin} input{'s' * (nin > 1)}"]
    for name, neurons in layers.items():
        titles.append(f"<I><B>{name}</B></I><BR/>{len(neurons)} × <B>{escaped(activation_name(neurons[0].activation))}</B>")
    tall = max(map(len, rows))
    distances = f"nodesep={0.05 if tall > 8 else 0.15} ranksep={max(1.4, 0.2 * tall):.1f}"
    lines = [
        "digraph {",
        f"  graph [rankdir={rankdir} bgcolor=transparent {distances} splines=line {theme.style}]",
        f'  node [shape=circle label="" width=0.5 fixedsize=true style=filled fillcolor="{theme.result}" {theme.style}]',
        "  edge [arrowhead=none]",
    ]
    text = "shape=plain style=solid fixedsize=false"
    for k, (row, title) in enumerate(zip(rows, titles)):
        lines.append(f"  t{k} [label=<{title_box([title], theme)}> {text}]")
        if DOTS in row:
            dots = "⋮" if rankdir in ("LR", "RL") else "⋯"
            lines.append(f'  n{k}_{DOTS} [label="{dots}" {text} fontsize=24 fontcolor="{theme.note}"]')
        if k == 0:
            lines += [f'  n0_{i} [label=<{markup_name(f"x{i}")}> fillcolor="{theme.leaf}"]' for i in row if i != DOTS]
        lines.append(f"  {{ rank=same {' -> '.join([f't{k}', *(f'n{k}_{i}' for i in row)])} [style=invis] }}")
    lines.append(f"  {' -> '.join(f't{k}' for k in range(len(rows)))} [style=invis weight=100]")
    sizes = [abs(w.data) for neurons in layers.values() for neuron in neurons for w in neuron.w]
    largest = max(filter(math.isfinite, sizes), default=0.0) or 1.0
    for k, neurons in enumerate(layers.values()):
        for i, j in itertools.product(rows[k + 1], rows[k]):
            if DOTS not in (i, j):
                weight = neurons[i].w[j].data
                look = f'color="{theme.positive_line}"' if weight >= 0 else f'color="{theme.negative_line}" style=dashed'
                lines.append(f"  n{k}_{j} -> n{k + 1}_{i} [{look} penwidth={line_width(weight, largest):.2f}]")
    return dot_text([*lines, "}\n"])


def line_width(weight: float, largest: float) -> float:
    """Return how wide the line of a weight is, in points, where the largest has the widest."""
    return THINNEST + (WIDEST - THINNEST) * min(1.0, abs(weight) / largest)  # also for inf and nan


def circles_alt(model: Module) -> str:
    """Return what the picture of a network shows, for those who do not see it."""
    layers = layers_of(model)
    sizes = [f"{name}: {len(neurons)} × {activation_name(neurons[0].activation)}" for name, neurons in layers.items()]
    return f"Network of {len(next(iter(layers.values()))[0].w)} inputs, {', '.join(sizes)}. Lines are weights."


def layers_of(model: Module) -> dict[str, list[Neuron]]:
    """Return the neurons of each layer, by the name that they have in pictures of graphs too."""
    if isinstance(model, MLP):
        return {f"layer {k}": layer.neurons for k, layer in enumerate(model.layers)}
    if isinstance(model, Layer):
        return {"layer": model.neurons}
    if isinstance(model, Neuron):
        return {"neuron": [model]}
    raise TypeError(
        f"draw(model) is the picture of an MLP, a Layer or a Neuron, got {model!r}: draw its result, as "
        "in draw(model(x), depth=1)"
    )


def row_of(count: int) -> list:
    """Return the circles of a row by their numbers, with DOTS for those that are left out."""
    if count <= MOST:
        return list(range(count))
    half = MOST // 2
    return [*range(half), DOTS, *range(count - half + 1, count)]
