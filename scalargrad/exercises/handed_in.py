"""What a class has handed in: one submission a student, whatever the system it was handed in to makes of it.

With this module a folder, or a zip of it, becomes a list of submissions. These are read:

    a folder or a zip for each student             its name is the student's
    Moodle    Ada Lovelace_12345_assignsubmission_file_/ex01.py, or with files beside each other,
              Ada Lovelace_12345_assignsubmission_file_ex01.py
    Canvas    lovelaceada_12345_67890_ex01.py, with LATE_ before the numbers if it was late

Files of one student, by name and number, are one submission.
"""

import hashlib
import os
import re
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from scalargrad.exercises.archives import LIMIT
from scalargrad.exercises.own_files import hidden, walk

MOODLE = re.compile(r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)(?:_(?P<file>.*))?")
CANVAS = re.compile(r"(?P<name>[^_]+)(?:_LATE)?_(?P<id>\d+)_\d+_(?P<file>.+)")


class Submission(NamedTuple):
    """What one student has handed in.

    key    a name for it that can be printed, and no other of its class has
    name   the student's, as it was handed in
    id     the student's number in Moodle or Canvas, or ""
    parts  folders and files: what the student called each, "" for the folder itself, and where it is
    """

    key: str
    name: str
    id: str
    parts: tuple[tuple[str, Path], ...]


def submissions(folder: Path, leave_out: Collection[str] = ()) -> tuple[list[Submission], list[str]]:
    """Return the submissions in a folder, by name, and the names of files that are nobody's.

    leave_out  real paths in it that are something else, such as the results
    """
    parts: dict[tuple[str, str], list[tuple[str, Path]]] = {}
    nobodys = []
    for path in sorted(folder.iterdir()):
        name = printable(path.name)
        if hidden(path.name) or os.path.realpath(path) in leave_out:
            continue
        is_folder = os.path.isdir(path)
        if not is_folder and not os.path.isfile(path):  # a pipe, or a link to nothing
            nobodys.append(name)
        elif found := MOODLE.fullmatch(name) or (None if is_folder else CANVAS.fullmatch(name)):
            parts.setdefault((found["name"], found["id"]), []).append((found["file"] or "", path))
        elif is_folder:
            parts.setdefault((name, ""), []).append(("", path))
        elif path.suffix.lower() == ".zip":
            parts.setdefault((name[: -len(".zip")], ""), []).append((name, path))
        else:
            nobodys.append(name)
    keys = {each: "_".join(filter(None, each)) for each in parts}
    return [Submission(keys[each], *each, tuple(parts[each])) for each in sorted(parts, key=keys.__getitem__)], nobodys


def printable(name: str) -> str:
    """Return a name of a file as text that can be printed and written, whatever bytes it is."""
    text = os.fsencode(name).decode(errors="backslashreplace")
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)


def file_name(key: str) -> str:
    """Return the name of a file for a submission, short enough for every system."""
    name = re.sub(r'[/\\:*?"<>|]', "_", key)
    if name == key and len(os.fsencode(key)) <= 200:
        return key
    return f"{name[:50]}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def digest(submission: Submission) -> str:
    """Return a text that changes with every file of a submission. Raises OSError if one cannot be read."""
    changes = hashlib.sha256()
    for name, path in submission.parts:
        remarks: list[str] = []
        files = walk(path, remarks) if path.is_dir() else [("", path)]
        for relative, file in files:
            size = file.stat().st_size
            changes.update(os.fsencode(f"{name}\n{relative}\n{size}\n"))
            if size <= LIMIT:  # a larger one is not looked at
                changes.update(file.read_bytes())
        changes.update(os.fsencode("\n".join(remarks)))
    return changes.hexdigest()
