"""Networks with type hints and one parent class, exact sums, and tuples instead of lists."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, pairwise
from operator import mul


class Module:
    __slots__ = ()

    def parts(self) -> Iterable[Module]:
        return ()

    def parameters(self) -> tuple[float, ...]:
        return tuple(chain.from_iterable(part.parameters() for part in self.parts()))


def linear(x: float) -> float:
    return x


class Neuron(Module):
    __slots__ = "activation", "bias", "weights"

    def __init__(self, weights: Sequence[float], bias: float, activation: Callable[[float], float] = math.tanh) -> None:
        self.weights, self.bias, self.activation = tuple(weights), bias, activation

    def __call__(self, inputs: Sequence[float]) -> float:
        return self.activation(math.fsum((*map(mul, self.weights, inputs), self.bias)))

    def parameters(self) -> tuple[float, ...]:
        return (*self.weights, self.bias)


class Layer(Module):
    __slots__ = ("neurons",)

    def __init__(self, neurons: Iterable[Neuron]) -> None:
        self.neurons = tuple(neurons)

    def parts(self) -> Iterable[Module]:
        return self.neurons

    def __call__(self, inputs: Sequence[float]) -> tuple[float, ...]:
        return tuple(neuron(inputs) for neuron in self.neurons)


class MLP(Module):
    __slots__ = ("layers",)

    def __init__(self, layers: Iterable[Layer]) -> None:
        self.layers = tuple(layers)

    def parts(self) -> Iterable[Module]:
        return self.layers

    def __call__(self, inputs: Sequence[float]) -> Sequence[float]:
        match self.layers:
            case ():
                return inputs
            case (first, *rest):
                return MLP(rest)(first(inputs))


def make_mlp(sizes: Sequence[int], generator: random.Random) -> MLP:
    *hidden, last = pairwise(sizes)

    def made(nin: int, nout: int, activation: Callable[[float], float]) -> Layer:
        return Layer(Neuron([generator.uniform(-1, 1) for _ in range(nin)], 0.0, activation) for _ in range(nout))

    return MLP([*(made(*each, math.tanh) for each in hidden), made(*last, linear)])
