"""Exercise 1: local rules.

An operation knows its value and its local derivatives: how fast the value changes with each input. It knows nothing about
the rest of the expression. Each function below returns a tuple: the value, then the local derivative toward each input.

Replace each line `raise NotImplementedError` with your code, and run `pytest test_ex01_local_rules.py`.
"""

import math


def add(x, y):
    """Return x + y, its derivative toward x, and its derivative toward y.

    Formula: d(x + y)/dx = 1 and d(x + y)/dy = 1.

    >>> add(2.0, 3.0) == (5.0, 1.0, 1.0)
    True

    Hint: when x grows by 1, the sum grows by 1, whatever x and y are.
    """
    ### SOLUTION
    return x + y, 1.0, 1.0
    ### END


def multiply(x, y):
    """Return x * y, its derivative toward x, and its derivative toward y.

    Formula: d(x y)/dx = y and d(x y)/dy = x.

    >>> multiply(2.0, 3.0)
    (6.0, 3.0, 2.0)

    Hint: x * y is the area of a rectangle. When x grows by 1, the area grows by y.
    """
    ### SOLUTION
    return x * y, y, x
    ### END


def power(x, n):
    """Return x**n and its derivative toward x; n is a fixed number, of either sign, whole or not.

    Formula: d(x^n)/dx = n x^(n - 1), which is 0 for n = 0.

    >>> power(-2.0, 3)
    (-8.0, 12.0)

    Hint: treat n = 0 separately, because at x = 0 the formula computes 0.0 ** -1, which is an error in Python.
    """
    ### SOLUTION
    return x**n, n * x ** (n - 1) if n else 0.0
    ### END


def exp(x):
    """Return e^x and its derivative.

    Formula: d(e^x)/dx = e^x.

    >>> exp(1.0)
    (2.718281828459045, 2.718281828459045)

    Hint: compute the value once and use it twice.
    """
    ### SOLUTION
    value = math.exp(x)
    return value, value
    ### END


def tanh(x):
    """Return tanh(x) and its derivative, for x from -1000 to 1000.

    Formula: with t = tanh(x), dt/dx = 1 - t^2.

    >>> value, derivative = tanh(0.5)
    >>> f"{value:.4f} {derivative:.4f}"
    '0.4621 0.7864'

    Hint: the formula uses the output t, not the input x. math.tanh is right for every x; math.exp(1000) is an error.
    """
    ### SOLUTION
    t = math.tanh(x)
    return t, 1 - t * t
    ### END


def relu(x):
    """Return the larger of x and 0, and its derivative.

    Formula: the derivative is 1 for x > 0, else 0. (At x = 0 there is a kink; we choose 0, as PyTorch does.)

    >>> relu(3.0) == (3.0, 1.0), relu(-3.0) == (0.0, 0.0)
    (True, True)

    Hint: use an if.
    """
    ### SOLUTION
    return (x, 1.0) if x > 0 else (0.0, 0.0)
    ### END


def sigmoid(x):
    """Return 1 / (1 + e^-x) and its derivative, for x from -1000 to 1000.

    Formula: with s = sigmoid(x), ds/dx = s (1 - s).

    >>> value, derivative = sigmoid(-1.5)
    >>> f"{value:.4f} {derivative:.4f}"
    '0.1824 0.1491'

    Hint: math.exp(1000) is too large for a float. For negative x use e^x / (1 + e^x), the same number, where e^x is small.
    """
    ### SOLUTION
    small = math.exp(-abs(x))
    s = 1 / (1 + small) if x > 0 else small / (1 + small)
    return s, s * (1 - s)
    ### END
