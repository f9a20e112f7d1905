"""Local rules as generators: the value, then the derivatives."""

import math


def add(x, y):
    yield x + y
    yield from (1, 1)


def multiply(x, y):
    yield x * y
    yield from (y, x)


def power(x, n):
    yield x**n
    yield n and n * x ** (n - 1)


def exp(x):
    yield from [math.e**x] * 2


def tanh(x):
    yield (t := math.tanh(x))
    yield 1 - t**2


def relu(x):
    positive = x > 0
    yield x if positive else 0
    yield float(positive)


def sigmoid(x):
    big = math.exp(-abs(x))
    s = [1, big][x < 0] / (1 + big)
    yield s
    yield big / (1 + big) ** 2
