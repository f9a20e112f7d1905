"""The operations of the registry, for tests that go through all of them."""

import inspect

from scalargrad import operations
from scalargrad.nodes import registry

# The operations of scalargrad, without the second names of two.
OPERATIONS = [name for name, f in registry.items() if f.__module__ == operations.__name__ and name not in ("abs", "power")]


def arity(apply):
    """How many inputs an operation has."""
    return sum(each.default is each.empty for each in inspect.signature(apply).parameters.values())
