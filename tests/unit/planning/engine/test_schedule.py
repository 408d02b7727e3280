"""
Timing of one round: the quick one of the search, and the exact one of the polish.
"""

from __future__ import annotations

import numpy as np
import pytest

from carecoord.planning.engine import layout as lay
from carecoord.planning.engine.layout import Ints
from carecoord.planning.engine.polish import best_times, tables
from carecoord.planning.engine.schedule import account, evaluate
from carecoord.planning.engine.warm import smallest

H = 3600


def aide(**rules: int) -> Ints:
    """An aide without rules but those given, with the usual prices."""
    line = smallest().worker[0].copy()
    line[lay.W_C_TRAVEL], line[lay.W_C_SPLIT], line[lay.W_C_WISH] = 1800 * 5, 250 * lay.UNIT, 200 * 5
    for name, value in rules.items():
        line[getattr(lay, f"W_{name}")] = value
    return line


def round_of(*stops: tuple[float, float, int, float | None]) -> Ints:
    """Stops of (earliest h, latest h, minutes, wish h), ten minutes of travel between them."""
    buf = np.zeros((lay.STOPS_MAX, lay.B_N), dtype=np.int64)
    for i, (early, late, minutes, wish) in enumerate(stops):
        buf[i, lay.B_EARLY], buf[i, lay.B_LATE] = int(early * H), int(late * H)
        buf[i, lay.B_DURATION] = minutes * 60
        buf[i, lay.B_WISH] = -1 if wish is None else int(wish * H)
        buf[i, lay.B_TOLD] = lay.NOT_TOLD
        buf[i, lay.B_TRAVEL] = 600 if i else 0
    return buf


def timed(buf: Ints, n: int, worker: Ints) -> tuple[list[float], Ints] | None:
    """Start hours and the evaluation, or None where no legal timing was found."""
    out = np.zeros(lay.E_N, dtype=np.int64)
    if not evaluate(buf, n, worker, out):
        return None
    return [round(at / H, 3) for at in buf[:n, lay.B_AT].tolist()], out


def test_a_gap_is_closed_by_starting_later():
    """A first stop free until nine joins a second that opens at ten: no wait is paid."""
    found = timed(round_of((7, 9, 50, None), (10, 11, 30, None)), 2, aide())

    assert found is not None
    starts, out = found
    assert starts == [9.0, 10.0]
    assert out[lay.E_COST] == 0
    assert out[lay.E_WORK] == (50 + 10 + 30) * 60


def test_a_long_gap_is_an_interruption():
    """Morning and evening: one interruption, no wait, and the gap is not work."""
    found = timed(round_of((8, 8, 60, None), (18, 18, 60, None)), 2, aide())

    assert found is not None
    _, out = found
    assert out[lay.E_COST] == 250 * lay.UNIT
    assert out[lay.E_WORK] == (60 + 10 + 60) * 60


def test_wishes_move_a_block_as_a_whole():
    """Two joined stops wishing for 9:00 and 10:10 are there."""
    found = timed(round_of((7, 12, 60, 9), (7, 12, 60, 10 + 1 / 6)), 2, aide())

    assert found is not None
    assert found[0] == [9.0, 10.167]
    assert found[1][lay.E_COST] == 0


def test_a_window_missed_is_refused():
    """A stop that cannot be reached before its window closes makes the round impossible."""
    assert timed(round_of((8, 8, 60, None), (8.5, 9, 30, None)), 2, aide()) is None


def test_too_many_interruptions_are_refused():
    """Three gaps of hours are refused to an aide who may have two interruptions."""
    stops = [(hour, hour, 30, None) for hour in (7, 10, 14, 18)]

    assert timed(round_of(*stops), 4, aide(SPLITS=2)) is None
    assert timed(round_of(*stops), 4, aide(SPLITS=3)) is not None


@pytest.mark.parametrize(("minutes", "warned"), [(179, False), (180, True)])
def test_a_break_is_due_at_six_hours(minutes: int, warned: bool):
    """Two joined stops: 5:59 with travel say nothing, 6:00 without a break warns (L3121-16)."""
    rules = aide(BREAK_AFTER=6 * H, BREAK_MIN=1200)
    found = timed(round_of((7, 7, 170, None), (7, 18, minutes, None)), 2, rules)

    assert found is not None
    assert bool(found[1][lay.E_WARN] & lay.WARN_BREAK) == warned


def test_a_meal_is_half_an_hour_free_in_its_window():
    """Work on both sides of 11:30 to 14:30 warns unless half an hour is free within it."""
    rules = aide(MEAL=1800, MEAL_FROM=int(11.5 * H), MEAL_TO=int(14.5 * H))
    full = [(9 + k, 9 + k, 50, None) for k in range(7)]
    spared = [stop for stop in full if stop[0] != 13]

    crowded, free = timed(round_of(*full), 7, rules), timed(round_of(*spared), 6, rules)

    assert crowded is not None
    assert free is not None
    assert crowded[1][lay.E_WARN] & lay.WARN_MEAL
    assert not free[1][lay.E_WARN] & lay.WARN_MEAL


@pytest.mark.parametrize("seed", range(40))
def test_exact_timing_is_never_dearer(seed: int):
    """On random rounds without rules of the day the exact timing costs at most the quick one."""
    rng = np.random.default_rng(seed)
    stops = []
    for k in range(int(rng.integers(2, 7))):
        early = 7 + 2 * k + int(rng.integers(0, 8)) / 4
        wish = early + int(rng.integers(0, 9)) / 4
        stops.append((early, early + int(rng.integers(0, 13)) / 4, int(rng.integers(2, 7)) * 15, wish))
    buf, n, worker = round_of(*stops), len(stops), aide()
    quick = timed(buf, n, worker)
    out = np.zeros(lay.E_N, dtype=np.int64)

    found = best_times(buf, n, worker, *tables(), 1, 0)

    if quick is not None:
        assert found
        assert account(buf, n, worker, out)
        assert out[lay.E_COST] <= quick[1][lay.E_COST]
        gaps = buf[1:n, lay.B_AT] - buf[: n - 1, lay.B_AT] - buf[: n - 1, lay.B_DURATION]
        assert (gaps >= 600).all()
