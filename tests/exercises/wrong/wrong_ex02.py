# ruff: noqa: B006, because mutable defaults are some of the mistakes
"""Wrong solutions of exercise 2. Each takes the place of the function whose name is before the two underscores."""

import math
import types

right = types.SimpleNamespace(**globals())  # the solution, because this text is run below it


# What is given is changed, or used up


def run__uses_up_the_steps(steps, numbers):
    known = dict(numbers)
    while steps:
        name, operation, *inputs = steps.pop(0)
        known[name] = right.OPERATIONS[operation](*(known[each] for each in inputs))
    return known


def run__turns_the_steps_round(steps, numbers):
    found = right.run(steps, numbers)
    steps.reverse()
    return found


def run__leaves_the_steps_empty(steps, numbers):
    found = right.run(steps, numbers)
    steps.clear()
    return found


def run__sorts_the_steps(steps, numbers):
    found = right.run(steps, numbers)
    steps.sort(reverse=True)
    return found


def run__uses_up_the_numbers(steps, numbers):
    found = right.run(steps, numbers)
    numbers.popitem()
    return found


def run__gives_back_what_it_got_without_steps(steps, numbers):
    return right.run(steps, numbers) if steps else numbers


def run__changes_the_numbers_that_steps_overwrite(steps, numbers):
    found = right.run(steps, numbers)
    numbers.update({name: found[name] for name in numbers})
    return found


# What earlier calls have left behind


def run__knows_all_earlier_numbers(steps, numbers, known={}):
    known.update(numbers)
    known.update(right.run(steps, known))
    return dict(known)


def run__in_one_dictionary(steps, numbers, known={}):
    found = right.run(steps, numbers)
    known.clear()
    known.update(found)
    return known


def run__by_the_steps_seen(steps, numbers, known={}):
    return dict(known.setdefault(str(steps), right.run(steps, numbers)))


def run__by_the_numbers_seen(steps, numbers, known={}):
    return dict(known.setdefault((str(numbers), len(steps)), right.run(steps, numbers)))


def expression__by_the_first_number_seen(a, b, c, known={}):
    return known.setdefault(a, right.expression(a, b, c))


def neuron__by_the_inputs_seen(x1, x2, w1, w2, b, known={}):
    return known.setdefault((x1, x2), right.neuron(x1, x2, w1, w2, b))


def neuron__bias_of_all_calls(x1, x2, w1, w2, b, biases=[]):
    biases.append(b)
    return right.neuron(x1, x2, w1, w2, sum(biases))


def neuron__in_one_list(x1, x2, w1, w2, b, result=[]):
    result[:] = right.neuron(x1, x2, w1, w2, b)
    return result


# Right where the example is


def expression__without_signs(a, b, c):
    return a + b, abs(b - c), (a + b) * abs(b - c)


def expression__of_whole_numbers(a, b, c):
    return right.expression(int(a), int(b), int(c))


def expression__to_six_digits(a, b, c):
    return tuple(round(each, 6) for each in right.expression(a, b, c))


def neuron__without_the_second_input(x1, x2, w1, w2, b):
    p1, _, _, _ = right.neuron(x1, 0.0, w1, w2, b)
    return p1, 0.0, p1 + b, math.tanh(p1 + b)


def neuron__flat_beyond_3(x1, x2, w1, w2, b):
    p1, p2, s, y = right.neuron(x1, x2, w1, w2, b)
    return p1, p2, s, y if abs(s) < 3 else math.copysign(1.0, s)


def neuron__to_six_digits(x1, x2, w1, w2, b):
    return tuple(round(each, 6) for each in right.neuron(x1, x2, w1, w2, b))


def neuron__of_positive_bias(x1, x2, w1, w2, b):
    return right.neuron(x1, x2, w1, w2, abs(b))


def run__with_operations_of_its_own(steps, numbers):
    operations = {
        "+": lambda x, y: x + y,
        "-": lambda x, y: x - y,
        "*": lambda x, y: x * y,
        "tanh": math.tanh,
    }
    known = dict(numbers)
    for name, operation, *inputs in steps:
        known[name] = operations[operation](*(known[each] for each in inputs))
    return known


def run__other_operations_are_tanh(steps, numbers):
    known = dict(numbers)
    for name, operation, *inputs in steps:
        x = [known[each] for each in inputs]
        if operation == "+":
            known[name] = x[0] + x[1]
        elif operation == "-":
            known[name] = x[0] - x[1]
        elif operation == "*":
            known[name] = x[0] * x[1]
        else:
            known[name] = math.tanh(x[0])
    return known


def run__copy_of_the_operations(steps, numbers, operations=None, copies={}):
    copies.setdefault("operations", dict(right.OPERATIONS))
    known = dict(numbers)
    for name, operation, *inputs in steps:
        known[name] = copies["operations"][operation](*(known[each] for each in inputs))
    return known


def run__one_or_two_inputs(steps, numbers):
    known = dict(numbers)
    for name, operation, x, *others in steps:
        f = right.OPERATIONS[operation]
        known[name] = f(known[x], known[others[0]]) if others else f(known[x])
    return known


def run__different_inputs_in_a_set(steps, numbers):
    known = dict(numbers)
    for name, operation, *inputs in steps:
        different = set(inputs) if len(set(inputs)) == len(inputs) else inputs
        known[name] = right.OPERATIONS[operation](*(known[each] for each in different))
    return known


def run__larger_number_first(steps, numbers):
    known = dict(numbers)
    for name, operation, *inputs in steps:
        known[name] = right.OPERATIONS[operation](*sorted((known[each] for each in inputs), reverse=True))
    return known


def run__names_of_one_letter(steps, numbers):
    known = {name[0]: x for name, x in numbers.items()}
    for name, operation, *inputs in steps:
        known[name[0]] = right.OPERATIONS[operation](*(known[each[0]] for each in inputs))
    return known


def run__first_result_of_a_name(steps, numbers):
    known = dict(numbers)
    for name, operation, *inputs in steps:
        known.setdefault(name, right.OPERATIONS[operation](*(known[each] for each in inputs)))
    return known


def run__unknown_names_are_0(steps, numbers):
    known = dict(numbers)
    for name, operation, *inputs in steps:
        known[name] = right.OPERATIONS[operation](*(known.get(each, 0.0) for each in inputs))
    return known


def run__steps_that_fail_are_left_out(steps, numbers):
    known = dict(numbers)
    for step in steps:
        try:
            known = right.run([step], known)
        except KeyError:
            continue
    return known


def run__ends_at_0(steps, numbers):
    known = dict(numbers)
    for name, operation, *inputs in steps:
        known[name] = right.OPERATIONS[operation](*(known[each] for each in inputs))
        if not known[name]:
            break
    return known


def run__0_taken_for_nothing(steps, numbers):
    known = dict(numbers)
    for name, operation, *inputs in steps:
        known[name] = right.OPERATIONS[operation](*(known[each] for each in inputs if known[each]))
    return known


def run__only_numbers_that_are_used(steps, numbers):
    used = {name for _, _, *inputs in steps for name in inputs} | {name for name, *_ in steps}
    return {name: x for name, x in right.run(steps, numbers).items() if name in used}


def run__to_six_digits(steps, numbers):
    return {name: round(x, 6) for name, x in right.run(steps, numbers).items()}


def run__of_whole_numbers(steps, numbers):
    return {name: int(x) for name, x in right.run(steps, numbers).items()}


def run__four_steps_at_the_most(steps, numbers):
    return right.run(steps[:4], numbers)


def run__equal_steps_once(steps, numbers):
    return right.run(list(dict.fromkeys(steps)), numbers)


def run__given_numbers_first(steps, numbers):
    known = {}
    for name, operation, *inputs in steps:
        known[name] = right.OPERATIONS[operation](*({**known, **numbers}[each] for each in inputs))
    return {**numbers, **known}


def run__in_whatever_order_works(steps, numbers):
    known, left = dict(numbers), list(steps)
    while left:
        for name, operation, *inputs in left:
            if known.keys() >= set(inputs):
                known[name] = right.OPERATIONS[operation](*(known[each] for each in inputs))
                left.remove((name, operation, *inputs))
                break
        else:
            raise KeyError
    return known
