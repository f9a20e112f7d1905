"""Tests of the agenda: which steps run together."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

agenda = pytest.importorskip("scalargrad.program.agenda").agenda


@given(st.data())
def test_steps_come_after_what_they_need(data):
    """Every step comes once, after all that it needs, together with steps of its own kind."""
    count = data.draw(st.integers(0, 30))
    kinds = [data.draw(st.integers(0, 3)) for _ in range(count)]
    pairs = [
        (maker, user) for user in range(1, count) for maker in data.draw(st.lists(st.integers(0, user - 1), max_size=4))
    ]
    together = list(agenda(kinds, [maker for maker, _ in pairs], [user for _, user in pairs]))
    when = {step: time for time, steps in enumerate(together) for step in steps}
    assert sorted(step for steps in together for step in steps) == list(range(count))
    assert all(when[maker] < when[user] for maker, user in pairs)
    assert all(len({kinds[step] for step in steps}) == 1 for steps in together)


def test_what_others_wait_for_goes_first():
    """Steps wait for more of their kind, while the steps run that the longest way to the end begins with."""
    # The steps of kind 1 that are ready wait for the end of a chain of kind 0.
    assert list(agenda([1, 0, 0, 1, 1], [1, 2], [2, 3])) == [[1], [2], [0, 4, 3]]


def test_a_long_chain_takes_no_longer_beside_many_steps():
    """The time grows with the number of steps, not with its square."""
    chain, others = 20_000, 20_000
    start = time.process_time()
    together = list(agenda([0] * chain + [1] * others, range(chain - 1), range(1, chain)))
    assert time.process_time() - start < 2
    assert len(together) == chain + 1
