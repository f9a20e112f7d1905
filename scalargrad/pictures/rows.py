"""Where a long picture breaks into rows, as a text breaks into lines.

It breaks behind a node with a name only, which the next row begins with, again.
"""

import itertools
from collections.abc import Callable, Container, Hashable, Iterable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

ONE_ROW = 14  # columns without a break
COLUMNS = 13  # of a row, where there are several


def walk(roots: Iterable[Key], inputs: Mapping[Key, Iterable[Key]]) -> list[Key]:
    """Return the roots and all they are made of, each after its inputs, depth first; where they go round, once each."""
    order: list[Key] = []
    entered: set[Key] = set()
    stack = [(root, False) for root in reversed(list(roots))]
    while stack:
        box, left = stack.pop()
        if left:
            order.append(box)
        elif box not in entered:
            entered.add(box)
            stack.append((box, True))
            stack += [(each, False) for each in reversed(list(inputs[box])) if each not in entered]
    return order


def columns_of(order: Iterable[Key], inputs: Mapping[Key, Iterable[Key]], with_twins: Container[Key] = ()) -> dict[Key, int]:
    """Return how many boxes are before each of these in its row.

    with_twins  those that are made of others too, which are in another row and have a twin in this one
    """
    columns: dict[Key, int] = {}
    for box in order:
        columns[box] = 1 + max((columns.get(each, -1) for each in inputs[box]), default=0 if box in with_twins else -1)
    return columns


def rows(
    order: list[Key], inputs: Mapping[Key, Iterable[Key]], unit: Mapping[Key, Hashable], is_torn: Callable[[Key], bool]
) -> dict[Key, int]:
    """Return the row of each box.

    order    the boxes, each after its inputs
    inputs   those that each is made of
    unit     what stays together: the outermost frame round a box, or itself
    is_torn  whether a box may be in another row than one that is made of it, because it has a name to be known by again
    """
    if max(columns_of(order, inputs).values()) < ONE_ROW:
        return dict.fromkeys(order, 0)
    links: dict = {unit[box]: {} for box in order}
    members: dict = {each: [] for each in links}
    for box in order:
        members[unit[box]].append(box)
        links[unit[box]].update((unit[each], None) for each in inputs[box] if unit[each] is not unit[box])
    sequence = walk(links, links)
    place = {each: i for i, each in enumerate(sequence)}
    crossing = [0] * len(sequence)  # by how many more arrows than before there is no break behind each unit
    begun: set[Key] = set()
    for box in sorted(order, key=lambda box: place[unit[box]]):
        for each in inputs[box]:
            first_use_of_leaf = not inputs[each] and each not in begun  # or it would stand alone at the end of a row
            begun.add(each)
            if place[unit[each]] < place[unit[box]] and (first_use_of_leaf or not is_torn(each)):
                crossing[place[unit[each]]] += 1
                crossing[place[unit[box]]] -= 1
    row: dict[Key, int] = {}
    current = 0
    this: list[Key] = []
    block: list[Key] = []
    for each, arrows in zip(sequence, itertools.accumulate(crossing)):
        block += members[each]
        if not arrows:
            inside = {*this, *block}
            within = {box: [each for each in inputs[box] if each in inside] for box in inside}
            if this and max(columns_of([*this, *block], within).values()) >= COLUMNS:
                this = []
                current += 1
            row.update(dict.fromkeys(block, current))
            this, block = [*this, *block], []
    return row
