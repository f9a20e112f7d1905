"""PyTorch's numbers, kept as data so that they are compared with ours everywhere.

    python tests/pytorch.py     makes pytorch.json anew; it needs PyTorch

A row of `operations`, `vectors` or `losses` is one call: the inputs, which are differentiated; what else the function is
given; the result; and the gradient of its elements, weighted with 1, 2, 3, ... and added up, toward each input. A row of
`optimizers` is one training: the options, and where the parameters are after each of MILESTONES. A row of `networks` is one
step of a training: the loss before it, and where the weights are after it. A row of `lectures` is a cell that needs PyTorch:
its lines, and those that it prints. A new operation needs nothing here if PyTorch has it under the same name; else it needs
a line in `counterparts` or in WITHOUT. Then make the file anew.
"""

import contextlib
import functools
import importlib.util
import inspect
import io
import itertools
import json
import math
import random
import sys
from pathlib import Path

from scalargrad import operations
from scalargrad.nodes import registry

FILE = Path(__file__).with_suffix(".json")
LECTURES = FILE.parent.parent / "notebooks"
CELLS = {"03_build_value": "pytorch-code"}  # of lectures that show how something is done in PyTorch
WITHOUT: set[str] = set()  # operations that PyTorch has no function for, alone or put together

# What operations are called with: kinks and borders, both sides of them, and numbers between.
generator = random.Random(0)
NUMBERS = [0.0, 1e-20, -1e-20, 0.5, -0.5, 1.0, -1.0, 2.0, -2.0, 1000.0, -1000.0, math.inf, -math.inf]
NUMBERS += [generator.uniform(-size, size) for size in (1, 1, 1, 3, 3, 3, 3)]
PAIRS = [*itertools.product([-2.0, 0.0, 1.0, 2.0, 3.0], repeat=2), (1e-200, 1e-200)]
PAIRS += [(generator.uniform(low, 5), generator.uniform(-5, 5)) for low in (0, 0, 0, 0, -5, -5, -5, -5)]
PARAMETERS = [(), (-1,), (0,), (0.5,), (1,), (3,)]  # of operations that have one; () is the default


def matrix(m, n):
    return [[generator.gauss(0, 2) for _ in range(n)] for _ in range(m)]


TIES = [[1.0, 1.0, 0.0, 2.0], [1.0, 1.0, 2.0, 2.0]]
VECTORS = [[0.5], [1000.0, 0.0], [0.0, 1000.0, 1000.0], *TIES, *matrix(3, 4)]
KERNELS = [matrix(h, w) for h, w in ((1, 1), (2, 3), (3, 2), (4, 4))]
CALLS = {
    "vectors": {
        "softmax": [([x], []) for x in VECTORS],
        "log_softmax": [([x], []) for x in VECTORS],
        "logsumexp": [([x], []) for x in VECTORS],
        "convolve2d": [([matrix(5, 6), kernel], further) for kernel in KERNELS for further in ([], ["same"], ["valid", 2])],
        "max_pool2d": [([TIES], []), ([TIES], [2, 1]), ([matrix(5, 7)], []), ([matrix(5, 7)], [3, 2])],
    },
    "losses": {
        "mean_squared_error": [([[0.5, -1.0]], [[0.5, 2.0]]), ([matrix(3, 2)], [matrix(3, 2)])],
        "hinge": [([[2.0, 1.0, 0.5, -1.0, -3.0]], [[1, 1, 1, -1, -1]]), (matrix(1, 4), [[1, -1, 1, -1]])],
        "perceptron_loss": [([[2.0, 0.0, -0.5, 0.0]], [[1, 1, 1, -1]]), (matrix(1, 4), [[1, -1, 1, -1]])],
        "binary_cross_entropy": [([[0.0, 1000.0, -1000.0, 2.0]], [[1, 0, 1, 0.3]]), (matrix(1, 4), [[1, 0, 1, 0]])],
        "cross_entropy": [
            ([[1000.0, 0.0]], [1]),
            ([[1.0, 1.0, -1.0]], [0]),
            ([[1.0, 2.0, 3.0]], [[0.2, 0.3, 0.5]]),
            ([matrix(3, 4)], [[3, 0, 3]]),
            ([matrix(2, 3)], [[[0.2, 0.3, 0.5], [0.0, 1.0, 0.0]]]),
        ],
        "l2_penalty": [([[1.0, -2.0, 0.0]], []), ([[1.0, -2.0]], [0.1])],
    },
}
OPTIONS = {  # each besides the defaults, and with a learning rate at which much happens
    "SGD": [{}],
    "Momentum": [{}, {"momentum": 0.5}, {"nesterov": True}, {"nesterov": True, "momentum": 0.5}],
    "AdaGrad": [{}, {"eps": 0.1}],
    "RMSProp": [{}, {"alpha": 0.5}, {"eps": 0.1}],
    "Adam": [{}, {"betas": [0.5, 0.999]}, {"betas": [0.9, 0.5]}, {"eps": 0.1}],
    "AdamW": [{}, {"betas": [0.5, 0.5]}, {"eps": 0.1}, {"weight_decay": 0.5}],
}
# Three of scikit-learn's handwritten digits, 0, 1 and 2: a letter for each pixel, from white, 0, to black, g.
DIGITS = [
    "005d910000dfaf5003f20b8004c008800580098004b01c7002e5ac00006da000",
    "000cd500000bg900003fg60007fgg200001gg300001gg600001gg600000bga00",
    "0004fc00003gfe00008d8g000016fb00018df10009gg500003dggb500003bg90",
]
IMAGES = [[[int(pixel, 17) / 16 for pixel in text[i : i + 8]] for i in range(0, 64, 8)] for text in DIGITS]
SENTENCES = ["abca", "bcd", "dab"]  # for a language model of five tokens: four letters, and one for begin and end
START = (1.0, -2.0, 0.5)
MILESTONES = (1, 10, 100)


def train(optimizer, a, b, c):
    """Return where three parameters, Values or tensors, are after each of MILESTONES; every third step leaves c out."""
    places = []
    for step in range(1, max(MILESTONES) + 1):
        loss = a * a + 3 * b * b + a * b
        optimizer.zero_grad()
        (loss + (c * a).sin() + (b + c).tanh() if step % 3 else loss).backward()
        optimizer.step()
        if step in MILESTONES:
            places.append([float(p.data) for p in (a, b, c)])
    return places


def first_weights(seed, **forms):
    """Return the first weights of a network, by name: nested lists of these shapes."""
    numbers = random.Random(seed)

    def weights(form):
        return [weights(form[1:]) for _ in range(form[0])] if form else numbers.gauss(0, 0.5)

    return {name: weights(form) for name, form in forms.items()}


CONVOLUTIONS = first_weights(
    1, kernels=(2, 3, 3), biases=(2,), more_kernels=(3, 2, 3, 3), more_biases=(3,), W=(10, 12), b=(10,)
)
CHANNELS = 4  # of the language model, in two heads, over four positions
SQUARES = dict.fromkeys(("query", "key", "value", "out"), (CHANNELS, CHANNELS))
LANGUAGE = first_weights(2, tokens=(5, 4), places=(4, 4), **SQUARES, wide=(8, 4), narrow=(4, 8), readout=(5, 4))


def learning_rate(step):
    """The learning rate of the language model, which falls to 0."""
    return 0.05 * (1 - step / (2 * len(SENTENCES)))


def spelled(sentence):
    """The tokens of a sentence, with one for its begin and end."""
    return [4, *map("abcd".index, sentence), 4]


def compared_operations():
    """Return the operations of the package by name: neither second names of one, nor what others define."""
    return {
        name: apply
        for name, apply in registry.items()
        if apply.__module__ == operations.__name__ and apply.__name__ == name and hasattr(apply, "rule")
    }


def operation_calls(rule):
    """What an operation is called with, which follows from its arguments."""
    arguments = [each for each in inspect.signature(rule).parameters.values() if each.kind is not each.KEYWORD_ONLY]
    parameters = sum(each.default is not each.empty for each in arguments)
    points = PAIRS if len(arguments) - parameters == 2 else [(x,) for x in NUMBERS]
    choices = PARAMETERS if parameters else [()]
    return [(list(point), list(choice)) for choice in choices for point in points]


def counterparts(torch):
    """What stands for our functions in PyTorch, where it is not the function of the same name."""
    F = torch.nn.functional

    def tensor(x):
        return torch.tensor(x, dtype=torch.float64)

    def cross_entropy(logits, targets):
        targets = tensor(targets)
        return F.cross_entropy(logits, targets if targets.shape == logits.shape else targets.long())

    return {
        "negate": torch.neg,
        "identity": torch.clone,
        "variable_power": torch.pow,
        "fixed_power": lambda x, exponent=2: torch.pow(x, exponent),
        "first_maximum": lambda x, y: torch.stack([x, y]).max(0).values,
        "step": lambda x: torch.relu(torch.sign(x)),  # torch.heaviside has no derivative
        "softplus": functools.partial(F.softplus, threshold=100),  # from there on a straight line; by default from 20 on
        "gelu": functools.partial(F.gelu, approximate="tanh"),
        "softmax": functools.partial(torch.softmax, dim=0),
        "log_softmax": functools.partial(torch.log_softmax, dim=0),
        "logsumexp": functools.partial(torch.logsumexp, dim=0),
        "convolve2d": lambda x, k, mode="valid", stride=1: F.conv2d(x[None], k[None, None], None, stride, mode)[0],
        "max_pool2d": lambda x, size=2, stride=None: F.max_pool2d(x[None], size, stride)[0],
        "mean_squared_error": lambda y, targets: F.mse_loss(y, tensor(targets)),
        "hinge": lambda scores, labels: torch.relu(1 - tensor(labels) * scores).mean(),
        "perceptron_loss": lambda scores, labels: torch.relu(-tensor(labels) * scores).mean(),
        "binary_cross_entropy": lambda z, targets: F.binary_cross_entropy_with_logits(z, tensor(targets)),
        "cross_entropy": cross_entropy,
        "l2_penalty": lambda p, strength=1e-4: strength * (p * p).sum(),
        "Momentum": lambda ps, momentum=0.9, **named: torch.optim.SGD(ps, momentum=momentum, **named),
        "AdaGrad": torch.optim.Adagrad,
        "RMSProp": torch.optim.RMSprop,
    }


def train_convolutions(torch, leaf):
    """Return the losses and the weights of a convolutional network after each of two steps on all IMAGES."""
    F = torch.nn.functional
    p = {name: leaf(x) for name, x in CONVOLUTIONS.items()}
    images, classes = torch.tensor(IMAGES, dtype=torch.float64)[:, None], torch.arange(len(IMAGES))
    optimizer = torch.optim.Adam(p.values(), lr=0.02)
    for _ in range(2):
        x = F.max_pool2d(torch.relu(F.conv2d(images, p["kernels"][:, None], p["biases"], padding=1)), 2)
        x = F.max_pool2d(torch.relu(F.conv2d(x, p["more_kernels"], p["more_biases"], padding=1)), 2)
        loss = F.cross_entropy(x.flatten(1) @ p["W"].T + p["b"], classes)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        yield [loss.item(), *(x.tolist() for x in p.values())]


def train_language(torch, leaf):
    """Return the losses and the weights of a transformer after each step, one on each of SENTENCES, and again."""
    F = torch.nn.functional
    p = {name: leaf(x) for name, x in LANGUAGE.items()}
    optimizer = torch.optim.Adam(p.values(), betas=(0.85, 0.99))

    def norm(x):
        return F.rms_norm(x, (CHANNELS,), eps=1e-5)

    def heads(x):
        return x.view(len(x), 2, CHANNELS // 2).transpose(0, 1)

    for step, sentence in enumerate(2 * SENTENCES):
        tokens = spelled(sentence)[: len(LANGUAGE["places"]) + 1]
        now, then = torch.tensor(tokens[:-1]), torch.tensor(tokens[1:])
        x = norm(p["tokens"][now] + p["places"][: len(now)])
        query, key, value = (heads(norm(x) @ p[name].T) for name in ("query", "key", "value"))
        mixed = F.scaled_dot_product_attention(query, key, value, is_causal=True).transpose(0, 1).flatten(1)
        x = x + mixed @ p["out"].T
        x = x + torch.relu(norm(x) @ p["wide"].T) @ p["narrow"].T
        loss = F.cross_entropy(x @ p["readout"].T, then)
        optimizer.zero_grad()
        loss.backward()
        optimizer.param_groups[0]["lr"] = learning_rate(step)
        optimizer.step()
        yield [loss.item(), *(x.tolist() for x in p.values())]


def run_cell(lecture, cell_id):
    """Return the lines of a cell, and those that it prints."""
    cells = json.loads((LECTURES / f"{lecture}.ipynb").read_text(encoding="utf-8"))["cells"]
    (code,) = ("".join(cell["source"]) for cell in cells if cell["id"] == cell_id)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(code, {"importlib": importlib})
    return [code.splitlines(), printed.getvalue().splitlines()]


def make():
    """Return all numbers, by the PyTorch that is installed."""
    import torch

    known = counterparts(torch)

    def leaf(x):
        return torch.tensor(x, dtype=torch.float64, requires_grad=True)

    def theirs(name):
        places = (known, *map(vars, (torch, torch.nn.functional, torch.optim)))
        function = next((place[name] for place in places if name in place), None)
        if function is None:
            raise LookupError(f"{name}: PyTorch has nothing of this name, so write it into `counterparts` or `WITHOUT`")
        return function

    def row(name, inputs, further):
        tensors = [leaf(x) for x in inputs]
        result = theirs(name)(*tensors, *further)
        (result.flatten() * torch.arange(1, result.numel() + 1)).sum().backward()
        return [inputs, further, result.tolist(), [tensor.grad.tolist() for tensor in tensors]]

    def training(name, options):
        parameters = [leaf(x) for x in START]
        return [options, train(theirs(name)(parameters, **options), *parameters)]

    rules = {name: apply.rule for name, apply in compared_operations().items() if name not in WITHOUT}
    rooms = {"operations": {name: operation_calls(rule) for name, rule in rules.items()}, **CALLS}
    return {
        "command": "python tests/pytorch.py",
        "torch": torch.__version__,
        **{
            room: {name: [row(name, *call) for call in calls] for name, calls in functions.items()}
            for room, functions in rooms.items()
        },
        "optimizers": {
            name: [training(name, options) for options in ({}, *({"lr": 0.02, **each} for each in choices))]
            for name, choices in OPTIONS.items()
        },
        "networks": {
            "convolutions": list(train_convolutions(torch, leaf)),
            "language": list(train_language(torch, leaf)),
        },
        "lectures": {lecture: run_cell(lecture, cell_id) for lecture, cell_id in CELLS.items()},
    }


def read():
    """Return the numbers that were kept."""
    return json.loads(FILE.read_text())


def write(numbers):
    """Keep the numbers, a row a line; json writes floats with repr, so that they are exact."""

    def text(x, line="\n"):
        inner = line + " "
        if isinstance(x, dict):
            return "{" + ",".join(f'{inner}"{name}": {text(part, inner)}' for name, part in x.items()) + line + "}"
        if isinstance(x, list):
            return "[" + ",".join(inner + json.dumps(row) for row in x) + line + "]"
        return json.dumps(x)

    FILE.write_text(text(numbers) + "\n")


if __name__ == "__main__":
    write(make())
    print(f"{FILE}: made anew by PyTorch {sys.modules['torch'].__version__}")
