"""Finite differences that move a copy of the list there and back."""


def slope(f, x, h=1e-5):
    """With one pair of points."""
    values = {}
    for side in "+-":
        values[side] = f(x + h if side == "+" else x - h)
    return 0.5 * (values["+"] - values["-"]) / h


def numerical_gradient(f, xs, h=1e-5):
    ys = xs[:]
    result = [None] * len(ys)
    i = 0
    while i < len(ys):
        saved = ys[i]
        try:
            ys[i] = saved + h
            up = f(ys)
            ys[i] = saved - h
            down = f(ys)
        finally:
            ys[i] = saved
        result[i] = (up - down) / (2 * h)
        i += 1
    return result


def close(x, y, relative=1e-6, absolute=1e-9):
    if x == y:
        return True
    if x != x or y != y:
        return False
    if float("inf") in (abs(x), abs(y)):
        return False
    d = x - y if x > y else y - x
    largest = abs(x)
    if abs(y) > largest:
        largest = abs(y)
    return d <= absolute or d <= relative * largest


def wrong_derivatives(f, gradient, xs):
    claimed = gradient(xs)
    measured = numerical_gradient(f, xs)
    wrong = []
    for i in range(len(xs)):
        if close(claimed[i], measured[i]):
            continue
        wrong.append(i)
    return wrong
