"""What a call of a function has built: `group` names it, so that a picture can put a frame round it, or show it as one box.

A call is remembered by its results, which know what it was given. What lies between is found when a picture is drawn, so
that a node outside of groups costs nothing more.

>>> @group("mean of two")
... def middle(x, y):
...     return (x + y) / 2
>>> middle(Value(1.0), Value(2.0))
Value(data=1.5, grad=0)
"""

import functools
import inspect
import re
import string
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from scalargrad.elementary import is_array
from scalargrad.engine import Value
from scalargrad.nested import flatten

Function = TypeVar("Function", bound=Callable)


@dataclass(eq=False, slots=True)
class Call:
    """A call of a function that is a group: the name of the group, and the Values in each argument."""

    name: str
    arguments: tuple["Nest", ...]

    @property
    def inputs(self) -> tuple[Value, ...]:
        """The Values that the call was given."""
        return tuple(dict.fromkeys(value for argument in self.arguments for value in argument.values))


class Nest(NamedTuple):
    """The Values in something, and how many are in a row: 1 in a vector, 0 for a Value alone."""

    values: tuple[Value, ...]
    columns: int


NOTHING = Nest((), 0)


def group(name: str) -> Callable[[Function], Function]:
    """Name what each call of a function builds: the nodes between the Values it is given and the Values it returns.

    Pictures have a frame round these nodes; `draw(y, depth=1)` shows them as one box. A function may call other such
    functions. What it takes from elsewhere, as the weights of a model are, is in the group where nothing else uses it.

    name  what pictures show; it may name arguments in braces, as in "step {t}"

    Raises TypeError where a name or a function that returns is missing, ValueError for an argument that there is not.

    >>> @group("step {t}")
    ... def step(t, h, x):
    ...     return (0.5 * h + x).tanh()
    """
    if not isinstance(name, str) or not name.strip():
        raise TypeError(f"group({name!r}): the name comes first, as in @group('softmax')")

    def define(function: Function) -> Function:
        if not callable(function) or any(
            kind(function) for kind in (inspect.isgeneratorfunction, inspect.iscoroutinefunction, inspect.isasyncgenfunction)
        ):
            raise TypeError(
                f"group {name!r}: a group is what a function has built when it returns, got {function!r}; "
                "write def, and return what is built"
            )
        signature = inspect.signature(function)
        wanted = [field for _, field, *_ in string.Formatter().parse(name) if field is not None]
        for field in wanted:
            if re.split(r"[.\[]", field)[0] not in signature.parameters:
                raise ValueError(
                    f"group {name!r}: {{{field}}} is no argument of {function.__name__}{signature}; name one of them, "
                    "as in 'step {t}'"
                )

        @functools.wraps(function)
        def grouped(*arguments, **named):
            for each in arguments:
                if hasattr(each, "__next__"):  # an iterator, which is read twice
                    arguments = tuple(tuple(each) if hasattr(each, "__next__") else each for each in arguments)
                    break
            given = [_nest(each) for each in arguments]  # now, because lists may change
            if named:
                given += map(_nest, named.values())
            results = function(*arguments, **named)
            values, columns = _nest(results)
            inputs = {value for each in given for value in each.values}
            call = None
            for i, value in enumerate(values):
                if value.operation is not None and value not in inputs:
                    if call is None:
                        call = Call(_filled(name, signature, arguments, named) if wanted else name, tuple(given))
                    value._calls = ((call, _index(i, columns)), *calls_of(value))
            return results

        return grouped  # type: ignore[return-value]

    return define


def calls_of(node: Value) -> tuple[tuple[Call, str], ...]:
    """Return the calls whose result a node is, the outermost first, and which of the results: "[i]", or "" if it is one."""
    return getattr(node, "_calls", ())


def _nest(x):
    if isinstance(x, Value):
        return Nest((x,), 0)
    if isinstance(x, (float, int, str)):
        return NOTHING
    rows = isinstance(x, (tuple, list)) and len(x) > 0 and isinstance(x[0], (tuple, list))
    return Nest(_values(x), len(x[0]) if rows else 1)


def _index(i, columns):
    """How one of the results is found: [i], or [i][j] in a matrix."""
    return f"[{i // columns}][{i % columns}]" if columns > 1 else f"[{i}]" if columns else ""


def _filled(name, signature, arguments, named):
    """The name of a group with arguments in place of braces."""
    bound = signature.bind(*arguments, **named)
    bound.apply_defaults()
    return name.format_map(bound.arguments)


def _values(x: Any) -> tuple[Value, ...]:
    """The Values in arguments or results, in nested sequences, dictionaries and arrays."""
    found: dict[Value, None] = {}
    for part in flatten(x):
        if isinstance(part, Value):
            found[part] = None
        elif is_array(part) and part.dtype == object:
            found.update(dict.fromkeys(_values(part.tolist())))
    return tuple(found)
