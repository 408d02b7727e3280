"""
Options of visits, and which visits of one person may meet.
"""

from __future__ import annotations

import msgspec

from carecoord.planning.homecare.overlap import choices, rivals
from carecoord.planning.problem import Option, Pin, Problem
from tests.builders.week import week_problem

H = 3600


def with_options(*windows: tuple[int, int], pin: Pin | None = None) -> Problem:
    """Visits of one person on the first day, an hour each, in windows of hours."""
    base = week_problem(1, workers=3, weekday_visits=8, weekend_visits=2)
    model = base.visits[0]
    visits = [
        msgspec.structs.replace(
            model,
            id=f"v{k}",
            duration_s=H,
            options=[Option(day=0, earliest_s=early * H, latest_s=late * H)],
            pin=pin if k == 0 else None,
        )
        for k, (early, late) in enumerate(windows)
    ]
    return msgspec.structs.replace(base, visits=visits)


def test_windows_that_never_meet_are_no_rivals():
    """A visit that starts by nine is over at ten: one from ten on is free of it."""
    problem = with_options((8, 9), (10, 11))

    assert rivals(problem, choices(problem)) == [[], []]


def test_windows_that_may_meet_are_rivals():
    """A wide window is a rival of both narrow ones, which are none to each other."""
    problem = with_options((8, 9), (8, 16), (12, 13))

    assert rivals(problem, choices(problem)) == [[1], [0, 2], [1]]


def test_a_pin_narrows_the_option():
    """A pinned start is the whole window."""
    problem = with_options((8, 10), pin=Pin(start_s=9 * H))

    assert [(c.early_s, c.late_s) for c in choices(problem)] == [(9 * H, 9 * H)]


def test_a_pin_outside_every_window_leaves_no_option():
    """A start pinned where the visit may not be leaves nothing to the engine."""
    assert choices(with_options((8, 10), pin=Pin(start_s=14 * H))) == []
