"""What is fed: the numbers of leaves, read in one place for sessions, optimizers and programs.

A leaf, or a Vector of leaves, of shape s takes one example, of shape s, or a batch of n, of shape (n, *s): batches come
first, as in every framework. The number of dimensions tells which of the two it is. Beside a batch, one example holds for
all of it. Plain tuples and lists have no shape: they are several arguments, with a part for each.

>>> x, t = Vector([Value(0), Value(0)]), Value(0)
>>> feeds = Feeds("example", [(slots("example", (x, t)), ([[1, 2], [3, 4], [5, 6]], 7))])
>>> feeds.outer, feeds.examples()[1] == {x[0]: 3, x[1]: 4, t: 7}
((3,), True)
"""

import sys
from collections.abc import Callable, Iterable, Mapping
from numbers import Real
from typing import Any, NamedTuple

from scalargrad.elementary import is_array
from scalargrad.engine import Value
from scalargrad.nested import rebuilt
from scalargrad.shapes import Shape, Vector, elements, shape, to_vector, vector_of


class Slot(NamedTuple):
    """Where a leaf, or a Vector of leaves, is fed.

    leaves  the leaves, row by row
    wanted  their shape: () for a leaf alone
    """

    leaves: tuple[Value, ...]
    wanted: Shape


def slots(name: str, key: Any) -> Any:
    """Return the Slot of a leaf or a Vector of leaves; of a tuple or list of those a tuple of theirs.

    name  the function that is fed, for its errors
    """
    if not isinstance(key, (Value, Vector)):
        if not isinstance(key, (tuple, list)):
            raise TypeError(f"{name}: what is fed is a leaf, a Vector of leaves, or a tuple of those, got {key!r}")
        return tuple(slots(name, part) for part in key)
    for leaf in elements(key):
        if not isinstance(leaf, Value) or leaf.operation is not None:
            raise TypeError(f"{name}: what is fed is a Value that was not computed, got {leaf!r}")
    return Slot(elements(key), shape(key))


class Block(NamedTuple):
    """What one slot was fed.

    leaves   its leaves
    outer    the shape of the batch: () for one example, (n,) for a batch
    content  an array of the shape (*outer, leaves), or a list of what each leaf gets: a number, or a list of n
    """

    leaves: tuple[Value, ...]
    outer: Shape
    content: Any

    def columns(self) -> Iterable[Any]:
        """Return what each leaf gets."""
        return [self.content[..., i] for i in range(len(self.leaves))] if is_array(self.content) else self.content


class Feeds:
    """All that was fed to a function.

    blocks  one for each leaf or Vector of leaves
    outer   the shape of the batch: () where all are single examples
    arrays  whether any was an array, so that results are arrays too
    """

    def __init__(self, name: str, feeds: Iterable[tuple[Any, Any]], grids: bool = False) -> None:
        """Read pairs of a slot, or slots, and what it is fed.

        name   the function that is fed, for its errors
        grids  whether a leaf without a shape may take an array of any shape, with NumPy's broadcasting
        """
        self.blocks = [block for slot, content in feeds for block in _blocks(name, slot, content, grids)]
        self.arrays = any(type(block.content) is not list for block in self.blocks)
        sizes = {block.outer for block in self.blocks}
        outer = sizes.pop() if len(sizes) == 1 else _common([size for size in sizes if size], grids and self.arrays)
        if outer is None:
            batches = [(labels(block.leaves), "x".join(map(str, block.outer))) for block in self.blocks if block.outer]
            found = ", ".join(f"{leaf} {size}" for leaf, size in batches)
            raise ValueError(f"{name}: a batch has as many examples for every input, got {found}")
        self.outer: Shape = outer

    def numbers(self) -> dict[Value, Any]:
        """Return what each leaf gets: a number, or an array with a number for each example."""
        columns = ((leaf, column) for block in self.blocks for leaf, column in zip(block.leaves, block.columns()))
        return {leaf: _numpy().asarray(x, float) if isinstance(x, list) else x for leaf, x in columns}

    def examples(self) -> list[dict[Value, Any]]:
        """Return what each leaf gets in each example; only where no array was fed."""
        batch = [(block, list(zip(*block.columns())) if block.outer else None) for block in self.blocks]
        return [
            {leaf: x for block, rows in batch for leaf, x in zip(block.leaves, rows[k] if rows else block.content)}
            for k in range(self.outer[0] if self.outer else 1)
        ]

    def rows(self) -> Any:
        """Return a row of numbers for each leaf, with a number for each example: an array, or a list of lists."""
        n = self.outer[0] if self.outer else 1
        if self.arrays:
            numpy = _numpy()
            if len(self.blocks) == 1:
                return self.blocks[0].content.reshape(n, -1).T
            rows = numpy.empty((n, sum(len(block.leaves) for block in self.blocks)))
            start = 0
            for block in self.blocks:
                content = block.content if type(block.content) is not list else numpy.array(block.content, float).T
                end = start + len(block.leaves)
                rows[:, start:end] = content
                start = end
            return rows.T  # examples are next to one another, as they were fed
        columns = (x for block in self.blocks for x in block.content)
        return [list(map(float, x)) if isinstance(x, list) else [float(x)] * n for x in columns]

    def results(self, structure: Any, number: Callable[[Value], Any]) -> Any:
        """Return results in the structure of the Values that were asked for.

        number  returns the result of a Value: a number, an array, or for a batch without arrays a list

        A Vector of shape s is returned as an array of shape (n, *s) where an array was fed, else as a Vector.
        """
        if isinstance(structure, Vector):
            return self._stacked(structure, [number(value) for value in elements(structure)])
        if isinstance(structure, (tuple, list)):
            return rebuilt(structure, (self.results(part, number) for part in structure))
        if isinstance(structure, Mapping):
            return {key: self.results(part, number) for key, part in structure.items()}
        result = number(structure)
        return Vector(result) if isinstance(result, list) else result

    def _stacked(self, vector, results):
        if self.arrays:
            numpy = _numpy()
            results = numpy.stack(numpy.broadcast_arrays(*results), axis=-1)
            return results.reshape(*results.shape[:-1], *vector.shape)
        if not any(isinstance(result, list) for result in results):
            return _shaped(iter(results), vector.shape)
        columns = [result if isinstance(result, list) else [result] * self.outer[0] for result in results]
        return Vector(_shaped(iter(example), vector.shape) for example in zip(*columns))


def read(name: str, feeds: Mapping, grids: bool = False) -> Feeds:
    """Return what a dictionary from leaves, or Vectors or tuples of leaves, to their content holds; see `Feeds`."""
    if not isinstance(feeds, Mapping):
        raise TypeError(f"{name}: feeds are a dictionary from leaves to numbers, got {feeds!r}")
    fed = Feeds(name, [(slots(name, key), content) for key, content in feeds.items()], grids)
    leaves = [leaf for block in fed.blocks for leaf in block.leaves]
    if len(set(leaves)) < len(leaves):
        twice = next(leaf for leaf in leaves if leaves.count(leaf) > 1)
        raise ValueError(f"{name}: a leaf is fed once, got two feeds of {labels((twice,))}")
    return fed


def _common(sizes, broadcast):
    """The shape that all batches have, or that NumPy's broadcasting gives them; None where there is none."""
    if len(sizes) < 2:
        return sizes[0] if sizes else ()
    try:
        return _numpy().broadcast_shapes(*sizes) if broadcast else None
    except ValueError:
        return None


def _shaped(numbers, lengths):
    """The next numbers as a Vector of a shape."""
    return vector_of(_shaped(numbers, lengths[1:]) for _ in range(lengths[0])) if lengths else next(numbers)


def _blocks(name, slot, content, grids):
    if isinstance(slot, Slot):
        return [_block(name, slot, content, grids)]
    if not isinstance(content, (tuple, list)) and not is_array(content) or len(content) != len(slot):
        raise ValueError(f"{name}: {len(slot)} inputs, {labels(slot)}, take one argument each, got {_text(content)}")
    return [block for part, each in zip(slot, content) for block in _blocks(name, part, each, grids)]


def _block(name, slot, content, grids):
    leaves, wanted = slot
    if is_array(content):
        content = _plain(name, leaves, content)
        grid = grids and not wanted  # of any kind of number
        if content.dtype.kind not in ("biufcO" if grid else "biuf"):
            raise TypeError(f"{name}: {labels(leaves)} takes numbers, got an array of {content.dtype}")
        if grid:
            return Block(leaves, content.shape, content[..., None])
        found = content.shape
    elif hasattr(content, "__iter__") and not isinstance(content, (str, bytes)):
        try:
            content = to_vector(name, content)
        except (TypeError, ValueError) as error:
            reason = str(error).removeprefix(f"{name}: ")
            raise type(error)(f"{name}: {labels(leaves)} takes {_in_words(wanted)}; {reason}") from None
        found = shape(content)
    elif wanted or content is None or isinstance(content, (str, bytes)) or not (grids or isinstance(content, (Value, Real))):
        raise TypeError(f"{name}: {labels(leaves)} takes {_in_words(wanted)}, got {content!r}")
    else:
        return Block(leaves, (), [content])
    outer = found[: max(len(found) - len(wanted), 0)]
    if found[len(outer) :] != wanted or len(outer) > 1:
        raise ValueError(f"{name}: {labels(leaves)} takes {_in_words(wanted)}, got the shape {found}{_hint(wanted, found)}")
    if 0 in outer:
        raise ValueError(f"{name}: the batch for {labels(leaves)} is empty")
    if is_array(content):
        content = content.reshape(*outer, len(leaves)) if len(wanted) != 1 else content
        return Block(leaves, outer, content.astype(float, copy=False))
    if not outer:
        return Block(leaves, outer, list(elements(content)))
    return Block(leaves, outer, list(map(list, zip(*map(elements, content)))))


def _plain(name, leaves, array):
    """A NumPy array without the ways of its subclasses: a matrix would multiply differently."""
    if hasattr(array, "mask"):
        raise TypeError(f"{name}: {labels(leaves)} takes no masked array; fill in its numbers, as in x.filled(0)")
    return array if type(array) is _numpy().ndarray else _numpy().asarray(array)


def _in_words(wanted):
    batch = f"a batch of them, ({', '.join(['n', *map(str, wanted)])}{'' if wanted else ','})"
    return f"an example of shape {wanted}, or {batch}" if wanted else f"a number, or {batch}"


def _hint(wanted, found):
    if wanted and found[:-1] == wanted:
        return "; batches come first since version 0.2, so give the transpose"
    return "; a vector is fed to placeholder(2)" if not wanted and len(found) == 2 else ""


def labels(slot: Any) -> str:
    """What to call what is fed in an error: the label of a leaf, or the label that those of a Vector have in common."""
    leaves = (leaf for leaf in elements(slot) if isinstance(leaf, Value))
    names = list(dict.fromkeys(leaf.label.split("[")[0] or "a placeholder without a label" for leaf in leaves))
    return ", ".join(names if len(names) < 5 else [names[0], "...", names[-1]])


def _text(content):
    return f"{len(content)}" if hasattr(content, "__len__") and not isinstance(content, str) else repr(content)


def _numpy():
    return sys.modules["numpy"]
