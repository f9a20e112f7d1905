"""Tests of the C library: it is made once, by one process or several, and its absence is explained."""

import os
import stat
import subprocess
import sys

import pytest

from scalargrad.program import native

needs_compiler = pytest.mark.skipif(not any(map(native.shutil.which, native.COMPILERS)), reason="there is no C compiler")

CODE = "from scalargrad.program.native import library; library().run"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty cache folder, and nothing remembered."""
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


@needs_compiler
def test_the_library_is_made_once(folder, monkeypatch):
    """A second process, or a second call, finds the library in the cache folder and calls no compiler to make it."""
    native.library()
    (made,) = folder.iterdir()
    before = made.stat().st_mtime_ns
    native._library.cache_clear()
    calls = []
    call = native._call
    monkeypatch.setattr(native, "_call", lambda command: calls.append(command) or call(command))
    native.library()
    assert not any("-shared" in command for command in calls) and made.stat().st_mtime_ns == before


@needs_compiler
def test_several_processes_make_it_at_once(folder):
    """Processes that start together all get the library, and leave one file."""
    processes = [subprocess.Popen([sys.executable, "-c", CODE], env={**os.environ}) for _ in range(4)]
    assert [process.wait() for process in processes] == [0] * 4
    assert [path.suffix for path in folder.iterdir()] == [".so"]


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
    """The library is made without -march=native where the compiler has no such option."""
    write_compiler('case "$*" in *-march=native*) exit 1;; esac; exec cc "$@"')
    assert native.library().run


@needs_compiler
def test_a_folder_that_cannot_be_written_to(tmp_path, folder):
    """Without a cache folder the library is made for this process alone."""
    folder.write_text("a file where the folder should be")
    assert native.library().run


@needs_compiler
def test_a_user_without_a_folder(folder, monkeypatch):
    """A user who has no home gets a library too, and where none can be loaded from anywhere the error says so."""

    def nowhere():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(native.Path, "home", nowhere)
    assert native.library().run
    native._library.cache_clear()

    def refuse(path):
        raise OSError("failed to map segment from shared object")

    monkeypatch.setattr(native.ctypes, "CDLL", refuse)
    with pytest.raises(native.Unavailable, match="the library cannot be loaded .failed to map segment"):
        native.library()


@needs_compiler
def test_a_library_that_cannot_be_loaded(folder):
    """A broken file in the cache folder is no obstacle."""
    native.library()
    (made,) = folder.iterdir()
    made.unlink()
    made.write_bytes(b"not a library")
    native._library.cache_clear()
    assert native.library().run


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


def test_cache_folders(monkeypatch, tmp_path):
    """The folder is where each system keeps what can be made again."""
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "win32")
    assert native.cache_folder() == tmp_path / "scalargrad"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert native.cache_folder().parts[-3:] == ("Library", "Caches", "scalargrad")
