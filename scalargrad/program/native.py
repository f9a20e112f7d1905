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
from pathlib import Path
from struct import pack

from scalargrad.elementary import is_array
from scalargrad.program import cache
from scalargrad.program.languages import C
from scalargrad.program.schedule import INNER, LINEAR, Schedule, kinds

SOURCES = [Path(__file__).with_name(name) for name in ("kernel.c", "kernel_block.h")]
COMPILERS = ("cc", "gcc", "clang")
FLAGS = ["-std=c11", "-O3", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-fPIC", "-shared"]

# The tables of a schedule, with the numbers of an entry.
TABLES = {"invariant_steps": 4, "steps": 4, "terms": 2, "broadcast": 2, "products": 3, "offsets": 1, "per_example": 1}


class Unavailable(RuntimeError):
    """The error of a system without a C compiler that works; the text says what to do."""


class _Tables(ctypes.Structure):
    """`struct schedule` of kernel.c."""

    _fields_ = [
        *((name, ctypes.c_void_p) for name in TABLES),
        *((f"{name}_count", ctypes.c_ssize_t) for name in TABLES),
        *((name, ctypes.c_ssize_t) for name in ("row_count", "input_count")),
    ]


class NativeRunner:
    """Runs a schedule by C; see `program.py` for the arguments."""

    def __init__(self, schedule: Schedule) -> None:
        for name in schedule.kinds_used() - {"linear", "inner"}:
            C.text(name)  # raises an error without a text, because then the library has no case
        self._run = library().run
        self._schedule = schedule  # keeps the tables alive
        tables = [getattr(schedule, name) for name in TABLES]
        counts = [len(table) // size for table, size in zip(tables, TABLES.values())]
        self._tables = _Tables(*map(_address, tables), *counts, schedule.row_count, schedule.input_count)

    def __call__(self, parameters: Sequence[float], rows: Sequence, n: int) -> tuple[Sequence[float], list]:
        schedule = self._schedule
        invariants, inputs = array("d", schedule.constants), array("d")
        invariants.frombytes(_bytes(parameters))
        for row in [rows] if is_array(rows) else rows:
            inputs.frombytes(_bytes(row))
        invariants.frombytes(bytes(8 * (schedule.invariant_count - len(invariants))))
        totals = array("d", bytes(8 * len(schedule.offsets)))
        per_example = array("d", bytes(8 * len(schedule.per_example) * n))
        weight, divisor = schedule.reduction(n)
        if self._run(self._tables, n, weight, divisor, *map(_address, (invariants, inputs, totals, per_example))):
            raise MemoryError(f"compile: there is not enough memory for the {schedule.row_count} numbers of each example")
        return totals, [per_example[i : i + n] for i in range(0, len(per_example), n)]


def _bytes(numbers):
    return numbers.tobytes() if is_array(numbers) else pack(f"{len(numbers)}d", *numbers)


def _address(buffer):
    return buffer.buffer_info()[0]


def kernel() -> str:
    """Return the text of the library: kernel.c, with a case for each kind of step that has a text in C."""
    texts = {code: C.text(name) for code, name in enumerate(kinds()) if C.has_text(name)}
    cases = " \\\n".join(f"case {code}: FOR_EACH({text.format('x[k]', 'y[k]')});" for code, text in texts.items())
    helpers = map(textwrap.dedent, C.helpers.values())
    codes = [f"#define LINEAR {LINEAR}", f"#define INNER {INNER}"]
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
    numbers = (ctypes.c_ssize_t, ctypes.c_double, ctypes.c_double)
    loaded.run.argtypes = (ctypes.POINTER(_Tables), *numbers, *[ctypes.c_void_p] * 4)
    return loaded


def _output(*command: str, read: str = "") -> bytes | None:
    """Return what a command that reads a text prints, or None if it fails."""
    try:
        return subprocess.run(command, check=True, capture_output=True, input=read.encode()).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
