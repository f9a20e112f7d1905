"""Derivatives that are graphs themselves: gradients, Jacobians, Hessians, of any order.

A derivative is a Value like any other: it can be drawn, computed with, and differentiated again.

>>> from scalargrad import Value
>>> x = Value(2.0, label="x")
>>> dy = gradient(x**3, x)
>>> d2y = gradient(dy, x)
>>> dy.data, d2y.data
(12.0, 12.0)

`gradient`, `vjp`, `jvp` and `hvp` take Values, some of which were made from others: `graphs.py`. `grad` and `value_and_grad`
take functions and give functions, which nest; `jacobian` and `hessian` do both: `functions.py`.

>>> grad(grad(grad(lambda x: x**4)))(2.0)
48.0
>>> hessian(lambda p: p["a"] * p["b"] ** 2)({"a": 2.0, "b": 3.0})
{'a': {'a': 0.0, 'b': 6.0}, 'b': {'a': 6.0, 'b': 4.0}}

The structures of results are in `structures.py`, and `check_gradients` is in `checks.py`.
"""

from scalargrad.calculus.checks import check_gradients
from scalargrad.calculus.functions import grad, hessian, jacobian, value_and_grad
from scalargrad.calculus.graphs import gradient, hvp, jvp, vjp

__all__ = ["check_gradients", "grad", "gradient", "hessian", "hvp", "jacobian", "jvp", "value_and_grad", "vjp"]
