"""A topological order that looks for nodes in lists, which takes the square of the time."""


class Node:
    def __init__(self, *inputs, label=""):
        self.inputs = inputs
        self.label = label

    def __repr__(self):
        return self.label


def topological_order(root):
    order = []
    stack = [root]
    while stack:
        node = stack[-1]
        waiting = [each for each in node.inputs if each not in order]
        if waiting:
            stack.append(waiting[0])
            continue
        stack.pop()
        if node not in order:
            order = order + [node]
    return order


def is_topological(order):
    for i in range(len(order)):
        if order[i] in order[:i]:
            return False
        for each in order[i].inputs:
            if each not in order[:i]:
                return False
    return True
