"""Expressions as text: "sigmoid(a*x + b)" becomes a graph of Values.

The text is never evaluated: a walk over its syntax tree builds Values of the few things an expression may contain.
Everything else, such as attributes, comprehensions and strings, is refused, with a sentence that says where it stands.
"""

import ast
import difflib
import inspect
import keyword
import math
import re
import unicodedata
import warnings

from scalargrad import operations
from scalargrad.engine import Value
from scalargrad.nodes import registry

LONGEST = 10_000  # characters: more than anyone reads, and few enough to be done in a moment

CONSTANTS = {"pi": math.pi, "e": math.e}

# What people try, in words.
KINDS = {
    "Attribute": "an attribute",
    "BitXor": "not a power, which is written x**2",
    "Call": "the call of something other than an operation",
    "Compare": "a comparison",
    "GeneratorExp": "a comprehension",
    "IfExp": "a condition",
    "Lambda": "a function",
    "List": "a list",
    "ListComp": "a comprehension",
    "Subscript": "a subscript",
    "Tuple": "a tuple",
    "bool": "a truth value",
    "complex": "a complex number",
    "keyword": "a keyword, which operations do not have",
    "str": "a text",
}

OPERATORS = {
    ast.Add: operations.add,
    ast.Sub: operations.subtract,
    ast.Mult: operations.multiply,
    ast.Div: operations.divide,
    ast.Pow: operations.power,
    ast.USub: operations.negate,
    ast.UAdd: lambda x: x,
}


def parse(text: str, /, **values: float | Value) -> tuple[Value, dict[str, Value]]:
    """Build the graph of an expression; return its result, and its leaves by name.

    An expression is made of numbers, names, `+ - * / **`, parentheses, `pi`, `e` and operations such as `sigmoid(x)`,
    custom operations too. Steps with a name come before the result: "d = a + b; y = d * d". Every other name
    needs a value, a number or a Value. The Values that are made here have their names as labels; a Value that is given keeps
    its label, even an empty one.

    Raises ValueError, in a sentence that says where and why, for everything else.

    >>> y, leaves = parse("sigmoid(a*x + b)", a=2, x=-1, b=0.5)
    >>> y.backward()
    >>> f"{y:.4f} {leaves['a'].grad:.4f}"
    '0.1824 -0.1491'
    """
    if len(text) > LONGEST:
        raise ValueError(f"the expression has {len(text)} characters, and {LONGEST} are the most that is read")
    if re.search("[\0\ud800-\udfff]", text):
        raise ValueError(f"{_short(text)} is not an expression: it contains a character that cannot be written")
    text = "\n".join(line.strip() for line in text.strip().splitlines())
    try:
        return _Reader(text, _steps(text), values).read()
    except SyntaxError as error:
        if fault := _keyword_at_fault(text):
            raise ValueError(f"{_short(text)} is not an expression: {fault}") from None
        where = _place(error.lineno, error.offset) if error.lineno and error.offset else ""
        raise ValueError(f"{where}{_short(text)} is not an expression: {error.msg.split(';')[0]}") from None
    except (RecursionError, MemoryError):
        raise ValueError(f"the expression {_short(text)} is too long, or nested too deeply") from None


class _Reader:
    """A walk over the steps of one expression, and the Values it has made on the way."""

    def __init__(self, text, steps, values):
        self.text = text
        self.steps = steps
        self.leaves = {}
        self.named = {}
        self.unused = set()
        self.given = [value for value in values.values() if isinstance(value, Value)]
        for name, value in values.items():
            name = unicodedata.normalize("NFKC", name)  # as Python does to the names in the text
            try:
                self.leaves[name] = value if isinstance(value, Value) else Value(value)
            except OverflowError:
                raise ValueError(f"the number of {name!r} is too large; the largest is about 1.8e308") from None
            self.name(name, self.leaves[name])

    def read(self):
        if not self.steps:
            raise ValueError("the expression is empty; write one, such as 'sigmoid(a*x + b)'")
        *steps, last = self.steps
        for step in steps:
            if isinstance(step, ast.Expr):
                raise self.error(step, "needs a name, as in 'd = a + b', because only the last step is the result")
            self.assign(step)
        if isinstance(last, ast.Expr):
            result = self.leaf_or_node(last.value)
        else:
            name, result = self.assign(last)
            self.unused.discard(name)
        for name in sorted(self.unused):
            raise ValueError(f"{name!r} has a value that the expression does not use; use it or leave it out")
        return result, self.leaves

    def assign(self, step):
        match step:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                if name in self.named:
                    raise self.error(step, f"gives {name!r} a second value; choose another name")
                result = self.leaf_or_node(value)
                if result.operation is None and result not in self.leaves.values():
                    self.leaves[name] = result
                self.name(name, result)
                return name, result
        raise self.not_allowed(step)

    def name(self, name, value):
        if value not in self.given:  # a Value that is given keeps the label of its owner
            value.label = value.label or name
        self.named[name] = value
        self.unused.add(name)

    def leaf_or_node(self, node):
        value = self.value(node)
        return value if isinstance(value, Value) else Value(value)

    def value(self, node):
        """The Value of a part of the expression, or its plain number where no name occurs in it."""
        match node:
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                return self.apply(node, float, number)
            case ast.Name(id=name):
                return self.look_up(node, name)
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in OPERATORS:
                return self.apply(node, OPERATORS[type(operator)], self.value(left), self.value(right))
            case ast.UnaryOp(op=operator, operand=operand) if type(operator) in OPERATORS:
                return self.apply(node, OPERATORS[type(operator)], self.value(operand))
            case ast.Call(func=ast.Name(id=name), args=inputs, keywords=[]):
                return self.apply(node, self.function(node, name), *[self.value(each) for each in inputs])
            case ast.Call(keywords=[first, *_]):
                raise self.not_allowed(first)
        raise self.not_allowed(node)

    def apply(self, node, function, *inputs):
        try:
            result = function(*inputs)
        except (ValueError, TypeError, ArithmeticError) as error:
            raise self.error(node, f"has no value: {error}") from None
        if isinstance(result, float) and not math.isfinite(result):
            raise self.error(node, "is too large a number")
        return result

    def look_up(self, node, name):
        if name in self.named:
            self.unused.discard(name)
            return self.named[name]
        if name in CONSTANTS:
            return CONSTANTS[name]
        if name in registry:
            raise self.error(node, f"is an operation and needs its input in parentheses, as in {name}(x)")
        missing = ", ".join(map(_short, sorted(self.missing())))
        raise self.error(node, f"has no value yet; give one to each of {missing or name}, as in {_short(name)[1:-1]}=1")

    def missing(self):
        """The names that the expression takes from outside and that have no value."""
        nodes = [node for step in self.steps for node in ast.walk(step)]
        called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
        names = [node for node in nodes if isinstance(node, ast.Name) and id(node) not in called]
        computed = {node.id for node in names if isinstance(node.ctx, ast.Store)}
        return {node.id for node in names} - computed - self.named.keys() - CONSTANTS.keys() - registry.keys()

    def function(self, node, name):
        if name not in registry:
            names = [each for each, apply in registry.items() if getattr(apply, "symbol", each).split()[0] == each]
            near = difflib.get_close_matches(name, names, 1)
            hint = f"did you mean {near[0]}?" if near else f"the operations are {', '.join(sorted(names))}"
            raise self.error(node, f"calls {name!r}, which is no operation; {hint}")
        function = registry[name]
        signature = inspect.signature(function)
        try:
            signature.bind(*node.args)
        except TypeError:
            raise self.error(node, f"calls {name}{signature} with {len(node.args)} of its inputs") from None
        return function

    def not_allowed(self, node):
        part = node.value if isinstance(node, ast.Constant) else node.op if isinstance(node, ast.BinOp) else node
        kind = KINDS.get(type(part).__name__)
        if not kind and (fault := _keyword_at_fault(self.text)):
            return self.error(node, f"is not arithmetic: {fault}")
        kind = kind or f"not arithmetic ({type(part).__name__})"
        return self.error(
            node,
            f"is {kind}, and an expression is made of numbers, names, + - * / **, parentheses and operations such as "
            "sigmoid(x)",
        )

    def error(self, node, why):
        line = self.text.split("\n")[node.lineno - 1]
        column = len(line.encode()[: node.col_offset].decode()) + 1  # Python counts in bytes
        return ValueError(f"{_place(node.lineno, column)}{_short(ast.get_source_segment(self.text, node))} {why}")


def _steps(text):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python's remarks on odd literals, refused by the reader
        return ast.parse(text).body


def _keyword_at_fault(text):
    """A sentence on the first keyword in a text that would be right with names in place of its keywords; else none."""
    keywords = rf"\b({'|'.join(keyword.kwlist)})\b"
    text = re.sub("#.*", "", text)
    try:
        _steps(re.sub(keywords, r"\1_", text))
    except (SyntaxError, RecursionError, MemoryError):
        return ""
    word = re.search(keywords, text)
    return f"{word[1]!r} is a keyword of Python, which cannot be a name; write {word[1]}_" if word else ""


def _place(line, column):
    return f"at column {column}: " if line == 1 else f"at line {line}, column {column}: "


def _short(text):
    return repr(text if len(text) <= 40 else text[:37] + "...")
