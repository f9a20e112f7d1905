"""Zip files with what a grading needs, for machines that have no scalargrad.

With this module this version of the package goes where it grades. The solutions stay out, because what is graded could read
them there, and so do the graded tests, which are written as files of their own.
"""

import os
import zipfile
from collections.abc import Collection, Mapping
from pathlib import Path

from scalargrad.exercises.folder import HERE

PACKAGE = HERE.parent
LEFT_OUT = {HERE / "exemplars", HERE / "graded"}
DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can have: the same files make the same zip


def package() -> dict[str, bytes]:
    """Return the Python files of scalargrad, without the solutions and their tests, by their names in a zip."""
    files = sorted(path for path in PACKAGE.rglob("*.py") if LEFT_OUT.isdisjoint(path.parents))
    return {path.relative_to(PACKAGE.parent).as_posix(): path.read_bytes() for path in files}


def write_zip(path: str | os.PathLike, files: Mapping[str, bytes], executable: Collection[str] = ()) -> None:
    """Write a zip of these files. A reader never finds half of it."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                info = zipfile.ZipInfo(name, DATE)
                info.compress_type = zipfile.ZIP_DEFLATED
                info.create_system = 3  # Unix, which has permissions
                info.external_attr = (0o100755 if name in executable else 0o100644) << 16
                archive.writestr(info, content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
