"""Softmax as methods of a frozen dataclass, each with its formula written out for differences of logits."""

from dataclasses import dataclass
from math import exp, inf, log


@dataclass(frozen=True)
class Logits:
    numbers: tuple[float, ...]

    def odds(self, i: int) -> float:
        """The sum of e^(xj - xi), infinite if it is too large for a float."""
        return sum(exp(x - self.numbers[i]) if x - self.numbers[i] < 709 else inf for x in self.numbers)

    def loss(self, i: int) -> float:
        top = max(self.numbers)
        return log(self.odds(self.numbers.index(top))) + top - self.numbers[i]


def softmax(logits: list[float]) -> list[float]:
    return [1 / Logits(tuple(logits)).odds(i) for i in range(len(logits))]


def log_softmax(logits: list[float]) -> list[float]:
    return [-cross_entropy(logits, i) for i in range(len(logits))]


def cross_entropy(logits: list[float], target: int) -> float:
    return Logits((*logits,)).loss(target)


def cross_entropy_gradient(logits: list[float], target: int) -> list[float]:
    found = softmax(logits)
    found[target] -= 1
    return found


def mean_cross_entropy(batch: list[list[float]], targets: list[int]) -> float:
    total = 0.0
    for number in range(len(targets)):
        total += cross_entropy(batch[number], targets[number]) / len(targets)
    return total
