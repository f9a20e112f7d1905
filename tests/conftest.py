"""What all tests share."""

import contextlib
import inspect

import pytest
from hypothesis import settings

from scalargrad import operations
from scalargrad.engine import Value
from scalargrad.nodes import registry

# Without deadlines, because machines are noisy.
settings.register_profile("scalargrad", deadline=None)
settings.load_profile("scalargrad")


# The operations of scalargrad, without the second names of two.
OPERATIONS = [name for name, f in registry.items() if f.__module__ == operations.__name__ and name not in ("abs", "power")]


def arity(apply):
    """How many inputs an operation has."""
    return sum(each.default is each.empty for each in inspect.signature(apply).parameters.values())


@pytest.fixture(autouse=True)
def forget_operations():
    """Operations that a test defines are gone after it."""
    before = registry.keys() | set()
    yield
    for name in registry.keys() - before:
        del registry[name]
        delattr(Value, name)


@pytest.fixture
def full_disk():
    """A context in which this process and its children can write nothing to files."""
    resource = pytest.importorskip("resource", reason="this system has no limits to make a full disk of")

    @contextlib.contextmanager
    def limited():
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    return limited
