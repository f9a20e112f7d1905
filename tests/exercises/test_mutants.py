"""Tests of the graded tests: they accept right solutions and refuse wrong ones."""

import doctest
import itertools
import re
import runpy
import signal
import types
import warnings
from pathlib import Path

import mutants_1_to_6
import mutants_7_to_12
import pytest

from scalargrad.exercises.folder import HERE, exemplars, solution, stub
from scalargrad.exercises.isolation import TIME_LIMIT, run_tests

EDITS = {**mutants_1_to_6.MUTANTS, **mutants_7_to_12.MUTANTS}
EXERCISES = [path.stem for path in exemplars()]
TESTS = Path(__file__).parent
ALTERNATIVES = sorted((TESTS / "alternatives").glob("ex*.py"))


def names(exercise):
    """The graded tests of an exercise."""
    lines = (HERE / "graded" / f"test_{exercise}.py").read_text(encoding="utf-8").splitlines()
    return [line.removeprefix("def ").partition("(")[0] for line in lines if line.startswith("def test_")]


def failures(exercise, text, folder, time_limit=TIME_LIMIT):
    """The messages for a solution with this text, by the names of the tests it fails."""
    path = folder / f"{exercise}.py"
    path.write_text(text, encoding="utf-8")
    outcomes = run_tests(HERE / "graded" / f"test_{exercise}.py", names(exercise), path, time_limit)
    return {name: outcome.failure for name, outcome in outcomes if outcome.failure}


def source(exercise):
    return (HERE / "exemplars" / f"{exercise}.py").read_text(encoding="utf-8")


def mutated(exercise, *edits):
    """The solution with the last occurrence of each old text replaced, because docstrings have formulas too."""
    text = source(exercise)
    for old, new in zip(edits[::2], edits[1::2]):
        before, found, after = text.rpartition(old)
        assert found, f"{old!r} is not in the solution of {exercise}"
        text = before + new + after
    return text + mutants_1_to_6.HELPERS


def mutants(exercise):
    """The texts of all wrong solutions of an exercise, by what is wrong: edited ones, and those with a wrong function."""
    found = {what: mutated(exercise, *edits) for what, *edits in EDITS[exercise]}
    assert len(found) == len(EDITS[exercise])
    for name in re.findall(r"^def (\w+__\w+)", wrong_functions(exercise), re.MULTILINE):
        found[name] = with_wrong_functions(exercise, name)
    return found


def wrong_functions(exercise):
    path = TESTS / "wrong" / f"wrong_{exercise[:4]}.py"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def with_wrong_functions(exercise, *chosen):
    """The solution with wrong functions in place of right ones."""
    changes = (f"{name.partition('__')[0]} = {name}" for name in chosen)
    return "\n\n".join((solution(source(exercise)), wrong_functions(exercise), *changes))


def is_accepted(tests, text, seconds=1.0):
    """Whether a solution passes these functions, called in this process, which is faster than grading it."""

    def stop(*_):
        raise TimeoutError

    student = types.ModuleType("student")
    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)  # of processor time, whatever else this machine does
    try:
        exec(compile(text, "student", "exec"), vars(student))
        for test in tests:
            test(student)
    except BaseException:  # noqa: BLE001, because wrong solutions raise anything
        return False
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, before)
    return True


@pytest.mark.slow("grades all exercises twice")
@pytest.mark.parametrize("exercise", EXERCISES)
def test_solutions_pass_and_stubs_fail(exercise, tmp_path):
    """The solution passes every test, and the stub fails every test because nothing is written yet."""
    assert failures(exercise, solution(source(exercise)), tmp_path) == {}
    told = failures(exercise, stub(source(exercise)), tmp_path)
    assert list(told) == names(exercise)
    assert all(failure.endswith("is not written yet") for failure in told.values())


@pytest.mark.skipif(not hasattr(signal, "SIGPROF"), reason="this system has no alarm to end endless loops with")
@pytest.mark.slow("runs hundreds of wrong solutions")
@pytest.mark.parametrize("exercise", EXERCISES)
def test_mutants_lose_points(exercise):
    """Every wrong solution fails a test."""
    module = runpy.run_path(str(HERE / "graded" / f"test_{exercise}.py"))
    tests, texts = [module[name] for name in names(exercise)], mutants(exercise)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as in the process that grades
        assert is_accepted(tests, solution(source(exercise)), 60.0)
        assert [what for what, text in texts.items() if is_accepted(tests, text)] == []
    assert len(texts) >= 20


@pytest.mark.everything("all wrong solutions, with all tests, in processes of their own")
@pytest.mark.parametrize("exercise", EXERCISES)
def test_graded_mutants_lose_points(exercise, tmp_path):
    """Every wrong solution fails a test where it is graded, and every test fails for a wrong solution."""
    failed = {what: failures(exercise, text, tmp_path) for what, text in mutants(exercise).items()}
    assert [what for what, told in failed.items() if not told] == []
    assert set(names(exercise)) - set().union(*failed.values()) == set()


# One mistake in each function of exercises 1 to 6, each of a kind that is easily overlooked.
MISTAKES = {
    "ex01_local_rules": (
        "add__by_the_first_number_seen",
        "multiply__as_if_sorted",
        "power__of_small_exponents",
        "exp__nothing_below_minus_5",
        "tanh__in_one_list",
        "relu__small_numbers_are_0",
        "sigmoid__0_below_minus_5",
    ),
    "ex02_forward_pass": (
        "expression__to_six_digits",
        "neuron__by_the_inputs_seen",
        "run__uses_up_the_steps",
    ),
    "ex03_chain_rule": (
        "along_path__turns_the_path_round",
        "over_paths__without_empty_paths",
        "gradients__by_the_first_number_seen",
        "neuron_gradients__flat_beyond_3",
    ),
    "ex04_topological_order": (
        "topological_order__told_apart_by_label",
        "is_topological__two_inputs_at_the_most",
    ),
    "ex05_backward": (
        "push__two_inputs_at_the_most",
        "backward__turns_the_order_round",
    ),
    "ex06_gradient_check": (
        "slope__an_error_is_flat",
        "numerical_gradient__three_numbers_at_the_most",
        "close__nan_to_nan",
        "wrong_derivatives__tolerance_of_a_millionth",
    ),
}


def test_examples_of_local_rules_take_whole_numbers():
    """The examples in the docstrings hold for a solution that returns 1 and 0 where another returns 1.0 and 0.0."""
    edits = (
        ("return x + y, 1.0, 1.0", "return x + y, 1, 1"),
        ("(x, 1.0) if x > 0 else (0.0, 0.0)", "(x, 1) if x > 0 else (0, 0)"),
    )
    student = types.ModuleType("student")
    exec(mutated("ex01_local_rules", *itertools.chain(*edits)), vars(student))
    runner = doctest.DocTestRunner(verbose=False)
    for examples in doctest.DocTestFinder().find(student):
        runner.run(examples)
    assert student.relu(-1.0) == (0, 0) and isinstance(student.relu(-1.0)[0], int)
    assert runner.failures == 0 and runner.tries >= 8


@pytest.mark.slow("grades several solutions")
@pytest.mark.parametrize("exercise", MISTAKES)
def test_mistakes_add_up(exercise, tmp_path):
    """A submission with a mistake in each function loses a point for each of them, or more."""
    module = runpy.run_path(str(HERE / "graded" / f"test_{exercise}.py"))
    points = {
        name: next(mark.args[0] for mark in module[name].pytestmark if mark.name == "points") for name in names(exercise)
    }
    assert sum(points.values()) == 10
    told = failures(exercise, with_wrong_functions(exercise, *MISTAKES[exercise]), tmp_path)
    assert sum(points[name] for name in told) >= len(MISTAKES[exercise])


@pytest.mark.slow("grades many solutions")
@pytest.mark.parametrize("path", ALTERNATIVES, ids=lambda path: path.stem)
def test_other_right_solutions_pass(path, tmp_path):
    """Right solutions written in another way pass every test."""
    (exercise,) = (each for each in EXERCISES if each.startswith(path.stem[:4]))
    assert failures(exercise, path.read_text(encoding="utf-8"), tmp_path) == {}
