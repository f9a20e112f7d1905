"""A backward pass by a matrix of local derivatives, solved from the last node to the first."""

import numpy as np


class Node:
    def __init__(self, data, inputs=(), partials=()):
        self.data = data
        self.inputs = inputs
        self.partials = partials
        self.grad = 0.0


def push(node):
    for value, gradient in zip(node.inputs, np.multiply(node.partials, node.grad)):
        value.grad += gradient


def backward(order):
    places = {id(node): i for i, node in enumerate(order)}
    matrix = np.zeros((len(order), len(order)))
    for i, node in enumerate(order):
        np.add.at(matrix[i], [places[id(value)] for value in node.inputs], list(node.partials))
    seed = np.zeros(len(order))
    seed[-1] = 1
    gradients = np.linalg.solve(np.eye(len(order)) - matrix.T, seed)
    for node, gradient in zip(order, gradients):
        node.grad = gradient if node.inputs else node.grad + gradient
