"""Exercise 5: the backward pass.

Every node knows its inputs and its local derivative toward each of them (exercise 1). The nodes come in topological order
(exercise 4). What remains is the chain rule (exercise 3), applied once to each edge.
"""


class Node:
    """A node of a graph.

    data      its number; several nodes may have the same
    inputs    the nodes it was computed from: one, two or more; none for a leaf
    partials  its local derivative toward each input, by whatever operation
    grad      the derivative of the result toward this node, which you compute
    """

    def __init__(self, data, inputs=(), partials=()):
        self.data = data
        self.inputs = inputs
        self.partials = partials
        self.grad = 0.0


def push(node):
    """Pass the gradient of a node on to its inputs. Change nothing else.

    Formula: input.grad += local derivative * node.grad, for each input, with the local derivative toward it.

    >>> a, b = Node(2.0), Node(3.0)
    >>> y = Node(6.0, (a, b), (3.0, 2.0))
    >>> y.grad = 10.0
    >>> push(y)
    >>> a.grad, b.grad
    (30.0, 20.0)

    Hint: zip(node.inputs, node.partials). An input may already have a gradient, from another path.
    """
    ### SOLUTION
    for value, partial in zip(node.inputs, node.partials):
        value.grad += partial * node.grad
    ### END


def backward(order):
    """Compute the derivative of the result, the last node of a topological order, toward every node in the order.

    Computed nodes, which have inputs, get a new gradient with each call. Leaves add it to the gradient they have, so that
    the gradients of several results add up, as in PyTorch. The result need not depend on all nodes of the order. Change
    only gradients, not the list.

    Formula: set the gradients of computed nodes to 0. Add 1 to the gradient of the result, because dY/dY = 1. Then push
    every node, from the result back to the leaves.

    >>> a = Node(3.0)
    >>> y = Node(9.0, (a, a), (3.0, 3.0))
    >>> backward([a, y])
    >>> a.grad, y.grad
    (6.0, 1.0)
    >>> backward([a, y])
    >>> a.grad, y.grad
    (12.0, 1.0)

    Hint: reversed(order).
    """
    ### SOLUTION
    for node in order:
        if node.inputs:
            node.grad = 0.0
    order[-1].grad += 1.0
    for node in reversed(order):
        push(node)
    ### END
