"""A topological order by counting how many users of a node are not yet in it, from the root down (Kahn 1962)."""

from collections import Counter, deque
from dataclasses import dataclass


@dataclass(eq=False, init=False)
class Node:
    inputs: tuple
    label: str

    def __init__(self, *inputs, label=""):
        self.inputs, self.label = inputs, label


def topological_order(root):
    users, found, waiting = Counter(), {root}, [root]
    while waiting:
        for value in waiting.pop().inputs:
            users[value] += 1
            if value not in found:
                found.add(value)
                waiting.append(value)
    order, ready = deque(), [root]
    while ready:
        node = ready.pop()
        order.appendleft(node)
        for value in node.inputs:
            users[value] -= 1
            if not users[value]:
                ready.append(value)
    return order


def is_topological(order):
    places = {node: i for i, node in enumerate(order)}
    return len(places) == len(order) and all(
        places.get(value, len(order)) < i for node, i in places.items() for value in node.inputs
    )
