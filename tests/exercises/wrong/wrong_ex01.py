# ruff: noqa: B006, because mutable defaults are some of the mistakes
"""Wrong solutions of exercise 1. Each takes the place of the function whose name is before the two underscores."""

import math
import types

right = types.SimpleNamespace(**globals())  # the solution, because this text is run below it


# What earlier calls have left behind


def add__by_the_first_number_seen(x, y, known={}):
    return known.setdefault(x, right.add(x, y))


def multiply__by_the_sum_seen(x, y, known={}):
    return known.setdefault(x + y, right.multiply(x, y))


def power__by_the_base_seen(x, n, known={}):
    return known.setdefault((x, n == 0), right.power(x, n))


def exp__by_the_whole_number_seen(x, known={}):
    return known.setdefault(math.floor(x), right.exp(x))


def tanh__in_one_list(x, result=[0.0, 0.0]):
    result[:] = right.tanh(x)
    return result


def relu__slope_of_the_first_call(x, known=[]):
    known.append(right.relu(x)[1])
    return right.relu(x)[0], known[0]


def relu__right_once(x, known=[]):
    known.append(x)
    return right.relu(x) if known.count(x) == 1 else (0.0, 0.0)


def sigmoid__in_one_list(x, result=[]):
    result.clear()
    result.extend(right.sigmoid(x))
    return result


# Right where the example is


def add__of_whole_numbers(x, y):
    return int(x + y), 1.0, 1.0


def add__to_two_digits(x, y):
    return round(x + y, 2), 1.0, 1.0


def add__of_small_numbers(x, y):
    return min(x + y, 100.0), 1.0, 1.0


def multiply__as_if_sorted(x, y):
    return x * y, max(x, y), min(x, y)


def multiply__of_positive_numbers(x, y):
    return abs(x * y), abs(y), abs(x)


def multiply__to_six_digits(x, y):
    return tuple(round(each, 6) for each in (x * y, y, x))


def multiply__of_small_numbers(x, y):
    return x * y, min(y, 10.0), min(x, 10.0)


def power__of_whole_exponents(x, n):
    return right.power(x, int(n))


def power__of_positive_exponents(x, n):
    return right.power(x, n) if n > 0 else (x**n, 0.0)


def power__by_a_loop(x, n):
    value = 1.0
    for _ in range(n):
        value *= x
    return value, n * value / x


def power__flat_at_0(x, n):
    return x**n, n * x ** (n - 1) if x and n else 0.0


def power__of_small_exponents(x, n):
    return right.power(x, min(n, 3))


def power__error_taken_for_0(x, n):
    try:
        return x**n, n * x ** (n - 1)
    except ZeroDivisionError:
        return 0.0, 0.0


def exp__by_ten_terms(x):
    value = sum(x**n / math.factorial(n) for n in range(12))
    return value, value


def exp__with_e_of_six_digits(x):
    return 2.718282**x, 2.718282**x


def exp__nothing_below_minus_5(x):
    return right.exp(x) if x > -5 else (0.0, 0.0)


def exp__capped(x):
    return right.exp(min(x, 10.0))


def tanh__flat_beyond_5(x):
    return right.tanh(x) if abs(x) < 5 else (math.copysign(1.0, x), 0.0)


def tanh__to_six_digits(x):
    return tuple(round(each, 6) for each in right.tanh(x))


def tanh__overflows(x):
    t = (math.exp(2 * x) - 1) / (math.exp(2 * x) + 1)
    return t, 1 - t * t


def tanh__by_three_terms(x):
    t = x - x**3 / 3 + 2 * x**5 / 15
    return t, 1 - t * t


def relu__small_numbers_are_0(x):
    return right.relu(x) if x > 1e-6 else (0.0, 0.0)


def relu__capped_at_6(x):
    return right.relu(x) if x < 6 else (6.0, 0.0)


def relu__leaks_a_little(x):
    return right.relu(x) if x > 0 else (1e-7 * x, 1e-7)


def relu__of_whole_numbers(x):
    return int(max(x, 0)), int(x > 0)


def relu__negative_numbers_in_full(x):
    return right.relu(x) if x > -10 else (x, 1.0)


def sigmoid__0_below_minus_5(x):
    return right.sigmoid(x) if x > -5 else (0.0, 0.0)


def sigmoid__1_above_10(x):
    return right.sigmoid(x) if x < 10 else (1.0, 0.0)


def sigmoid__clipped(x):
    return right.sigmoid(max(-20.0, min(x, 20.0)))


def sigmoid__to_six_digits(x):
    return tuple(round(each, 6) for each in right.sigmoid(x))


def sigmoid__slope_by_a_difference(x, h=1e-3):
    return right.sigmoid(x)[0], (right.sigmoid(x + h)[0] - right.sigmoid(x)[0]) / h


def sigmoid__overflow_taken_for_1(x):
    try:
        s = 1 / (1 + math.exp(-x))
    except OverflowError:
        s = 1.0
    return s, s * (1 - s)


def sigmoid__overflow_taken_for_nan(x):
    try:
        return right.sigmoid(x)[0], math.exp(-x) / (1 + math.exp(-x)) ** 2
    except OverflowError:
        return 0.0, math.nan


def sigmoid__slope_of_the_other_side(x):
    s = right.sigmoid(abs(x))[0]
    return right.sigmoid(x)[0], math.copysign(s * (1 - s), x)


def multiply__slopes_by_division(x, y):
    return x * y, x * y / x, x * y / y if y else x


def tanh__without_a_slope_at_0(x):
    return right.tanh(x) if x else (0.0, 0.0)


def sigmoid__without_a_value_at_0(x):
    return right.sigmoid(x) if x else (0.0, 0.0)
