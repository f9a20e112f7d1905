# ruff: noqa: B006, BLE001, because mutable defaults and blind excepts are some of the mistakes
"""Wrong solutions of exercise 6. Each takes the place of the function whose name is before the two underscores."""

import math
import types

right = types.SimpleNamespace(**globals())  # the solution, because this text is run below it


# What is given is changed, or used up


def numerical_gradient__moves_there_and_back(f, xs, h=1e-5):
    found = []
    for i in range(len(xs)):
        xs[i] += h
        above = f(xs)
        xs[i] -= 2 * h
        below = f(xs)
        xs[i] += h
        found.append((above - below) / (2 * h))
    return found


def numerical_gradient__in_the_list_it_got(f, xs, h=1e-5):
    found = right.numerical_gradient(f, xs, h)
    xs[:] = found
    return xs


def numerical_gradient__uses_up_the_list(f, xs, h=1e-5):
    found = right.numerical_gradient(f, xs, h)
    xs.clear()
    return found


def wrong_derivatives__moves_the_list(f, gradient, xs):
    found = right.wrong_derivatives(f, gradient, xs)
    for i in range(len(xs)):
        xs[i] = xs[i] + 1e-5 - 1e-5 + 1e-12
    return found


def wrong_derivatives__sorts_the_list(f, gradient, xs):
    found = right.wrong_derivatives(f, gradient, xs)
    xs.sort()
    return found


# What earlier calls have left behind


def slope__by_the_place_seen(f, x, h=1e-5, known={}):
    return known.setdefault((x, h), right.slope(f, x, h))


def slope__by_the_function_seen(f, x, h=1e-5, known={}):
    return known.setdefault((f, round(x)), right.slope(f, x, h))


def slope__h_of_the_first_call(f, x, h=1e-5, known=[]):
    known.append(h)
    return right.slope(f, x, known[0])


def numerical_gradient__of_all_calls(f, xs, h=1e-5, found=[]):
    found += right.numerical_gradient(f, xs, h)
    return list(found)


def numerical_gradient__in_one_list(f, xs, h=1e-5, found=[]):
    found[:] = right.numerical_gradient(f, xs, h)
    return found


def numerical_gradient__by_the_place_seen(f, xs, h=1e-5, known={}):
    return list(known.setdefault((tuple(xs), h), right.numerical_gradient(f, xs, h)))


def close__tolerances_of_the_last_call(x, y, relative=None, absolute=None, known={"relative": 1e-6, "absolute": 1e-9}):
    known.update({key: each for key, each in (("relative", relative), ("absolute", absolute)) if each is not None})
    return right.close(x, y, **known)


def wrong_derivatives__of_all_calls(f, gradient, xs, found=[]):
    found.extend(each for each in right.wrong_derivatives(f, gradient, xs) if each not in found)
    return list(found)


def wrong_derivatives__in_one_list(f, gradient, xs, found=[]):
    found[:] = right.wrong_derivatives(f, gradient, xs)
    return found


# Right where the example is


def slope__of_whole_numbers(f, x, h=1e-5):
    return right.slope(f, float(round(x)), h)


def slope__h_relative_to_x(f, x, h=1e-5):
    return right.slope(f, x, h * abs(x))


def slope__h_never_above_a_tenth(f, x, h=1e-5):
    return right.slope(f, x, min(h, 0.1))


def slope__to_six_digits(f, x, h=1e-5):
    return round(right.slope(f, x, h), 6)


def slope__flat_below_a_millionth(f, x, h=1e-5):
    found = right.slope(f, x, h)
    return found if abs(found) > 1e-6 else 0.0


def slope__without_signs(f, x, h=1e-5):
    return abs(right.slope(f, x, h))


def numerical_gradient__three_numbers_at_the_most(f, xs, h=1e-5):
    return [right.slope(lambda x: f([*xs[:i], x, *xs[i + 1 :]]), xs[i], h) for i in range(min(len(xs), 3))]


def numerical_gradient__two_numbers_at_least(f, xs, h=1e-5):
    return right.numerical_gradient(f, xs, h) if len(xs) > 1 else [0.0] * len(xs)


def numerical_gradient__equal_numbers_move_together(f, xs, h=1e-5):
    return [right.slope(lambda x: f([x if each == old else each for each in xs]), old, h) for old in xs]


def numerical_gradient__index_of_the_number(f, xs, h=1e-5):
    found = []
    for old in xs:
        i = xs.index(old)
        found.append(right.slope(lambda x, i=i: f([*xs[:i], x, *xs[i + 1 :]]), old, h))
    return found


def numerical_gradient__h_relative_to_each(f, xs, h=1e-5):
    found = []
    for i, old in enumerate(xs):
        by = h * abs(old) or h
        found.append(right.slope(lambda x, i=i: f([*xs[:i], x, *xs[i + 1 :]]), old, by))
    return found


def numerical_gradient__0_has_none(f, xs, h=1e-5):
    return [found if x else 0.0 for x, found in zip(xs, right.numerical_gradient(f, xs, h))]


def numerical_gradient__one_sided(f, xs, h=1e-5):
    return [(f([*xs[:i], x + h, *xs[i + 1 :]]) - f(xs)) / h for i, x in enumerate(xs)]


def numerical_gradient__keeps_what_moved(f, xs, h=1e-5):
    xs, found = list(xs), []
    for i, x in enumerate(xs):
        xs[i] = x + h
        above = f(xs)
        xs[i] = x - h
        found.append((above - f(xs)) / (2 * h))
    return found


def numerical_gradient__to_six_digits(f, xs, h=1e-5):
    return [round(each, 6) for each in right.numerical_gradient(f, xs, h)]


# A check that is none


def close__tolerances_of_its_own(x, y, relative=1e-6, absolute=1e-9):
    return right.close(x, y)


def close__relative_of_its_own(x, y, relative=1e-6, absolute=1e-9):
    return right.close(x, y, absolute=absolute)


def close__absolute_of_its_own(x, y, relative=1e-6, absolute=1e-9):
    return right.close(x, y, relative=relative)


def close__both_tolerances_added(x, y, relative=1e-6, absolute=1e-9):
    return abs(x - y) <= absolute + relative * abs(y)


def close__relative_to_the_first(x, y, relative=1e-6, absolute=1e-9):
    return abs(x - y) <= max(relative * abs(x), absolute)


def close__relative_to_the_second(x, y, relative=1e-6, absolute=1e-9):
    return abs(x - y) <= max(relative * abs(y), absolute)


def close__relative_to_the_smaller(x, y, relative=1e-6, absolute=1e-9):
    return abs(x - y) <= max(relative * min(abs(x), abs(y)), absolute)


def close__relative_to_the_sum(x, y, relative=1e-6, absolute=1e-9):
    return abs(x - y) <= max(relative * (abs(x) + abs(y)), absolute)


def close__both_must_hold(x, y, relative=1e-6, absolute=1e-9):
    return x == y or abs(x - y) <= min(relative * max(abs(x), abs(y)), absolute)


def close__less_and_never_equal(x, y, relative=1e-6, absolute=1e-9):
    return abs(x - y) < max(relative * max(abs(x), abs(y)), absolute)


def close__by_digits(x, y, relative=1e-6, absolute=1e-9):
    return f"{x:.6g}" == f"{y:.6g}" or right.close(x, y, relative, absolute)


def close__nan_to_itself(x, y, relative=1e-6, absolute=1e-9):
    return x is y or right.close(x, y, relative, absolute)


def close__nan_to_nan(x, y, relative=1e-6, absolute=1e-9):
    return math.isnan(x) and math.isnan(y) or right.close(x, y, relative, absolute)


def close__infinity_to_everything(x, y, relative=1e-6, absolute=1e-9):
    return abs(x - y) <= max(relative * max(abs(x), abs(y)), absolute)


def close__tolerance_of_a_thousandth(x, y, relative=1e-3, absolute=1e-9):
    return right.close(x, y, relative, absolute)


def close__ten_times_more_close(x, y, relative=1e-5, absolute=1e-9):
    return right.close(x, y, relative, absolute)


def close__larger_absolute(x, y, relative=1e-6, absolute=2.5e-7):
    return right.close(x, y, relative, absolute)


def wrong_derivatives__tolerance_of_a_thousandth(f, gradient, xs):
    pairs = zip(gradient(xs), right.numerical_gradient(f, xs))
    return [i for i, (found, expected) in enumerate(pairs) if not right.close(found, expected, 1e-3)]


def wrong_derivatives__tolerance_of_a_millionth(f, gradient, xs):
    pairs = zip(gradient(xs), right.numerical_gradient(f, xs))
    return [i for i, (found, expected) in enumerate(pairs) if not abs(found - expected) <= 1e-6]


def wrong_derivatives__relative_only(f, gradient, xs):
    pairs = zip(gradient(xs), right.numerical_gradient(f, xs))
    return [i for i, (found, expected) in enumerate(pairs) if not right.close(found, expected, 1e-6, 0.0)]


def wrong_derivatives__the_sum_only(f, gradient, xs):
    if right.close(sum(gradient(xs)), sum(right.numerical_gradient(f, xs))):
        return []
    return right.wrong_derivatives(f, gradient, xs)


def wrong_derivatives__the_largest_decides(f, gradient, xs):
    expected = right.numerical_gradient(f, xs)
    scale = max(map(abs, expected), default=1.0)
    return [i for i, each in enumerate(gradient(xs)) if not abs(each - expected[i]) <= 1e-6 * scale]


def wrong_derivatives__the_first_only(f, gradient, xs):
    found = right.wrong_derivatives(f, gradient, xs)
    return found if len(found) < 3 else found[:1]


def wrong_derivatives__three_at_the_most(f, gradient, xs):
    return [i for i in right.wrong_derivatives(f, gradient, xs) if i < 3]


def wrong_derivatives__nan_passes(f, gradient, xs):
    pairs = enumerate(zip(gradient(xs), right.numerical_gradient(f, xs)))
    return [i for i, (found, expected) in pairs if abs(found - expected) > max(1e-6 * abs(expected), 1e-9)]


def wrong_derivatives__infinity_passes(f, gradient, xs):
    pairs = enumerate(zip(gradient(xs), right.numerical_gradient(f, xs)))
    return [i for i, (x, y) in pairs if not abs(x - y) <= max(1e-6 * max(abs(x), abs(y)), 1e-9)]


def wrong_derivatives__0_passes(f, gradient, xs):
    return [i for i in right.wrong_derivatives(f, gradient, xs) if abs(right.numerical_gradient(f, xs)[i]) > 1e-6]


def wrong_derivatives__an_error_passes(f, gradient, xs):
    try:
        return right.wrong_derivatives(f, gradient, xs)
    except Exception:
        return []


def slope__an_error_is_flat(f, x, h=1e-5):
    try:
        return right.slope(f, x, h)
    except Exception:
        return 0.0


def numerical_gradient__an_error_is_1000(f, xs, h=1e-5):
    try:
        return right.numerical_gradient(f, xs, h)
    except Exception:
        return [1000.0] * len(xs)


def wrong_derivatives__in_the_order_of_size(f, gradient, xs):
    expected = right.numerical_gradient(f, xs)
    return sorted(right.wrong_derivatives(f, gradient, xs), key=lambda i: -abs(gradient(xs)[i] - expected[i]))


def wrong_derivatives__each_kind_of_mistake_once(f, gradient, xs):
    errors = [x - y for x, y in zip(gradient(xs), right.numerical_gradient(f, xs))]
    found = right.wrong_derivatives(f, gradient, xs)
    return sorted({round(errors[i], 3) if errors[i] == errors[i] else None: i for i in reversed(found)}.values())


def close__relative_without_signs_of_both(x, y, relative=1e-6, absolute=1e-9):
    return x == y or abs(x - y) <= max(relative * max(x, y), absolute) < math.inf


def slope__never_at_0(f, x, h=1e-5):
    return right.slope(f, x or h, h)


def wrong_derivatives__a_list_of_its_own_length(f, gradient, xs):
    expected = right.numerical_gradient(f, xs)
    return [i for i in range(min(len(xs), 4)) if not right.close(gradient(xs)[i], expected[i])]


def wrong_derivatives__one_sided(f, gradient, xs, h=1e-7):
    expected = [(f([*xs[:i], x + h, *xs[i + 1 :]]) - f(xs)) / h for i, x in enumerate(xs)]
    return [i for i, (x, y) in enumerate(zip(gradient(xs), expected)) if not right.close(x, y)]
