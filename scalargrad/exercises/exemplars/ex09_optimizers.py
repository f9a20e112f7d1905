"""Exercise 9: optimizers.

The gradient shows where the loss rises; an optimizer decides how far to go the other way. Each optimizer below has a method
`step(xs, gradients)`. It takes the list of parameters and the list of their gradients, and returns the list of new
parameters. It does not change the lists it gets. What an optimizer remembers is in its attributes, with one number for each
parameter.
"""

import math


class SGD:
    """Gradient descent with a fixed learning rate."""

    def __init__(self, lr):
        self.lr = lr

    def step(self, xs, gradients):
        """Return the parameters after one step.

        Formula: x - lr g.

        >>> SGD(lr=0.1).step([1.0, 2.0], [10.0, -10.0])
        [0.0, 3.0]

        Hint: the loss should fall, so subtract.
        """
        ### SOLUTION
        return [x - self.lr * g for x, g in zip(xs, gradients)]
        ### END


class Momentum:
    """Gradient descent in which the gradients of earlier steps still count."""

    def __init__(self, lr, momentum=0.9):
        self.lr = lr
        self.momentum = momentum
        self.speeds = None

    def step(self, xs, gradients):
        """Return the parameters after one step.

        Formula: v becomes momentum v + g, where v is 0 before the first step. Return x - lr v.

        >>> optimizer = Momentum(lr=0.5, momentum=0.5)
        >>> optimizer.step([1.0], [1.0]), optimizer.step([0.5], [1.0])
        ([0.5], [-0.25])

        Hint: self.speeds is None before the first step, and then a list with one number for each parameter.
        """
        ### SOLUTION
        speeds = self.speeds or [0.0] * len(xs)
        self.speeds = [self.momentum * v + g for v, g in zip(speeds, gradients)]
        return [x - self.lr * v for x, v in zip(xs, self.speeds)]
        ### END


class Adam:
    """Gradient descent whose step size hardly depends on the size of the gradients (Kingma and Ba 2015)."""

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.lr, self.beta1, self.beta2, self.epsilon = lr, beta1, beta2, epsilon
        self.means = None
        self.squares = None
        self.steps = 0

    def step(self, xs, gradients):
        """Return the parameters after step number t, counted from 1.

        Formula: m becomes beta1 m + (1 - beta1) g, and s becomes beta2 s + (1 - beta2) g^2. Both are 0 before the first
        step. With M = m / (1 - beta1^t) and S = s / (1 - beta2^t), return x - lr M / (sqrt(S) + epsilon).

        >>> [round(x, 4) for x in Adam(lr=0.1).step([1.0, 1.0], [50.0, -0.02])]
        [0.9, 1.1]

        Hint: without the two divisions by 1 - beta^t the first steps are wrong. Remember m and s, not M and S.
        """
        ### SOLUTION
        self.steps += 1
        means, squares = self.means or [0.0] * len(xs), self.squares or [0.0] * len(xs)
        self.means = [self.beta1 * m + (1 - self.beta1) * g for m, g in zip(means, gradients)]
        self.squares = [self.beta2 * s + (1 - self.beta2) * g * g for s, g in zip(squares, gradients)]
        first, second = 1 - self.beta1**self.steps, 1 - self.beta2**self.steps
        return [
            x - self.lr * (m / first) / (math.sqrt(s / second) + self.epsilon)
            for x, m, s in zip(xs, self.means, self.squares)
        ]
        ### END
