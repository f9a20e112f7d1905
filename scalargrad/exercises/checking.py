"""The feedback of graded tests: what a student's function returned, and what was expected.

With this module a graded test needs one line for each example, and its failure is a sentence for the student.

>>> expect("tanh(0.5)", 0.0, 0.46211715726)
Traceback (most recent call last):
AssertionError: tanh(0.5): you returned 0.0, expected 0.4621
"""

import itertools
import math
from collections.abc import Iterable
from typing import Any

TOLERANCE = 1e-6


def expect(call: str, found: Any, expected: Any, tolerance: float = TOLERANCE) -> None:
    """Raise AssertionError, with a sentence for the student, unless `found` agrees with `expected`.

    call      the call that was tested, as Python code
    expected  a number, True, False, None or a string; or a sequence or dictionary of these
    """
    if not agree(found, expected, tolerance):
        left, right = shown(found), shown(expected)
        if left == right:  # they differ in later digits only, or in type
            left, right = f"{found!r:.200} ({type(found).__name__})", repr(expected)
        raise AssertionError(f"{call}: you returned {left}, expected {right}")


def agree(found: Any, expected: Any, tolerance: float = TOLERANCE) -> bool:
    """Return whether two results are equal up to rounding. Numbers are never compared by the == of `found`."""
    found = _plain(found)
    if expected is None or isinstance(expected, (bool, str)):
        return type(found) is type(expected) and found == expected
    if isinstance(expected, dict):
        same = isinstance(found, dict) and found.keys() == expected.keys()
        return same and all(agree(found[key], value, tolerance) for key, value in expected.items())
    if isinstance(expected, (tuple, list)):
        if not isinstance(found, Iterable) or isinstance(found, (str, dict, set)):
            return False
        parts = list(itertools.islice(found, len(expected) + 1))
        return len(parts) == len(expected) and all(map(agree, parts, expected, itertools.repeat(tolerance)))
    number = _number(found)
    return number is not None and math.isclose(number, expected, rel_tol=tolerance, abs_tol=tolerance)


def shown(x: Any) -> str:
    """Return a result as text for a student: numbers with four decimals, and little more than a line."""
    x = _plain(x)
    if isinstance(x, (tuple, list)):
        text = ", ".join(map(shown, x[:20])) + (", ..." if len(x) > 20 else "")
        return f"[{text}]" if isinstance(x, list) else f"({text}{',' if len(x) == 1 else ''})"
    number = _number(x)
    if isinstance(x, int) or number is None:
        text = repr(x)
        return text if len(text) <= 200 else f"{text[:200]}..."
    return repr(round(number, 4) if number == 0 or 1e-3 <= abs(number) < 1e6 else float(f"{number:.4g}"))


def _number(x):
    """The float of a number or a bool, such as x > 0; None for everything else."""
    try:
        return float(x) if hasattr(x, "__float__") else None
    except (TypeError, OverflowError):
        return None


def _plain(x):
    """NumPy scalars and arrays as Python numbers and lists."""
    return x.tolist() if hasattr(x, "tolist") else x
