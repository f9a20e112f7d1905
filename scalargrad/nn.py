"""Networks: neurons, layers of neurons, and layers of layers. A network is an expression.

A model is made in a line, called like a function, and trained through its parameters:

>>> model = MLP(2, [16, 16, 1], seed=0)
>>> len(model.parameters())
337
>>> y = model([0.5, -1.0])
>>> y.backward()

A custom model is a class derived from `Module`. Its parameters are the Values, the modules, and the lists of them that it
keeps as attributes.
"""

import functools
import inspect
import math
import numbers
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from scalargrad.elementary import is_array
from scalargrad.engine import Constant, Parameter, Value, constant
from scalargrad.nodes import registry
from scalargrad.operations import add, multiply
from scalargrad.shapes import vector_of

RECTIFIERS = ("relu", "leaky_relu", "softplus", "elu", "silu", "gelu")  # activations that let half of their inputs through


class Module:
    """Something with parameters: the leaf Values in its attributes, and in modules, lists, dictionaries and arrays there.

    A Value that was computed is no parameter, and neither is one in a set, which has no order.
    """

    def named_parameters(self) -> dict[str, Value]:
        """Return the parameters by the path that leads to them, such as "layers[0].neurons[1].w[2]".

        A parameter that is found twice, because it is shared, has its first name only.
        """
        found: dict[Value, str] = {}
        for path, value in _leaves(self, ""):
            found.setdefault(value, path)
        return {path: value for value, path in found.items()}

    def parameters(self) -> list[Value]:
        """Return the parameters in the order in which the attributes were made."""
        return list(self.named_parameters().values())

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters, before those of the next step are added up."""
        for p in self.parameters():
            p.grad = 0

    def state_dict(self) -> dict[str, float]:
        """Return the numbers of all parameters by name, ready for `json.dump`."""
        return {name: p.data for name, p in self.named_parameters().items()}

    def load_state_dict(self, state: dict[str, float]) -> None:
        """Set all parameters to the numbers that `state_dict` returned.

        Raises ValueError for a name too many or too few, and for a number that is not finite, before any is changed.
        """
        parameters = self.named_parameters()
        for names, what in ((parameters.keys() - state, "is missing"), (state.keys() - parameters, "is not a parameter")):
            if names:
                raise ValueError(f"load_state_dict: {min(names)!r} {what}, so this is the state of another model")
        new = {name: Value(number).data for name, number in state.items()}
        for name, number in new.items():
            if not math.isfinite(number):
                raise ValueError(f"load_state_dict: {name!r} is {number}; keep a state from before the training failed")
        for name, p in parameters.items():
            p.data = new[name]


def _leaves(thing, path, above=()):
    """Yield the parameters in a module or a container, with their paths; `above` are the modules round it."""
    if is_array(thing):
        thing = thing.tolist()
    if isinstance(thing, Value):
        if thing.operation is None and not isinstance(thing, Constant):
            yield path, thing
    elif isinstance(thing, Module) and not any(thing is each for each in above):
        for name, part in vars(thing).items():
            yield from _leaves(part, f"{path}.{name}" if path else name, (*above, thing))
    elif isinstance(thing, Sequence) and not isinstance(thing, str):
        for i, part in enumerate(thing):
            yield from _leaves(part, f"{path}[{i}]", above)
    elif isinstance(thing, Mapping):
        for key, part in thing.items():
            yield from _leaves(part, f"{path}[{key!r}]", above)


class Place(NamedTuple):
    """Where a neuron is in a network, and its activation: what pictures show of it."""

    path: tuple[int, ...]
    activation: str


class NeuronParameter(Parameter):
    """A weight or a bias of a neuron, with the place of the neuron."""

    __slots__ = ("place",)

    def __init__(self, data: float, label: str, place: Place) -> None:
        super().__init__(data, label)
        self.place = place


class Neuron(Module):
    """activation(w1 x1 + w2 x2 + ... + b): a weighted sum of the inputs, (nin,), and a bias, and what is made of it.

    nin         the number of inputs
    nonlin      False for a neuron without an activation; or, because it comes second, the activation itself
    activation  the name of an operation, "relu" or "tanh" or "sigmoid", or a function from one Value to another
    nout        how many neurons share the inputs; it counts for the size of the first weights, see `weight_range`
    seed        a number, for the same first weights every time, or a random.Random to take them from
    index       the place of this neuron in a network, for the labels of its parameters: w[0], or w[2][0] at index (2,)
    """

    def __init__(
        self,
        nin: int,
        nonlin: bool | str | Callable = True,
        activation: str | Callable = "relu",
        *,
        nout: int = 1,
        seed: int | random.Random | None = None,
        index: tuple[int, ...] = (),
    ) -> None:
        if nin < 1:
            raise ValueError(f"Neuron({nin}): a neuron needs one input or more")
        if not isinstance(nonlin, bool):
            if activation != "relu":
                raise ValueError(
                    f"Neuron({nin}, {nonlin!r}, activation={activation!r}): there is one activation, so give one"
                )
            activation, nonlin = nonlin, True
        function = _activation(activation)  # looked up also where it is not used, because a misspelt one is a mistake
        self.activation = function if nonlin else None
        generator, where = _generator(seed), "".join(f"[{i}]" for i in index)
        place = Place(tuple(index), activation_name(self.activation))
        weights = [first_weight(self.activation, nin, nout, generator) for _ in range(nin)]
        self.w = [NeuronParameter(weight, f"w{where}[{i}]", place) for i, weight in enumerate(weights)]
        self.b = NeuronParameter(0.0, f"b{where}", place)

    def __call__(self, inputs: Sequence) -> Any:
        return self._output(_sequence(inputs))

    def _output(self, inputs):
        if len(inputs) != len(self.w):
            raise ValueError(f"Neuron with {len(self.w)} weights was given {len(inputs)} inputs")
        weighted_sum = functools.reduce(add, map(multiply, self.w, inputs)) + self.b
        return self.activation(weighted_sum) if self.activation else weighted_sum

    def __repr__(self) -> str:
        return f"Neuron({len(self.w)}, {activation_name(self.activation)})"


class Layer(Module):
    """Neurons side by side, (nin,) to (nout,). The other arguments are those of `Neuron`."""

    def __init__(
        self,
        nin: int,
        nout: int,
        nonlin: bool | str | Callable = True,
        activation: str | Callable = "relu",
        *,
        seed: int | random.Random | None = None,
        index: tuple[int, ...] = (),
    ) -> None:
        if nout < 1:
            raise ValueError(f"Layer({nin}, {nout}): a layer needs one neuron or more")
        generator = _generator(seed)
        self.neurons = [Neuron(nin, nonlin, activation, nout=nout, seed=generator, index=(*index, i)) for i in range(nout)]

    def __call__(self, inputs: Sequence) -> Any:
        """Return the outputs of the neurons as a Vector, or, as micrograd does, the Value itself where there is but one."""
        inputs = [constant(x) for x in _sequence(inputs)]  # one node for all neurons
        outputs = vector_of(neuron._output(inputs) for neuron in self.neurons)
        return outputs if len(outputs) > 1 else outputs[0]

    def __repr__(self) -> str:
        return f"Layer({len(self.neurons[0].w)}, {len(self.neurons)}, {activation_name(self.neurons[0].activation)})"


class MLP(Module):
    """A multilayer perceptron: layers one behind the other, (nin,) to (nouts[-1],), the last without an activation."""

    def __init__(
        self,
        nin: int,
        nouts: Sequence[int],
        activation: str | Callable = "relu",
        *,
        seed: int | random.Random | None = None,
    ) -> None:
        if not isinstance(nouts, Iterable) or not list(nouts):
            raise ValueError(f"MLP({nin}, {nouts}): a network needs the sizes of one layer or more, as in MLP(2, [16, 1])")
        nouts = list(nouts)
        generator, last = _generator(seed), len(nouts) - 1
        self.layers = [
            Layer(n, nout, i != last, activation, seed=generator, index=(i,))
            for i, (n, nout) in enumerate(zip((nin, *nouts), nouts))
        ]

    def __call__(self, inputs: Sequence) -> Any:
        for layer in self.layers:
            inputs = layer(inputs)
        return inputs

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(repr, self.layers))}]"


def first_weight(activation: Callable | None, nin: int, nout: int, generator: random.Random | None) -> float:
    """Draw the first value of a weight so that the outputs of a layer vary about as much as its inputs.

    It is uniform between -s and s, where s is `weight_range`. Without a generator it is drawn by the module random.
    """
    spread = weight_range(activation_name(activation), nin, nout)
    return (generator or random).uniform(-spread, spread)


def weight_range(activation: str, nin: int, nout: int) -> float:
    """Return how large the first weights of neurons with an activation of this name are at most.

    It is sqrt(6 / nin) for activations that cut off the negative half (He et al. 2015, "Delving deep into rectifiers"), else
    sqrt(6 / (nin + nout)) (Glorot and Bengio 2010, "Understanding the difficulty of training deep feedforward neural
    networks").
    """
    return math.sqrt(6 / nin if activation in RECTIFIERS else 6 / (nin + nout))


def _activation(activation):
    if callable(activation):
        return activation
    function = registry.get(activation) if isinstance(activation, str) else None
    if function is None or sum(each.default is each.empty for each in inspect.signature(function).parameters.values()) != 1:
        raise ValueError(
            f"activation={activation!r}: there is no such operation of one number; take one like 'relu', 'tanh' or 'sigmoid'"
        )
    return function


def _generator(seed):
    if isinstance(seed, numbers.Integral):
        return random.Random(int(seed))
    if seed is None or isinstance(seed, random.Random):
        return seed
    raise TypeError(f"seed={seed!r}: a seed is a whole number or a random.Random")


def _sequence(inputs):
    """The inputs of one example as a list; a single Value or number is one input."""
    if isinstance(inputs, (Value, numbers.Real)):
        return [inputs]
    inputs = list(inputs)
    for x in inputs:
        if not isinstance(x, (Value, numbers.Real)):
            raise TypeError(f"a network takes one example at a time, a number or Value for each input, got {x!r}")
    return inputs


def activation_name(activation: Callable | None) -> str:
    """Return the name of a neuron's activation, "linear" where it has none."""
    return "linear" if activation is None else getattr(activation, "__name__", repr(activation))
