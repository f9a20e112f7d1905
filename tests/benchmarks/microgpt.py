"""The small language model as microgpt trains it: one name a step, token by token, node by node.

It runs in a process of its own, because a large graph that lives in the same process slows the garbage collector:
`python -m benchmarks.microgpt LENGTH STEPS` prints the seconds of the steps and the parameters after them.
"""

import json
import sys
import time

from benchmarks.names import HEAD, HEADS, LR, TINY, WIDTH, names, start
from benchmarks.styles import TupleValue


def linear(matrix, x):
    return [sum(w * xi for w, xi in zip(row, x)) for row in matrix]


def norm(x):
    scale = (sum(xi * xi for xi in x) * (1 / len(x)) + TINY) ** -0.5
    return [xi * scale for xi in x]


def softmax(logits):
    largest = max(z.data for z in logits)
    powers = [(z - largest).exp() for z in logits]
    total = sum(powers)
    return [power / total for power in powers]


def logits_of(p, token, position, keys, values):
    """The logits of the next token; the key and the value of this one are kept for those to come."""
    x = norm([a + b for a, b in zip(p["tokens"][token], p["positions"][position])])
    hidden = norm(x)
    query = linear(p["query"], hidden)
    keys.append(linear(p["key"], hidden))
    values.append(linear(p["value"], hidden))
    heads = []
    for begin in range(0, WIDTH, HEAD):
        part = range(begin, begin + HEAD)
        weights = softmax([sum(query[j] * key[j] for j in part) * (1 / HEAD**0.5) for key in keys])
        heads += [sum(w * value[j] for w, value in zip(weights, values)) for j in part]
    x = [a + b for a, b in zip(linear(p["mixed"], heads), x)]
    hidden = [z.relu() for z in linear(p["wide"], norm(x))]
    return linear(p["letters"], [a + b for a, b in zip(linear(p["narrow"], hidden), x)])


def loss_of(p, name, length):
    keys, values, losses = [], [], []
    for position, (token, following) in enumerate(zip(name[:length], name[1:])):
        probabilities = softmax(logits_of(p, token, position, keys, values))
        losses.append(-probabilities[following].log())
    return sum(losses) * (1 / len(losses))


def main(length, steps):
    assert HEADS * HEAD == WIDTH
    p = {name: [[TupleValue(x) for x in row] for row in matrix] for name, matrix in start(length).items()}
    parameters = [x for matrix in p.values() for row in matrix for x in row]
    m, v = [0.0] * len(parameters), [0.0] * len(parameters)
    begin = time.process_time()
    for step, name in enumerate(names(steps), 1):
        loss_of(p, name, length).backward()
        for i, x in enumerate(parameters):
            m[i] = 0.9 * m[i] + 0.1 * x.grad
            v[i] = 0.999 * v[i] + 0.001 * x.grad**2
            x.data -= LR * (m[i] / (1 - 0.9**step)) / ((v[i] / (1 - 0.999**step)) ** 0.5 + 1e-8)
            x.grad = 0
    seconds = time.process_time() - begin
    print(json.dumps([seconds, [x.data for x in parameters]]))


if __name__ == "__main__":
    sys.setrecursionlimit(10_000)  # microgpt, too, walks its graph by recursion
    main(*map(int, sys.argv[1:]))
