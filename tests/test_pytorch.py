"""Tests against PyTorch's numbers, which `pytorch.py` makes and `pytorch.json` keeps."""

import inspect
import itertools
import math

import pytest
import pytorch

from scalargrad import Value, losses, operations, optim, vectors

PYTORCH = pytorch.read()
ROOMS = {"operations": operations, "vectors": vectors, "losses": losses}
ANEW = "make pytorch.json anew: python tests/pytorch.py"


def flat(x):
    """The numbers in nested lists, tuples and dictionaries, in one list, with the keys of the dictionaries."""
    if isinstance(x, dict):
        x = x.items()
    elif not isinstance(x, (list, tuple)):
        return [x]
    return [number for part in x for number in flat(part)]


def leaves(x):
    """The same numbers as Values, in nested lists."""
    return [leaves(part) for part in x] if isinstance(x, list) else Value(x)


def close(numbers):
    """About these numbers, however small they are."""
    return pytest.approx(numbers, rel=1e-12, abs=0, nan_ok=True)


@pytest.mark.parametrize(("room", "name"), [(room, name) for room in ROOMS for name in PYTORCH[room]])
def test_results_and_gradients_are_pytorchs(room, name):
    """Results and gradients are PyTorch's, at kinks too. An input is refused only where one of them is infinite or nan."""
    for inputs, further, result, gradients in PYTORCH[room][name]:
        call, xs, expected = f"{name}{(*inputs, *further)}", leaves(inputs), flat([result, gradients])
        try:
            ys = flat(getattr(ROOMS[room], name)(*xs, *further))
        except (ValueError, ZeroDivisionError):
            assert not all(map(math.isfinite, expected)), f"{call} is refused"
            continue
        vectors.total(weight * y for weight, y in zip(itertools.count(1), ys)).backward()
        found = [y.data for y in ys] + [x.grad for x in flat(xs)]
        assert len(found) == len(expected), call
        known = [i for i, number in enumerate(expected) if not math.isnan(number)]  # a limit is better than nan
        assert [found[i] for i in known] == close([expected[i] for i in known]), call


@pytest.mark.parametrize("name", PYTORCH["optimizers"])
def test_trainings_are_pytorchs(name):
    """Every optimizer gets where PyTorch's gets, with the defaults of both and with every option."""
    for options, places in PYTORCH["optimizers"][name]:
        parameters = [Value(x) for x in pytorch.START]
        assert flat(pytorch.train(getattr(optim, name)(parameters, **options), *parameters)) == close(flat(places)), options


def test_every_operation_is_compared():
    """PyTorch's numbers are kept for every operation of the package, unless it is named as one that PyTorch lacks."""
    assert PYTORCH["operations"].keys() | pytorch.WITHOUT == pytorch.compared_operations().keys(), ANEW


def test_every_option_is_compared():
    """Each option of each optimizer is set in some training, and no two trainings of an optimizer end at the same place."""
    kinds = {name for name, kind in vars(optim).items() if inspect.isclass(kind) and issubclass(kind, optim.Optimizer)}
    assert PYTORCH["optimizers"].keys() == kinds - {"Optimizer"}, ANEW
    for name, trainings in PYTORCH["optimizers"].items():
        options = set().union(*(options for options, _ in trainings))
        assert options == inspect.signature(getattr(optim, name)).parameters.keys() - {"parameters"}, name
        assert len({str(places) for _, places in trainings}) == len(trainings), name


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths:UserWarning")
def test_numbers_are_pytorchs():
    """Where PyTorch is installed, it gives the numbers that were kept."""
    pytest.importorskip("torch")
    kept, made = (flat(numbers | {"torch": "any version"}) for numbers in (PYTORCH, pytorch.make()))
    assert len(made) == len(kept), ANEW
    assert not [(x, y) for x, y in zip(made, kept) if x != (y if isinstance(y, str) else close(y))], ANEW
