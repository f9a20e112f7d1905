"""The exercises in a submission: found, chosen where there are several, and copied to where they are graded.

With this module whatever a student has handed in becomes a folder with one file for each exercise, and what lies beside it.
The submission itself stays as it is, and what runs in the copy reaches no other.
"""

import re
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from scalargrad.exercises.archives import LIMIT, DamagedArchive, RefusedArchive, unpack
from scalargrad.exercises.folder import MARK
from scalargrad.exercises.handed_in import Submission, printable
from scalargrad.exercises.own_files import own_names, walk
from scalargrad.exercises.results import UNWRITTEN

NESTED = 3  # zips in zips
OTHER_ARCHIVES = (".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2", ".xz")
COPY = re.compile(r"(.*?)(?:-\d+| ?\(\d+\))?\.py", re.IGNORECASE)  # ex01-1.py by Canvas, ex01 (1).py by a browser
OLD = re.compile(r"\b(old|alt|backups?|bak|cop(y|ies)|kopien?|archives?|previous|orig(inal)?)\b", re.IGNORECASE)
SHOWN = 5  # so many names are shown, of many
TEXT = 300  # and so many characters of a remark


class Gathered(NamedTuple):
    """A submission, ready to be graded.

    files    the file of each exercise that was found
    graded   where they were, in a sentence
    remarks  what else was there, and what was unusual, a sentence each
    """

    files: dict[str, Path]
    graded: str
    remarks: list[str]


def gather(submission: Submission, folder: Path, exercises: Sequence[str]) -> Gathered:
    """Copy a submission to an empty folder, and choose the file of each exercise: one for each, where there is any.

    Of several files it takes the one with least unwritten, then one that is not in a backup, then one among most others.

    Raises RefusedArchive for a zip that could do harm.
    """
    copy = _Copy(folder)
    for name, path in submission.parts:
        copy.add(name, path)
    called = {name: found[1].lower() for name in copy.names if (found := COPY.fullmatch(PurePosixPath(name).name))}
    known = {name: exercise for exercise in exercises for name in called if called[name] == exercise.lower()}
    solutions = [name for name in known if MARK in (folder / name).read_bytes()]
    beside = Counter(PurePosixPath(name).parent for name in known)

    def rank(name):
        path = PurePosixPath(name)
        text = (folder / name).read_bytes().strip()
        unwritten = text.count(UNWRITTEN.encode()) if text else 1000
        exact = path.stem == known[name]
        return unwritten, bool(OLD.search(name)), not exact, -beside[path.parent], len(path.parts), name

    chosen = {}
    for exercise in exercises:
        candidates = sorted((name for name in known if known[name] == exercise and name not in solutions), key=rank)
        if candidates:
            chosen[exercise] = candidates[0]
    others = sorted(known.keys() - set(chosen.values()) - set(solutions))
    for name in [*others, *solutions]:
        (folder / name).unlink()  # so that no import finds it
    files = {exercise: (folder / name).with_name(f"{exercise}.py") for exercise, name in chosen.items()}
    for exercise, name in chosen.items():
        (folder / name).replace(files[exercise])
    remarks = copy.remarks
    if others:
        remarks.insert(0, f"there twice, and not graded: {_listed(others)}")
    if solutions:
        remarks.insert(0, f"not graded, because this is the solution that scalargrad has: {_listed(solutions)}")
    if not chosen:
        rest = sorted(name for name in copy.names if name.endswith(".py") and name not in known)
        there = f"{_listed(rest)} has no name of one" if rest else f"such as {exercises[0]}.py"
        remarks.insert(0, f"it contains no exercise{': ' if rest else ', '}{there}")
    return Gathered(files, _where(chosen), [_cut(printable(remark)) for remark in remarks])


class _Copy:
    """The copy of a submission; its size is limited.

    names  the files in it
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.left = folder, LIMIT
        self.names: list[str] = []
        self.remarks: list[str] = []

    def add(self, name: str, path: Path) -> None:
        """Copy a part of the submission: a folder, a zip or another file."""
        files = [(name, path)]
        if path.is_dir():
            files = [(f"{name}/{each}".lstrip("/"), file) for each, file in walk(path, self.remarks)]
        for each, file in sorted(files, key=lambda each: (not each[0].endswith(".py"), each[0])):  # data may be too large
            try:
                self._add_file(each, file)
            except OSError as error:
                self.remarks.append(f"{each} cannot be read: {error.strerror}")

    def _add_file(self, name, path, depth=0):
        if name.lower().endswith(".zip"):
            self._add_zip(name, path, depth)
            return
        if name.lower().endswith(OTHER_ARCHIVES):
            self.remarks.append(f"{name} is not unpacked: of archives only .zip is read")
        size = path.stat().st_size
        if size > self.left:
            self.remarks.append(f"{name} is left out, because a submission has at most {LIMIT >> 20} MB")
            return
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, self.folder / name)
        self.left -= size
        self.names.append(name)

    def _add_zip(self, name, path, depth):
        if depth == NESTED:
            self.remarks.append(f"{name} is not unpacked, because it is in {NESTED} other zips")
            return
        try:
            self.left -= unpack(path, self.folder / name, own_names, self.left)
        except RefusedArchive as error:
            raise RefusedArchive(f"{name} {error}, so nothing is graded") from None
        except DamagedArchive as error:
            self.remarks.append(f"{name} {error}")
            return
        for inside in sorted(each for each in (self.folder / name).rglob("*") if each.is_file()):
            each = inside.relative_to(self.folder).as_posix()
            if each.lower().endswith(".zip"):
                outside = inside.rename(self.folder / f".nested{depth}")  # a folder of its name takes its place
                self._add_zip(each, outside, depth + 1)
                outside.unlink()
            else:
                self.names.append(each)


def _where(chosen):
    places = Counter(str(PurePosixPath(name).parent) for name in chosen.values())
    words = [f"{count} in {'the folder itself' if place == '.' else place}" for place, count in places.items()]
    return f"graded exercises: {', '.join(words)}" if words else ""


def _listed(names):
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def _cut(text):
    return text if len(text) <= TEXT else f"{text[: TEXT // 2]} ... {text[-TEXT // 2 :]}"
