"""Exercises: the engine, written once more by a student, part by part, and graded by pytest.

`exemplars/` has the solutions, from which the stubs are made, and `graded/` the tests; `folder.py` writes both to a folder,
`grading.py` is the plugin of pytest that gives points, which `results.py` shows and saves, and `classroom.py` grades many
submissions. `checking.py` is what graded tests compare with, and `commands.py` the command. Students' code runs in processes
of its own, see `isolation.py`.

What the grading is safe from is accidents. It is no defence against a student who wants to cheat, for the code that is
graded runs with the rights of whoever grades it. Among what it could do:

- read the tests, which lie beside it, and return what they expect; look through the frames of its callers, or the memory of
  its process, for the signature that reports carry, and report that it has passed
- change what the tests use, such as `math.isclose` or the modules of pytest, before they run
- find scalargrad by its path, under another name, and return what it computes
- leave its process group, and go on running after the grading has ended
- read, change and delete files, those of other submissions and the results among them, and use the network

Therefore: grade submissions you do not trust in a container, without a network and with a user that may write nothing but
the results, one container for each submission if they are not to see each other. Gradescope does that. Hidden tests, which a
lecturer adds by `scalargrad grade --tests` with the mark `visibility("hidden")`, show who has written down what the known
ones expect. Memory is not limited on Windows, nor, by its system's choice, always on macOS.
"""
