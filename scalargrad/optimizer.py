"""What all optimizers share: the loop over the parameters, and a step of it, with its gradients, in a session.

An optimizer is a formula, see `optim.py`, which says where one parameter moves.
"""

import math
import numbers
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, NoReturn

from scalargrad.elementary import is_array
from scalargrad.engine import Value, topological_order
from scalargrad.graph import Action, Graph, read_feeds
from scalargrad.nested import flatten
from scalargrad.replay import pull_back, run

LearningRate = float | Callable[[int], float]
Parameters = Iterable | None
Memory = tuple[Any, ...]


class Optimizer:
    """What all optimizers share: the loop over the parameters.

    parameters  the leaves to train: Values, or Vectors of them, in any iterable; without them `minimize` returns a training
                step over the variables of a loss, for `Session.run`
    lr          the learning rate: a number, or a schedule, a function from the number of steps done to a number

    A derived class says in `update` where one parameter moves, and names in `remembers` what it has to remember of each:

    >>> class Averaged(Optimizer):
    ...     remembers = ("mean",)
    ...
    ...     def update(self, x, gradient, lr, memory):
    ...         (mean,) = memory
    ...         mean = (mean + gradient) / 2
    ...         return x - lr * mean, (mean,)

    remembers  the names of what is remembered of a parameter; before the first step all are 0
    memory     what is remembered of each parameter, in a tuple in the order of these names
    steps      how many steps are done
    """

    remembers: ClassVar[tuple[str, ...]] = ()

    def __init__(self, parameters: Parameters, lr: LearningRate) -> None:
        self.memory: dict[Value, Memory] = {}
        self.deferred = parameters is None
        if parameters is not None:
            self.add_parameters(parameters)
        self.lr = lr if callable(lr) else self._checked_rate(lr)
        self.steps = 0

    def update(self, x: Any, gradient: Any, lr: Any, memory: Memory) -> tuple[Any, Memory]:
        """Return the new number of a parameter that has the number x, and what is remembered of it from now on."""
        raise NotImplementedError(f"{type(self).__name__} has no formula: write its method `update`")

    def check_result(self, result: Any) -> None:
        """Raise TypeError unless `update` has returned a number and as much memory as `remembers` names."""
        match result:
            case (x, tuple(memory)) if len(memory) == len(self.remembers):
                if all(isinstance(each, (Value, numbers.Real)) for each in (x, *memory)):
                    return
        raise TypeError(
            f"{type(self).__name__}.update: it returns the new x and a tuple of what `remembers` names, "
            f"({', '.join(self.remembers)}), got {result!r}"
        )

    def learning_rate(self, steps: int) -> float:
        """Return the learning rate of the step after so many steps."""
        return self._checked_rate(self.lr(steps) if callable(self.lr) else self.lr)

    def zero_grad(self) -> None:
        """Forget the gradients, before those of the next step are added up."""
        for p in self.memory:
            p.grad = 0

    def step(self, examples: int = 1) -> None:
        """Move all parameters that have a gradient once. As in PyTorch, those that `backward` did not reach stay.

        examples  how many losses the gradients are the sum of, if `backward` was called for each example of a batch by
                  itself; the step is then taken for their mean

        Raises FloatingPointError where a gradient or a parameter is not finite, before any parameter has moved.
        """
        if examples < 1:
            raise ValueError(f"{type(self).__name__}: the gradients are of one example or more, got examples={examples}")
        lr = self.learning_rate(self.steps)
        reached = [p for p in self.memory if p.has_gradient]
        if not reached:
            raise RuntimeError(
                f"{type(self).__name__}.step: no parameter has a gradient; call backward() on a loss made from them first"
            )
        for p in reached:
            self.check_gradient(p)
        update, memory = self.update, self.memory
        moved = [update(p.data, p.grad / examples, lr, memory[p]) for p in reached]
        self.check_result(moved[0])
        for p, (x, _) in zip(reached, moved):
            if not math.isfinite(x):
                self.refuse(f"new value of {p.label or 'a parameter'}", x)
        for p, (x, remembered) in zip(reached, moved):
            p.data, memory[p] = x, remembered
        self.steps += 1

    def minimize(self, loss: Value, feed_dict: Mapping | None = None, reduction: str = "mean") -> Any:
        """Run the graph of a loss on the feeds, take one step with its gradients, and return the loss before the step.

        feed_dict  as for `graph.Session.run`
        reduction  what becomes of the losses of a batch: their "mean" or "sum"

        An optimizer that was made without parameters takes the variables of the loss, and returns what `Session.run` runs
        to take a step: `train = SGD(lr=0.1).minimize(loss)`, then `session.run(train, feed_dict)`. It may do so for
        several losses.
        """
        if not isinstance(loss, Value):
            raise TypeError(f"minimize: a loss is one Value, such as the .sum() or .mean() of a Vector, got {loss!r}")
        if reduction not in ("mean", "sum"):
            raise ValueError(f"minimize: the reduction is 'mean' or 'sum', got {reduction!r}")
        if not self.deferred:
            return self._descend(loss, feed_dict, reduction)
        if feed_dict is not None:
            raise TypeError(
                f"minimize: {type(self).__name__} was made without parameters, so it returns a step of training: give the "
                "feed_dict to Session.run, or the parameters to the optimizer"
            )
        self.add_parameters(Graph(loss).variables)
        return Minimize(self, loss, reduction)

    def _descend(self, loss, feed_dict, reduction):
        fed = read_feeds("minimize", [loss], feed_dict)
        order, total, gradients = topological_order(loss), 0.0, [0] * len(self.memory)
        for example in [fed.numbers()] if fed.arrays else fed.examples():
            results, partials = run(order, example, keep_partials=True)
            partial = pull_back(order, partials, {loss: 1}, self.memory)
            total += _total(results[loss], fed)
            gradients = [gradient + _total(each, fed) for gradient, each in zip(gradients, partial)]
        count = math.prod(fed.outer) if reduction == "mean" else 1
        for p, gradient in zip(self.memory, gradients):
            p.grad = gradient and gradient / count  # the integer 0 stays one: there is no gradient
        self.step()
        return total / count

    def add_parameters(self, parameters: Iterable) -> None:
        """Train these leaves as well, with an empty memory."""
        name = type(self).__name__
        if not isinstance(parameters, Iterable):
            hint = "; a learning rate is given by name, as in lr=0.1" if isinstance(parameters, numbers.Real) else ""
            raise TypeError(f"{name}: parameters are a list of Values, as from model.parameters(), got {parameters!r}{hint}")
        for p in flatten(list(parameters)):
            if not isinstance(p, Value) or p.operation is not None or not hasattr(p, "data"):
                raise TypeError(f"{name}: a parameter is a Value that was not computed, got {p!r}")
            self.memory.setdefault(p, (0.0,) * len(self.remembers))
        if not self.memory:
            raise ValueError(f"{name}: there are no parameters to train")

    def check_gradient(self, p: Value) -> None:
        """Raise FloatingPointError if a gradient or its square, which most formulas need, is not finite."""
        if not math.isfinite(p.grad * p.grad):
            self.refuse(f"gradient of {p.label or 'a parameter'}", p.grad)

    def refuse(self, what: str, number: float) -> NoReturn:
        """Raise FloatingPointError, because a number of the next step is not finite."""
        raise FloatingPointError(
            f"{type(self).__name__}, step {self.steps + 1}: the {what} is {number}; look for nan in the data, or make "
            f"the learning rate smaller than {self.learning_rate(self.steps)}"
        )

    def _checked_rate(self, number):
        if not isinstance(number, numbers.Real) or not 0 <= float(number) < math.inf:
            raise ValueError(f"{type(self).__name__}: the learning rate is a finite number from 0 on, got {number!r}")
        return float(number)


def _total(x, fed):
    """The sum over a batch of arrays; what does not depend on the batch is the same for each example."""
    if is_array(x):
        return float(x.sum())
    return x * math.prod(fed.outer) if fed.arrays else x


class Minimize(Action):
    """A step of training, for `Session.run`."""

    def __init__(self, optimizer: Optimizer, loss: Value, reduction: str) -> None:
        self.optimizer, self.loss, self.reduction = optimizer, loss, reduction

    def run(self, feed_dict: Mapping | None) -> None:
        """Take the step."""
        self.optimizer._descend(self.loss, feed_dict, self.reduction)
