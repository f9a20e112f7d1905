"""Finite differences with NumPy."""

import math

import numpy as np


def slope(f, x, h=1e-5):
    return np.float64(f(x + h) - f(x - h)) / h / 2


def numerical_gradient(f, xs, h=1e-5):
    return np.array([slope(lambda t: f(np.array(xs) + t * direction), 0.0, h) for direction in np.eye(len(xs))])


def close(x, y, relative=1e-6, absolute=1e-9):
    return math.isclose(x, y, rel_tol=relative, abs_tol=absolute)


def wrong_derivatives(f, gradient, xs):
    return np.flatnonzero(~np.isclose(gradient(xs), numerical_gradient(f, xs), rtol=1e-6, atol=1e-9))
