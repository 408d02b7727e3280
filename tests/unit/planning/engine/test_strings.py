"""
Pieces of string removal: lengths and places stay inside the route, blinks are as rare as said.
"""

from __future__ import annotations

import numpy as np

from carecoord.planning.engine.random_numbers import seeded
from carecoord.planning.engine.strings import (
    accepted,
    cooled,
    kept_inside,
    neighbours,
    overlooked,
    skips,
    sort_by,
    string_count,
    string_first,
    string_length,
    string_limit,
)


def test_neighbours_are_nearest_first() -> None:
    """Row 0 has costs 0, 5, 2, 2: itself, then the two at 2 as they stand, then the one at 5."""
    cost = np.array([[0, 5, 2, 2], [5, 0, 1, 9], [2, 1, 0, 4], [2, 9, 4, 0]])

    near = neighbours(cost, 3)

    assert near[0].tolist() == [0, 2, 3]
    assert near[1].tolist() == [1, 2, 0]


def test_strings_stay_inside_their_route() -> None:
    """For every place in routes of 1 to 12 stops, a string holds that place and ends in the route."""
    rng = seeded(3)
    for n in range(1, 13):
        limit = string_limit(10, 7.5)
        for at in range(n):
            length = string_length(rng, limit, n)
            first = string_first(rng, at, length, n)
            assert 1 <= length <= min(n, 7)
            assert 0 <= first <= at < first + length <= n
            assert 1 <= kept_inside(rng, length, n, 0.5) <= max(1, n - length)


def test_strings_take_out_as_much_as_asked() -> None:
    """Mean strings times mean length: about ten stops for ten asked, with strings of at most nine."""
    rng = seeded(4)
    draws = 20_000

    count = sum(string_count(rng, 10, 9.0) for _ in range(draws)) / draws
    length = sum(string_length(rng, 9.0, 100) for _ in range(draws)) / draws

    # Counts 1 to 3, each as likely; the fourth is out of reach: 4 * 10 / (1 + 9) - 1 = 3. Lengths 1 to 9.
    assert abs(count - 2.0) < 0.05
    assert abs(length - 5.0) < 0.05


def test_one_place_in_a_hundred_is_overlooked() -> None:
    """Over 400,000 places, between 0.9 and 1.1 %."""
    blink = np.zeros(2, dtype=np.int64)
    table = skips(1)

    seen = sum(overlooked(blink, table) for _ in range(400_000))

    assert 3_600 < seen < 4_400


def test_better_is_accepted_and_much_worse_is_not() -> None:
    """At temperature 1, a gain of 1 always passes, a loss of 1 in about e^-1 of the cases, of 100 never."""
    rng = seeded(5)

    assert all(accepted(rng, -1, 1.0) for _ in range(100))
    assert not any(accepted(rng, 100, 1.0) for _ in range(1_000))
    assert abs(sum(accepted(rng, 1, 1.0) for _ in range(20_000)) / 20_000 - 0.3679) < 0.02


def test_temperature_falls_by_equal_factors() -> None:
    """From 100 to 1: 10 halfway."""
    assert cooled(100.0, 1.0, 0.0) == 100.0
    assert abs(cooled(100.0, 1.0, 0.5) - 10.0) < 1e-9
    assert abs(cooled(100.0, 1.0, 1.0) - 1.0) < 1e-9


def test_sort_moves_items_with_their_keys() -> None:
    """Only the first three of four are sorted, equal keys as they stand."""
    keys, items = np.array([5, 2, 2, 0]), np.array([50, 20, 21, 99])

    sort_by(keys, items, 3)

    assert keys.tolist() == [2, 2, 5, 0]
    assert items.tolist() == [20, 21, 50, 99]
