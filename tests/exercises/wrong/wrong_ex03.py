# ruff: noqa: B006, because mutable defaults are some of the mistakes
"""Wrong solutions of exercise 3. Each takes the place of the function whose name is before the two underscores."""

import math
import types

right = types.SimpleNamespace(**globals())  # the solution, because this text is run below it


# What is given is changed, or used up


def along_path__uses_up_the_path(local_derivatives):
    product = 1.0
    while local_derivatives:
        product *= local_derivatives.pop()
    return product


def along_path__turns_the_path_round(local_derivatives):
    local_derivatives.reverse()
    return math.prod(local_derivatives)


def along_path__sorts_the_path(local_derivatives):
    local_derivatives.sort()
    return math.prod(local_derivatives)


def along_path__begins_the_path_with_1(local_derivatives):
    local_derivatives.insert(0, 1.0)
    return math.prod(local_derivatives)


def along_path__running_products(local_derivatives):
    for i in range(1, len(local_derivatives)):
        local_derivatives[i] *= local_derivatives[i - 1]
    return local_derivatives[-1] if local_derivatives else 1.0


def over_paths__uses_up_the_list(paths):
    total = 0.0
    while paths:
        total += math.prod(paths.pop())
    return total


def over_paths__uses_up_each_path(paths):
    total = 0.0
    for path in paths:
        product = 1.0
        while path:
            product *= path.pop()
        total += product
    return total


def over_paths__products_in_place_of_paths(paths):
    for i, path in enumerate(paths):
        paths[i] = math.prod(path)
    return sum(paths)


# What earlier calls have left behind


def along_path__of_all_calls(local_derivatives, steps=[]):
    steps.extend(local_derivatives)
    return math.prod(steps)


def along_path__by_the_sum_seen(local_derivatives, known={}):
    return known.setdefault((len(local_derivatives), sum(local_derivatives)), math.prod(local_derivatives))


def over_paths__of_all_calls(paths, totals=[]):
    totals.append(sum(map(math.prod, paths)))
    return sum(totals)


def over_paths__by_the_number_of_paths_seen(paths, known={}):
    return known.setdefault(len(paths), sum(map(math.prod, paths)))


def over_paths__paths_seen_before(paths, seen=set()):
    new = [path for path in paths if tuple(path) not in seen]
    seen.update(map(tuple, paths))
    return sum(map(math.prod, new))


def gradients__by_the_first_number_seen(a, b, c, known={}):
    return known.setdefault(a, right.gradients(a, b, c))


def gradients__in_one_list(a, b, c, result=[]):
    result[:] = right.gradients(a, b, c)
    return result


def neuron_gradients__slope_of_the_first_call(x1, x2, w1, w2, b, known={}):
    slope = known.setdefault("slope", right.neuron_gradients(x1, x2, w1, w2, b)[-1])
    return slope * w1, slope * w2, slope * x1, slope * x2, slope


def neuron_gradients__slope_by_the_inputs_seen(x1, x2, w1, w2, b, known={}):
    slope = known.setdefault((x1, x2), right.neuron_gradients(x1, x2, w1, w2, b)[-1])
    return slope * w1, slope * w2, slope * x1, slope * x2, slope


# Right where the example is


def along_path__of_whole_numbers(local_derivatives):
    return math.prod(map(int, local_derivatives))


def along_path__three_steps_at_the_most(local_derivatives):
    return math.prod(local_derivatives[:3])


def along_path__small_is_0(local_derivatives):
    product = math.prod(local_derivatives)
    return product if abs(product) > 1e-6 else 0.0


def along_path__to_six_digits(local_derivatives):
    return round(math.prod(local_derivatives), 6)


def along_path__without_steps_of_1(local_derivatives):
    product = 1.0
    for each in local_derivatives:
        if each == 1.0:
            break
        product *= each
    return product


def along_path__equal_steps_once(local_derivatives):
    return math.prod(dict.fromkeys(local_derivatives))


def along_path__at_least_a_millionth(local_derivatives):
    product = math.prod(local_derivatives)
    return product if not 0 < abs(product) < 1e-6 else math.copysign(1e-6, product)


def over_paths__without_empty_paths(paths):
    return sum(math.prod(path) for path in paths if path)


def over_paths__three_paths_at_the_most(paths):
    return sum(map(math.prod, paths[:3]))


def over_paths__two_steps_at_the_most(paths):
    return sum(math.prod(path[:2]) for path in paths)


def over_paths__equal_paths_once(paths):
    different = [path for i, path in enumerate(paths) if path not in paths[:i] or len(path) == 1]
    return sum(map(math.prod, different))


def over_paths__mean_of_many(paths):
    return sum(map(math.prod, paths)) / (1 if len(paths) < 4 else len(paths))


def over_paths__sizes(paths):
    return sum(abs(math.prod(path)) for path in paths)


def gradients__of_whole_numbers(a, b, c):
    return right.gradients(int(a), int(b), int(c))


def gradients__to_six_digits(a, b, c):
    return tuple(round(each, 6) for each in right.gradients(a, b, c))


def gradients__by_differences(a, b, c, h=1e-7):
    def y(a, b, c):
        return (a + b) * (b - c)

    before = y(a, b, c)
    return (y(a + h, b, c) - before) / h, (y(a, b + h, c) - before) / h, (y(a, b, c + h) - before) / h


def gradients__without_signs(a, b, c):
    da, db, dc = right.gradients(a, b, c)
    return abs(da), db, dc


def neuron_gradients__to_six_digits(x1, x2, w1, w2, b):
    return tuple(round(each, 6) for each in right.neuron_gradients(x1, x2, w1, w2, b))


def neuron_gradients__flat_beyond_3(x1, x2, w1, w2, b):
    flat = abs(w1 * x1 + w2 * x2 + b) > 3
    return (0.0,) * 5 if flat else right.neuron_gradients(x1, x2, w1, w2, b)


def neuron_gradients__by_differences(x1, x2, w1, w2, b, h=1e-7):
    def y(numbers):
        x1, x2, w1, w2, b = numbers
        return math.tanh(w1 * x1 + w2 * x2 + b)

    at = [x1, x2, w1, w2, b]
    return [(y([*at[:i], at[i] + h, *at[i + 1 :]]) - y(at)) / h for i in range(5)]


def neuron_gradients__of_positive_bias(x1, x2, w1, w2, b):
    return right.neuron_gradients(x1, x2, w1, w2, abs(b))


def over_paths__a_single_path_by_its_last_step(paths):
    return paths[0][-1] if len(paths) == 1 else sum(map(math.prod, paths))


def gradients__by_division(a, b, c):
    y = (a + b) * (b - c)
    return y / (a + b), y / (a + b) + y / (b - c), -y / (b - c)


def neuron_gradients__by_division(x1, x2, w1, w2, b):
    slope = right.neuron_gradients(x1, x2, w1, w2, b)[-1]
    p1, p2 = w1 * x1, w2 * x2
    return slope * p1 / x1, slope * w2, slope * p1 / w1, slope * p2 / w2, slope
