"""Files that can be made again, kept in the user's cache folder.

What is kept is loaded into the process, so it must be what was made. Only the user can write to the folder, and the name of
each file has a hash of its content, which shows damage. Any number of processes may keep and find the same file at once,
because a file gets its name only when it is complete.
"""

import contextlib
import hashlib
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

DIGITS = 20  # of the hash of a content, in the name of its file


def find(name: str) -> Path | None:
    """Return the undamaged file that is kept under a name such as "kernel.so", or None if there is none.

    Raises OSError if the user has no safe folder.
    """
    for path in _kept(cache_folder(), name):
        with contextlib.suppress(OSError):  # another process has just replaced the file, or the disk fails
            if path.name == _file_name(name, path.read_bytes()):
                return path
    return None


def keep(name: str, content: bytes) -> Path:
    """Write a content to the folder under a name, in place of what was kept there, and return its path.

    Raises OSError if the user has no safe folder, or the disk is full.
    """
    folder = cache_folder()
    path = folder / _file_name(name, content)
    handle, written = tempfile.mkstemp(dir=folder, prefix=path.stem, suffix=".tmp")
    try:
        with open(handle, "wb") as file:
            file.write(content)
        os.replace(written, path)  # at once, so that no other process finds half a file
    finally:
        Path(written).unlink(missing_ok=True)
    for other in _kept(folder, name):
        if other != path:
            with contextlib.suppress(OSError):  # Windows removes no library that is in use
                other.unlink()
    return path


def cache_folder() -> Path:
    """Return the user's cache folder. If it is missing, it is made, with permissions for the user alone.

    Raises OSError if it is not safe. It must belong to the user, and others must not have permission to write to it. The
    permissions of a folder that is not safe are not changed, because what others may have put into it looks like what was
    made; remove such a folder. Each folder above it must belong to the user or to root.
    """
    folder = Path(os.path.realpath(_place()))
    for part in (*reversed(folder.parents), folder):  # from the top, so that nothing is made where others could move it
        part.mkdir(0o700, exist_ok=True)
        if hasattr(os, "geteuid") and not _is_safe(part.lstat(), is_last=part == folder):  # Windows has no such modes
            raise PermissionError(f"{folder} is not used, because other users can change what is in {part}")
    return folder


def _is_safe(status: os.stat_result, is_last: bool) -> bool:
    if not stat.S_ISDIR(status.st_mode):  # a symbolic link, made since the path was resolved
        return False
    if is_last:
        return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    # In a folder with the sticky bit, such as /tmp, nobody can move what belongs to others. The group may write, because on
    # many systems each user is alone in a group.
    is_open = status.st_mode & stat.S_IWOTH and not status.st_mode & stat.S_ISVTX
    return status.st_uid in (0, os.geteuid()) and not is_open


def _place() -> Path:
    """Return the path of the folder on this system; the folder may be missing."""
    if sys.platform == "win32":
        given, place = os.environ.get("LOCALAPPDATA", ""), "AppData/Local"
    elif sys.platform == "darwin":
        given, place = "", "Library/Caches"
    else:
        given, place = os.environ.get("XDG_CACHE_HOME", ""), ".cache"
    parent = Path(given)
    if not parent.is_absolute():  # relative paths are ignored, as the XDG specification says
        try:
            parent = Path.home() / place
        except RuntimeError as error:
            raise OSError(str(error)) from error
    if not parent.is_absolute():
        raise OSError(f"the cache folder {str(parent)!r} is a relative path")
    return parent / "scalargrad"


def _file_name(name: str, content: bytes) -> str:
    path = Path(name)
    return f"{path.stem}-{hashlib.sha256(content).hexdigest()[:DIGITS]}{path.suffix}"


def _kept(folder: Path, name: str) -> Iterator[Path]:
    path = Path(name)
    return folder.glob(f"{path.stem}-{'?' * DIGITS}{path.suffix}")
