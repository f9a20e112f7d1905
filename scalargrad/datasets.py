"""MNIST, from a folder with the files as they are published, and first names, for a network that writes.

`read_idx` and `mnist` read IDX files, the format of http://yann.lecun.com/exdb/mnist/, compressed by gzip or not. They need
NumPy, which the extra `fast` installs. Smaller data sets are in scikit-learn: `sklearn.datasets.make_moons`, `make_circles`,
and `load_digits`, digits of 8 x 8 pixels.
"""

import gzip
import math
import os
import re
import zlib
from pathlib import Path
from typing import Any

# The third byte of an IDX file is the type of its numbers. They are big-endian.
TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}

LIMIT = 2**30  # bytes, of what is unpacked from a gzip file; the largest set in use, EMNIST, has half as many


def read_idx(path: str | os.PathLike) -> Any:
    """Return the content of an IDX file as a NumPy array, with the shape and the type that its header says.

    Raises ValueError, with the path, if the file is not IDX, if it is shorter or longer than its header says, or if its
    numbers are compressed and take more than LIMIT bytes. Never unpacks more than the header says.
    """
    with open(path, "rb") as file:
        if file.peek(2)[:2] != b"\x1f\x8b":
            return _read(path, file)
        try:
            return _read(path, gzip.GzipFile(fileobj=file), LIMIT)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise ValueError(f"{path}: the gzip file is damaged or cut off ({error})") from None


def _read(path, file, limit=None):
    """The array in an open file. With a limit, reads no further than one byte after the array."""
    import numpy

    kind = file.read(4)
    if len(kind) < 4 or kind[:2] != b"\0\0" or kind[2] not in TYPES:
        raise ValueError(f"{path}: this is not an IDX file; it begins with {kind.hex(' ') or 'nothing'}")
    dtype, dimensions = numpy.dtype(TYPES[kind[2]]), kind[3]
    lengths = file.read(4 * dimensions)
    shape = tuple(int.from_bytes(lengths[i : i + 4], "big") for i in range(0, 4 * dimensions, 4))
    size = dtype.itemsize * math.prod(shape)
    if limit is not None and size > limit:
        raise ValueError(
            f"{path}: the numbers of shape {shape} take {size} bytes, but at most {limit} are read from a gzip file; "
            "unpack it with gunzip if it is meant to be so large"
        )
    content = file.read(-1 if limit is None else size + 1)
    found, expected = 4 + len(lengths) + len(content), 4 + 4 * dimensions + size
    if found != expected:
        more = " or more" if found > expected else ""
        raise ValueError(
            f"{path}: the file has {found} bytes{more}, but an IDX file of shape {shape} has {expected}; copy it again"
        )
    return numpy.frombuffer(content, dtype).reshape(shape).astype(dtype.newbyteorder("="))


def mnist(folder: str | os.PathLike, *, train: bool = True) -> tuple[Any, Any]:
    """Return the images of MNIST, of shape (n, 28, 28) with numbers from 0 to 255, and the labels, (n,), from 0 to 9.

    folder  has the files as they are published, compressed or not
    train   chooses between the 60,000 images to train with and the 10,000 to test with

    Fashion-MNIST and other sets of this form are read too. Raises FileNotFoundError if a file is missing, and ValueError if
    one is damaged or if images and labels do not belong together.
    """
    part = "train" if train else "t10k"
    images = read_idx(_find(folder, f"{part}-images", "idx3-ubyte"))
    labels = read_idx(_find(folder, f"{part}-labels", "idx1-ubyte"))
    if images.ndim != 3 or labels.shape != images.shape[:1]:
        raise ValueError(
            f"{folder}: images of shape {images.shape} and labels of shape {labels.shape} do not belong together"
        )
    return images, labels


def _find(folder, name, kind):
    for separator in "-.":
        for ending in ("", ".gz"):
            path = Path(folder) / f"{name}{separator}{kind}{ending}"
            if path.is_file():
                return path
    raise FileNotFoundError(f"{folder}: there is no {name}-{kind} and no {name}-{kind}.gz")


def load_names(path: str | os.PathLike | None = None) -> list[str]:
    """Return first names in small letters from a to z, each once, in the order of the file.

    path  a text file in UTF-8 with one name a line; by default a list that was written for scalargrad, of over 5,000 names
          with 2 to 11 letters from many languages, in alphabetical order, without accents

    Capitals become small letters, and empty lines are left out. Raises ValueError, with the path and the line, if a name has
    anything but letters from a to z, and if there is no name.
    """
    path = Path(__file__).with_name("names.txt") if path is None else path
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: this is not a text in UTF-8 ({error.reason}); save it with that encoding") from None
    names = [line.strip().lower() for line in lines]
    for number, name in enumerate(names, 1):
        if not re.fullmatch("[a-z]*", name):
            raise ValueError(
                f"{path}: line {number} is {name!r}; write one name a line, in letters from a to z without accents"
            )
    if not any(names):
        raise ValueError(f"{path}: the file has no name; write one name a line")
    return list(dict.fromkeys(filter(None, names)))
