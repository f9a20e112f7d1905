"""What a training needs around its loop: the order of the examples, progress to look at, and Ctrl-C."""

import contextlib
import numbers
import random
import signal
import sys
import threading
from array import array
from collections.abc import Callable, Iterator
from typing import Any


def orders(n: int, shuffle: bool, seed: Any, arrays: bool) -> Iterator[array]:
    """Yield the order of the examples in each epoch."""
    if not isinstance(seed, (numbers.Integral, random.Random, type(None))):
        raise TypeError(f"train: a seed is a whole number or a random.Random, got {seed!r}")
    generator = seed if isinstance(seed, random.Random) else random.Random(None if seed is None else int(seed))
    order = array("i", range(n))
    while True:
        if shuffle:  # sorted by random keys, which NumPy does in a quarter of the time of generator.shuffle
            keys = array("Q", generator.randbytes(8 * n))
            if arrays:
                order = array("i", sys.modules["numpy"].argsort(keys, kind="stable").astype("i").tobytes())
            else:
                order = array("i", sorted(range(n), key=keys.__getitem__))
        yield order


@contextlib.contextmanager
def progress_bar(steps: int) -> Iterator[Callable]:
    """Yield a function that shows steps that were taken, and the loss of the last one; without steps it does nothing."""
    if not steps:
        yield lambda count, loss: None
        return
    try:
        from tqdm.auto import tqdm
    except ImportError as error:
        raise RuntimeError("train: progress=True needs tqdm: install it, as in `pip install tqdm`, or omit it") from error
    with tqdm(total=steps, unit=" steps") as bar:

        def show(count, loss):
            bar.set_postfix_str(f"loss {loss:.4g}", refresh=False)
            bar.update(count)

        yield show


@contextlib.contextmanager
def interrupts_held() -> Iterator[list]:
    """Yield a list to which Ctrl-C adds, and let it interrupt after the block, so that nothing is left half done."""
    handler, held = signal.getsignal(signal.SIGINT), list[tuple]()
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield held
        return
    signal.signal(signal.SIGINT, lambda *arguments: held.append(arguments))
    try:
        yield held
    finally:
        signal.signal(signal.SIGINT, handler)
        if held:
            handler(*held[0])
