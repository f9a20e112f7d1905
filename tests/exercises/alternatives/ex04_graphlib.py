"""A topological order by the standard library, and a check by counting."""

from collections import Counter
from graphlib import TopologicalSorter


class Node:
    def __init__(self, *inputs, label=""):
        self.inputs = inputs
        self.label = label

    def __repr__(self):
        return self.label


def topological_order(root):
    graph, waiting = {}, [root]
    while waiting:
        node = waiting.pop()
        if node not in graph:
            graph[node] = set(node.inputs)
            waiting.extend(graph[node])
    return TopologicalSorter(graph).static_order()


def is_topological(order):
    index = {node: i for i, node in reversed(list(enumerate(order)))}
    once = max(Counter(map(id, order)).values(), default=1) == 1
    return once and all(each in index and index[each] < index[node] for node in order for each in node.inputs)
