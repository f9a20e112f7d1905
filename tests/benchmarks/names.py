"""Names, and the numbers that a small language model of them begins with. The standard library alone.

The model has the architecture of Karpathy's microgpt (2026): one layer, 16 wide, with 4 heads of attention; a norm without
parameters, no biases, and a rectifier in between. A token is a letter, or the sign before and after a name.
"""

import random

LETTERS = "abcdefghijklmnopqrstuvwxyz"
EDGE = len(LETTERS)
TOKENS = len(LETTERS) + 1
WIDTH, HEADS = 16, 4
HEAD = WIDTH // HEADS
TINY = 1e-5  # added to the mean square in a norm
LR = 0.01


def names(count, seed=0):
    """Made-up names of 2 to 11 letters, each as its tokens with the sign at both ends."""
    generator = random.Random(seed)
    found = []
    for _ in range(count):
        syllables = [
            generator.choice("bdfghjklmnprstvz") + generator.choice("aeiou")
            for _ in range(generator.choice((1, 2, 2, 3, 4)))
        ]
        name = "".join(syllables) + generator.choice(("", "", "n", "l", "rah"))
        found.append([EDGE, *map(LETTERS.index, name), EDGE])
    return found


def real_tokens(batch, length):
    """How many tokens of these names are predicted, at the positions there are."""
    return sum(min(length, len(name) - 1) for name in batch)


def start(length, seed=42):
    """The matrices in the beginning, by name, each a list of rows: small random numbers."""
    generator = random.Random(seed)
    shapes = {
        "tokens": (TOKENS, WIDTH),
        "positions": (length, WIDTH),
        "query": (WIDTH, WIDTH),
        "key": (WIDTH, WIDTH),
        "value": (WIDTH, WIDTH),
        "mixed": (WIDTH, WIDTH),
        "wide": (4 * WIDTH, WIDTH),
        "narrow": (WIDTH, 4 * WIDTH),
        "letters": (TOKENS, WIDTH),
    }
    return {
        name: [[generator.gauss(0, 0.08) for _ in range(columns)] for _ in range(rows)]
        for name, (rows, columns) in shapes.items()
    }
