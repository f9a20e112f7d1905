"""Exercise 6: gradient checking.

A derivative that was derived by hand may be wrong. Finite differences need no derivation: move an input a little, and see
how the result changes. They are too slow and inexact to train networks, but they show whether a gradient is right. A check
is useful only if it can fail.
"""

import math


def slope(f, x, h=1e-5):
    """Return the derivative of f at x by a central difference. An error that f raises is not caught.

    Formula: (f(x + h) - f(x - h)) / (2 h).

    >>> round(slope(lambda x: x**3, 1.0, h=0.1), 4)
    3.01

    Hint: a one-sided difference, (f(x + h) - f(x)) / h, gives 3.31 here: its error grows with h, not with h^2.
    """
    ### SOLUTION
    return (f(x + h) - f(x - h)) / (2 * h)
    ### END


def numerical_gradient(f, xs, h=1e-5):
    """Return a new list of the derivatives of f toward each number in the list xs, by central differences.

    f   takes a list of numbers, of any length, and returns a number
    xs  where to compute them; do not change this list

    Formula: for each i, (f(xs with x_i + h) - f(xs with x_i - h)) / (2 h), where only x_i moves.

    >>> [round(each, 4) for each in numerical_gradient(lambda v: v[0] * v[1], [2.0, 3.0])]
    [3.0, 2.0]

    Hint: [*xs[:i], x, *xs[i + 1 :]] is the list xs with x at index i.
    """
    ### SOLUTION
    return [slope(lambda x: f([*xs[:i], x, *xs[i + 1 :]]), xs[i], h) for i in range(len(xs))]
    ### END


def close(x, y, relative=1e-6, absolute=1e-9):
    """Return whether two numbers are equal up to rounding.

    Formula: |x - y| <= relative * max(|x|, |y|), or |x - y| <= absolute. Nothing is close to math.nan, which is not a
    number, and an infinite number is close to itself only.

    >>> close(1e6, 1e6 + 0.1), close(0.1, 0.2), close(0.0, 1e-12)
    (True, False, True)

    Hint: without abs, every negative difference counts as small. A part of infinity is infinite: math.isfinite helps.
    """
    ### SOLUTION
    return x == y or abs(x - y) <= max(relative * max(abs(x), abs(y)), absolute) < math.inf
    ### END


def wrong_derivatives(f, gradient, xs):
    """Compare a gradient with finite differences, and return the list of indices where they are not close, in order.

    f         takes a list of numbers and returns a number
    gradient  takes the same list, and returns the list of derivatives to check
    xs        where to compare them; do not change this list

    Formula: the indices i for which gradient(xs)[i] and numerical_gradient(f, xs)[i] are not close. An error that f or
    gradient raises is not caught, because a check that fails must not look like one that passes.

    >>> wrong_derivatives(lambda v: v[0] * v[1], lambda v: [v[0], v[1]], [2.0, 3.0])
    [0, 1]

    Hint: finite differences have about nine correct digits, so the defaults of close are right.
    """
    ### SOLUTION
    pairs = zip(gradient(xs), numerical_gradient(f, xs))
    return [i for i, (found, expected) in enumerate(pairs) if not close(found, expected)]
    ### END
