# ruff: noqa: B006, because mutable defaults are some of the mistakes
"""Wrong solutions of exercise 5. Each takes the place of the function whose name is before the two underscores."""

import types

right = types.SimpleNamespace(**globals())  # the solution, because this text is run below it


def fresh(order):
    """Set the gradients of computed nodes to 0, and add 1 to that of the result."""
    for node in order:
        if node.inputs:
            node.grad = 0.0
    order[-1].grad += 1.0


# What is given is changed, or used up


def push__takes_its_own_gradient_off(node):
    right.push(node)
    if node.inputs:
        node.grad = 0.0


def push__takes_inputs_off(node):
    right.push(node)
    node.inputs = node.partials = ()


def push__local_derivatives_become_global(node):
    right.push(node)
    node.partials = tuple(partial * node.grad for partial in node.partials)


def push__moves_the_inputs(node):
    right.push(node)
    for value in node.inputs:
        value.data -= 0.01 * value.grad


def backward__turns_the_order_round(order):
    fresh(order)
    order.reverse()
    for node in order:
        right.push(node)


def backward__uses_up_the_order(order):
    fresh(order)
    while order:
        right.push(order.pop())


def backward__leaves_out_leaves(order):
    right.backward(order)
    order[:] = [node for node in order if node.inputs]


def backward__partials_used_up(order):
    right.backward(order)
    for node in order:
        node.partials = ()


# What earlier calls have left behind


def push__nodes_seen_before(node, seen=set()):
    if node not in seen:
        right.push(node)
    seen.add(node)


def push__gradient_of_the_first_call(node, known={}):
    gradient = known.setdefault(node, node.grad)
    for value, partial in zip(node.inputs, node.partials):
        value.grad += partial * gradient


def backward__seen_by_all_calls(order, seen=set()):
    if order[-1] not in seen:
        right.backward(order)
    seen.add(order[-1])


def backward__gradients_of_all_calls(order, gradients={}):
    gradients[order[-1]] = gradients.get(order[-1], 0.0) + 1.0
    for node in reversed(order):
        for value, partial in zip(node.inputs, node.partials):
            gradients[value] = gradients.get(value, 0.0) + partial * gradients[node]
    for node in order:
        node.grad = gradients.get(node, 0.0)


def backward__fresh_once(order, seen=set()):
    for node in order:
        if node.inputs and node not in seen:
            node.grad = 0.0
            seen.add(node)
    order[-1].grad += 1.0
    for node in reversed(order):
        right.push(node)


def backward__leaves_keep_what_one_result_gave(order, seen={}):
    if seen.setdefault("order", order[-1]) is not order[-1]:
        for node in order:
            node.grad = 0.0
        seen["order"] = order[-1]
    right.backward(order)


# Right where the example is


def push__two_inputs(node):
    if node.inputs:
        a, b = node.inputs
        a.grad += node.partials[0] * node.grad
        b.grad += node.partials[1] * node.grad


def push__two_inputs_at_the_most(node):
    for value, partial in zip(node.inputs[:2], node.partials):
        value.grad += partial * node.grad


def push__of_whole_numbers(node):
    for value, partial in zip(node.inputs, node.partials):
        value.grad += int(partial * node.grad)


def push__to_six_digits(node):
    for value, partial in zip(node.inputs, node.partials):
        value.grad += round(partial * node.grad, 6)


def push__clipped(node):
    for value, partial in zip(node.inputs, node.partials):
        value.grad += max(-1000.0, min(partial * node.grad, 1000.0))


def push__small_ones_left_out(node):
    for value, partial in zip(node.inputs, node.partials):
        if abs(partial * node.grad) > 1e-6:
            value.grad += partial * node.grad


def push__local_derivatives_of_known_operations(node):
    if len(node.inputs) == 2:
        a, b = node.inputs
        partials = (1.0, 1.0) if node.data == a.data + b.data else (b.data, a.data)
    else:
        partials = node.partials
    for value, partial in zip(node.inputs, partials):
        value.grad += partial * node.grad


def push__larger_local_derivative_first(node):
    for value, partial in zip(node.inputs, sorted(node.partials, reverse=True)):
        value.grad += partial * node.grad


def push__positive_gradients(node):
    for value, partial in zip(node.inputs, node.partials):
        value.grad += partial * abs(node.grad)


def push__without_signs(node):
    for value, partial in zip(node.inputs, node.partials):
        value.grad += abs(partial) * node.grad


def push__inputs_told_apart_by_number(node):
    partials = {value.data: partial for value, partial in zip(node.inputs, node.partials)}
    for value in node.inputs:
        value.grad += partials[value.data] * node.grad


def push__same_input_by_the_first_local_derivative(node):
    for value in node.inputs:
        value.grad += node.partials[node.inputs.index(value)] * node.grad


def backward__nodes_told_apart_by_number(order):
    fresh(order)
    seen = set()
    for node in reversed(order):
        if node.inputs and node.data in seen:
            continue
        seen.add(node.data)
        right.push(node)


def backward__each_path_on_its_own(order):
    def follow(node, gradient):
        node.grad += gradient
        for value, partial in zip(node.inputs, node.partials):
            follow(value, partial * gradient)

    for node in order:
        if node.inputs:
            node.grad = 0.0
    follow(order[-1], 1.0)


def backward__down_from_the_result_at_once(order):
    fresh(order)

    def follow(node):
        right.push(node)
        for value in dict.fromkeys(node.inputs):
            follow(value)

    follow(order[-1])


def backward__each_node_once_on_the_way_down(order):
    fresh(order)
    seen = set()

    def follow(node):
        if node not in seen:
            seen.add(node)
            right.push(node)
            for value in node.inputs:
                follow(value)

    follow(order[-1])


def backward__ends_at_a_gradient_of_0(order):
    fresh(order)
    for node in reversed(order):
        if node.grad == 0.0:
            break
        right.push(node)


def backward__fresh_where_the_result_depends_on_it(order):
    needed = {order[-1]}
    for node in reversed(order):
        if node in needed:
            needed.update(node.inputs)
    for node in order:
        if node.inputs and node in needed:
            node.grad = 0.0
    order[-1].grad += 1.0
    for node in reversed(order):
        if node in needed:
            right.push(node)


def backward__result_is_the_largest(order):
    for node in order:
        if node.inputs:
            node.grad = 0.0
    max(order, key=lambda node: abs(node.data)).grad += 1.0
    for node in reversed(order):
        right.push(node)


def backward__every_unused_node_is_a_result(order):
    fresh(order)
    used = {value for node in order for value in node.inputs}
    for node in order[:-1]:
        if node.inputs and node not in used:
            node.grad += 1.0
    for node in reversed(order):
        right.push(node)


def backward__leaves_are_the_first_nodes(order):
    computed = False
    for node in order:
        computed = computed or bool(node.inputs)
        if computed:
            node.grad = 0.0
    order[-1].grad += 1.0
    for node in reversed(order):
        right.push(node)


def backward__result_of_whole_numbers(order):
    right.backward(order)
    for node in order:
        node.grad = float(round(node.grad))


def backward__sorted_by_number(order):
    fresh(order)
    for node in sorted(order, key=lambda node: abs(node.data), reverse=True):
        right.push(node)


def backward__three_levels(order):
    fresh(order)
    for node in [node for node in reversed(order) if node.inputs][:3]:
        right.push(node)


def backward__result_is_the_last_computed_node(order):
    for node in order:
        if node.inputs:
            node.grad = 0.0
    [node for node in order if node.inputs or len(order) == 1][-1].grad += 1.0
    for node in reversed(order):
        right.push(node)


def push__by_the_ratio_of_numbers(node):
    for value, partial in zip(node.inputs, node.partials):
        value.grad += (partial if len(node.inputs) != 1 else node.data / value.data) * node.grad


def backward__leaves_before_the_result_only(order):
    right.backward(order)
    if not order[-1].inputs:
        order[-1].grad = 1.0
