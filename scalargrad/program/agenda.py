"""An agenda: which steps of a schedule run together, and when.

All steps of one kind that are ready run at once. Whichever kind goes first, the others gather more steps meanwhile, so the
kind that the longest way to the end begins with is taken: what others wait for is done early. A network, and the derivative
of its softmax beside it, take half as many calls as they do level by level.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import numpy


def agenda(kinds: Sequence[int], makers: Sequence[int], users: Sequence[int]) -> Iterator[list[int]]:
    """Yield lists of steps, each of one kind, so that every step comes after those that it needs.

    kinds          the kind of each step
    makers, users  pairs of steps: the first makes what the second uses, and comes before it; sorted by the second
    """
    ways = [1] * len(kinds)  # how many steps the longest way to the end has
    waiting = [0] * len(kinds)  # for how many results a step waits
    for maker, user in zip(reversed(makers), reversed(users)):
        ways[maker] = max(ways[maker], ways[user] + 1)
        waiting[user] += 1
    by_maker = numpy.argsort(makers, kind="stable")
    begins: Any = numpy.searchsorted(numpy.asarray(makers)[by_maker], range(len(kinds) + 1)).tolist()
    users_by_maker: list[int] = numpy.asarray(users, int)[by_maker].tolist()

    ready: dict[int, list[int]] = defaultdict(list)
    longest: dict[int, int] = defaultdict(int)
    free = [step for step, missing in enumerate(waiting) if not missing]
    while free or ready:
        for step in free:
            kind = kinds[step]
            ready[kind].append(step)
            longest[kind] = max(longest[kind], ways[step])
        kind = max(longest, key=longest.__getitem__)
        del longest[kind]
        steps = ready.pop(kind)
        yield steps
        free = []
        for step in steps:
            for user in users_by_maker[begins[step] : begins[step + 1]]:
                waiting[user] -= 1
                if not waiting[user]:
                    free.append(user)
