"""A topological order from a stack of iterators over inputs."""

from functools import reduce


class Node:
    def __init__(self, *inputs, label=""):
        self.inputs = inputs
        self.label = label

    def __repr__(self):
        return self.label


def postorder(root):
    seen = {root}
    stack = [(root, iter(root.inputs))]
    while stack:
        node, inputs = stack[-1]
        for each in inputs:
            if each not in seen:
                seen.add(each)
                stack.append((each, iter(each.inputs)))
                break
        else:
            yield node
            stack.pop()


def topological_order(root):
    return [*postorder(root)]


def is_topological(order):
    def after(before, node):
        return before | {node} if before is not None and node not in before and before.issuperset(node.inputs) else None

    return reduce(after, order, frozenset()) is not None
