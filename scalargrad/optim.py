"""Optimizers: how the parameters move after `backward` has computed their gradients.

With this module a training loop is three lines, `optimizer.zero_grad()`, `loss.backward()` and `optimizer.step()`. Names,
defaults and numbers are PyTorch's. Each optimizer is one formula for one parameter; the loop over them is in `optimizer.py`.
A formula uses only arithmetic and elementary functions, so it runs on any kind of number: on Values it is a graph, to be
drawn and explained, and on symbols it becomes a program, with which `compile` trains.

>>> from scalargrad import Value
>>> w = Value(5.0, label="w")
>>> optimizer = SGD([w], lr=0.1)
>>> for _ in range(100):
...     optimizer.zero_grad()
...     ((w - 3) ** 2).backward()
...     optimizer.step()
>>> f"{w.data:.4f}"
'3.0000'
"""

from scalargrad.elementary import sqrt
from scalargrad.optimizer import LearningRate, Optimizer, Parameters

__all__ = ["SGD", "AdaGrad", "Adam", "AdamW", "Momentum", "Optimizer", "RMSProp"]


class SGD(Optimizer):
    """Stochastic gradient descent: x falls by lr g (Robbins and Monro 1951)."""

    def __init__(self, parameters: Parameters = None, lr: LearningRate = 0.001) -> None:
        super().__init__(parameters, lr)

    def update(self, x, gradient, lr, memory):
        return x - lr * gradient, ()


class Momentum(Optimizer):
    """x falls by lr v, where v becomes momentum v + g: the gradients of earlier steps go on pushing (Polyak 1964).

    nesterov  take the gradient as if this push were already done: x falls by lr (g + momentum v) (Sutskever et al. 2013)
    """

    remembers = ("v",)

    def __init__(
        self, parameters: Parameters = None, lr: LearningRate = 0.001, momentum: float = 0.9, nesterov: bool = False
    ) -> None:
        super().__init__(parameters, lr)
        self.momentum = momentum
        self.nesterov = nesterov

    def update(self, x, gradient, lr, memory):
        (v,) = memory
        v = self.momentum * v + gradient
        push = gradient + self.momentum * v if self.nesterov else v
        return x - lr * push, (v,)


class AdaGrad(Optimizer):
    """x falls by lr g / (sqrt(s) + eps), where s adds up g^2 (Duchi et al. 2011)."""

    remembers = ("s",)

    def __init__(self, parameters: Parameters = None, lr: LearningRate = 0.01, eps: float = 1e-10) -> None:
        super().__init__(parameters, lr)
        self.eps = eps

    def update(self, x, gradient, lr, memory):
        (s,) = memory
        s = s + gradient * gradient
        return x - lr * gradient / (sqrt(s) + self.eps), (s,)


class RMSProp(Optimizer):
    """x falls by lr g / (sqrt(s) + eps), where s is a running mean of g^2, alpha s + (1 - alpha) g^2 (Hinton 2012)."""

    remembers = ("s",)

    def __init__(
        self, parameters: Parameters = None, lr: LearningRate = 0.01, alpha: float = 0.99, eps: float = 1e-8
    ) -> None:
        super().__init__(parameters, lr)
        self.alpha = alpha
        self.eps = eps

    def update(self, x, gradient, lr, memory):
        (s,) = memory
        s = self.alpha * s + (1 - self.alpha) * gradient * gradient
        return x - lr * gradient / (sqrt(s) + self.eps), (s,)


class Adam(Optimizer):
    """x falls by lr m / (sqrt(v) + eps), where m and v are running means of g and g^2 (Kingma and Ba 2015).

    Both start from 0 and are therefore too small at first; they are divided by 1 - beta^t at step t to make up for it.
    """

    remembers = ("m", "v", "t")

    def __init__(
        self,
        parameters: Parameters = None,
        lr: LearningRate = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
    ) -> None:
        super().__init__(parameters, lr)
        self.betas = betas
        self.eps = eps

    def update(self, x, gradient, lr, memory):
        m, v, t = memory
        beta1, beta2 = self.betas
        m = beta1 * m + (1 - beta1) * gradient
        v = beta2 * v + (1 - beta2) * gradient * gradient
        t = t + 1
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        return x - lr * m_hat / (sqrt(v_hat) + self.eps), (m, v, t)


class AdamW(Adam):
    """Adam with weight decay: x falls by lr weight_decay x as well (Loshchilov and Hutter 2019)."""

    def __init__(
        self,
        parameters: Parameters = None,
        lr: LearningRate = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        super().__init__(parameters, lr, betas, eps)
        self.weight_decay = weight_decay

    def update(self, x, gradient, lr, memory):
        new, memory = super().update(x, gradient, lr, memory)
        return new - lr * self.weight_decay * x, memory
