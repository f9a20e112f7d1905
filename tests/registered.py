"""The operations of the registry, and the optimizers, for tests that go through all of them."""

import inspect

from scalargrad import operations
from scalargrad.nodes import registry
from scalargrad.optim import SGD, AdaGrad, Adam, AdamW, Momentum, RMSProp

# The operations of scalargrad, without the second names of two.
OPERATIONS = [name for name, f in registry.items() if f.__module__ == operations.__name__ and name not in ("abs", "power")]


def arity(apply):
    """How many inputs an operation has."""
    return sum(each.default is each.empty for each in inspect.signature(apply).parameters.values())


# Each is made of parameters and a learning rate.
OPTIMIZERS = {
    "SGD": SGD,
    "Momentum": Momentum,
    "Nesterov": lambda parameters, lr: Momentum(parameters, lr, nesterov=True),
    "AdaGrad": AdaGrad,
    "RMSProp": RMSProp,
    "Adam": Adam,
    "AdamW": AdamW,
}
