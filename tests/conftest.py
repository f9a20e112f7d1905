"""What all tests share."""

import pytest
from hypothesis import settings

from scalargrad.engine import Value
from scalargrad.operation import registry

# Without deadlines, because machines are noisy.
settings.register_profile("scalargrad", deadline=None)
settings.load_profile("scalargrad")


@pytest.fixture(autouse=True)
def forget_operations():
    """Operations that a test defines are gone after it."""
    before = registry.keys() | set()
    yield
    for name in registry.keys() - before:
        del registry[name]
        delattr(Value, name)
