"""Softmax and cross-entropy on NumPy's arrays."""

import numpy as np


def softmax(logits):
    powers = np.exp(np.array(logits) - np.max(logits))
    return powers / powers.sum()


def log_softmax(logits):
    return np.array(logits) - np.logaddexp.reduce(logits)


def cross_entropy(logits, target):
    return np.negative(log_softmax(logits)[target])


def cross_entropy_gradient(logits, target):
    gradient = softmax(logits)
    gradient[target] -= 1
    return gradient


def mean_cross_entropy(batch, targets):
    return np.mean([cross_entropy(logits, target) for logits, target in zip(batch, targets)])
