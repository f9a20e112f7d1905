"""Schedules run by C.

With this module a `Schedule` runs as fast as a program written by hand, without a compiler being called for it: what runs
is one loop, `kernel.c`, that reads the schedule's tables. The system's C compiler makes a library of the loop, with what
`languages.py` writes in C as its cases, when it is first needed, and the library stays in the user's cache folder, under a
name that says what it was made from.
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
from scalargrad.program.schedule import LINEAR, Schedule, kinds

SOURCES = [Path(__file__).with_name(name) for name in ("kernel.c", "kernel_block.h")]
COMPILERS = ("cc", "gcc", "clang")
FLAGS = ["-std=c11", "-O3", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-fPIC", "-shared"]

TABLES = {"still_steps": 4, "steps": 4, "terms": 2, "spread": 2, "products": 3, "fixed": 1, "each": 1}  # numbers an entry


class Unavailable(RuntimeError):
    """There is no C compiler that works; the text says what to do."""


class _Tables(ctypes.Structure):
    """`struct schedule` of kernel.c."""

    _fields_ = [
        *((name, ctypes.c_void_p) for name in TABLES),
        *((f"{name}_count", ctypes.c_ssize_t) for name in TABLES),
        *((name, ctypes.c_ssize_t) for name in ("rows", "inputs")),
    ]


class NativeRunner:
    """Runs a schedule by C; see `program.py` for the arguments."""

    def __init__(self, schedule: Schedule) -> None:
        for name in schedule.kinds_used() - {"linear"}:
            C.text(name)  # without a text the library has no case, and this is an error
        self._run = library().run
        self._schedule = schedule  # keeps the tables alive
        tables = [getattr(schedule, name) for name in TABLES]
        counts = [len(table) // size for table, size in zip(tables, TABLES.values())]
        self._tables = _Tables(*map(_address, tables), *counts, schedule.rows, schedule.inputs)

    def __call__(self, parameters: Sequence[float], rows: Sequence, n: int) -> tuple[Sequence[float], list]:
        schedule = self._schedule
        still, inputs = array("d", schedule.constants), array("d")
        still.frombytes(_bytes(parameters))
        for row in [rows] if is_array(rows) else rows:
            inputs.frombytes(_bytes(row))
        still.frombytes(bytes(8 * (schedule.stills - len(still))))
        totals, each = array("d", bytes(8 * len(schedule.fixed))), array("d", bytes(8 * len(schedule.each) * n))
        weight, divisor = schedule.reduction(n)
        if self._run(self._tables, n, weight, divisor, *map(_address, (still, inputs, totals, each))):
            raise MemoryError(f"compile: there is not enough memory for the {schedule.rows} numbers of each example")
        return totals, [each[i : i + n] for i in range(0, len(each), n)]


def _bytes(numbers):
    return numbers.tobytes() if is_array(numbers) else pack(f"{len(numbers)}d", *numbers)


def _address(buffer):
    return buffer.buffer_info()[0]


def kernel() -> str:
    """Return the program that the library is made of: kernel.c, with a case for each kind of step that has a text in C."""
    texts = {code: C.text(name) for code, name in enumerate(kinds()) if C.has_text(name)}
    cases = " \\\n".join(f"case {code}: FOR_EACH({text.format('x[k]', 'y[k]')});" for code, text in texts.items())
    helpers = map(textwrap.dedent, C.helpers.values())
    return "\n".join([C.header, *helpers, f"#define LINEAR {LINEAR}", f"#define CASES {cases}", '#include "kernel.c"', ""])


def library() -> ctypes.CDLL:
    """Return the library made of the kernel. Raises Unavailable where it cannot be made, or not be loaded."""
    return _library(kernel())


@functools.cache
def _library(program: str) -> ctypes.CDLL:
    try:
        compiler = shlex.split(os.environ.get("CC", "")) or [name for name in COMPILERS if shutil.which(name)][:1]
    except ValueError as error:
        text = f"target='c': CC={os.environ['CC']!r} in the environment is no command ({error}); correct it"
        raise Unavailable(f"{text}, or leave the target open") from error
    if not compiler:
        raise Unavailable("target='c' needs a C compiler: install one, as in `apt install gcc`, or leave the target open")
    for native in (["-march=native"], []):  # not every compiler knows its own processor
        command = [*compiler, *FLAGS, *native]
        macros = _call([*compiler, *native, "-dM", "-E", "-x", "c", os.devnull])
        if macros is not None:
            break
    else:
        raise Unavailable(f"target='c': the C compiler `{shlex.join(compiler)}` does not work; leave the target open")
    # The macros tell the compiler and the processor: a folder may be shared by machines that differ.
    sources = (source.read_bytes() for source in SOURCES)
    content = b"".join([*sources, program.encode(), " ".join(command).encode(), macros])
    name = f"kernel-{hashlib.sha256(content).hexdigest()[:20]}.so"
    with contextlib.suppress(OSError):  # of a user without a folder, or of one that nothing may be loaded from
        if kept := cache.find(name):
            return _load(kept)
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            made = Path(folder) / name
            command = [*command, "-o", str(made), f"-I{SOURCES[0].parent}", "-x", "c", "-", "-lm"]
            if _call(command, program) is None:
                raise Unavailable(f"target='c': the C compiler fails at `{shlex.join(command)}`; leave the target open")
            with contextlib.suppress(OSError):  # of a full disk, too: then the library is for this process alone
                return _load(cache.keep(name, made.read_bytes()))
            return _load(made)
    except OSError as error:
        raise Unavailable(f"target='c': the library cannot be made or loaded ({error}); leave the target open") from error


def _load(path):
    loaded = ctypes.CDLL(str(path))
    if not hasattr(loaded, "run"):
        raise OSError(f"{path} has no function `run`")
    numbers = [ctypes.c_ssize_t, ctypes.c_double, ctypes.c_double]
    loaded.run.argtypes = [ctypes.POINTER(_Tables), *numbers, *[ctypes.c_void_p] * 4]
    return loaded


def _call(command, read=""):
    """What a command prints, or None where it fails; it reads a text."""
    try:
        return subprocess.run(command, check=True, capture_output=True, input=read.encode()).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
