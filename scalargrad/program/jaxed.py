"""Schedules run by JAX: pure functions of `jax.numpy`, compiled by XLA for each size of a batch, on all devices there are.

The examples of a batch are shared evenly by `jax.devices()`, of this process and of those that `jax.distributed` has joined;
each device has all parameters. What a batch has beyond equal shares, fewer examples than there are devices, every device
computes itself. The sums over the shares are added up by one all-reduce.

No setting of JAX is changed: 64 bits are switched on for calls of this module alone.
"""

from array import array
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy

from scalargrad.program.array_groups import Elementwise
from scalargrad.program.pure import PureSchedule
from scalargrad.program.schedule import INNER, LINEAR, Schedule
from scalargrad.program.trace import Trace

MOST_GROUPS = 3000  # XLA takes some hundredths of a second for each
BATCH = "batch"  # the name of the axis of devices
CPU_OPTIONS = {"xla_backend_optimization_level": 1}  # compiles in half of the time, and runs as fast: loops are simple


class Devices:
    """All devices that JAX has, and how arrays are laid out on them.

    count  how many there are
    dtype  the kind of number they compute with: "float64" or "float32"
    """

    def __init__(self, dtype: str) -> None:
        import jax

        self.dtype, self.count = dtype, jax.device_count()
        self._options = CPU_OPTIONS if jax.default_backend() == "cpu" else None
        self._mesh = jax.sharding.Mesh(numpy.array(jax.devices()), (BATCH,)) if self.count > 1 else None

    def precision(self) -> AbstractContextManager:
        """Return a context in which JAX has 64 bits if they are needed."""
        import jax

        return jax.enable_x64(self.dtype == "float64")

    def everywhere(self, numbers: Any) -> Any:
        """Return an array that every device has whole, or will have when a compiled function takes it."""
        return self._laid_out(numpy.asarray(numbers), ())

    def kept(self, numbers: Any) -> Any:
        """Return an array that every device has whole, from call to call."""
        import jax

        return self.everywhere(numbers) if self._mesh else jax.device_put(numbers)

    def shared(self, rows: numpy.ndarray) -> tuple[Any, Any]:
        """Return rows, (inputs, n), as columns that are shared by all devices, and the rest, which each of them has."""
        end = rows.shape[1] // self.count * self.count
        return self._laid_out(rows[:, :end], (None, BATCH)), self.everywhere(rows[:, end:])

    def compiled(self, function: Callable, shared: Sequence[bool]) -> Callable:
        """Return a function of arrays on all devices, compiled for each of their shapes.

        shared  which arguments are shared by columns; the others, and the results, are the same everywhere
        """
        import jax
        from jax.sharding import PartitionSpec

        if self._mesh is None:
            return jax.jit(function, compiler_options=self._options)
        specs = tuple(PartitionSpec(None, BATCH) if each else PartitionSpec() for each in shared)
        # What is the same everywhere is so because it is added up or gathered, which JAX cannot check within a loop.
        mapped = jax.shard_map(function, mesh=self._mesh, in_specs=specs, out_specs=PartitionSpec(), check_vma=False)
        return jax.jit(mapped, compiler_options=self._options)

    def _laid_out(self, numbers: numpy.ndarray, axes: tuple) -> Any:
        import jax
        from jax.sharding import NamedSharding, PartitionSpec

        if self._mesh is None:
            return numbers  # a compiled function takes them to its device, quicker than a call of `device_put`
        sharding = NamedSharding(self._mesh, PartitionSpec(*axes))
        return jax.make_array_from_callback(numbers.shape, sharding, numbers.__getitem__)


def batch_totals(pure: PureSchedule, devices: Devices, parameters: Any, share: Any, rest: Any) -> tuple[Any, Any]:
    """Return the totals of a batch, and the outputs by example, (outputs, n), on each device.

    share  the inputs of the examples that this device computes for all, (inputs, share)
    rest   those of the examples that each device computes itself
    """
    from jax import lax
    from jax import numpy as jnp

    n = devices.count * share.shape[1] + rest.shape[1]
    found = []
    if share.shape[1]:
        sums, outputs = pure.sums(jnp, parameters, share)
        if devices.count > 1:
            sums = lax.psum(sums, BATCH) if len(sums) else sums
            outputs = lax.all_gather(outputs, BATCH, axis=1, tiled=True) if len(outputs) else outputs
        found.append((sums, outputs))
    if rest.shape[1]:
        found.append(pure.sums(jnp, parameters, rest))
    parts, outputs = zip(*found)
    return pure.reduced(jnp, parameters, sum(parts[1:], parts[0]), n), jnp.concatenate(outputs, 1)


class JaxRunner:
    """Runs a trace by JAX; see `program.py` for the arguments.

    trace    the trace
    pure     its schedule as pure functions
    devices  where it runs
    loops    loops over it that are compiled, see `jax_loop.py`
    """

    def __init__(self, trace: Trace, dtype: str = "float64") -> None:
        self.trace, self.pure, self.devices = trace, compilable(Schedule(trace)), Devices(dtype)
        self.loops: dict[Any, Callable] = {}
        pure, devices = self.pure, self.devices
        self.step = devices.compiled(
            lambda parameters, share, rest: batch_totals(pure, devices, parameters, share, rest), (False, True, False)
        )

    def __call__(self, parameters: Sequence[float], rows: Sequence, n: int) -> tuple[Sequence[float], list]:
        devices = self.devices
        with devices.precision():
            numbers = devices.everywhere(numpy.asarray(parameters, devices.dtype))
            totals, outputs = self.step(numbers, *devices.shared(numpy.asarray(rows, devices.dtype).reshape(-1, n)))
        return as_array(totals), list(map(as_array, numpy.asarray(outputs)))


def as_array(numbers: Any) -> array:
    """Return numbers as Python's array."""
    return array("d", numpy.asarray(numbers, float).tobytes())


def compilable(schedule: Schedule) -> PureSchedule:
    """Return a schedule as pure functions that XLA compiles in reasonable time; another raises ValueError or TypeError."""
    from jax import numpy as jnp

    _check_length(_longest_way(schedule), "at least ")  # before steps are grouped, which may take long, too
    pure = PureSchedule(schedule)
    groups = (*pure.groups.invariant_steps, *pure.groups.steps, *pure.groups.products)
    _check_length(len(groups), "")
    for group in groups:
        if isinstance(group, Elementwise) and not (isinstance(group.function, str) and hasattr(jnp, group.function)):
            raise TypeError(f"target='jax': jax.numpy has no function {group.function!r}; take target='c', or omit target=")
    return pure


def _check_length(count: int, least: str) -> None:
    if count > MOST_GROUPS:
        raise ValueError(
            f"target='jax': the graph is {least}{count:,} calls on arrays one after another, and XLA takes minutes to "
            f"compile more than {MOST_GROUPS:,}; take target='c', which needs no time for that"
        )


def _longest_way(schedule: Schedule) -> int:
    """Return how many steps of rows wait for one another; no two of them are in one group."""
    terms, level = schedule.terms, array("i", [0]) * schedule.row_count
    for code, result, x, y in zip(*(schedule.steps[k::4] for k in range(4))):
        read = terms[2 * x + 1 : 2 * y : 2] if code == LINEAR else terms[2 * x : 2 * y] if code == INNER else (x, y)
        level[result] = 1 + max(map(level.__getitem__, read))
    return max(level, default=0)
