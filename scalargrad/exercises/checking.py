"""What graded tests say: what a student's function returned, and what was expected.

With this module a graded test is a line for each example, and its failure a sentence for the student.

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
    """Raise AssertionError where what was found does not agree with what was expected.

    call      what the student's code was asked, as it is written in Python
    expected  a number; True, False, None or a text; or a sequence or dictionary of such
    """
    if not agree(found, expected, tolerance):
        left, right = shown(found), shown(expected)
        if left == right:  # they differ only in later digits, or in their types
            left, right = f"{found!r:.200} ({type(found).__name__})", repr(expected)
        raise AssertionError(f"{call}: you returned {left}, expected {right}")


def agree(found: Any, expected: Any, tolerance: float = TOLERANCE) -> bool:
    """Whether two results are the same but for rounding; the operator == of what was found is never asked for numbers."""
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
    """Return a result as a student reads it: numbers with four decimals, and nothing much longer than a line."""
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
    """The float of a number, be it a bool, as of x > 0; None of what is no number, or does not become one by itself."""
    try:
        return float(x) if hasattr(x, "__float__") else None
    except (TypeError, OverflowError):
        return None


def _plain(x):
    """NumPy's numbers and arrays as those of Python."""
    return x.tolist() if hasattr(x, "tolist") else x
