# ruff: noqa: B006, because mutable defaults are some of the mistakes
"""Wrong solutions of exercise 4. Each takes the place of the function whose name is before the two underscores."""

import sys
import types

right = types.SimpleNamespace(**globals())  # the solution, because this text is run below it


def found_from(root):
    """All nodes of a graph, nearer ones first."""
    found = {root: None}
    waiting = [root]
    for node in waiting:
        waiting += [each for each in dict.fromkeys(node.inputs) if each not in found]
        found.update(dict.fromkeys(node.inputs))
    return list(found)


# What is given is changed, or used up


def topological_order__takes_inputs_off(root):
    order = right.topological_order(root)
    for node in order:
        node.inputs = ()
    return order


def topological_order__turns_inputs_round(root):
    order = right.topological_order(root)
    for node in order:
        node.inputs = node.inputs[::-1]
    return order


def topological_order__inputs_once(root):
    order = right.topological_order(root)
    for node in order:
        node.inputs = tuple(dict.fromkeys(node.inputs))
    return order


def topological_order__renames(root):
    order = right.topological_order(root)
    for i, node in enumerate(order):
        node.label = f"n{i}"
    return order


def is_topological__uses_up_the_list(order):
    seen = set()
    while order:
        node = order.pop(0)
        if node in seen or not seen.issuperset(node.inputs):
            return False
        seen.add(node)
    return True


def is_topological__turns_the_list_round(order):
    order.reverse()
    return all(node not in order[i + 1 :] and set(node.inputs) <= set(order[i + 1 :]) for i, node in enumerate(order))


def is_topological__takes_equal_nodes_out(order):
    found = right.is_topological(order)
    order[:] = dict.fromkeys(order)
    return found


# What earlier calls have left behind


def topological_order__seen_by_all_calls(root, seen=set()):
    order = [node for node in right.topological_order(root) if node not in seen]
    seen.update(order)
    return order


def topological_order__leaves_marks(root):
    order, stack = [], [root]
    while stack:
        node = stack.pop()
        state = getattr(node, "state", 0)
        if state == 0:
            node.state = 1
            stack += [node, *node.inputs]
        elif state == 1:
            node.state = 2
            order.append(node)
    return order


def topological_order__by_the_label_seen(root, known={}):
    return known.setdefault(root.label, right.topological_order(root))


def topological_order__in_one_list(root, order=[]):
    order[:] = right.topological_order(root)
    return order


def topological_order__root_of_the_first_call(root, known=[]):
    known.append(root)
    order = right.topological_order(root)
    return order if known[0] is root or known[0] not in order else order[order.index(known[0]) + 1 :]


def is_topological__seen_by_all_calls(order, seen=set()):
    for i, node in enumerate(order):
        if node in order[:i] or not seen.issuperset(node.inputs):
            return False
        seen.add(node)
    return True


def is_topological__places_of_earlier_calls(order):
    for i, node in enumerate(order):
        node.place = i
    return len(set(order)) == len(order) and all(
        getattr(value, "place", len(order)) < node.place for node in order for value in node.inputs
    )


# Right where the example is


def topological_order__two_inputs(root):
    order = []

    def visit(node):
        if node not in order:
            if node.inputs:
                a, b = node.inputs
                visit(a)
                visit(b)
            order.append(node)

    visit(root)
    return order


def topological_order__two_inputs_at_the_most(root):
    order, stack = [], [(root, False)]
    while stack:
        node, again = stack.pop()
        if node in order:
            continue
        if again:
            order.append(node)
        else:
            stack.append((node, True))
            stack += [(each, False) for each in node.inputs[:2]]
    return order


def topological_order__told_apart_by_label(root):
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        node, again = stack.pop()
        if again:
            order.append(node)
        elif node.label not in seen:
            seen.add(node.label)
            stack += [(node, True), *((each, False) for each in node.inputs)]
    return order


def topological_order__sorted_by_label(root):
    return sorted(found_from(root), key=lambda node: (len(node.label), node.label.lower()))


def topological_order__sorted_by_id(root):
    return sorted(found_from(root), key=id)


def topological_order__as_a_set_is(root):
    return list(set(found_from(root)))


def topological_order__sorted_by_number_of_inputs(root):
    return sorted(found_from(root), key=lambda node: len(node.inputs))


def topological_order__reversed_preorder(root):
    order, stack = [], [root]
    while stack:
        node = stack.pop()
        if node not in order:
            order.append(node)
            stack += node.inputs
    return order[::-1]


def topological_order__leaves_first(root):
    order = found_from(root)[::-1]
    return [node for node in order if not node.inputs] + [node for node in order if node.inputs]


def topological_order__looks_twice_as_often_at_each_level(root):
    order = []

    def visit(node):
        for each in node.inputs:
            visit(each)
        if node not in order:
            order.append(node)

    visit(root)
    return order


def topological_order__places_moved_back(root):
    order, waiting = [], [root]
    for node in waiting:
        if node in order:
            order.remove(node)
        order.append(node)
        waiting += node.inputs
    return order[::-1]


def topological_order__recursive(root):
    order, seen = [], set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            for each in node.inputs:
                visit(each)
            order.append(node)

    visit(root)
    return order


def topological_order__too_deep_is_left_out(root):
    try:
        return topological_order__recursive(root)
    except RecursionError:
        return [root]


def topological_order__recursive_up_to_2000(root):
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(2000)
    try:
        return topological_order__recursive(root)
    finally:
        sys.setrecursionlimit(limit)


def topological_order__counted_wrongly(root):
    nodes = found_from(root)
    users = {node: sum(node in each.inputs for each in nodes) for node in nodes}
    order, ready = [], [root]
    while ready:
        node = ready.pop()
        order.append(node)
        for each in node.inputs:
            users[each] -= 1
            if users[each] == 0:
                ready.append(each)
    return order[::-1]


def topological_order__leaf_of_no_name_left_out(root):
    return [node for node in right.topological_order(root) if node.label or node.inputs]


def is_topological__told_apart_by_label(order):
    seen = set()
    for node in order:
        if node.label in seen or not seen.issuperset(each.label for each in node.inputs):
            return False
        seen.add(node.label)
    return True


def is_topological__twice_by_label(order):
    return right.is_topological(order) and len({node.label for node in order}) == len(order)


def is_topological__two_inputs(order):
    for i, node in enumerate(order):
        if node in order[:i]:
            return False
        if node.inputs:
            a, b = node.inputs
            if a not in order[:i] or b not in order[:i]:
                return False
    return True


def is_topological__two_inputs_at_the_most(order):
    return all(node not in order[:i] and set(node.inputs[:2]) <= set(order[:i]) for i, node in enumerate(order))


def is_topological__last_node_only(order):
    return len(set(order)) == len(order) and (not order or set(order[-1].inputs) <= set(order))


def is_topological__leaves_in_any_order_only(order):
    expected = right.topological_order(order[-1]) if order else []
    places = [[node for node in each if node.inputs] for each in (order, expected)]
    return right.is_topological(order) and places[0] == places[1]


def is_topological__one_result_only(order):
    used = {each for node in order for each in node.inputs}
    return right.is_topological(order) and all(node in used for node in order[:-1])


def is_topological__leaves_first(order):
    kinds = [bool(node.inputs) for node in order]
    return right.is_topological(order) and kinds == sorted(kinds)


def is_topological__inputs_side_by_side(order):
    for i, node in enumerate(order):
        if node in order[:i] or not set(node.inputs) <= set(order[max(i - 3, 0) : i]):
            return False
    return True


def is_topological__an_input_twice_is_wrong(order):
    return right.is_topological(order) and all(len(set(node.inputs)) == len(node.inputs) for node in order)


def is_topological__looks_twice_as_often_at_each_level(order):
    def fits(node, i):
        return all(each in order[:i] and fits(each, order.index(each)) for each in node.inputs)

    return len(set(order)) == len(order) and all(fits(node, i) for i, node in enumerate(order))


def topological_order__recursive_beside_the_first_input(root):
    order, seen = [], set()

    def visit(node):
        line = []
        while node not in seen:
            seen.add(node)
            line.append(node)
            if node.inputs:
                node = node.inputs[0]
        for each in reversed(line):
            for other in each.inputs[1:]:
                visit(other)
            order.append(each)

    visit(root)
    return order


def is_topological__missing_inputs_raise_nothing(order):
    try:
        return len(set(order)) == len(order) and all(
            order.index(each) < order.index(node) for node in order for each in node.inputs
        )
    except ValueError:
        return True
