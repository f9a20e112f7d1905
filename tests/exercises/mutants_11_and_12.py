"""Plausible wrong solutions of exercises 11 and 12, in the same form as those of 1 to 6."""

# The lines that most wrong solutions replace.
PRODUCT = "return Operation(lambda x, y: x * y, self, other)"
FOUND = "return {each for each in seen if isinstance(each, Placeholder)}"
LABEL_NAME = "name = node.label if node.operation is None else node.operation.symbol"
WALK = """def walk(node):
    for value in node.inputs:
        yield from walk(value)
    yield node


def to_dot(root):"""

MUTANTS = {
    "ex11_sessions": [
        ("inputs turned round", "lambda x, y: x + y, self, other", "lambda x, y: x + y, other, self"),
        ("product adds", "lambda x, y: x * y", "lambda x, y: x + y"),
        ("one input forgotten", "lambda x, y: x * y, self, other", "lambda x: x * x, self"),
        (
            "first input's placeholders only",
            'waiting.extend(getattr(each, "inputs", ()))',
            'waiting.extend(getattr(each, "inputs", ())[:1])',
        ),
        ("looked at again and again", "if each not in seen:", "if True:"),
        ("all leaves", "if isinstance(each, Placeholder)}", "if not isinstance(each, Operation)}"),
        (
            "computed again and again",
            "numbers[node] = node.function(*map(number, node.inputs))",
            "return node.function(*map(number, node.inputs))",
        ),
        ("feeds changed", "numbers = dict(feed_dict or {})", "numbers = feed_dict if feed_dict is not None else {}"),
        (
            "kept from run to run",
            "numbers = dict(feed_dict or {})",
            "self.numbers = numbers = {**getattr(self, 'numbers', {}), **(feed_dict or {})}",
        ),
        ("0 is not fed", "if node not in numbers:", "if not numbers.get(node):"),
        ("variables are 0", "numbers[node] = node.value", "numbers[node] = 0.0"),
        ("not fed is 0", 'raise ValueError(f"the placeholder {node.name} must be fed")', "return 0.0"),
        ("KeyError for ValueError", "raise ValueError(", "raise KeyError("),
        ("no name in the error", "the placeholder {node.name} must", "a placeholder must"),
        ("needs feeds", "dict(feed_dict or {})", "dict(feed_dict)"),
        (
            "list of one number",
            "return [number(node) for node in fetch] if isinstance(fetch, list)",
            "return [number(fetch[0])] if isinstance(fetch, list)",
        ),
        ("numbers sorted", "[number(node) for node in fetch]", "sorted(number(node) for node in fetch)"),
        ("first input forgotten", "map(number, node.inputs)", "map(number, node.inputs[1:])"),
        ("all of a list anew", "[number(node) for node in fetch]", "[self.run(node, feed_dict) for node in fetch]"),
        (
            "a variable's number when the sum is written",
            "return Operation(lambda x, y: x + y, self, other)",
            "if isinstance(other, Variable):\n            number = other.value\n"
            "            return Operation(lambda x, y: x + number, self, other)\n"
            "        return Operation(lambda x, y: x + y, self, other)",
        ),
        (
            "a product of variables is a variable",
            PRODUCT,
            "if isinstance(self, Variable) and isinstance(other, Variable):\n"
            "            return Variable(self.value * other.value)\n        " + PRODUCT,
        ),
        ("whole products", "lambda x, y: x * y", "lambda x, y: int(x * y)"),
        ("six digits", "lambda x, y: x * y", "lambda x, y: round(x * y, 6)"),
        (
            "placeholders of one name are one",
            "        self.name = name\n",
            "        self.name = name\n\n    def __eq__(self, other):\n"
            "        return isinstance(other, Placeholder) and self.name == other.name\n\n"
            "    def __hash__(self):\n        return hash(self.name)\n",
        ),
        ("a list of placeholders", FOUND, FOUND.replace("{", "[").replace("}", "]")),
        (
            "a placeholder for each use",
            FOUND,
            "found, waiting = [], [node]\n    while waiting:\n        each = waiting.pop()\n"
            "        found += [each] * isinstance(each, Placeholder)\n"
            "        waiting.extend(getattr(each, 'inputs', ()))\n    return found",
        ),
        (
            "one placeholder a name",
            FOUND,
            "return set({each.name: each for each in seen if isinstance(each, Placeholder)}.values())",
        ),
        (
            "seen in earlier calls",
            "def placeholders(node):",
            "def placeholders(node, seen=set()):",
            "    seen, waiting = set(), [node]",
            "    waiting = [node]",
        ),
        (
            "inputs used up",
            'waiting.extend(getattr(each, "inputs", ()))',
            'waiting.extend(getattr(each, "inputs", ()))\n            each.inputs = ()',
        ),
        (
            "placeholders of two inputs only",
            'waiting.extend(getattr(each, "inputs", ()))',
            'waiting.extend(getattr(each, "inputs", ())[:2])',
        ),
        (
            "earlier feeds of this session",
            "numbers = dict(feed_dict or {})",
            "self.feeds = {**getattr(self, 'feeds', {}), **(feed_dict or {})}\n        numbers = dict(self.feeds)",
        ),
        (
            "earlier feeds of all sessions",
            "feed_dict=None):",
            "feed_dict=None, feeds={}):",
            "numbers = dict(feed_dict or {})",
            "feeds.update(feed_dict or {})\n        numbers = dict(feeds)",
        ),
        (
            "feeds used up",
            "numbers = dict(feed_dict or {})",
            "numbers = {node: feed_dict.pop(node) for node in list(feed_dict or {})}",
        ),
        ("fetches used up", "[number(node) for node in fetch]", "[number(fetch.pop(0)) for _ in range(len(fetch))]"),
        ("equal fetches once", "[number(node) for node in fetch]", "list({node: number(node) for node in fetch}.values())"),
        ("fetches in the order of a set", "[number(node) for node in fetch]", "[number(node) for node in set(fetch)]"),
        ("an empty list is no list", "if isinstance(fetch, list)", "if isinstance(fetch, list) and fetch"),
        (
            "operations that are 0 computed again",
            "if node not in numbers:",
            "if node not in numbers or isinstance(node, Operation) and numbers[node] == 0:",
        ),
        ("two inputs only", "map(number, node.inputs)", "map(number, node.inputs[:2])"),
        (
            "always two inputs",
            "node.function(*map(number, node.inputs))",
            "node.function(number(node.inputs[0]), number(node.inputs[1]))",
        ),
        (
            "inputs in reverse",
            "node.function(*map(number, node.inputs))",
            "node.function(*reversed([number(each) for each in node.inputs]))",
        ),
        ("each input once", "map(number, node.inputs)", "map(number, dict.fromkeys(node.inputs))"),
        (
            "operations by their function",
            "numbers[node] = node.function(*map(number, node.inputs))",
            "if node.function not in numbers:\n"
            "                        numbers[node.function] = node.function(*map(number, node.inputs))\n"
            "                    return numbers[node.function]",
        ),
        (
            "feeds by name",
            "            if node not in numbers:",
            "            for each in list(numbers):\n"
            "                if getattr(each, 'name', each) == getattr(node, 'name', 0):\n"
            "                    return numbers[each]\n            if node not in numbers:",
        ),
        (
            "errors of functions are 0",
            "numbers[node] = node.function(*map(number, node.inputs))",
            "inputs = list(map(number, node.inputs))\n                    try:\n"
            "                        numbers[node] = node.function(*inputs)\n"
            "                    except ArithmeticError:\n                        numbers[node] = 0.0",
        ),
        (
            "needed placeholders by recursion",
            "        def number(node):",
            "        def leaves(node):\n"
            "            return [x for each in getattr(node, 'inputs', ()) for x in leaves(each)] or [node]\n"
            "\n"
            "        for root in fetch if isinstance(fetch, list) else [fetch]:\n            leaves(root)\n\n"
            "        def number(node):",
        ),
        (
            "other feeds refused",
            "        def number(node):",
            "        if set(numbers) - placeholders(fetch if not isinstance(fetch, list) else "
            "Operation(0, *fetch)):\n"
            "            raise ValueError('not needed')\n\n        def number(node):",
        ),
        ("not fed is nan", 'raise ValueError(f"the placeholder {node.name} must be fed")', 'return float("nan")'),
        (
            "the variable of the first run",
            "numbers[node] = node.value",
            "numbers[node] = node.__dict__.setdefault('first', node.value)",
        ),
        (
            "the name of the first placeholder",
            "the placeholder {node.name} must",
            "the placeholder {[each for each in list(feed_dict or {}) + [node]][0].name} must",
        ),
        (
            "the same list of numbers in every run",
            "return [number(node) for node in fetch] if",
            "found = self.__dict__.setdefault('found', [])\n"
            "        found[:] = [number(node) for node in fetch] if isinstance(fetch, list) else []\n"
            "        return found if",
        ),
        (
            "numbers kept on the nodes",
            "numbers[node] = node.function(*map(number, node.inputs))",
            "node.kept = numbers[node] = getattr(node, 'kept', None) or node.function(*map(number, node.inputs))",
        ),
        (
            "feeds of the class",
            "numbers = dict(feed_dict or {})",
            "Session.feeds = {**getattr(Session, 'feeds', {}), **(feed_dict or {})}\n        numbers = dict(Session.feeds)",
        ),
        (
            "an operation is its first value",
            "            if node not in numbers:",
            "            if isinstance(node, Operation) and len(node.inputs) == 1:\n"
            "                return number(node.inputs[0])\n"
            "            if node not in numbers:",
        ),
        ("equal numbers of variables once", "numbers[node] = node.value", "numbers[node] = int(node.value)"),
        ("names in the class", "        self.name = name", "        Placeholder.name = name"),
        ("values in the class", "        self.value = value", "        Variable.value = value"),
        (
            "a sum with itself has one input",
            "return Operation(lambda x, y: x + y, self, other)",
            "if self is other:\n            return Operation(lambda x: x + x, self)\n"
            "        return Operation(lambda x, y: x + y, self, other)",
        ),
    ],
    "ex12_dot": [
        ("not quoted", "return '\"' + text", "return text", " + '\"'\n", "\n"),
        ("single quotes", "return '\"' + text", 'return "\'" + text'),
        ("quotes not escaped", ".replace('\"', '\\\\\"')", ""),
        ("backslashes not doubled", '.replace("\\\\", "\\\\\\\\")', ""),
        (
            "backslashes last",
            '.replace("\\\\", "\\\\\\\\").replace(\'"\', \'\\\\"\')',
            '.replace(\'"\', \'\\\\"\').replace("\\\\", "\\\\\\\\")',
        ),
        ("number as it is", "{node.data:.4f}", "{node.data}"),
        ("name forgotten", "name = node.label if", "name = 'x' if"),
        ("symbol forgotten", "else node.operation.symbol", "else node.label"),
        ("gradient for number", "{node.data:.4f}", "{node.grad:.4f}"),
        ("arrows backwards", "{names[value]} -> {name}", "{name} -> {names[value]}"),
        ("one arrow for two inputs", "for value in node.inputs]", "for value in set(node.inputs)]"),
        ("root forgotten", "enumerate(topological_order(root))", "enumerate(topological_order(root)[:-1])"),
        (
            "only the root and its inputs",
            "enumerate(topological_order(root))",
            "enumerate(dict.fromkeys([*root.inputs, root]))",
        ),
        (
            "nodes by their texts",
            'names = {node: f"n{i}" for i, node in enumerate(topological_order(root))}',
            "order = topological_order(root)\n    texts = list(map(label, order))\n"
            "    names = {node: f'n{texts.index(label(node))}' for node in order}",
        ),
        ("quotes in the graph", "label={quoted(label(node))}", "label={chr(34) + label(node) + chr(34)}"),
        ("one name for all", 'f"n{i}" for', '"n" for'),
        ("undirected", '["digraph {"', '["graph {"'),
        ("not closed", '*edges, "}"]', "*edges]"),
        ("numbers by id", 'f"n{i}" for i', 'f"n{id(node)}" for i'),
        ("no arrows", "*nodes, *edges", "*nodes"),
        ("first quote only", ".replace('\"', '\\\\\"')", ".replace('\"', '\\\\\"', 1)"),
        ("first backslash only", '.replace("\\\\", "\\\\\\\\")', '.replace("\\\\", "\\\\\\\\", 1)'),
        ("spaces taken off", "return '\"' + text", "return '\"' + text.strip()"),
        ("label before symbol", LABEL_NAME, "name = node.label or node.operation.symbol"),
        (
            "known symbols only",
            LABEL_NAME,
            "name = node.label if node.operation is None else {'multiply': '*', 'add': '+', 'tanh': "
            "'tanh'}[node.operation.__name__]",
        ),
        ("name of the function", "node.operation.symbol", "node.operation.__name__"),
        ("commas in thousands", "{node.data:.4f}", "{node.data:,.4f}"),
        ("scientific for small numbers", "{node.data:.4f}", "{node.data:{'.4f' if abs(node.data) > 1e-3 else '.1e'}}"),
        (
            "whole numbers whole",
            "{node.data:.4f}",
            "{node.data if node.data % 1 else int(node.data):.4f}",
            '    return f"{name} = ',
            "    if node.data > 1e5:\n        return f'{name} = {node.data:.6g}'\n    return f\"{name} = ",
        ),
        ("names cut off", '    return f"{name} =', '    return f"{name[:8]} ='),
        ("the label of the first call", "def label(node):", "@__import__('functools').cache\ndef label(node):"),
        ("the text of the first call", "def to_dot(root):", "@__import__('functools').cache\ndef to_dot(root):"),
        (
            "labels changed",
            "    nodes = [",
            "    for node, name in names.items():\n        node.label = node.label or name\n    nodes = [",
        ),
        ("gradients computed", "    names = {node", "    root.backward()\n    names = {node"),
        (
            "numbers changed",
            "    nodes = [",
            "    for node in names:\n        node.data = round(node.data, 4)\n    nodes = [",
        ),
        ("in the order of a set", "enumerate(topological_order(root))", "enumerate(set(topological_order(root)))"),
        (
            "numbers go on",
            'f"n{i}" for',
            "f\"n{i + to_dot.__dict__.setdefault('n', 0)}\" for",
            "    nodes = [",
            "    to_dot.n += len(names)\n    nodes = [",
        ),
        (
            "names of earlier graphs",
            "def to_dot(root):",
            "def to_dot(root, names={}):",
            'names = {node: f"n{i}" for i, node in enumerate(topological_order(root))}',
            'names |= {node: f"n{i}" for i, node in enumerate(topological_order(root), len(names)) if node not in names}',
        ),
        ("a digit for a name", 'f"n{i}" for', 'f"n{i % 10}" for'),
        (
            "each path walked",
            "def to_dot(root):",
            WALK,
            "enumerate(topological_order(root))",
            "enumerate(dict.fromkeys(walk(root)))",
        ),
        (
            "nodes once a use",
            "def to_dot(root):",
            WALK,
            "enumerate(topological_order(root))}",
            "enumerate(topological_order(root))}\n"
            "    lines = [f'{names[each]} [label={quoted(label(each))}]' for each in walk(root)]",
            "*nodes, *edges",
            "*lines, *edges",
        ),
        ("arrows of two inputs only", "for value in node.inputs]", "for value in node.inputs if len(node.inputs) == 2]"),
        (
            "first input's arrow only for products",
            "for value in node.inputs]",
            "for value in node.inputs[: 1 if node.operation and node.operation.symbol == '*' else 2]]",
        ),
        (
            "computed nodes by their texts",
            "enumerate(topological_order(root))}",
            "enumerate({label(n): n for n in topological_order(root)[::-1] if n.inputs}.values())}\n"
            "    names |= {n: f'l{i}' for i, n in enumerate(topological_order(root)) if not n.inputs}\n"
            "    by = {label(n): name for n, name in names.items()}\n"
            "    names = {n: names.get(n, by[label(n)]) for n in topological_order(root)}",
            "for node, name in names.items()]\n    edges",
            "for name, node in {name: node for node, name in names.items()}.items()]\n    edges",
        ),
        ("leaves by their names", 'f"n{i}" for i, node', 'node.label or f"n{i}" for i, node'),
        (
            "quotes escaped only",
            "label={quoted(label(node))}",
            "label={chr(34) + label(node).replace(chr(34), chr(92) + chr(34)) + chr(34)}",
        ),
        ("arrows sorted and equal ones once", "*edges,", "*sorted(set(edges)),"),
        ("lines in the order of a set", "*nodes, *edges", "*set(nodes), *edges"),
        ("thirty characters at most", '    return f"{name} =', '    return f"{name[:30]} ='),
        ("nodes that are not 0", "*nodes, *edges", "*[line for line in nodes if ' = 0.0000' not in line], *edges"),
        ("twenty nodes at most", "*nodes, *edges", "*nodes[:20], *edges"),
        ("arrows of leaves only", "for value in node.inputs]", "for value in node.inputs if not value.inputs]"),
        (
            "the name of the label",
            'f"n{i}" for i, node',
            'label(node).split(" ")[0].replace("*", "times").replace("+", "plus") + str(i % 3) for i, node',
        ),
        (
            "arrows from the first node with this text",
            "{names[value]} -> {name}",
            "{next(n for other, n in names.items() if label(other) == label(value))} -> {name}",
        ),
        ("gradients shown", "{node.data:.4f}", "{node.data:.4f}{f', {node.grad}' if node.grad else ''}"),
    ],
}
