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
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from scalargrad.elementary import is_array
from scalargrad.engine import Value

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
    """The Values in something, and how many are in a row of a matrix: 1 in a vector, 0 in what is neither."""

    values: tuple[Value, ...]
    columns: int


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
            arguments = tuple(map(_kept, arguments))
            named = {key: _kept(each) for key, each in named.items()}
            given = tuple(map(_nest, (*arguments, *named.values())))  # now, because lists may change
            results = function(*arguments, **named)
            seen = {value for each in given for value in each.values}
            call = None
            for value, place in _places(results):
                if value.operation is not None and value not in seen:
                    seen.add(value)
                    if call is None:
                        call = Call(_filled(name, signature, arguments, named) if wanted else name, given)
                    value._calls = ((call, place), *calls_of(value))
            return results

        return grouped  # type: ignore[return-value]

    return define


def calls_of(node: Value) -> tuple[tuple[Call, str], ...]:
    """Return the calls whose result a node is, the outermost first, and which of the results: "[i]", or "" if it is one."""
    return getattr(node, "_calls", ())


def _kept(x):
    """What is given to a function, with iterators as tuples, because they are read twice."""
    return tuple(x) if hasattr(x, "__next__") else x


def _nest(x):
    """The Values in an argument. A matrix or a vector has them all in their places: no numbers, and no Value twice."""
    if is_array(x) and x.dtype == object:
        x = x.tolist()
    values = tuple(dict.fromkeys(value for value, _ in _places(x)))
    if not values or not isinstance(x, (tuple, list)):
        return Nest(values, 0)
    rows = x if all(isinstance(row, (tuple, list)) for row in x) else [[each] for each in x]
    cells = [each for row in rows for each in row]
    complete = len(cells) == len(values) and all(isinstance(each, Value) for each in cells)
    return Nest(values, len(rows[0]) if complete and len(set(map(len, rows))) == 1 else 0)


def _places(x: Any, place: str = "") -> Iterator[tuple[Value, str]]:
    """Yield the Values in nested sequences, dictionaries and arrays, each with its place: [i], or [i][j] in a matrix."""
    if isinstance(x, Value):
        yield x, place
    elif is_array(x) and x.dtype == object:
        yield from _places(x.tolist(), place)
    elif isinstance(x, (tuple, list, Mapping)):
        for i, part in enumerate(x.values() if isinstance(x, Mapping) else x):
            if not isinstance(part, (float, int, str)):
                yield from _places(part, f"{place}[{i}]")


def _filled(name, signature, arguments, named):
    """The name of a group with arguments in place of braces."""
    bound = signature.bind(*arguments, **named)
    bound.apply_defaults()
    return name.format_map(bound.arguments)
