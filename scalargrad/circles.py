"""Networks as circles and lines, the classic picture, as DOT.

With this module one sees the weights of a network at a glance: a wide line is a large weight, and a dashed one, of another
colour, a negative one.
"""

from scalargrad.boxes import escaped, title_box
from scalargrad.nn import MLP, Layer, Module, Neuron, activation_name
from scalargrad.themes import Theme

MOST = 16  # circles in a row; of larger layers the first and the last are shown
WIDEST = 5.0


def circles(model: Module, theme: Theme, rankdir: str) -> str:
    """Return the DOT text of an MLP, a Layer or a Neuron."""
    layers = _layers(model)
    largest = max(abs(w.data) for layer in layers for neuron in layer for w in neuron.w) or 1.0
    style = f'fontname="Helvetica,Arial,sans-serif" fontsize=16 fontcolor="{theme.text}" color="{theme.line}"'
    rows = [_shown(len(layers[0][0].w)), *(_shown(len(layer)) for layer in layers)]
    tallest = max(map(len, rows))
    lines = [
        "digraph {",
        f"  graph [rankdir={rankdir} bgcolor=transparent nodesep={0.05 if tallest > 8 else 0.15} splines=line "
        f"ranksep={max(1.4, 0.2 * tallest):.1f} {style}]",
        f'  node [shape=circle width=0.5 fixedsize=true style=filled fillcolor="{theme.result}" {style}]',
        "  edge [arrowhead=none]",
    ]
    titles = [f"{len(layers[0][0].w)} inputs"]
    for k, layer in enumerate(layers):
        titles.append(f"<I><B>layer {k}</B></I><BR/>{len(layer)} × <B>{escaped(activation_name(layer[0].activation))}</B>")
    free = "shape=plain style=solid fixedsize=false"
    for k, (row, title) in enumerate(zip(rows, titles)):
        lines.append(f"  t{k} [label=<{title_box(title, theme)}> {free}]")
        for i in row:
            if i is None:
                dots = "⋮" if rankdir in ("LR", "RL") else "⋯"
                lines.append(f'  n{k}_dots [label="{dots}" {free} fontsize=24 fontcolor="{theme.line}"]')
            else:
                lines.append(f"  n{k}_{i}" + (f' [label="x{i}" fillcolor="{theme.leaf}"]' if k == 0 else ' [label=""]'))
        chain = " -> ".join([f"t{k}", *(f"n{k}_{'dots' if i is None else i}" for i in row)])
        lines.append(f"  {{ rank=same {chain} [style=invis] }}")
    lines.append(f"  {' -> '.join(f't{k}' for k in range(len(rows)))} [style=invis weight=100]")
    for k, layer in enumerate(layers):
        for i in filter(lambda i: i is not None, rows[k + 1]):
            for j in filter(lambda j: j is not None, rows[k]):
                weight = layer[i].w[j].data
                look = f'color="{theme.positive_line}"' if weight >= 0 else f'color="{theme.negative_line}" style=dashed'
                width = 0.4 + (WIDEST - 0.4) * abs(weight) / largest
                lines.append(f"  n{k}_{j} -> n{k + 1}_{i} [{look} penwidth={width:.2f}]")
    return "\n".join([*lines, "}\n"])


def _layers(model):
    """The neurons of each layer."""
    if isinstance(model, MLP):
        return [layer.neurons for layer in model.layers]
    if isinstance(model, Layer):
        return [model.neurons]
    if isinstance(model, Neuron):
        return [[model]]
    raise TypeError(
        f"draw(model) is the picture of an MLP, a Layer or a Neuron, and {model!r} is something else: draw its result, as in "
        "draw(model(x), depth=1)"
    )


def _shown(count):
    """The circles of a row by their numbers; None stands for those that are left out."""
    if count <= MOST:
        return list(range(count))
    half = MOST // 2
    return [*range(half), None, *range(count - half + 1, count)]
