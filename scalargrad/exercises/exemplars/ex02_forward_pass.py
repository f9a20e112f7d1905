"""Exercise 2: a forward pass by hand.

An expression is computed in steps. Each step is one operation on numbers that are already known. Here you write down the
steps. Every intermediate number gets a name, because the chain rule needs all of them.
"""

import math


def expression(a, b, c):
    """Compute Y = (a + b) * (b - c) step by step, and return d, e and Y.

    Formula: d = a + b, e = b - c, Y = d * e.

    >>> expression(2.0, 3.0, 1.0)
    (5.0, 2.0, 10.0)

    Hint: three assignments and a return.
    """
    ### SOLUTION
    d = a + b
    e = b - c
    return d, e, d * e
    ### END


def neuron(x1, x2, w1, w2, b):
    """Compute a neuron with two inputs step by step, and return p1, p2, s and y.

    Formula: p1 = w1 x1, p2 = w2 x2, s = p1 + p2 + b, y = tanh(s).

    >>> p1, p2, s, y = neuron(2.0, 0.0, -3.0, 1.0, 6.5)
    >>> f"{p1} {p2} {s} {y:.4f}"
    '-6.0 0.0 0.5 0.4621'

    Hint: the bias b is part of the sum, before tanh.
    """
    ### SOLUTION
    p1, p2 = w1 * x1, w2 * x2
    s = p1 + p2 + b
    return p1, p2, s, math.tanh(s)
    ### END


OPERATIONS = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "tanh": math.tanh,
}


def run(steps, numbers):
    """Run any program of steps, and return a new dictionary of all numbers, given and computed.

    steps    a list of tuples: the name of the result, a key of OPERATIONS, and the names of its inputs; do not change it
    numbers  a dictionary with the given numbers; do not change it

    Formula: for each step, result = OPERATIONS[operation](the numbers of the inputs, in order).

    Somebody may add operations to OPERATIONS, with any number of inputs, and a step may give a name a new number. An input
    that is neither given nor computed in an earlier step raises KeyError, as a dictionary does.

    >>> run([("d", "+", "a", "b"), ("e", "-", "d", "a")], {"a": 2.0, "b": 3.0})
    {'a': 2.0, 'b': 3.0, 'd': 5.0, 'e': 3.0}

    Hint: begin with dict(numbers); `for name, operation, *inputs in steps` unpacks each step.
    """
    ### SOLUTION
    known = dict(numbers)
    for name, operation, *inputs in steps:
        known[name] = OPERATIONS[operation](*(known[each] for each in inputs))
    return known
    ### END
