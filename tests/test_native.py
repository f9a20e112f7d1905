"""Tests of the C library: it is made once, by one process or several, and its absence is explained."""

import contextlib
import math
import os
import random
import stat
import subprocess
import sys
import tempfile
from array import array
from pathlib import Path

import pytest

from scalargrad import tanh
from scalargrad.graph import placeholder
from scalargrad.program import cache, compile, native
from scalargrad.program.schedule import Schedule
from scalargrad.program.trace import Trace

needs_compiler = pytest.mark.skipif(not any(map(native.shutil.which, native.COMPILERS)), reason="there is no C compiler")

CODE = "from scalargrad.program import native; native.FLAGS.remove('-O3'); native.library().run"  # which takes less time


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty cache folder, and nothing remembered."""
    monkeypatch.setattr(native, "FLAGS", [flag for flag in native.FLAGS if flag != "-O3"])
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    native._library.cache_clear()
    yield tmp_path / "scalargrad"
    native._library.cache_clear()


@pytest.fixture
def write_compiler(tmp_path, monkeypatch):
    """A function that makes shell commands the compiler."""

    def write(commands):
        script = tmp_path / "cc.sh"
        script.write_text(f"#!/bin/sh\n{commands}\n")
        script.chmod(script.stat().st_mode | stat.S_IEXEC)
        monkeypatch.setenv("CC", str(script))

    return write


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The library, made once."""
    path = tmp_path_factory.mktemp("made") / "kernel.so"
    flags = [flag for flag in native.FLAGS if flag != "-O3"]
    command = ["cc", *flags, f"-I{native.SOURCES[0].parent}", "-x", "c", "-", "-o", path, "-lm"]
    subprocess.run(command, check=True, input=native.kernel().encode())
    return path


@pytest.fixture
def copying_compiler(made, write_compiler, monkeypatch):
    """A compiler that takes no time: it copies the file that LIBRARY names."""
    monkeypatch.setenv("LIBRARY", str(made))
    find_output = 'while [ $# -gt 0 ]; do [ "$1" = -o ] && out=$2; shift; done'
    write_compiler(f'{find_output}\n[ -z "$out" ] && exec echo macros\nexec cp "$LIBRARY" "$out"')


@needs_compiler
def test_the_library_is_made_once(folder, monkeypatch):
    """A second process, or a second call, finds the library in the cache folder and calls no compiler to make it."""
    native.library()
    (made,) = folder.iterdir()
    before = made.stat().st_mtime_ns
    native._library.cache_clear()
    calls = []
    output = native._output
    monkeypatch.setattr(native, "_output", lambda *command, read="": calls.append(command) or output(*command, read=read))
    native.library()
    assert not any("-shared" in command for command in calls) and made.stat().st_mtime_ns == before


@pytest.mark.slow("the compiler is called four times")
@needs_compiler
def test_several_processes_make_it_at_once(folder):
    """Processes that start together all get the library, and leave one file."""
    processes = [subprocess.Popen([sys.executable, "-c", CODE], env={**os.environ}) for _ in range(4)]
    assert [process.wait() for process in processes] == [0] * 4
    assert [path.suffix for path in folder.iterdir()] == [".so"]


@pytest.mark.slow("the compiler is called four times")
@needs_compiler
def test_another_compiler_makes_another_library(folder, tmp_path, monkeypatch, write_compiler):
    """The flags, the macros and the sources are parts of the name, so that no old library is taken for a new one."""
    write_compiler('echo "$MACROS"; exec cc "$@"')
    native.library()
    monkeypatch.setattr(native, "FLAGS", [*native.FLAGS, "-DSOMETHING=1"])
    native._library.cache_clear()
    native.library()
    monkeypatch.setenv("MACROS", "another processor")
    native._library.cache_clear()
    native.library()
    (tmp_path / "later.h").write_text("")
    monkeypatch.setattr(native, "SOURCES", [native.SOURCES[0], tmp_path / "later.h"])
    native._library.cache_clear()
    native.library()
    assert len(list(folder.iterdir())) == 4


@needs_compiler
def test_a_compiler_that_does_not_know_its_processor(folder, write_compiler):
    """The library is made without -march=native if the compiler has no such option."""
    write_compiler('case "$*" in *-march=native*) exit 1;; esac; exec cc "$@"')
    assert native.library().run


@needs_compiler
def test_a_folder_that_cannot_be_written_to(tmp_path, folder):
    """Without a cache folder the library is made for this process alone."""
    folder.write_text("a file where the folder should be")
    assert native.library().run


@pytest.mark.slow("calls the compiler")
@needs_compiler
def test_a_user_without_a_folder(folder, monkeypatch):
    """A user without a home gets a library too; if no library can be loaded at all, the error says so."""

    def nowhere():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", nowhere)
    assert native.library().run
    native._library.cache_clear()

    def refuse(path):
        raise OSError("failed to map segment from shared object")

    monkeypatch.setattr(native.ctypes, "CDLL", refuse)
    with pytest.raises(native.Unavailable, match="the library cannot be made or loaded .failed to map segment"):
        native.library()


@pytest.mark.slow("starts several processes")
@needs_compiler
@pytest.mark.parametrize("damage", [lambda content: content[: len(content) // 2], lambda content: b"not a library"])
def test_a_damaged_library(folder, copying_compiler, damage):
    """A library that is cut off, which would end Python when it is loaded, is made again."""
    subprocess.run([sys.executable, "-c", CODE], check=True)
    (made,) = folder.iterdir()
    whole = made.read_bytes()
    made.write_bytes(damage(whole))
    subprocess.run([sys.executable, "-c", CODE], check=True)
    assert [path.read_bytes() for path in folder.iterdir()] == [whole]


@needs_compiler
def test_a_library_in_a_folder_of_others(folder, copying_compiler):
    """A library that others may have planted is not loaded: it is made in a private folder, which is gone at once."""
    native.library()
    folder.chmod(0o777)
    native._library.cache_clear()
    used = Path(native.library()._name)
    assert used.parent != folder and not used.parent.exists()


@needs_compiler
def test_a_full_cache_disk(folder, copying_compiler, full_disk, monkeypatch):
    """If the disk of the cache folder is full, the library is loaded from a private folder, and no half file stays."""
    keep = cache.keep

    def keep_on_full_disk(name, content):
        with full_disk():
            return keep(name, content)

    monkeypatch.setattr(cache, "keep", keep_on_full_disk)
    assert native.library().run and list(folder.iterdir()) == []


@needs_compiler
@pytest.mark.parametrize("failure", ["quote", "full disk", "no temporary folder", "no run", "no run, kept"])
def test_the_next_target_is_taken(folder, copying_compiler, full_disk, monkeypatch, tmp_path, failure):
    """If the library cannot be made or loaded, another target runs the program, or the error says why."""
    reason, context = "the C compiler fails at .*", contextlib.nullcontext()
    if failure == "quote":
        monkeypatch.setenv("CC", "'x")
        reason = """CC="'x" in the environment is not a command .No closing quotation.; correct it, or"""
    elif failure == "full disk":
        context = full_disk()
    elif failure == "no temporary folder":
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
        reason = "the library cannot be made or loaded .*No such file or directory"
    else:
        source, empty = tmp_path / "empty.c", tmp_path / "empty.so"
        source.write_text("int walk(void) { return 0; }\n")
        subprocess.run(["cc", "-shared", "-fPIC", source, "-o", empty], check=True)
        monkeypatch.setenv("LIBRARY", str(empty))
        reason = "the library cannot be made or loaded .*kernel-.* has no function `run`"
        if failure.endswith("kept"):
            with pytest.raises(native.Unavailable):
                native.library()
    x = placeholder("x")
    with context:
        step = compile(x * x, [x])
        with pytest.raises(native.Unavailable, match=f"^target='c': {reason}.* omit target=$"):
            compile(x * x, [x], target="c")
    assert step.target != "c" and step(3.0) == 9.0


@needs_compiler
def test_a_compiler_that_was_mended(folder, copying_compiler, monkeypatch, tmp_path):
    """A kept library that is complete but useless is made again as soon as the compiler works."""
    right = os.environ["LIBRARY"]
    (tmp_path / "wrong").write_bytes(b"not a library")
    monkeypatch.setenv("LIBRARY", str(tmp_path / "wrong"))
    with pytest.raises(native.Unavailable):
        native.library()
    monkeypatch.setenv("LIBRARY", right)
    assert native.library().run and len(list(folder.iterdir())) == 1


def test_without_a_compiler(folder, monkeypatch):
    """Without a compiler, or with one that fails, the error says what to do."""
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setattr(native.shutil, "which", lambda name: None)
    with pytest.raises(native.Unavailable, match="needs a C compiler: install one, as in `apt install gcc`"):
        native.library()
    monkeypatch.setenv("CC", "no-such-compiler -x")
    with pytest.raises(native.Unavailable, match="the C compiler `no-such-compiler -x` does not work"):
        native.library()


def test_a_compiler_that_fails(folder, write_compiler):
    """A compiler that knows its macros but makes no library is named with its command, and no half file stays."""
    write_compiler('case "$*" in *-shared*) exit 1;; *) echo macros;; esac')
    with pytest.raises(native.Unavailable, match="the C compiler fails at .* -x c - -lm`"):
        native.library()
    assert list(folder.iterdir()) == []


@needs_compiler
@pytest.mark.parametrize("n", [1, 5, 40])
def test_inputs_are_read_with_strides_in_an_order(n):
    """A run on examples that lie anywhere, in any order, is the run on a copy of them, one after another."""
    x = placeholder(11, "x")
    runner = native.NativeRunner(Schedule(Trace([tanh(sum(x)), *x], x, [], "none")))
    numbers = array("d", (math.sin(k) for k in range(3 * 50 * 11)))
    order = array("i", random.Random(0).sample(range(50), n))
    found = array("d", bytes(8 * 12 * n))
    inputs = native._Inputs(native.address(numbers), 1, 3 * 11, native.address(order))
    invariants = array("d", runner.schedule.constants) + array("d", bytes(800))
    memory = array("d", bytes(8 * runner.library.memory_size(runner.tables, n)))
    spaces = map(native.address, (array("d"), found, memory))
    runner.library.run(runner.tables, n, 1, n, native.address(invariants), inputs, *spaces)
    copied = [[numbers[33 * k + i] for k in order] for i in range(11)]
    _, expected = runner((), copied, n)
    assert found.tolist() == [number for row in expected for number in row] and found[n : 2 * n].tolist() == copied[0]
