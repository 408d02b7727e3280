"""
Pieces of slack induction by string removals that do not depend on what a stop is.

Christiaens & Vanden Berghe (2020), "Slack Induction by String Removals for Vehicle Routing
Problems": short strings of stops near one another leave their routes, and go back one by one to
the best place, where each place is overlooked now and then (a blink). Here are neighbour lists,
how many strings and how long, where a string begins, which stops inside it stay, blinks, and the
acceptance and temperatures of the annealing around it.
"""

# An element of a table is typed as anything, and is a number.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from carecoord.planning.engine.compiled import inlined, njit
from carecoord.planning.engine.random_numbers import below, seeded, unit

Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

BLINK = 0.01
"""Chance that a place is overlooked."""

SKIPS = 4_096
"""Length of a table of distances between blinks; a power of two."""


def neighbours(cost: npt.NDArray[np.integer], count: int) -> Ints:
    """
    Row -> the `count` columns of least cost, cheapest first; a row is its own first where its cost is 0.

    Equal costs are in the order of the columns.
    """
    return np.argsort(cost, axis=1, kind="stable")[:, :count].astype(np.int64)


def skips(seed: int, chance: float = BLINK) -> Ints:
    """
    How many places are looked at between two overlooked ones, drawn once and read in turn.

    A draw for each place would cost more than the look itself.
    """
    rng = seeded(seed + 7_919)
    draws = (math.floor(math.log(unit(rng)) / math.log(1.0 - chance)) for _ in range(SKIPS))
    return np.array(list(draws), dtype=np.int64)


@njit
def string_limit(longest: int, mean_length: float) -> float:
    """Most stops of one string: what a mean route has, at most `longest` (equation 5 of the article)."""
    return max(1.0, min(float(longest), mean_length))


@njit
def string_count(rng: Words, removed: int, limit: float) -> int:
    """How many strings, so that about `removed` stops leave their routes (equations 6 and 7)."""
    most = 4.0 * removed / (1.0 + limit) - 1.0
    return max(1, math.floor(unit(rng) * max(0.0, most) + 1.0))


@njit
def string_length(rng: Words, limit: float, n: int) -> int:
    """Length of a string in a route of `n` stops (equations 8 and 9)."""
    return math.floor(unit(rng) * (min(float(n), limit) - 0.000_001)) + 1


@njit
def string_first(rng: Words, at: int, length: int, n: int) -> int:
    """Position of the first stop of a string with position `at` in it, in a route of `n` stops."""
    low = max(0, at - length + 1)
    high = min(at, n - length)
    return low + below(rng, high - low + 1)


@njit
def kept_inside(rng: Words, length: int, n: int, go_on: float) -> int:
    """How many stops stay in the middle of a split string: one, and another with the chance `go_on`."""
    kept = 1
    while length + kept < n and unit(rng) < go_on:
        kept += 1
    return kept


@inlined
def overlooked(blink: Ints, skip: Ints) -> bool:
    """Whether the next place is overlooked; `blink` holds the places until then and a place in `skip`."""
    if blink[0] > 0:
        blink[0] -= 1
        return False
    blink[1] = (blink[1] + 1) & (SKIPS - 1)
    blink[0] = skip[blink[1]]
    return True


@njit
def accepted(rng: Words, worse: int, temperature: float) -> bool:
    """Whether a solution that costs `worse` more (negative: less) replaces the current one."""
    return worse < -temperature * math.log(unit(rng))


@njit
def cooled(hot: float, cold: float, share: float) -> float:
    """Temperature after a share of the annealing, falling by the same factor in equal times."""
    return hot * (cold / hot) ** share


@njit
def sort_by(keys: Ints, items: Ints, count: int) -> None:
    """Sort the first `count` items by rising keys, in place, stably; for some tens of items."""
    for i in range(1, count):
        key, item = keys[i], items[i]
        j = i - 1
        while j >= 0 and keys[j] > key:
            keys[j + 1], items[j + 1] = keys[j], items[j]
            j -= 1
        keys[j + 1], items[j + 1] = key, item
