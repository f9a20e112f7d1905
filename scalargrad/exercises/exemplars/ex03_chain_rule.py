"""Exercise 3: the chain rule.

Between a number and the result are steps, each with a local derivative. Along a path the local derivatives multiply. If
several paths lead from the number to the result, their products add up. That is the whole rule.
"""

import math


def along_path(local_derivatives):
    """Return the derivative along one path: the product of its local derivatives. Do not change the list.

    Formula: dY/dx = dY/dv * dv/du * du/dx for a path x, u, v, Y. A path without steps has the derivative 1.

    >>> along_path([2.0, -1.0, 3.0])
    -6.0

    Hint: math.prod, or a loop that begins with 1.0.
    """
    ### SOLUTION
    return math.prod(local_derivatives)
    ### END


def over_paths(paths):
    """Return the derivative over all paths from a number to the result. Each path is a list of local derivatives.

    Do not change the lists.

    Formula: the sum of the products. Without a path the result does not depend on the number, and the derivative is 0.

    >>> over_paths([[2.0, 1.0], [5.0, 1.0]])
    7.0

    Hint: along_path does half of the work.
    """
    ### SOLUTION
    return sum(along_path(path) for path in paths)
    ### END


def gradients(a, b, c):
    """Return dY/da, dY/db and dY/dc for Y = (a + b) * (b - c).

    Formula: with d = a + b and e = b - c, dY/dd = e and dY/de = d. Both d and e depend on b.

    >>> gradients(2.0, 3.0, 1.0)
    (2.0, 7.0, -5.0)

    Hint: two paths lead from b to Y. The local derivative of b - c toward c is -1.
    """
    ### SOLUTION
    d, e = a + b, b - c
    return e, e + d, -d
    ### END


def neuron_gradients(x1, x2, w1, w2, b):
    """Return dy/dx1, dy/dx2, dy/dw1, dy/dw2 and dy/db for the neuron y = tanh(w1 x1 + w2 x2 + b).

    Formula: with s = w1 x1 + w2 x2 + b, dy/ds = 1 - y^2, and ds/dw1 = x1, ds/dx1 = w1, ds/db = 1.

    >>> [round(each, 4) for each in neuron_gradients(2.0, 0.0, -3.0, 1.0, 6.5)]
    [-2.3593, 0.7864, 1.5729, 0.0, 0.7864]

    Hint: compute dy/ds once, because every path goes through s.
    """
    ### SOLUTION
    y = math.tanh(w1 * x1 + w2 * x2 + b)
    slope = 1 - y * y
    return slope * w1, slope * w2, slope * x1, slope * x2, slope
    ### END
