"""
`weekly_rest` as constraints on chosen rounds: in each week a day off with enough rest around it.

A rest that lies otherwise, for instance between an early end and a late start without a day
off, is not looked for; a week that has such a rest now stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable

from ortools.sat.python import cp_model

from carecoord.planning.engine import layout as lay
from carecoord.planning.engine.cpsat_rules import Choices, Sum, day_of, worked, works_now
from carecoord.planning.engine.layout import BIG

Gap = Callable[[int, int], int]
"""Rest that counts between an end and a start, in seconds."""


def weekly_rest(m: Choices, w: int) -> None:
    """Every week of the horizon for one aide."""
    need = int(m.d.worker[w, lay.W_WEEK_REST])
    if need >= BIG:
        return
    days = m.d.day.shape[0]
    for week in range(m.d.cap.shape[2]):
        inside = [day for day in range(days) if m.d.day[day, lay.D_WEEK] == week]
        near = [w * days + day for day in range(max(0, inside[0] - 1), min(days, inside[-1] + 2))]
        if any(m.free(r) for r in near):
            _rest_of_week(m, w, inside, near)


def _rest_of_week(m: Choices, w: int, inside: list[int], near: list[int]) -> None:
    d = m.d
    if any(not works_now(m, w, -k) for k in range(1, int(d.day[inside[0], lay.D_WEEK_BEFORE]) + 1)):
        return  # not judged: see `weekly.rest_within`
    need, over = int(d.worker[w, lay.W_WEEK_REST]), int(d.worker[w, lay.W_OVER_BORDER])
    opens, closes = int(d.day[inside[0], lay.D_WEEK_START]), int(d.day[inside[0], lay.D_WEEK_END])
    if closes - int(d.day[inside[-1], lay.D_END]) + over >= need:
        return  # what is left of the week after the horizon is free

    def gap(last: int, first: int) -> int:
        return min(first - last, min(first, closes) - max(last, opens) + over)

    possible = [day for day in inside if gap(_free_from(m, w, day), _free_until(m, day)) >= need]
    if not any(_rests_now(m, w, day, gap, need) for day in possible):
        for r in near:
            m.keep(r)
        return
    off = {day: m.model.new_bool_var("") for day in possible}
    m.model.add_bool_or(list(off.values()))
    for day, x in off.items():
        _rest_around(m, w, day, x, gap)


def _free_from(m: Choices, w: int, day: int) -> int:
    """End of the work before a day off, if the day before is off too."""
    return int(m.d.day[day - 1, lay.D_START]) if day > 0 else int(m.d.worker[w, lay.W_PAST_END])


def _free_until(m: Choices, day: int) -> int:
    """Start of the work after a day off, if the day after is off too."""
    return int(m.d.day[day + 1, lay.D_END]) if day + 1 < m.d.day.shape[0] else BIG


def _rests_now(m: Choices, w: int, day: int, gap: Gap, need: int) -> bool:
    if works_now(m, w, day):
        return False
    last, first = _free_from(m, w, day), _free_until(m, day)
    r = w * m.d.day.shape[0] + day
    if day > 0 and works_now(m, w, day - 1):
        last = int(m.best.rounds[r - 1, lay.R_LAST])
    if works_now(m, w, day + 1):
        first = int(m.best.rounds[r + 1, lay.R_FIRST])
    return gap(last, first) >= need


def _rest_around(m: Choices, w: int, day: int, off: Sum, gap: Gap) -> None:
    """Where `off` is chosen the day is not worked, and rounds on both sides leave the rest."""
    need, free_from, free_until = (
        int(m.d.worker[w, lay.W_WEEK_REST]),
        _free_from(m, w, day),
        _free_until(m, day),
    )
    total = cp_model.LinearExpr.sum
    m.model.add(total([off, worked(m, w, day)]) <= 1)
    before = day_of(m, w, day - 1) if day > 0 else []
    after = day_of(m, w, day + 1) if day + 1 < m.d.day.shape[0] else []
    soon = [x for b, x in after if gap(free_from, b.first) < need]
    if soon:
        m.model.add(total([off, *soon]) <= 1)
    for level in sorted({a.last for a, _ in before}):
        late = [x for a, x in before if a.last >= level]
        if gap(level, free_until) < need:
            m.model.add(total([off, *late]) <= 1)
            continue
        short = [x for b, x in after if gap(level, b.first) < need]
        if short:
            m.model.add(total([off, *late, *short]) <= 2)
