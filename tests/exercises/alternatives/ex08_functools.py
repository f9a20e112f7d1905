"""Softmax by folds: the logarithm of a sum, two terms at a time."""

import functools
import itertools
import math
import operator


def log_add(x, y):
    return max(x, y) + math.log1p(math.exp(-abs(x - y)))


def log_softmax(logits):
    shift = functools.partial(operator.add, -functools.reduce(log_add, logits))
    return tuple(map(shift, logits))


def softmax(logits):
    return tuple(map(math.exp, log_softmax(logits)))


def cross_entropy(logits, target):
    return operator.neg(operator.itemgetter(target)(log_softmax(logits)))


def cross_entropy_gradient(logits, target):
    truth = [0] * len(logits)
    truth[target] = 1
    return list(itertools.starmap(operator.sub, zip(softmax(logits), truth)))


def mean_cross_entropy(batch, targets):
    losses = list(itertools.starmap(cross_entropy, zip(batch, targets)))
    return functools.reduce(operator.add, losses) / len(losses)
