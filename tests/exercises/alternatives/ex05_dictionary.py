"""A backward pass that collects gradients by the identity of nodes, and writes them last."""

from collections import Counter, deque


class Node:
    def __init__(self, data, inputs=(), partials=()):
        self.data, self.inputs, self.partials, self.grad = data, inputs, partials, 0.0


def push(node):
    deque((setattr(x, "grad", x.grad + p * node.grad) for x, p in zip(node.inputs, node.partials)), maxlen=0)


def backward(order):
    total = Counter({id(order[-1]): 1.0})
    for node in order[::-1]:
        total.update({id(x): 0.0 for x in node.inputs})
        for x, p in zip(node.inputs, node.partials):
            total[id(x)] += p * total[id(node)]
    for node in order:
        node.grad = total[id(node)] + (0.0 if node.inputs else node.grad)
