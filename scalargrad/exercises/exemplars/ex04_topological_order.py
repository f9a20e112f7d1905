"""Exercise 4: topological order.

The chain rule may visit a node only when all that was made from it has been visited. An order in which every node comes
after its inputs, read backwards, is such an order.
"""


class Node:
    """A node of a graph: its inputs are the nodes it was made from. Of a + a, both inputs are the same node."""

    def __init__(self, *inputs, label=""):
        self.inputs = inputs
        self.label = label

    def __repr__(self):
        return self.label


def topological_order(root):
    """Return a list of the root and of every node it was made from: each once, and each after its inputs.

    Formula: visit(node) visits its inputs first, then puts the node on the list; a node seen before is passed over.

    >>> a = Node(label="a")
    >>> b = Node(a, a, label="b")
    >>> topological_order(Node(b, a, label="c"))
    [a, b, c]

    A graph may be deeper than Python's recursion allows, 1000 calls; two of the points are for that.

    Hint: keep a set of the nodes seen. Without recursion: keep a list of nodes still to be visited, put each node there
    a second time below its inputs, and put it in order when it comes up again.
    """
    ### SOLUTION
    order, entered, left = [], set(), set()
    stack = [root]
    while stack:
        node = stack.pop()
        if node in left:
            continue
        if node in entered:
            left.add(node)
            order.append(node)
        else:
            entered.add(node)
            stack.append(node)
            stack.extend(node.inputs)
    return order
    ### END


def is_topological(order):
    """Whether in a list of nodes each node occurs once, and after all of its inputs.

    Formula: for the node at place i, each of its inputs is at a place before i; and no node is at two places.

    >>> a = Node(label="a")
    >>> b = Node(a, label="b")
    >>> is_topological([a, b]), is_topological([b, a]), is_topological([a, a])
    (True, False, False)

    Hint: walk through the list with a set of the nodes seen so far. An input that is not in the list at all is missing.
    """
    ### SOLUTION
    seen = set()
    for node in order:
        if node in seen or not seen.issuperset(node.inputs):
            return False
        seen.add(node)
    return True
    ### END
