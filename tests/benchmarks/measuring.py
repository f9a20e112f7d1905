"""Contenders that take turns, and what is printed of them."""

import importlib.util
import statistics
import time
from collections.abc import Callable
from typing import Any, NamedTuple


class Contender(NamedTuple):
    """What is measured.

    run     what is timed
    result  the numbers that `run` computes or leaves behind, in the order of all contenders
    reset   what happens before each timing, and is not timed
    """

    run: Callable[[], Any]
    result: Callable[[], Any]
    reset: Callable[[], Any] = lambda: None


def seconds(function, times=1):
    """Return the seconds of a call: of the processor, because others may use the machine, and all run on one thread."""
    start = time.process_time()
    for _ in range(times):
        function()
    return (time.process_time() - start) / times


def installed(**makers):
    """Return those makers of contenders whose module is installed, by name; print which is not.

    makers  for each module the name of a contender and what makes it
    """
    found = {}
    for module, (name, make) in makers.items():
        if importlib.util.find_spec(module):
            found[name] = make
        else:
            print(f"  ({name}: {module} is not installed, and not compared)")
    return found


def check(contenders, tolerance=1e-9):
    """Run each contender once from the start, and compare its numbers with the first one's."""
    import numpy

    expected = None
    for name, contender in contenders.items():
        contender.reset()
        contender.run()
        numbers = numpy.array(contender.result(), float)
        expected = numbers if expected is None else expected
        worst = numpy.abs(numbers - expected).max()
        assert worst < tolerance, f"{name} differs by {worst}"


def take_turns(contenders, rounds):
    """Return the seconds of each contender in each round; quick ones run several times a round, unless they are reset."""
    repeats = dict.fromkeys(contenders, 1)
    for name, contender in contenders.items():
        if contender.reset is Contender._field_defaults["reset"]:
            repeats[name] = max(1, int(0.02 / seconds(contender.run)))
    times = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, contender in contenders.items():
            contender.reset()
            times[name].append(seconds(contender.run, repeats[name]))
    return times


def compare(contenders, rounds):
    """Check that the contenders compute the same; return the median seconds of each."""
    check(contenders)
    return {name: statistics.median(each) for name, each in take_turns(contenders, rounds).items()}


def report(title, times, reference, scale=1e3, unit="ms"):
    """Print the times, and how many times as long as the reference each takes."""
    print(title)
    for name, each in times.items():
        print(f"  {name:26} {scale * each:10.4f} {unit}, {each / times[reference]:8.2f} times that of {reference}")
