"""Which files of a submission are the student's own.

With this module one walks a folder, or the list of files in a zip, past what a student did not write: virtual environments,
installed packages, a copy of scalargrad, and what systems and editors hide.
"""

import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

PACKAGES = {"site-packages", "dist-packages", "node_modules"}
ENVIRONMENT = {"bin", "include", "lib", "lib64", "scripts", "share", "conda-meta"}  # what is in a virtual environment
REPOSITORY = {"scalargrad", "tests", "notebooks", "build"}  # what is in a copy of scalargrad


def hidden(name: str) -> bool:
    """Return whether systems and editors hide files of this name, or make them."""
    return name.startswith(".") or name in ("__MACOSX", "__pycache__")


def not_own(folders: Collection[str], files: Collection[str]) -> dict[str, str]:
    """Return which folders beside these files a student has not written, and what they are; "" where that is no news."""
    found = {name: "a virtual environment" if name in (".venv", ".env") else "" for name in folders if hidden(name)}
    found |= {name: "installed packages" for name in folders if name in PACKAGES}
    if "pyvenv.cfg" in files or "conda-meta" in folders:
        found |= {name: "a virtual environment" for name in folders if name.lower() in ENVIRONMENT}
    if "scalargrad" in folders and "setup.cfg" in files:
        found |= {name: "a copy of scalargrad" for name in folders if name in REPOSITORY}
    return found


def walk(folder: Path, remarks: list[str]) -> Iterator[tuple[str, Path]]:
    """Yield the student's own files in a folder, each with its name relative to it; add to `remarks` what is left out.

    Links are not followed, and what is no file, such as a pipe, is not opened.
    """

    def unreadable(error):
        remarks.append(f"{relative(error.filename) or 'the folder'} cannot be read: {error.strerror}")

    def relative(path):
        return "" if str(path) == str(folder) else Path(path).relative_to(folder).as_posix()

    for place, folders, files in os.walk(folder, onerror=unreadable):
        left_out = not_own(folders, files)
        remarks += [f"{relative(Path(place, name))} is not looked at: {what}" for name, what in left_out.items() if what]
        links = [name for name in folders if os.path.islink(os.path.join(place, name)) and name not in left_out]
        remarks += [f"{relative(Path(place, name))} is a link, which is not followed" for name in links]
        folders[:] = sorted(set(folders) - left_out.keys())  # into links it does not go
        for name in sorted(files):
            path = Path(place, name)
            if hidden(name):
                continue
            mode = path.lstat().st_mode
            if stat.S_ISREG(mode):
                yield relative(path), path
            else:
                what = "a link, which is not followed" if stat.S_ISLNK(mode) else "no regular file, and is not opened"
                remarks.append(f"{relative(path)} is {what}")


def own_names(names: Collection[str]) -> set[str]:
    """Return which of these names of files, with slashes between their folders, are the student's own."""
    folders: dict[PurePosixPath, set[str]] = {}
    files: dict[PurePosixPath, set[str]] = {}
    for path in map(PurePosixPath, names):
        files.setdefault(path.parent, set()).add(path.name)
        for parent in path.parents[:-1]:
            folders.setdefault(parent.parent, set()).add(parent.name)
    left_out = {place / name for place, inside in folders.items() for name in not_own(inside, files.get(place, set()))}
    return {
        name for name in names if not hidden(name.rpartition("/")[2]) and left_out.isdisjoint(PurePosixPath(name).parents)
    }
