"""A small language model, trained by Adam: as one compiled graph of all positions, in PyTorch, and node by node.

What counts is the time for a real token: names are shorter than the positions there are, and what follows them is for
nothing. In 64 bits, and on one thread.
"""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

from benchmarks.measuring import Contender
from benchmarks.names import EDGE, HEAD, HEADS, LR, TINY, TOKENS, WIDTH, names, real_tokens, start
from benchmarks.training import compiled, over_values, report_steps
from scalargrad import relu
from scalargrad.graph import Variable, placeholder
from scalargrad.vectors import Vector, concatenate, log_softmax, softmax, total


def graph(length):
    """Return the loss of one name, its inputs, and its parameters in the order of `start`.

    The inputs are which token is at each position, (length, TOKENS), and which one follows, with the weight of this position
    in the loss: 1 / the number of real tokens, or 0 after the name.
    """
    p = {name: Variable(matrix, name) for name, matrix in start(length).items()}
    given, following = placeholder((length, TOKENS), "given"), placeholder((length, TOKENS), "following")

    def norm(x):
        return x * (x @ x / WIDTH + TINY) ** -0.5

    keys, values, losses = [], [], []
    for position in range(length):
        x = norm(given[position] @ p["tokens"] + p["positions"][position])
        hidden = norm(x)
        query = p["query"] @ hidden
        keys.append(p["key"] @ hidden)
        values.append(p["value"] @ hidden)
        heads = []
        for begin in range(0, WIDTH, HEAD):
            part = slice(begin, begin + HEAD)
            weights = softmax([query[part] @ key[part] / HEAD**0.5 for key in keys])
            heads.append(weights @ Vector([value[part] for value in values]))
        x = p["mixed"] @ concatenate(heads) + x
        x = p["narrow"] @ relu(p["wide"] @ norm(x)) + x
        losses.append(-(following[position] @ log_softmax(p["letters"] @ x)))
    parameters = [x for matrix in p.values() for row in matrix for x in row]
    return total(losses), [given, following], parameters


def arrays(batch, length):
    """What the graph is fed for these names, (n, length, TOKENS) twice."""
    import numpy

    given, following = numpy.zeros((2, len(batch), length, TOKENS))
    given[:, :, EDGE] = 1  # what is after a name does not matter
    for i, name in enumerate(batch):
        n = real_tokens([name], length)
        given[i, range(n)] = 0
        given[i, range(n), name[:n]] = 1
        following[i, range(n), name[1 : n + 1]] = 1 / n
    return given, following


def by_torch(length, batches):
    """Eager tensors of whole batches, and Adam as one kernel for all parameters."""
    import torch
    from torch.nn import functional

    torch.set_num_threads(1)
    first = {name: torch.tensor(matrix, dtype=torch.float64) for name, matrix in start(length).items()}
    p = {name: matrix.clone().requires_grad_() for name, matrix in first.items()}
    data = []
    for batch in batches:
        given, following = map(torch.tensor, arrays(batch, length))
        data.append((given.argmax(2), following.argmax(2), following.sum(2) / len(batch)))
    made = {}

    def loss(given, following, weights):
        n = len(given)
        x = functional.rms_norm(p["tokens"][given] + p["positions"], (WIDTH,), eps=TINY)
        hidden = functional.rms_norm(x, (WIDTH,), eps=TINY)
        query, key, value = (
            functional.linear(hidden, p[name]).view(n, length, HEADS, HEAD).transpose(1, 2)
            for name in ("query", "key", "value")
        )
        heads = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = functional.linear(heads.transpose(1, 2).reshape(n, length, WIDTH), p["mixed"]) + x
        hidden = torch.relu(functional.linear(functional.rms_norm(x, (WIDTH,), eps=TINY), p["wide"]))
        logits = functional.linear(functional.linear(hidden, p["narrow"]) + x, p["letters"])
        losses = functional.cross_entropy(logits.view(-1, TOKENS), following.view(-1), reduction="none")
        return losses @ weights.view(-1)

    def reset():
        with torch.no_grad():
            for name, matrix in first.items():
                p[name].copy_(matrix)
        made["optimizer"] = torch.optim.Adam(p.values(), lr=LR, fused=True)

    def run(epochs):
        for _ in range(epochs):
            for batch in data:
                made["optimizer"].zero_grad()
                loss(*batch).backward()
                made["optimizer"].step()

    return Contender(run, lambda: torch.cat([matrix.detach().ravel() for matrix in p.values()]), reset)


def node_by_node(length, steps):
    """Return the seconds for a real token as microgpt trains, and the parameters after so many names."""
    command = [sys.executable, "-m", "benchmarks.microgpt", str(length), str(steps)]
    done = subprocess.run(command, cwd=Path(__file__).parent.parent, capture_output=True, text=True, check=True)
    taken, parameters = json.loads(done.stdout)
    return taken / real_tokens(names(steps), length), parameters


def compare_gpt(rounds, length=8, steps=8):
    """Compare training at several batch sizes with PyTorch, and with microgpt, which takes one name at a time."""
    import numpy

    loss, inputs, parameters = graph(length)
    program = (loss, inputs, parameters, [p.data for p in parameters], "c")
    microgpt, expected = node_by_node(length, steps)
    print(f"a small language model, {length} positions: {1e6 * microgpt:,.0f} microseconds a real token in microgpt's style")
    for size in (1, 8, 32):
        count = steps if size == 1 else 2 * size
        words = names(count)
        batches = [words[i : i + size] for i in range(0, count, size)]
        data = arrays(words, length)
        fed = [[part[i : i + size] for part in data] for i in range(0, count, size)]
        contenders = {
            "c": compiled(*program, data, size),
            "loop over Values, c": over_values(*program, fed),
        }
        if importlib.util.find_spec("torch"):
            contenders["PyTorch, fused Adam"] = by_torch(length, batches)
        times = report_steps(
            f"the same, batches of {size}", contenders, rounds, 20, real_tokens(words, length), "real token"
        )
        print(f"  microgpt's style, collector on: {microgpt / times['c']:,.0f} times as long as c")
        if size == 1:
            contenders["c"].reset()
            contenders["c"].run(1)
            worst = numpy.abs(numpy.subtract(contenders["c"].result(), expected)).max()
            assert worst < 1e-9, f"microgpt's style differs by {worst}"
