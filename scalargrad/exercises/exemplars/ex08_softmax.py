"""Exercise 8: softmax and cross-entropy, which do not overflow.

A classifier returns a number for each class, its logits. Softmax makes probabilities of them, and the cross-entropy says
how surprised we are by the right class. Written down as in the textbook both fail: math.exp(1000) is too large for a
float, and the logarithm of a probability that was rounded to 0 does not exist.
"""

import math


def softmax(logits):
    """Return the list of probabilities e^xi / (e^x1 + e^x2 + ...).

    Formula: taking the largest logit m off each changes nothing, so it is e^(xi - m) / (e^(x1 - m) + e^(x2 - m) + ...).

    >>> softmax([1000.0, 1000.0])
    [0.5, 0.5]

    Hint: no exponent is positive then, and the largest is 0.
    """
    ### SOLUTION
    m = max(logits)
    powers = [math.exp(x - m) for x in logits]
    scale = sum(powers)
    return [power / scale for power in powers]
    ### END


def log_softmax(logits):
    """Return the list of the logarithms of the probabilities, also of those that softmax rounds to 0.

    Formula: log softmax_i = (xi - m) - log(e^(x1 - m) + e^(x2 - m) + ...), with the largest logit m.

    >>> log_softmax([0.0, 1000.0])
    [-1000.0, 0.0]

    Hint: math.log(softmax(...)) would be the logarithm of 0 here.
    """
    ### SOLUTION
    m = max(logits)
    scale = math.log(sum(math.exp(x - m) for x in logits))
    return [x - m - scale for x in logits]
    ### END


def cross_entropy(logits, target):
    """Return the cross-entropy of one example, of which target is the right class, counted from 0.

    Formula: -log softmax(logits)[target].

    >>> f"{cross_entropy([0.0, 0.0], 1):.4f}"
    '0.6931'

    Hint: log_softmax does nearly all of it.
    """
    ### SOLUTION
    return -log_softmax(logits)[target]
    ### END


def cross_entropy_gradient(logits, target):
    """Return the list of derivatives of the cross-entropy toward each logit.

    Formula: softmax_i - 1 for the right class, softmax_i for all others.

    >>> cross_entropy_gradient([0.0, 0.0], 1)
    [0.5, -0.5]

    Hint: they add up to 0.
    """
    ### SOLUTION
    return [p - (i == target) for i, p in enumerate(softmax(logits))]
    ### END


def mean_cross_entropy(batch, targets):
    """Return the mean of the cross-entropies of a batch: a list of logits for each example, and a list of targets.

    Formula: (sum of cross_entropy(logits, target)) / (number of examples).

    >>> f"{mean_cross_entropy([[0.0, 0.0], [0.0, 1000.0]], [0, 0]):.4f}"
    '500.3466'

    Hint: zip.
    """
    ### SOLUTION
    return sum(map(cross_entropy, batch, targets)) / len(batch)
    ### END
