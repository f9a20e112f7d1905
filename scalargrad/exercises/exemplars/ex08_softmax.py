"""Exercise 8: softmax and cross-entropy without overflow.

A classifier returns one number for each class: its logits. Softmax turns them into probabilities, and the cross-entropy
measures how unlikely the right class was. The textbook formulas fail for large logits: math.exp(1000) is too large for a
float, and the logarithm of a probability that was rounded to 0 does not exist.

The functions do not change the lists they get.
"""

import math


def softmax(logits):
    """Return the list of probabilities e^xi / (e^x1 + e^x2 + ...).

    Formula: e^(xi - m) / (e^(x1 - m) + e^(x2 - m) + ...), the same number, where m is the largest logit.

    >>> softmax([1000.0, 1000.0])
    [0.5, 0.5]

    Hint: no exponent xi - m is positive, and the largest is 0.
    """
    ### SOLUTION
    m = max(logits)
    powers = [math.exp(x - m) for x in logits]
    scale = sum(powers)
    return [power / scale for power in powers]
    ### END


def log_softmax(logits):
    """Return the list of logarithms of the probabilities, including those that softmax rounds to 0.

    Formula: log softmax_i = (xi - m) - log(e^(x1 - m) + e^(x2 - m) + ...), where m is the largest logit.

    >>> log_softmax([0.0, 1000.0])
    [-1000.0, 0.0]

    Hint: do not call softmax, because here it returns a 0, which has no logarithm.
    """
    ### SOLUTION
    m = max(logits)
    scale = math.log(sum(math.exp(x - m) for x in logits))
    return [x - m - scale for x in logits]
    ### END


def cross_entropy(logits, target):
    """Return the cross-entropy of one example. The target is the index of the right class.

    Formula: -log softmax(logits)[target].

    >>> f"{cross_entropy([0.0, 0.0], 1):.4f}"
    '0.6931'

    Hint: log_softmax does most of the work.
    """
    ### SOLUTION
    return -log_softmax(logits)[target]
    ### END


def cross_entropy_gradient(logits, target):
    """Return the list of derivatives of the cross-entropy toward each logit.

    Formula: softmax_i - 1 for the right class, softmax_i for the others.

    >>> cross_entropy_gradient([0.0, 0.0], 1)
    [0.5, -0.5]

    Hint: the derivatives add up to 0.
    """
    ### SOLUTION
    return [p - (i == target) for i, p in enumerate(softmax(logits))]
    ### END


def mean_cross_entropy(batch, targets):
    """Return the mean cross-entropy of a batch. It has a list of logits and a target for each example.

    Formula: (sum of cross_entropy(logits, target)) / (number of examples).

    >>> f"{mean_cross_entropy([[0.0, 0.0], [0.0, 1000.0]], [0, 0]):.4f}"
    '500.3466'

    Hint: zip(batch, targets).
    """
    ### SOLUTION
    return sum(map(cross_entropy, batch, targets)) / len(batch)
    ### END
