"""Sessions without recursion and without hashing: lists that are searched for what has been seen."""


class Node:
    __slots__ = ("function", "inputs", "name", "value")

    def __init__(self, name=None, value=None, function=None, inputs=()):
        self.name, self.value, self.function, self.inputs = name, value, function, inputs

    def __add__(self, other):
        return Operation(float.__add__, self, other)

    def __mul__(self, other):
        return Operation(float.__mul__, self, other)


class Placeholder(Node):
    def __init__(self, name):
        super().__init__(name=name)


class Variable(Node):
    def __init__(self, value):
        super().__init__(value=value)


class Operation(Node):
    def __init__(self, function, *inputs):
        super().__init__(function=function, inputs=inputs)


def reached(roots):
    """All nodes that the roots depend on, each after its inputs."""
    order, waiting = [], [*roots]
    while waiting:
        node = waiting[-1]
        missing = [each for each in node.inputs if each not in order]
        if missing:
            waiting += missing
        else:
            waiting.pop()
            if node not in order:
                order.append(node)
    return order


def placeholders(node):
    return {each for each in reached([node]) if isinstance(each, Placeholder)}


class Session:
    def run(self, fetch, feed_dict=None):
        feeds, roots = feed_dict or {}, fetch if type(fetch) is list else [fetch]
        order, numbers = reached(roots), []
        for node in order:
            if isinstance(node, Placeholder):
                if node not in feeds:
                    raise ValueError("feed the placeholder " + node.name)
                numbers.append(feeds[node])
            elif isinstance(node, Variable):
                numbers.append(node.value)
            else:
                numbers.append(node.function(*(numbers[order.index(each)] for each in node.inputs)))
        found = [numbers[order.index(node)] for node in roots]
        return found if type(fetch) is list else found[0]
