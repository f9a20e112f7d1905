"""Exercise 11, optional: define-then-run, with a session.

First an expression is written down without computing anything; then it is run, as often as one likes, on numbers that are
fed to its placeholders. So TensorFlow worked in its first version. Graphs can then be sent to other machines, drawn and
optimized before there is a single number.
"""


class Node:
    """Anything in an expression. Its operators make nodes, and compute nothing."""

    def __add__(self, other):
        """Return the Operation that adds the two, when it is run.

        Formula: an Operation of a function of two numbers, and of its two inputs.

        >>> y = Placeholder("a") + Placeholder("b")
        >>> type(y).__name__, len(y.inputs), y.function(2.0, 3.0)
        ('Operation', 2, 5.0)

        Hint: lambda x, y: x + y is such a function.
        """
        ### SOLUTION
        return Operation(lambda x, y: x + y, self, other)
        ### END

    def __mul__(self, other):
        """Return the Operation that multiplies the two, when it is run.

        Formula: as for the sum, with the product for a function.

        >>> y = Placeholder("a") * Placeholder("b")
        >>> y.function(2.0, 3.0)
        6.0

        Hint: it holds its inputs, and does not ask them for numbers.
        """
        ### SOLUTION
        return Operation(lambda x, y: x * y, self, other)
        ### END


class Placeholder(Node):
    """A number that is fed later."""

    def __init__(self, name):
        self.name = name


class Variable(Node):
    """A number that is there already, and may be changed between two runs."""

    def __init__(self, value):
        self.value = value


class Operation(Node):
    """A number that will be computed: a function, and the nodes it takes its numbers from."""

    def __init__(self, function, *inputs):
        self.function = function
        self.inputs = inputs


def placeholders(node):
    """Return the set of the placeholders that a node depends on.

    Formula: a placeholder depends on itself, a variable on none, and an operation on those of all its inputs.

    >>> a, b = Placeholder("a"), Placeholder("b")
    >>> placeholders(a * b + a) == {a, b}
    True

    Hint: isinstance, and set().union(...). Look at each node once.
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
    """What runs graphs."""

    def run(self, fetch, feed_dict=None):
        """Return the number of a node, fetch, or the list of numbers of a list of nodes.

        feed_dict  a dictionary with a number for each placeholder that the fetch depends on

        Formula: the number of a placeholder is fed, that of a variable is its value, that of an operation is its function
        of the numbers of its inputs. Each operation is computed once in a run, however often it is used, and only if it
        is needed. A placeholder that is needed and not fed is a ValueError whose text has its name.

        >>> a, w = Placeholder("a"), Variable(10.0)
        >>> Session().run(a * w + a, {a: 2.0}), Session().run([a, w], {a: 3.0})
        (22.0, [3.0, 10.0])

        Hint: keep the numbers of this run in a dictionary, and look there first.
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
