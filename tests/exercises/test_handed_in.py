"""Tests of what a class has handed in: which files are whose."""

import os
import sys

import pytest

from scalargrad.exercises.handed_in import Submission, digest, file_name, printable, submissions


def found(folder, *names):
    """The submissions in a folder with these files and folders, by key, and what is nobody's."""
    for name in names:
        path = folder / name.rstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir() if name.endswith("/") else path.write_text("")
    own, nobodys = submissions(folder)
    return {each.key: each for each in own}, nobodys


def called(submission):
    return [name for name, _ in submission.parts]


@pytest.mark.parametrize(
    ("name", "key", "part"),
    [
        ("Ada Lovelace_12345_assignsubmission_file_/", ("Ada Lovelace", "12345"), ""),
        ("Ada Lovelace_12345_assignsubmission_file/", ("Ada Lovelace", "12345"), ""),
        ("Ada Lovelace_12345_assignsubmission_file_ex01_a.py", ("Ada Lovelace", "12345"), "ex01_a.py"),
        ("Gruppe 1-Ada_de_L_7_assignsubmission_file_hw.zip", ("Gruppe 1-Ada_de_L", "7"), "hw.zip"),
        ("lovelaceada_123_4567_ex01_a.py", ("lovelaceada", "123"), "ex01_a.py"),
        ("lovelaceada_LATE_123_4567_ex01_a-2.py", ("lovelaceada", "123"), "ex01_a-2.py"),
        ("Ada Lovelace/", ("Ada Lovelace", ""), ""),
        ("ada_1_2_x/", ("ada_1_2_x", ""), ""),
        ("Ada Lovelace.zip", ("Ada Lovelace", ""), "Ada Lovelace.zip"),
        ("ada.ZIP", ("ada", ""), "ada.ZIP"),
    ],
)
def test_names(name, key, part, tmp_path):
    """The student's name and number are read from the names that Moodle, Canvas and lecturers give."""
    own, nobodys = found(tmp_path, name)
    (submission,) = own.values()
    assert (submission.name, submission.id) == key and called(submission) == [part] and nobodys == []


def test_files_of_one_student_are_one_submission(tmp_path):
    """Flat files of a student, and a zip beside its folder, are one submission; namesakes are two."""
    moodle = [f"Ada_{number}_assignsubmission_file_{name}" for number, name in ((1, "a.py"), (1, "b.py"), (2, "a.py"))]
    own, nobodys = found(tmp_path, *moodle, "bob/", "bob.zip", "eve_3_4_a.py", "eve_LATE_3_5_b.py")
    parts = {key: called(each) for key, each in own.items()}
    assert parts == {"Ada_1": ["a.py", "b.py"], "Ada_2": ["a.py"], "bob": ["", "bob.zip"], "eve_3": ["a.py", "b.py"]}
    assert nobodys == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="other systems have no such files")
def test_what_is_nobodys(tmp_path):
    """Other files, pipes and links to nothing are named and not opened; hidden files are not even named."""
    os.mkfifo(tmp_path / "pipe.zip")
    (tmp_path / "gone").symlink_to("nowhere")
    (tmp_path / "self").symlink_to("self")
    own, nobodys = found(tmp_path, "ada/", "notes.txt", ".DS_Store", ".hidden/")
    assert list(own) == ["ada"] and nobodys == ["gone", "notes.txt", "pipe.zip", "self"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_keys_can_be_printed(tmp_path):
    """A name that is not UTF-8, or has control characters, becomes a key that can be printed and written."""
    os.mkdir(os.fsencode(tmp_path) + b"/M\xfcller")
    os.mkdir(tmp_path / "a\nb")
    own, _ = found(tmp_path)
    assert list(own) == ["M\\xfcller", "a\\nb"] and all(key.isprintable() and key.encode() for key in own)


@pytest.mark.parametrize("key", ["ada", "n" * 250, "ü" * 200, "a/b", "a:b", "a\\nb", printable("=1+2")])
def test_names_of_files(key):
    """The file of a submission has a name that every system takes, and no two keys the same."""
    name = file_name(key)
    assert len(os.fsencode(name)) <= 200 and not set(name) & set('/\\:*?"<>|')
    assert file_name(f"{key}.") != name and (name == key) == (key in ("ada", "=1+2"))


def test_what_a_digest_depends_on(tmp_path):
    """A submission has changed when any file of its own has: its text, its name, or that it is there."""
    (tmp_path / "a").mkdir()
    submission = Submission("a", "a", "", (("", tmp_path / "a"),))
    seen = [digest(submission)]

    def changed():
        seen.append(digest(submission))
        return seen.count(seen[-1]) == 1

    file = tmp_path / "a" / "data.json"
    file.write_text("1")
    assert changed()
    file.write_text("2")
    assert changed()
    file.rename(file.with_name("other.json"))
    assert changed()
    (tmp_path / "a" / ".git").mkdir()
    (tmp_path / "a" / ".git" / "x").write_text("")
    assert not changed()
