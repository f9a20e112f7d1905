"""Exercise 4: topological order.

The backward pass may visit a node only after it has visited everything that was computed from it. In a topological order
every node comes after its inputs, so the backward pass goes through it in reverse.
"""


class Node:
    """A node of a graph.

    inputs  the nodes it was computed from: none, one or more. Both inputs of a + a are the same node
    label   how it is printed; other nodes may have the same label
    """

    def __init__(self, *inputs, label=""):
        self.inputs = inputs
        self.label = label

    def __repr__(self):
        return self.label


def topological_order(root):
    """Return a new list of the root and all nodes it was computed from: each once, and each after its inputs.

    Formula: visit(node) first visits the inputs of the node, then appends the node to the list. It skips nodes seen before.

    >>> a = Node(label="a")
    >>> b = Node(a, a, label="b")
    >>> topological_order(Node(b, a, label="c"))
    [a, b, c]

    Do not change the nodes. A graph may be deeper than Python's recursion limit of 1000 calls; two points are for that.

    Hint: keep a set of the nodes seen. Without recursion: keep a stack of nodes to visit. When you take a node from it for
    the first time, push it again, and its inputs on top; when you take it for the second time, append it to the order. A
    node that several others use is taken more often: from the third time on, skip it.
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
    """Return whether each node of a list occurs once, and after all of its inputs. Do not change the list.

    Formula: each input of the node at index i is at an index below i, and no node is at two indices.

    >>> a = Node(label="a")
    >>> b = Node(a, label="b")
    >>> is_topological([a, b]), is_topological([b, a]), is_topological([a, a])
    (True, False, False)

    Hint: go through the list with a set of the nodes seen so far. An input that is not in the list makes the order wrong.
    """
    ### SOLUTION
    seen = set()
    for node in order:
        if node in seen or not seen.issuperset(node.inputs):
            return False
        seen.add(node)
    return True
    ### END
