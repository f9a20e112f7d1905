"""A backward pass over dataclasses, by closures."""

from collections import defaultdict
from dataclasses import dataclass


@dataclass(eq=False)
class Node:
    data: float
    inputs: tuple = ()
    partials: tuple = ()
    grad: float = 0.0


def pusher(node):
    def push():
        for i, value in enumerate(node.inputs):
            value.grad = value.grad + node.grad * node.partials[i]

    return push


def push(node):
    pusher(node)()


def backward(order):
    gradients = defaultdict(float, {order[-1]: 1.0})
    for node in order[::-1]:
        for value, partial in zip(node.inputs, node.partials):
            gradients[value] += partial * gradients[node]
    for node in order:
        node.grad = gradients[node] if node.inputs else node.grad + gradients[node]
