"""Zip files that anybody may have made, unpacked without harm.

With this module a zip is looked through before anything is written. One that would write outside its folder, that holds
links, or that becomes too large is refused whole, and writes nothing.
"""

import shutil
import stat
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable
from pathlib import Path, PurePosixPath

LIMIT = 50 << 20  # bytes that one submission may unpack to
COUNT = 20_000  # files that it may unpack to


class RefusedArchive(ValueError):
    """A zip that is not unpacked, because it could do harm."""


class DamagedArchive(ValueError):
    """A zip that cannot be unpacked."""


def unpack(
    path: Path, folder: Path, wanted: Callable[[Collection[str]], Iterable[str]], limit: int = LIMIT, count: int = COUNT
) -> int:
    """Unpack the wanted files of a zip to a new folder, and return how many bytes they have.

    wanted  given the names of all files in the zip, returns those to unpack
    limit   the most bytes they may have
    count   the most files there may be

    Raises RefusedArchive or DamagedArchive, and has written nothing then.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = {_name(info): info for info in archive.infolist() if not info.is_dir() and _name(info)}
            _check_names(members)
            members = {name: members[name] for name in sorted(wanted(members))}
            _check(members, limit, count)
            for name, info in members.items():
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(info) as source, target.open("xb") as file:
                    shutil.copyfileobj(source, file)  # no more than the size that was checked: zipfile stops there
    except RefusedArchive:
        raise
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, zlib.error, ValueError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise DamagedArchive(f"cannot be unpacked: {getattr(error, 'strerror', None) or error}") from None
    return sum(info.file_size for info in members.values())


def _name(info):
    return info.filename.replace("\\", "/").rstrip("/")  # some systems write backslashes


def _check_names(names):
    for name in names:
        parts = PurePosixPath(name).parts
        if not parts or name.startswith("/") or ".." in parts or any(":" in part for part in parts[:1]):
            raise RefusedArchive(f"would write outside its folder, to {name!r:.100}")


def _check(members, limit, count):
    for name, info in members.items():
        if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
            raise RefusedArchive(f"holds a link or a device, {name!r:.100}")
    if len(members) > count:
        raise RefusedArchive(f"unpacks to {len(members)} files, more than {count}")
    size = sum(info.file_size for info in members.values())
    if size > limit:
        raise RefusedArchive(
            f"unpacks to {size / (1 << 20):.0f} MB, more than the {limit / (1 << 20):.0f} MB there is room for"
        )
