"""Tests of reading MNIST's files, and names."""

import gzip
import re
import tracemalloc

import numpy
import pytest

from scalargrad.datasets import load_names, mnist, read_idx

CODES = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}


def compressed(content):
    """The bytes as a gzip file, without the time of day: contents are part of the names of tests."""
    return gzip.compress(content, mtime=0)


def idx(array):
    """The bytes of an IDX file, by the description of the format."""
    header = bytes([0, 0, CODES[array.dtype.str[1:]], array.ndim])
    lengths = b"".join(n.to_bytes(4, "big") for n in array.shape)
    return header + lengths + array.astype(array.dtype.newbyteorder(">")).tobytes()


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("shape", [(5,), (2, 3), (2, 3, 4), (0, 28, 28)])
@pytest.mark.parametrize("compress", [bytes, compressed])
def test_what_was_written_is_read(tmp_path, code, shape, compress):
    """Arrays of every type and shape come back as they were, compressed or not."""
    array = numpy.arange(numpy.prod(shape)).reshape(shape).astype(code) + numpy.array(1, code)
    path = tmp_path / "file"
    path.write_bytes(compress(idx(array)))
    result = read_idx(path)
    assert result.dtype == array.dtype and result.shape == shape and (result == array).all()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "this is not an IDX file; it begins with nothing"),
        (b"\x89PNG\r\n", "this is not an IDX file; it begins with 89 50 4e 47"),
        (b"\0\1\x08\1" + b"\0\0\0\0", "this is not an IDX file"),
        (b"\0\0\x0a\1" + b"\0\0\0\1", "this is not an IDX file"),
        (idx(numpy.zeros((2, 3), "u1"))[:-1], r"the file has 17 bytes, but an IDX file of shape \(2, 3\) has 18"),
        (idx(numpy.zeros((2, 3), "u1")) + b"\0", "the file has 19 bytes"),
        (b"\0\0\x08\x03\xff\xff\xff\xff", "the file has 8 bytes"),
        (compressed(idx(numpy.zeros(1000, "f8")))[:-20], "the gzip file is damaged or cut off"),
        (compressed(b"x" * 99)[:10] + b"\xff" * 20, "the gzip file is damaged or cut off"),
        (compressed(idx(numpy.zeros(99)))[:-8] + b"\0" * 8, "the gzip file is damaged or cut off"),
        (compressed(idx(numpy.zeros(9, "u1")) + b"\0" * 9), r"the file has 18 bytes or more, but .* \(9,\) has 17"),
        (compressed(idx(numpy.zeros(9, "u1"))[:-1]), "the file has 16 bytes, but"),
        (compressed(b"x" * 99), "this is not an IDX file; it begins with 78 78 78 78"),
        (b"\0\0\x08", "this is not an IDX file"),
        (b"ab\x08\1\0\0\0\0", "this is not an IDX file"),
        (b"\x1f\x8b\x08", "the gzip file is damaged or cut off"),
    ],
)
def test_files_that_are_none(tmp_path, content, sentence):
    """A foreign file, or one that is cut off, is refused with its path and the reason."""
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"{path}: {sentence}"):
        read_idx(path)


@pytest.mark.parametrize(("train", "part"), [(True, "train"), (False, "t10k")])
@pytest.mark.parametrize("form", ["{}-images-idx3-ubyte", "{}-images.idx3-ubyte", "{}-images-idx3-ubyte.gz"])
def test_mnist_finds_its_files(tmp_path, train, part, form):
    """The images and labels of either part are found under the names in use."""
    images, labels = numpy.arange(2 * 28 * 28, dtype="u1").reshape(2, 28, 28), numpy.array([7, 3], "u1")
    for name, array in ((form, images), (form.replace("images", "labels").replace("idx3", "idx1"), labels)):
        content = idx(array)
        (tmp_path / name.format(part)).write_bytes(gzip.compress(content) if name.endswith("gz") else content)
    found = mnist(tmp_path, train=train)
    assert (found[0] == images).all() and (found[1] == labels).all()
    with pytest.raises(FileNotFoundError, match="there is no t.*-images-idx3-ubyte"):
        mnist(tmp_path, train=not train)


def test_files_of_different_sets(tmp_path):
    """Images and labels of different number are refused."""
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx(numpy.zeros((2, 28, 28), "u1")))
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(numpy.zeros(3, "u1")))
    with pytest.raises(ValueError, match=r"images of shape \(2, 28, 28\) and labels of shape \(3,\) do not belong together"):
        mnist(tmp_path)
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx(numpy.zeros((3, 28), "u1")))
    with pytest.raises(ValueError, match=r"images of shape \(3, 28\) and labels"):
        mnist(tmp_path)


LARGE = bytes([0, 0, 8, 3]) + b"".join(n.to_bytes(4, "big") for n in (2_000_000, 28, 28))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            idx(numpy.zeros((2, 28, 28), "u1")),
            r"the file has 1585 bytes or more, but an IDX .* \(2, 28, 28\) has 1584; copy",
        ),
        (LARGE, r"\(2000000, 28, 28\) take 1568000000 bytes, but at most 1073741824 are .*; unpack it with gunzip"),
        (b"", "this is not an IDX file; it begins with 00 00 00 00"),
    ],
)
def test_a_gzip_bomb_is_not_unpacked(tmp_path, content, sentence):
    """Of a small file that unpacks to a large one only the header is read, and as much as the header says."""
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(content + bytes(20_000_000), 1))
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=sentence):
            mnist(tmp_path)
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_a_folder_of_that_name_is_no_file(tmp_path):
    """A folder that an unpacked archive left behind does not hide the compressed file."""
    (tmp_path / "train-images-idx3-ubyte").mkdir()
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(numpy.zeros((1, 28, 28), "u1"))))
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(numpy.zeros(1, "u1")))
    assert mnist(tmp_path)[0].shape == (1, 28, 28)


def test_the_names_that_come_along():
    """The package's own list has over 5,000 names, in order, each once, of 2 to 11 letters from a to z."""
    names = load_names()
    assert len(names) > 5000 and names == sorted(set(names))
    assert all(re.fullmatch("[a-z]{2,11}", name) for name in names)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_names_of_ones_own(tmp_path, encoding, end):
    """Files of any system are read, with a mark at the beginning, capitals, spaces, empty lines, and names twice."""
    path = tmp_path / "names.txt"
    path.write_bytes(end.join(["Zoe", "  bob ", "", "ada", "BOB"]).encode(encoding))
    assert load_names(path) == load_names(str(path)) == ["zoe", "bob", "ada"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("ada\nZoë\n".encode(), r"line 2 is 'zoë'; write one name a line, in letters from a to z without accents"),
        (b"ada lovelace", "line 1 is 'ada lovelace'; write one name a line"),
        (b"name,count\n", "line 1 is 'name,count'; write one name a line"),
        ("Zoë".encode("latin-1"), r"this is not a text in UTF-8 \(unexpected end of data\); save it with that encoding"),
        (b"", "the file has no name; write one name a line"),
        (b"\n \n", "the file has no name; write one name a line"),
    ],
)
def test_files_without_names(tmp_path, content, sentence):
    """What is no list of names is refused, with the path, the line and the cure."""
    path = tmp_path / "names.txt"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"{re.escape(str(path))}: {sentence}"):
        load_names(path)
