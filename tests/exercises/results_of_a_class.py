"""Results of a class, written by hand, with what a name or a message may have in it."""

EVIL = "</pre><script>alert('1')</script>\"&amp;"


def graded(name, number, failed=(), remarks=(), hidden=(), untried=()):
    """The results of a submission: tests of two points each, of which these fail, by their name and what is said."""
    tests = []
    for test in ("ex01_a: one", "ex01_a: two", "ex02_b: three"):
        said = dict(failed).get(test, "")
        tests.append(
            {
                "name": test,
                "score": 0 if said else 2,
                "max_score": 2,
                "status": "failed" if said else "passed",
                "output": said,
                "visibility": "hidden" if test in hidden else "visible",
                "tags": [test.partition(":")[0]],
                "extra_data": {"tried": test not in untried},
            }
        )
    about = {"submission": f"{name}_{number}" if number else name, "name": name, "id": number, "remarks": list(remarks)}
    score = sum(test["score"] for test in tests)
    output = "\n".join(["graded exercises: 2 in the folder itself", *remarks])
    return {"score": score, "max_score": 4, "output": output, "visibility": "visible", "tests": tests, "extra_data": about}


def by_key(*found):
    return {each["extra_data"]["submission"]: each for each in found}
