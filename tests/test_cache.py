"""Tests of the cache folder: what is found there is what was kept, and nobody else can have put it there."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from scalargrad.program import cache

needs_modes = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="this system's folders have no modes")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where the cache folder belongs; it is not there yet."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    return tmp_path / "caches" / "scalargrad"


@pytest.fixture
def change_status(monkeypatch):
    """A function that changes one number in what the system says of a path."""

    def change(changed, field, number):
        lstat = Path.lstat

        def faked(path):
            status = list(lstat(path))
            if path == changed:
                status[field] = number
            return os.stat_result(status)

        monkeypatch.setattr(Path, "lstat", faked)

    return change


@pytest.fixture
def give_away(change_status):
    """A function that makes a path another user's."""
    return lambda path: change_status(path, stat.ST_UID, os.geteuid() + 1000)


def test_what_was_kept_is_found(folder):
    """A content comes back whole under its own name only, and a later one takes its place."""
    for content in (b"", b"first", bytes(range(256)) * 1000):
        path = cache.keep("some-thing.so", content)
        assert cache.find("some-thing.so") == path and list(folder.iterdir()) == [path]
        assert path.read_bytes() == content and path.suffix == ".so"
    other = cache.keep("some.so", b"other")  # a name that the first one begins with
    assert cache.find("some-thing.so") == path and cache.find("some.so") == other
    assert cache.find("thing.so") is cache.find("some-thing.c") is None


@pytest.mark.parametrize(
    "damage", [lambda content: b"", lambda content: content[:-1], lambda content: content[:500] + b"!" + content[501:]]
)
def test_a_damaged_file_is_not_found(folder, damage):
    """A file that is empty, cut off, or has another byte is ignored until it is kept again."""
    path = cache.keep("kernel.so", bytes(1000))
    path.write_bytes(damage(bytes(1000)))
    assert cache.find("kernel.so") is None
    assert cache.keep("kernel.so", bytes(1000)) == path and cache.find("kernel.so") == path


def test_a_folder_in_place_of_a_file(folder):
    """What cannot be read as a file is ignored, and another content can be kept."""
    path = cache.keep("kernel.so", b"first")
    path.unlink()
    path.mkdir()
    assert cache.find("kernel.so") is None
    kept = cache.keep("kernel.so", b"second")
    assert cache.find("kernel.so") == kept


def test_a_full_disk(folder, full_disk):
    """If a content cannot be written, OSError is raised, no part of it stays, and what was kept before is still found."""
    path = cache.keep("kernel.so", b"first")
    with full_disk(), pytest.raises(OSError, match="File too large"):
        cache.keep("kernel.so", bytes(1000))
    assert list(folder.iterdir()) == [path] and cache.find("kernel.so") == path


@needs_modes
def test_a_file_in_use_is_not_written_to(folder):
    """A file is replaced, not written again: a process that has loaded the library would end if its pages changed."""
    path = cache.keep("kernel.so", b"content")
    path.write_bytes(b"in use")
    with open(path, "rb") as used:
        assert cache.keep("kernel.so", b"content") == path
        assert used.read() == b"in use" and path.read_bytes() == b"content"


KEEP_AND_READ = """
from scalargrad.program import cache
for letter in b"ab" * 20:
    cache.keep("kernel.so", bytes([letter]) * 100_000)
    if path := cache.find("kernel.so"):
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            continue
        assert len(content) == 100_000 and len(set(content)) == 1, (len(content), set(content))
"""


@pytest.mark.slow("starts several processes")
def test_several_processes_keep_at_once(folder):
    """Processes that keep the same contents under one name never read half of one, and leave nothing else."""
    processes = [subprocess.Popen([sys.executable, "-c", KEEP_AND_READ]) for _ in range(2)]
    assert [process.wait() for process in processes] == [0] * 2
    assert all(path.suffix == ".so" for path in folder.iterdir())


@needs_modes
def test_the_folder_is_the_users_alone(folder):
    """The folder, and the missing one above it, are made with mode 0700, whatever the umask."""
    before = os.umask(0)
    try:
        assert cache.cache_folder() == folder
    finally:
        os.umask(before)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (folder, folder.parent)] == [0o700] * 2


@needs_modes
@pytest.mark.parametrize("mode", [0o777, 0o720, 0o702, 0o1777])
def test_a_folder_that_others_may_write_to(folder, mode):
    """A folder to which others may write is refused, and its mode is not changed."""
    path = cache.keep("kernel.so", b"planted")
    folder.chmod(mode)
    for use in (lambda: cache.find("kernel.so"), lambda: cache.keep("kernel.so", b"made")):
        with pytest.raises(PermissionError, match="is not used, because other users can change what is in"):
            use()
    assert stat.S_IMODE(folder.stat().st_mode) == mode
    folder.chmod(0o755)  # others may read
    assert cache.find("kernel.so") == path


@needs_modes
@pytest.mark.parametrize(("mode", "is_used"), [(0o777, False), (0o1777, True), (0o775, True), (0o755, True)])
def test_folders_above(folder, mode, is_used):
    """Everybody may write to a folder above the cache only if nobody can move the cache away, as in /tmp."""
    folder.parent.mkdir()
    folder.parent.chmod(mode)
    if is_used:
        assert cache.cache_folder() == folder
    else:
        with pytest.raises(PermissionError, match=f"can change what is in {folder.parent}$"):
            cache.cache_folder()
        assert not folder.exists()


@needs_modes
def test_a_folder_of_another_user(folder, give_away):
    """What another user, even root, has put into a folder is not found."""
    cache.keep("kernel.so", b"planted")
    give_away(folder)
    with pytest.raises(PermissionError, match=f"can change what is in {folder}$"):
        cache.find("kernel.so")


@needs_modes
def test_a_home_of_another_user(folder, give_away):
    """Nothing is made in the home of another user, which root is in after `sudo`."""
    give_away(folder.parent.parent)
    with pytest.raises(PermissionError, match=f"can change what is in {folder.parent.parent}$"):
        cache.cache_folder()
    assert not folder.parent.exists()


@needs_modes
def test_folders_above_may_be_of_root(folder, change_status, monkeypatch):
    """What is above the folder, as / and /home are, may belong to root, and the folder itself only to the user."""
    user = os.geteuid() + 1000
    monkeypatch.setattr(os, "geteuid", lambda: user)
    for path in folder.parents:
        change_status(path, stat.ST_UID, 0)
    change_status(folder, stat.ST_UID, user)
    assert cache.cache_folder() == folder
    change_status(folder, stat.ST_UID, 0)
    with pytest.raises(PermissionError, match=f"can change what is in {folder}$"):
        cache.cache_folder()


def test_symbolic_links(folder, tmp_path, monkeypatch, change_status):
    """A link leads to the folder that is checked and used; one that is put in the way of a checked path is refused."""
    target = tmp_path / "elsewhere"
    target.mkdir()
    folder.parent.symlink_to(target)
    assert cache.cache_folder() == target / "scalargrad"
    if hasattr(os, "geteuid"):
        (target / "scalargrad").chmod(0o777)
        with pytest.raises(PermissionError, match=f"can change what is in {target / 'scalargrad'}$"):
            cache.cache_folder()
        (target / "scalargrad").chmod(0o700)
        monkeypatch.setattr(os.path, "realpath", str)
        change_status(folder.parent, stat.ST_MODE, stat.S_IFLNK | 0o755)  # Linux says 0o777 of every link, others do not
        with pytest.raises(PermissionError, match=f"can change what is in {folder.parent}$"):
            cache.cache_folder()


@pytest.mark.parametrize("links", [["scalargrad"], ["missing"]])
def test_links_that_lead_nowhere(folder, links):
    """A circle of links raises OSError, as every unusable folder does; a link to a missing folder is followed."""
    folder.parent.mkdir()
    folder.symlink_to(folder.parent / links[0])
    if links == ["missing"]:
        assert cache.cache_folder() == folder.parent / "missing"
    else:
        with pytest.raises(OSError):
            cache.cache_folder()


def test_a_system_without_modes(folder, monkeypatch):
    """Where folders have no modes and owners, as on Windows, the folder is used as it is."""
    monkeypatch.delattr(os, "geteuid", raising=False)
    path = cache.keep("kernel.so", b"content")
    folder.chmod(0o777)
    assert cache.find("kernel.so") == path


def test_each_system_has_its_place(tmp_path, monkeypatch):
    """The folder is where each system keeps what can be made again."""
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    for platform, place in (("win32", "local"), ("darwin", "Library/Caches"), ("linux", "xdg")):
        monkeypatch.setattr(sys, "platform", platform)
        assert cache.cache_folder() == tmp_path / place / "scalargrad"
    monkeypatch.delenv("LOCALAPPDATA")
    monkeypatch.delenv("XDG_CACHE_HOME")
    for platform, place in (("win32", "AppData/Local"), ("linux", ".cache")):
        monkeypatch.setattr(sys, "platform", platform)
        assert cache.cache_folder() == tmp_path / place / "scalargrad"


@pytest.mark.parametrize("path", ["", ".", "caches", "~/caches"])
def test_relative_paths_are_ignored(tmp_path, monkeypatch, path):
    """A relative XDG_CACHE_HOME, which a downloaded folder could fulfil, is ignored; a relative home is refused."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", path)
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    (tmp_path / "home").mkdir()
    assert cache.cache_folder() == tmp_path / "home" / ".cache" / "scalargrad"
    monkeypatch.setattr(Path, "home", lambda: Path("home"))
    with pytest.raises(OSError, match="the cache folder 'home/.cache' is a relative path"):
        cache.cache_folder()
    assert [path.name for path in tmp_path.iterdir()] == ["home"]
