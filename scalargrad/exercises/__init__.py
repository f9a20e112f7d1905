"""Exercises: students write the engine once more, part by part, and pytest grades it.

`exemplars/` has the solutions, from which the stubs are made, and `graded/` has the tests, which compare results with
`checking.py`. `commands.py` is the command.

For students, `folder.py` writes both to a folder. `grading.py` is the pytest plugin that gives points. Student code runs in
separate processes, see `isolation.py`, or where a debugger is asked for in that of pytest, see `debugging.py`; `loading.py`
reads a student's file, and explains its errors. `results.py` prints and saves the points.

For a class there are three steps, and `classroom.py` takes them for all submissions.

    reading  `handed_in.py` finds the submissions and whose they are. `gathering.py` copies one, and chooses the file of each
             exercise; `own_files.py` says which files are the student's, and `archives.py` unpacks zips.
    running  `running.py` grades one submission in a process of its own.
    writing  `results.py` writes the results of one submission, and `scores.py` those of the class, also for Moodle and
             Canvas. `feedback.py` makes a page for each student, `report.py` one for the lecturer, both from `pages/`.

Elsewhere, `gradescope.py` grades on Gradescope and `github.py` on GitHub, with the files that `packing.py` takes there.

The grading guards against accidents. It does not stop a student who wants to cheat, because the graded code runs with the
rights of whoever grades it. Such code could

- read the tests, which are in a folder it can find, and return what they expect; search the frames of its callers, or the
  memory of its process, for the signature of the reports, and report that it has passed
- change what the tests use, such as `math.isclose` or the modules of pytest, before they run
- find scalargrad by its path, import it under another name, and return what it computes
- leave its process group, and keep running after the grading has ended
- read, change and delete files, including other submissions and the results, and use the network

So grade submissions you do not trust in a container, without a network, as a user that can write only the results. Use one
container per submission if they must not see each other. Gradescope does that. Hidden tests, which a lecturer adds by
`scalargrad grade --tests` with the mark `visibility("hidden")`, show who has written down what the known tests expect.
Memory is not limited on Windows, and not on every macOS.
"""
