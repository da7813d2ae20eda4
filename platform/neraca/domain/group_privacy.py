"""How few people may be told of together: the one floor of every count, median and mean that is told of a group."""

from collections.abc import Sequence

FLOOR = 5
"""People."""


def left_out(sizes: Sequence[int], floor: int) -> set[int]:
    """Places of the groups of fewer than the floor, and of the next smallest as long as those left out are together
    fewer than the floor: they could be told as what is missing from the whole. A group of nobody tells nothing.
    """
    by_size = sorted((at for at, size in enumerate(sizes) if size), key=sizes.__getitem__)
    out = sum(sizes[at] < floor for at in by_size)
    while 0 < sum(sizes[at] for at in by_size[:out]) < floor and out < len(by_size):
        out += 1
    return {*by_size[:out], *(at for at, size in enumerate(sizes) if not size)}
