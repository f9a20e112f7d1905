"""The student's file: read, run as a module, and its errors explained.

With this module a graded test gets the module a student wrote, and the student gets a sentence when there is none. It is
used where the test runs: in a separate process, see `isolation.py`, or in that of pytest, see `debugging.py`.
"""

import codecs
import contextlib
import importlib.abc
import importlib.util
import os
import sys
import traceback
import types
from collections.abc import Iterator
from pathlib import Path


class UnreadableFile(Exception):
    """A student's file that is not a Python text, with the reason and the cure."""


def load(path: Path) -> types.ModuleType:
    """Run a file as a module, without Python's cache, which could be out of date.

    Raises UnreadableFile where there is no such file, or no text in it; and whatever the file raises.
    """
    module = types.ModuleType(path.stem)
    module.__file__ = str(path)
    sys.modules[module.__name__] = module
    exec(compile(_text(path), str(path), "exec"), module.__dict__)
    return module


def _text(path):
    name = path.name
    if not path.exists():
        beginning = name.partition("_")[0].lower()
        near = sorted(each.name for each in path.parent.glob("*") if each.name.lower().startswith(beginning))
        raise UnreadableFile(f"there is no file {name}" + (f": is it {near[0]}? Its name must be {name}" if near else ""))
    if path.is_dir():
        raise UnreadableFile(f"{name} is a folder: put the file {name} in its place")
    text = path.read_bytes()
    if text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        cure = "in VS Code click UTF-16 at the bottom right, then Save with Encoding"
        raise UnreadableFile(f"{name} is saved as UTF-16: save it as UTF-8 ({cure})")
    if b"\0" in text:
        raise UnreadableFile(f"{name} has null bytes, so it is no Python text: write it anew in an editor, as UTF-8")
    try:
        importlib.util.decode_source(text)
    except (UnicodeDecodeError, SyntaxError) as error:
        if "unknown encoding" not in str(error):  # else compile says so, with the line
            line = next(number for number, line in enumerate(text.split(b"\n"), start=1) if _is_not_utf8(line))
            raise UnreadableFile(f"{name} is not saved as UTF-8 (see line {line}): save it as UTF-8") from None
    return text


def _is_not_utf8(line):
    try:
        line.decode()
    except UnicodeDecodeError:
        return True
    return False


@contextlib.contextmanager
def view_of_student(folder: Path, scalargrad_is_allowed: bool) -> Iterator[None]:
    """Work in a folder until the end of the block: imports find its files, and scalargrad only if it is allowed."""
    path, finders, hidden, before = sys.path[:], sys.meta_path[:], {}, os.getcwd()
    if not scalargrad_is_allowed:
        hidden = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "scalargrad"}
        for name in hidden:
            del sys.modules[name]
        sys.meta_path.insert(0, _Refusal())
    # The folder comes last, so that no file of the student shadows a module of Python.
    sys.path[:] = [*(each for each in path if each not in ("", str(folder))), str(folder)]
    with contextlib.suppress(FileNotFoundError):  # an earlier exercise has removed it
        os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
        sys.path[:], sys.meta_path[:] = path, finders
        sys.modules.update(hidden)


class _Refusal(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] == "scalargrad":
            raise ImportError("in this exercise you write what scalargrad does, so you cannot import it")
        return


def explained(error: BaseException, student_file: Path) -> str:
    """What a student is told of an error: its message, and the line of the student's file that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame for frame in frames if frame.filename == str(student_file)]
    if isinstance(error, UnreadableFile):
        return str(error)
    if isinstance(error, NotImplementedError) or isinstance(error, AssertionError) and lines[-1:] != frames[-1:]:
        return str(error) or type(error).__name__
    if isinstance(error, SyntaxError) and error.filename == str(student_file):
        if isinstance(error, TabError) or "unindent" in error.msg and (error.text or "").startswith("\t"):
            cure = "indent with four spaces everywhere (in VS Code: Convert Indentation to Spaces)"
            return f"line {error.lineno} of {student_file.name} mixes tabs and spaces: {cure}"
        return f"{type(error).__name__}: {error.msg}\nin line {error.lineno}: {(error.text or '').strip()}"
    text = "".join(traceback.format_exception_only(error)).strip()
    if isinstance(error, SystemExit):
        text = "your code called sys.exit"
    if lines:
        return f"{text}\nin line {lines[-1].lineno}: {lines[-1].line}"
    tests = [frame for frame in frames if Path(frame.filename).stem == f"test_{student_file.stem}"]
    return f"{text}\nin the test: {tests[-1].line}" if tests else text
