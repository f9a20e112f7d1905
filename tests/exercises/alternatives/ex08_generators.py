"""Softmax by generators and exact sums; equal lists of logits are computed once."""

import math
import statistics
from functools import lru_cache


@lru_cache(maxsize=8)
def parts(logits):
    largest = sorted(logits)[-1]
    return largest, math.fsum(math.exp(x - largest) for x in logits)


def softmax(logits):
    largest, scale = parts(tuple(logits))
    for x in logits:
        yield math.exp(x - largest) / scale


def log_softmax(logits):
    largest, scale = parts(tuple(logits))
    for x in logits:
        yield (x - largest) - math.log(scale)


def cross_entropy(logits, target):
    return next(-x for i, x in enumerate(log_softmax(logits)) if i == target)


def cross_entropy_gradient(logits, target):
    yield from (p - 1 if i == target else p for i, p in enumerate(softmax(logits)))


def mean_cross_entropy(batch, targets):
    return statistics.fmean(cross_entropy(logits, target) for logits, target in zip(batch, targets))
