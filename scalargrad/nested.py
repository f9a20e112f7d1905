"""Nested structures: tuples, lists and dictionaries, with Values or numbers in them.

What users ask for comes in such structures, and the results are returned in them.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any


def flatten(x: Any) -> list:
    """Return what is in nested tuples, lists and dictionaries, in order; [x] where x is none of them."""
    if isinstance(x, Mapping):
        x = list(x.values())
    return [leaf for part in x for leaf in flatten(part)] if isinstance(x, (tuple, list)) else [x]


def map_nested(function: Callable, x: Any) -> Any:
    """Return nested tuples, lists and dictionaries with the function of each element in its place."""
    if isinstance(x, Mapping):
        return {key: map_nested(function, part) for key, part in x.items()}
    return rebuilt(x, (map_nested(function, part) for part in x)) if isinstance(x, (tuple, list)) else function(x)


def rebuilt(x: Any, parts: Iterable) -> Any:
    """Return a tuple or list of the kind of x, a namedtuple too, with other parts."""
    return x._make(parts) if hasattr(x, "_make") else type(x)(parts)
