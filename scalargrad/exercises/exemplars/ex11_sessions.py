"""Exercise 11, optional: define-then-run, with a session.

First you write down an expression, and nothing is computed. Then you run it as often as you like, on numbers that you feed
to its placeholders. TensorFlow 1 worked like this. Such a graph can be drawn, optimized or sent to another machine before
it has any numbers.
"""


class Node:
    """A part of an expression. Its operators make nodes and compute nothing."""

    def __add__(self, other):
        """Return an Operation that adds the two when it runs.

        Formula: an Operation with a function of two numbers, and the two inputs.

        >>> y = Placeholder("a") + Placeholder("b")
        >>> type(y).__name__, len(y.inputs), y.function(2.0, 3.0)
        ('Operation', 2, 5.0)

        Hint: the function is lambda x, y: x + y.
        """
        ### SOLUTION
        return Operation(lambda x, y: x + y, self, other)
        ### END

    def __mul__(self, other):
        """Return an Operation that multiplies the two when it runs.

        Formula: as for the sum, with a function that multiplies.

        >>> y = Placeholder("a") * Placeholder("b")
        >>> y.function(2.0, 3.0)
        6.0

        Hint: the Operation keeps its inputs; it does not need their numbers yet.
        """
        ### SOLUTION
        return Operation(lambda x, y: x * y, self, other)
        ### END


class Placeholder(Node):
    """A number that is fed later, when the graph runs."""

    def __init__(self, name):
        self.name = name


class Variable(Node):
    """A number that is known now and may change between two runs."""

    def __init__(self, value):
        self.value = value


class Operation(Node):
    """A number that is computed later: a function, and the nodes that are its inputs."""

    def __init__(self, function, *inputs):
        self.function = function
        self.inputs = inputs


def placeholders(node):
    """Return the set of placeholders that a node depends on.

    Formula: {node} for a placeholder, the empty set for a variable, the union over its inputs for an operation.

    >>> a, b = Placeholder("a"), Placeholder("b")
    >>> placeholders(a * b + a) == {a, b}
    True

    Hint: isinstance, and set().union(...). Visit each node only once. Two placeholders may have the same name.
    """
    ### SOLUTION
    seen, waiting = set(), [node]
    while waiting:
        each = waiting.pop()
        if each not in seen:
            seen.add(each)
            waiting.extend(getattr(each, "inputs", ()))
    return {each for each in seen if isinstance(each, Placeholder)}
    ### END


class Session:
    """Runs graphs."""

    def run(self, fetch, feed_dict=None):
        """Return the number of the node fetch; if fetch is a list of nodes, return the list of their numbers.

        feed_dict  a dictionary with a number for each placeholder that the fetch depends on, and perhaps for others

        Formula: the number of a placeholder is fed. The number of a variable is its value. The number of an operation is
        its function of the numbers of its inputs. A run computes an operation only if it is needed, and only once. It
        raises ValueError with the name of a placeholder that is needed but not fed. It does not catch errors of functions,
        change its arguments, or keep anything for later runs.

        >>> a, w = Placeholder("a"), Variable(10.0)
        >>> Session().run(a * w + a, {a: 2.0}), Session().run([a, w], {a: 3.0})
        (22.0, [3.0, 10.0])

        Hint: keep the numbers of this run in a dictionary, and look there before you compute.
        """
        ### SOLUTION
        numbers = dict(feed_dict or {})

        def number(node):
            if node not in numbers:
                if isinstance(node, Placeholder):
                    raise ValueError(f"the placeholder {node.name} must be fed")
                if isinstance(node, Variable):
                    numbers[node] = node.value
                else:
                    numbers[node] = node.function(*map(number, node.inputs))
            return numbers[node]

        return [number(node) for node in fetch] if isinstance(fetch, list) else number(fetch)
        ### END
