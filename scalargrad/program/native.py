"""Schedules run by C.

A `Schedule` runs as fast as a program written by hand, and no compiler is called for it, because one loop, `kernel.c`, reads
the tables of any schedule. The cases of the loop are the texts of `languages.py` in C. The system's C compiler makes a
library of it when it is first needed. The library stays in the user's cache folder; its name has a hash of what it was made
from.
"""

import contextlib
import ctypes
import functools
import hashlib
import os
import shlex
import shutil
import subprocess
import tempfile
import textwrap
from array import array
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from scalargrad.elementary import is_array
from scalargrad.program import cache
from scalargrad.program.languages import C
from scalargrad.program.schedule import INNER, LINEAR, Schedule, kinds
from scalargrad.program.tables import LINEAR_4, Tables

SOURCES = [Path(__file__).with_name(name) for name in ("kernel.c", "kernel_block.h", "train.h")]
COMPILERS = ("cc", "gcc", "clang")
FLAGS = ["-std=c11", "-O3", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-fPIC", "-shared"]

# The tables of a schedule, with the numbers of an entry.
TABLES = {
    "invariant_steps": 4,
    "steps": 4,
    "terms": 2,
    "broadcast": 2,
    "products": 3,
    "tiles": 18,
    "tile_rows": 8,
    "offsets": 1,
    "per_example": 1,
}


class Unavailable(RuntimeError):
    """The error of a system without a C compiler that works; the text says what to do."""


class _Tables(ctypes.Structure):
    """`struct schedule` of kernel.c."""

    _fields_ = [
        *((name, ctypes.c_void_p) for name in TABLES),
        *((f"{name}_count", ctypes.c_ssize_t) for name in TABLES),
        *((name, ctypes.c_ssize_t) for name in ("row_count", "input_count")),
    ]


class _Inputs(ctypes.Structure):
    """`struct inputs` of kernel.c."""

    _fields_ = [
        ("numbers", ctypes.c_void_p),
        ("input_stride", ctypes.c_ssize_t),
        ("example_stride", ctypes.c_ssize_t),
        ("order", ctypes.c_void_p),
    ]


class NativeRunner:
    """Runs a schedule by C; see `program.py` for the arguments."""

    def __init__(self, schedule: Schedule) -> None:
        for name in schedule.kinds_used() - {"linear", "inner"}:
            C.text(name)  # raises an error without a text, because then the library has no case
        self.library = library()
        self.schedule, self._made = schedule, Tables(schedule)  # kept, because C has only the addresses
        tables = [getattr(self._made, name) for name in TABLES]
        counts = [len(table) // size for table, size in zip(tables, TABLES.values())]
        self.tables = _Tables(*map(address, tables), *counts, self._made.row_count, schedule.input_count)
        # Kept from call to call, because fresh memory takes time; each call that runs now, in any thread, has its own.
        self._free: list[tuple[array, array]] = []

    def __call__(self, parameters: Any, rows: Any, n: int) -> tuple[Sequence[float], list]:
        schedule = self.schedule
        try:
            invariants, memory = self._free.pop()
        except IndexError:
            invariants, memory = self.invariants(), array("d")
        if len(memory) < self.library.memory_size(self.tables, n):
            memory = self.memory(n)
        totals, per_example = zeros(len(schedule.offsets)), zeros(len(schedule.per_example) * n)
        start = len(schedule.constants)
        numbers = parameters if is_array(parameters) else array("d", parameters)
        memoryview(invariants)[start : start + len(parameters)] = numbers
        if is_array(rows):
            rows = rows if rows.flags.aligned else rows.copy()
            inputs = _Inputs(rows.ctypes.data, *(stride // 8 for stride in rows.strides), None)
        else:
            rows = array("d", chain.from_iterable(rows))
            inputs = _Inputs(address(rows), n, 1, None)
        weight, divisor = schedule.reduction(n)
        spaces = map(address, (totals, per_example, memory))
        self.library.run(self.tables, n, weight, divisor, address(invariants), inputs, *spaces)
        self._free.append((invariants, memory))
        return totals, [per_example[i : i + n] for i in range(0, len(per_example), n)]

    def invariants(self) -> array:
        """Return the constants, and space for the other invariants."""
        return array("d", self.schedule.constants) + zeros(self.schedule.invariant_count - len(self.schedule.constants))

    def memory(self, *sizes: int) -> array:
        """Return space for runs on these numbers of examples."""
        try:
            return zeros(max(self.library.memory_size(self.tables, n) for n in sizes))
        except MemoryError:
            sentence = f"compile: there is not enough memory for the {self.schedule.row_count} numbers of each example"
            raise MemoryError(sentence) from None


def zeros(count: int) -> array:
    """Return so many zeros."""
    return array("d", [0.0]) * count


def address(buffer: array) -> int:
    """Return where the numbers of an array are."""
    return buffer.buffer_info()[0]


def kernel() -> str:
    """Return the text of the library: kernel.c, with a case for each kind of step that has a text in C."""
    texts = {code: C.text(name) for code, name in enumerate(kinds()) if C.has_text(name)}
    cases = " \\\n".join(f"case {code}: FOR_EACH({text.format('x[k]', 'y[k]')});" for code, text in texts.items())
    helpers = map(textwrap.dedent, C.helpers.values())
    codes = [f"#define LINEAR {LINEAR}", f"#define INNER {INNER}"]
    codes.append(f"#define LINEAR_4 {LINEAR_4}")
    return "\n".join([C.header, *helpers, *codes, f"#define CASES {cases}", '#include "kernel.c"', ""])


def library() -> ctypes.CDLL:
    """Return the library of the kernel. Raises Unavailable if it cannot be made or loaded."""
    return _library(kernel())


@functools.cache
def _library(text: str) -> ctypes.CDLL:
    try:
        compiler = shlex.split(os.environ.get("CC", "")) or [name for name in COMPILERS if shutil.which(name)][:1]
    except ValueError as error:
        found = f"CC={os.environ['CC']!r} in the environment is not a command ({error})"
        raise Unavailable(f"target='c': {found}; correct it, or omit target=") from error
    if not compiler:
        raise Unavailable("target='c' needs a C compiler: install one, as in `apt install gcc`, or omit target=")
    for native in (["-march=native"], []):  # some compilers do not know their own processor
        command = [*compiler, *FLAGS, *native]
        macros = _output(*compiler, *native, "-dM", "-E", "-x", "c", os.devnull)
        if macros is not None:
            break
    else:
        raise Unavailable(f"target='c': the C compiler `{shlex.join(compiler)}` does not work; omit target=")
    # The macros tell compilers and processors apart, because different machines may share a folder.
    sources = (source.read_bytes() for source in SOURCES)
    content = b"".join([*sources, text.encode(), " ".join(command).encode(), macros])
    name = f"kernel-{hashlib.sha256(content).hexdigest()[:20]}.so"
    with contextlib.suppress(OSError):  # there is no safe folder, or nothing may be loaded from it
        if kept := cache.find(name):
            return _load(kept)
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            made = Path(folder) / name
            command = [*command, "-o", str(made), f"-I{SOURCES[0].parent}", "-x", "c", "-", "-lm"]
            if _output(*command, read=text) is None:
                raise Unavailable(f"target='c': the C compiler fails at `{shlex.join(command)}`; omit target=")
            with contextlib.suppress(OSError):  # the disk is full, for example: then the library is for this process alone
                return _load(cache.keep(name, made.read_bytes()))
            return _load(made)
    except OSError as error:
        raise Unavailable(f"target='c': the library cannot be made or loaded ({error}); omit target=") from error


def _load(path: Path) -> ctypes.CDLL:
    loaded = ctypes.CDLL(str(path))
    if not hasattr(loaded, "run"):
        raise OSError(f"{path} has no function `run`")
    tables, size, number, pointer = ctypes.POINTER(_Tables), ctypes.c_ssize_t, ctypes.c_double, ctypes.c_void_p
    loaded.memory_size.argtypes, loaded.memory_size.restype = (tables, size), size
    loaded.run.argtypes = (tables, size, number, number, pointer, ctypes.POINTER(_Inputs), *[pointer] * 3)
    loaded.run.restype = loaded.train.restype = None
    loaded.train.argtypes = (pointer, size)
    return loaded


def _output(*command: str, read: str = "") -> bytes | None:
    """Return what a command that reads a text prints, or None if it fails."""
    try:
        return subprocess.run(command, check=True, capture_output=True, input=read.encode()).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
