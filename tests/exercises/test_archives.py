"""Tests of unpacking: a zip writes what it holds into its folder, or nothing at all."""

import io
import os
import stat
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalargrad.exercises.archives import LIMIT, DamagedArchive, RefusedArchive, unpack


def zipped(files, path=None, **attributes):
    """The bytes of a zip with these files; attributes are those of each member."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            info = zipfile.ZipInfo()  # which would not take some names
            info.filename, info.compress_type = name, zipfile.ZIP_DEFLATED
            for key, value in attributes.items():
                setattr(info, key, value)
            archive.writestr(info, text)
    if path:
        path.write_bytes(content.getvalue())
    return content.getvalue()


def files(folder):
    """The files in a folder, and what they hold."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def everything(names):
    return names


@pytest.mark.parametrize(
    "name", ["../out.py", "a/../../out.py", "/out.py", "..\\out.py", "\\out.py", "c:\\out.py", "C:out.py", ".hidden/../../x"]
)
def test_nothing_is_written_outside(name, tmp_path):
    """A zip with a name that leads out of its folder is refused whole, whether that name is wanted or not."""
    zipped({"a.py": "", name: ""}, tmp_path / "a.zip")
    for wanted in everything, lambda names: ["a.py"]:
        with pytest.raises(RefusedArchive, match="would write outside its folder, to "):
            unpack(tmp_path / "a.zip", tmp_path / "in" / "side", wanted)
    assert os.listdir(tmp_path) == ["a.zip"]


@given(st.dictionaries(st.text(st.sampled_from("a./\\:"), min_size=1, max_size=8), st.binary(max_size=9), max_size=5))
def test_all_or_nothing(tmp_path_factory, content):
    """Whatever the names in a zip, either all its files are in the folder, or nothing was written."""
    folder = tmp_path_factory.mktemp("zip")
    zipped(content, folder / "a.zip")
    try:
        size = unpack(folder / "a.zip", folder / "to", everything)
    except (RefusedArchive, DamagedArchive):
        assert os.listdir(folder) == ["a.zip"]
    else:
        found = files(folder / "to")
        assert os.listdir(folder) in (["a.zip"], ["a.zip", "to"], ["to", "a.zip"])
        assert size == sum(map(len, found.values())) and set(found.values()) <= set(content.values())


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_are_refused(kind, tmp_path):
    """A zip with a link or a device is refused, unless it is among what is not wanted, such as a virtual environment."""
    zipped({"link": "/etc/passwd"}, tmp_path / "a.zip", create_system=3, external_attr=(kind | 0o777) << 16)
    with pytest.raises(RefusedArchive, match="holds a link or a device, 'link'"):
        unpack(tmp_path / "a.zip", tmp_path / "to", everything)
    assert unpack(tmp_path / "a.zip", tmp_path / "to", lambda names: []) == 0
    assert not (tmp_path / "to").exists()


def test_bombs_are_refused(tmp_path):
    """A zip that unpacks to more than the limit, in bytes or in files, is refused before anything is written."""
    zipped({"a": bytes(LIMIT), "b": b"1"}, tmp_path / "a.zip")
    with pytest.raises(RefusedArchive, match="unpacks to 50 MB, more than the 50 MB there is room for"):
        unpack(tmp_path / "a.zip", tmp_path / "to", everything)
    with pytest.raises(RefusedArchive, match="unpacks to 2 files, more than 1"):
        unpack(tmp_path / "a.zip", tmp_path / "to", everything, limit=2 * LIMIT, count=1)
    assert not (tmp_path / "to").exists()


def test_a_size_that_is_not_true(tmp_path):
    """A zip that says it is small and is not writes no more than it says, and that is removed."""
    content = bytearray(zipped({"a": bytes(1 << 20)}))
    entry = content.index(b"PK\1\2")
    content[entry + 24 : entry + 28] = (100).to_bytes(4, "little")
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(DamagedArchive, match="cannot be unpacked: "):
        unpack(tmp_path / "a.zip", tmp_path / "to", everything)
    assert not (tmp_path / "to").exists()


@pytest.mark.parametrize("damage", ["cut", "rubbish", "wrong bytes", "encrypted", "long name", "file and folder"])
def test_damaged_zips(damage, tmp_path):
    """A zip that cannot be unpacked says so, and leaves nothing behind."""
    content = bytearray(zipped({"a.py": "x = 1\n" * 100, "b.py": os.urandom(100)}))
    if damage == "cut":
        content = content[:-30]
    elif damage == "rubbish":
        content = b"no zip"
    elif damage == "wrong bytes":
        content[content.index(b"b.py") + 10] ^= 1
    elif damage == "encrypted":
        content[content.index(b"PK\1\2") + 8] |= 1
    elif damage == "long name":
        content = zipped({"a.py": "", "n" * 300: ""})
    else:
        content = zipped({"a": "", "a/b": ""})
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(DamagedArchive, match="^cannot be unpacked: "):
        unpack(tmp_path / "a.zip", tmp_path / "to", everything)
    assert not (tmp_path / "to").exists()
