"""Plausible wrong solutions of exercises 1 to 6.

For each exercise: what is wrong, then a text in the solution and the text that replaces it; there may be several pairs.
"""

MUTANTS = {
    "ex01_local_rules": [
        ("a sum is averaged", "return x + y, 1.0, 1.0", "return x + y, 0.5, 0.5"),
        ("sign flipped", "return x + y, 1.0, 1.0", "return x + y, 1.0, -1.0"),
        ("factors swapped", "return x * y, y, x", "return x * y, x, y"),
        ("the value is a sum", "return x * y, y, x", "return x + y, y, x"),
        ("exponent not lowered", "n * x ** (n - 1)", "n * x**n"),
        ("factor forgotten", "n * x ** (n - 1)", "x ** (n - 1)"),
        ("right for squares only", "n * x ** (n - 1)", "2 * x"),
        ("exponent 0 divides by 0", " if n else 0.0", ""),
        ("exponent 0 has the derivative 1", " if n else 0.0", " if n else 1.0"),
        ("exp has the derivative 0", "return value, value", "return value, 0.0"),
        ("exp by the power rule", "return value, value", "return value, x * math.exp(x - 1)"),
        ("input where the output is meant, in exp", "return value, value", "return value, x"),
        ("input where the output is meant, in tanh", "return t, 1 - t * t", "return t, 1 - x * x"),
        ("tanh not squared", "return t, 1 - t * t", "return t, 1 - t"),
        ("right at 1 only", "return (x, 1.0) if x > 0", "return (x, x) if x > 0"),
        ("leaky", "else (0.0, 0.0)", "else (0.01 * x, 0.01)"),
        ("absolute value", "else (0.0, 0.0)", "else (-x, -1.0)"),
        ("slope at the kink", "if x > 0 else (0.0", "if x >= 0 else (0.0"),
        ("input where the output is meant, in sigmoid", "return s, s * (1 - s)", "return s, x * (1 - x)"),
        ("sigmoid with the derivative of tanh", "return s, s * (1 - s)", "return s, 1 - s * s"),
        ("sigmoid overflows", "math.exp(-abs(x))", "math.exp(x)"),
        ("textbook sigmoid", "s = 1 / (1 + small) if x > 0 else small / (1 + small)", "s = 1 / (1 + math.exp(-x))"),
        ("returns the value alone", "return x * y, y, x", "return x * y"),
    ],
    "ex02_forward_pass": [
        ("last number only", "return d, e, d * e", "return d * e"),
        ("difference turned round", "e = b - c", "e = c - b"),
        ("sum for product", "return d, e, d * e", "return d, e, d + e"),
        ("bias forgotten", "s = p1 + p2 + b", "s = p1 + p2"),
        ("bias after tanh", "return p1, p2, s, math.tanh(s)", "return p1, p2, s, math.tanh(p1 + p2) + b"),
        ("activation forgotten", "return p1, p2, s, math.tanh(s)", "return p1, p2, s, s"),
        ("weights crossed", "w1 * x1, w2 * x2", "w2 * x1, w1 * x2"),
        ("input given changed", "known = dict(numbers)", "known = numbers"),
        ("numbers given left out", "return known\n", "return {name: known[name] for name, *_ in steps}\n"),
        ("inputs sorted", "for each in inputs)", "for each in sorted(inputs))"),
        ("inputs in a set", "for each in inputs)", "for each in set(inputs))"),
        ("only numbers given are known", "(known[each] for", "(numbers[each] for"),
        ("only the last result", "return known\n", "return known[name]\n"),
        ("always two inputs", "for name, operation, *inputs in", "for name, operation, x, y in"),
        ("off by one", "in steps:\n        known", "in steps[:-1]:\n        known"),
    ],
    "ex03_chain_rule": [
        ("sum along the path", "return math.prod(local_derivatives)", "return sum(local_derivatives)"),
        ("first step forgotten", "math.prod(local_derivatives)", "math.prod(local_derivatives[1:])"),
        ("empty path is 0", "math.prod(local_derivatives)", "math.prod(local_derivatives) if local_derivatives else 0.0"),
        ("product over paths", "return sum(along_path(path) for path in paths)", "return math.prod(map(along_path, paths))"),
        ("overwrites instead of adding", "return sum(along_path(path) for path in paths)", "return along_path(paths[-1])"),
        ("equal paths once", "sum(along_path(path) for path in paths)", "sum({along_path(path) for path in paths})"),
        ("zeros left out", "math.prod(local_derivatives)", "math.prod(filter(None, local_derivatives))"),
        (
            "fails without paths",
            "return sum(along_path(path) for path in paths)",
            "return along_path(paths[0]) + sum(map(along_path, paths[1:]))",
        ),
        ("two paths at the most", "for path in paths)", "for path in paths[:2])"),
        ("one path of b forgotten", "return e, e + d, -d", "return e, e, -d"),
        ("last path of b only", "return e, e + d, -d", "return e, d, -d"),
        ("sign forgotten", "return e, e + d, -d", "return e, e + d, d"),
        ("d and e swapped", "return e, e + d, -d", "return d, e + d, -e"),
        ("right at one point", "return e, e + d, -d", "return 2.0, 7.0, -5.0"),
        ("paths of b subtracted", "return e, e + d, -d", "return e, e - d, -d"),
        (
            "inputs and weights swapped",
            "slope * w1, slope * w2, slope * x1, slope * x2",
            "slope * x1, slope * x2, slope * w1, slope * w2",
        ),
        ("slope from the input", "slope = 1 - y * y", "slope = 1 - (w1 * x1 + w2 * x2 + b) ** 2"),
        ("bias forgotten in the sum", "math.tanh(w1 * x1 + w2 * x2 + b)", "math.tanh(w1 * x1 + w2 * x2)"),
        ("slope forgotten at the bias", "slope * x2, slope\n", "slope * x2, 1.0\n"),
    ],
    "ex04_topological_order": [
        ("root forgotten", "return order\n", "return order[:-1]\n"),
        ("leaves only", "order.append(node)", "order.extend([node] if not node.inputs else [])"),
        ("wrong order", "return order\n", "return order[::-1]\n"),
        ("before its inputs", "            stack.append(node)\n", "            order.append(node)\n"),
        ("by distance from the root", "return order\n", "return by_distance(root)\n"),
        ("nodes twice", "        if node in left:\n            continue\n", ""),
        (
            "nodes by their labels",
            "if node in entered:",
            "if node.label in {each.label for each in entered}:",
        ),
        ("one input only", "stack.extend(node.inputs)", "stack.extend(node.inputs[:1])"),
        ("recursive", "return order\n", "return recursive(root)\n"),
        ("works in doubles", "return order\n", "return list(dict.fromkeys(doubling(root)))\n"),
        ("always right", "return False", "pass"),
        ("always wrong", "return True", "return False"),
        ("nodes twice are fine", "if node in seen or not", "if not"),
        ("nodes twice only side by side", "if node in seen or", "if order.index(node) == len(seen) - 1 or"),
        ("any input will do", "not seen.issuperset(node.inputs)", "node.inputs and not seen.intersection(node.inputs)"),
        ("order not looked at", "not seen.issuperset(node.inputs)", "not set(order).issuperset(node.inputs)"),
        (
            "missing inputs are fine",
            "not seen.issuperset(node.inputs)",
            "set(order[order.index(node) :]) & set(node.inputs)",
        ),
        ("no empty order", "return True", "return bool(seen)"),
    ],
    "ex05_backward": [
        ("overwrites instead of adding", "value.grad += partial * node.grad", "value.grad = partial * node.grad"),
        ("sign flipped", "value.grad += partial", "value.grad -= partial"),
        ("local derivative forgotten", "value.grad += partial * node.grad", "value.grad += node.grad"),
        ("gradient of the node forgotten", "value.grad += partial * node.grad", "value.grad += partial"),
        ("data for the local derivative", "value.grad += partial * node.grad", "value.grad += value.data * node.grad"),
        ("first input only", "zip(node.inputs, node.partials)", "zip(node.inputs[:1], node.partials)"),
        ("same input once", "zip(node.inputs, node.partials)", "dict(zip(node.inputs, node.partials)).items()"),
        ("partials turned round", "zip(node.inputs, node.partials)", "zip(node.inputs, node.partials[::-1])"),
        ("nothing set to 0", "            node.grad = 0.0\n", "            pass\n"),
        ("leaves set to 0", "        if node.inputs:\n            node.grad = 0.0", "        node.grad = 0.0"),
        ("forwards", "for node in reversed(order)", "for node in order"),
        ("seed overwritten by 0", "order[-1].grad += 1.0", "order[-1].grad += 0.0"),
        ("seed overwrites", "order[-1].grad += 1.0", "order[-1].grad = 1.0"),
        (
            "seed only where something is computed",
            "order[-1].grad += 1.0",
            "order[-1].grad += 1.0 if order[-1].inputs else 0.0",
        ),
        ("seed in the first node", "order[-1].grad += 1.0", "order[0].grad += 1.0"),
        ("off by one", "for node in reversed(order):\n        push", "for node in reversed(order[:-1]):\n        push"),
        ("result alone", "for node in reversed(order):\n        push(node)", "push(order[-1])"),
        ("only the result set to 0", "if node.inputs:", "if node is order[-1]:"),
    ],
    "ex06_gradient_check": [
        ("one-sided", "return (f(x + h) - f(x - h)) / (2 * h)", "return (f(x + h) - f(x)) / h"),
        ("divided by h", "/ (2 * h)", "/ h"),
        ("sign flipped", "(f(x + h) - f(x - h))", "(f(x - h) - f(x + h))"),
        ("h ignored", "return (f(x + h)", "h = 1e-5\n    return (f(x + h)"),
        ("h too small", "slope(f, x, h=1e-5)", "slope(f, x, h=1e-13)"),
        ("h too large", "slope(f, x, h=1e-5)", "slope(f, x, h=1e-2)"),
        ("all moved at once", "[*xs[:i], x, *xs[i + 1 :]]", "[each - xs[i] + x for each in xs]"),
        ("first only", "for i in range(len(xs))]", "for i in range(1)]"),
        ("h not handed on", "xs[i], h) for", "xs[i]) for"),
        ("list changed", "f([*xs[:i], x, *xs[i + 1 :]])", "f([xs.__setitem__(i, x), xs][1])"),
        (
            "always equal",
            "return x == y or abs(x - y) <= max(relative * max(abs(x), abs(y)), absolute) < math.inf",
            "return True",
        ),
        (
            "never equal",
            "return x == y or abs(x - y) <= max(relative * max(abs(x), abs(y)), absolute) < math.inf",
            "return False",
        ),
        (
            "exactly equal",
            "return x == y or abs(x - y) <= max(relative * max(abs(x), abs(y)), absolute) < math.inf",
            "return x == y",
        ),
        ("absolute value forgotten", "or abs(x - y)", "or x - y"),
        ("nan equals all", "or abs(x - y) <=", "or not math.isfinite(abs(x - y)) or abs(x - y) <="),
        ("signs ignored", "or abs(x - y)", "or abs(abs(x) - abs(y))"),
        ("absolute only", "max(relative * max(abs(x), abs(y)), absolute)", "absolute"),
        ("relative only", "max(relative * max(abs(x), abs(y)), absolute)", "relative * max(abs(x), abs(y))"),
        ("tolerance too large", "relative=1e-6", "relative=1e-2"),
        ("right ones returned", "if not close(found", "if close(found"),
        (
            "always satisfied",
            "return [i for i, (found, expected) in enumerate(pairs) if not close(found, expected)]",
            "return []",
        ),
        ("whether, not where", "return [i for", "return [found for"),
        ("off by one", "enumerate(pairs)", "enumerate(pairs, start=1)"),
    ],
}

# Functions that some of them call, appended to the solution.
HELPERS = """

def by_distance(root):
    order, waiting = [], [root]
    while waiting:
        node = waiting.pop(0)
        if node not in order:
            order.append(node)
            waiting.extend(node.inputs)
    return order[::-1]


def recursive(node, seen=None):
    seen = set() if seen is None else seen
    if node in seen:
        return []
    seen.add(node)
    return [each for value in node.inputs for each in recursive(value, seen)] + [node]


def doubling(node):
    return [each for value in node.inputs for each in doubling(value)] + [node]
"""
