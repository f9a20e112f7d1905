"""A schedule arranged for a processor: the tables that `kernel.c` reads.

Nothing of what is computed changes, only what is computed together. Four weighted sums of the same rows, such as four
neurons, read each row once. The products of four rows with four others are a tile: eight rows are read for 16 products. And
a row whose number is not needed any more is used again, because a small memory is a fast one.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain, count

from scalargrad.program.schedule import INNER, LINEAR, Schedule, product_blocks

LINEAR_4 = -1  # the code of the first of four LINEAR steps of the same rows, which follow one another


class Tables:
    """The tables of a `Schedule`, where the same names are the same tables, except for these:

    steps      in another order: LINEAR steps of the same rows follow one another, and four of them are a LINEAR_4
    products   those that are in no tile
    tiles      18 numbers each: where its rows begin and end, and 16 totals
    tile_rows  eight rows each, x0 to x3 and y0 to y3; the product of xi and yj is part of the tile's total 4 * i + j
    row_count  how many rows there are; each has the numbers of several rows of the schedule, one after another
    """

    def __init__(self, schedule: Schedule) -> None:
        self.invariant_steps, self.offsets = schedule.invariant_steps, schedule.offsets
        self.products, self.tiles, self.tile_rows = _in_tiles(schedule.products)
        self.steps, self.terms = _in_fours(schedule.steps, schedule.terms), array("i", schedule.terms)
        self.broadcast, self.per_example = array("i", schedule.broadcast), array("i", schedule.per_example)
        self.row_count = self._use_rows_again(schedule.input_count, schedule.row_count)

    def _use_rows_again(self, input_count: int, row_count: int) -> int:
        """Give rows other places, and return how many there are.

        It goes backward: a row gets its place at the step that reads it last, and before the one that computes it the place
        is free for others.
        """
        steps, terms, place = self.steps, self.terms, array("i", [-1]) * row_count
        products = [self.products[1::3], self.products[2::3]]
        always = (range(input_count), self.broadcast[::2], self.tile_rows, *products, self.per_example)
        new, free = count(), list[int]()
        for row in dict.fromkeys(chain.from_iterable(always)):
            place[row] = next(new)
        for k in range(len(steps) - 4, -4, -4):
            code, out, x, y = steps[k : k + 4]
            is_sum = code in (LINEAR, LINEAR_4, INNER)
            read = range(2 * x + (code != INNER), 2 * y, 1 if code == INNER else 2) if is_sum else range(k + 2, k + 4)
            table = terms if is_sum else steps
            for i in read:
                row = table[i]
                if place[row] < 0:
                    place[row] = free.pop() if free else next(new)
                table[i] = place[row]
            if place[out] < 0:
                place[out] = free.pop() if free else next(new)
            steps[k + 1] = place[out]
            free.append(place[out])
        self.broadcast[::2], self.per_example = _moved(self.broadcast[::2], place), _moved(self.per_example, place)
        self.tile_rows = _moved(self.tile_rows, place)
        self.products[1::3], self.products[2::3] = (_moved(rows, place) for rows in products)
        return next(new)


def _moved(rows: Iterable[int], place: Sequence[int]) -> array:
    return array("i", map(place.__getitem__, rows))


def _in_fours(steps: array, terms: array) -> array:
    """Return the steps, LINEAR ones of the same rows together, where the first is; there all of their rows are known."""
    first: dict[bytes, int] = {}
    groups: defaultdict[int, list[int]] = defaultdict(list)  # the others, by the first of them
    for k in range(0, len(steps), 4):
        if steps[k] == LINEAR and steps[k + 3] - steps[k + 2] >= 4:
            rows = terms[2 * steps[k + 2] + 1 : 2 * steps[k + 3] : 2].tobytes()
            if first.setdefault(rows, k) != k:
                groups[first[rows]].append(k)
    arranged, begin = array("i"), 0
    for k in sorted((*groups, *chain.from_iterable(groups.values()))):
        arranged.extend(steps[begin:k])
        begin = k + 4
        if k in groups:
            group = [k, *groups[k]]
            for number, each in enumerate(group):
                arranged.extend(steps[each : each + 4])
                if number % 4 == 0 and number + 4 <= len(group):
                    arranged[-4] = LINEAR_4
    return arranged + steps[begin:]


def _in_tiles(products: Sequence[int]) -> tuple[array, array, array]:
    """Return the products that are in no tile, the tiles, and their rows."""
    tiles: defaultdict[tuple[int, ...], array] = defaultdict(lambda: array("i"))  # the rows, by the totals
    rest, headers, rows = array("i"), array("i"), array("i")
    for xs, ys, totals in product_blocks(products):
        high, wide = len(xs) // 4 * 4, len(ys) // 4 * 4
        for i in range(0, high, 4):
            for j in range(0, wide, 4):
                tiles[tuple(total for row in totals[i : i + 4] for total in row[j : j + 4])].extend(
                    xs[i : i + 4] + ys[j : j + 4]
                )
        for i, x in enumerate(xs):
            for j in range(wide if i < high else 0, len(ys)):
                rest.extend((totals[i][j], x, ys[j]))
    for key, each in sorted(tiles.items()):  # totals that lie together are written together
        headers.extend((len(rows) // 8, (len(rows) + len(each)) // 8, *key))
        rows.extend(each)
    return rest, headers, rows
