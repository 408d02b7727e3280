"""
Aides of generated problems: contracts, skills, working days, split and half days, weekends in turn.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from carecoord.kernel.calendar import elapsed_s
from carecoord.planning.problem import History, Interval, Worker

REGIME = "BAD_2941"
HOUR_S = 3600
CONTRACT_HOURS, CONTRACT_SHARES = (35, 30, 28, 24), (0.3, 0.25, 0.2, 0.25)
PATTERNS: tuple[tuple[float, tuple[tuple[int, int], ...]], ...] = (
    (0.25, ((405, 795), (975, 1125))), (0.42, ((450, 795), (990, 1230))),
    (0.15, ((405, 870),)), (0.08, ((690, 1245),)), (0.10, ((450, 1050),)),
)  # fmt: skip
"""Share of aides and their stretches of work, minutes of the day: split days and half days."""

USUAL = 0.8
"""How often an aide works the usual pattern; other days are drawn anew."""

WEEKEND_SHARE = 0.45
SKILLS = (("toilette", 0.9), ("lever_personne", 0.5), ("repas", 0.8))


def aides(count: int, days: int, first_day: date, rng: np.random.Generator) -> list[Worker]:
    """So many aides, `a1`…, who live at `h1`…; on a single day all are present."""
    return [_aide(index, days, first_day, rng) for index in range(count)]


def _aide(index: int, days: int, first_day: date, rng: np.random.Generator) -> Worker:
    hours = int(rng.choice(CONTRACT_HOURS, p=CONTRACT_SHARES))
    weekend = index % 2 == 0 if days > 7 else rng.random() < WEEKEND_SHARE
    shifts = [
        shift
        for day in _present(days, hours, weekend, rng)
        for shift in _shifts(day, first_day, _usual(index), rng)
    ]
    return Worker(
        id=f"a{index + 1}",
        regime=REGIME,
        contract_s=hours * HOUR_S,
        part_time=hours < 35,
        skills=[skill for skill, share in SKILLS if rng.random() < share],
        start_place=f"h{index + 1}",
        end_place=f"h{index + 1}",
        shifts=shifts,
        history=History(worked_sundays=[not weekend and bool(rng.random() < 0.8)]),
    )


def _usual(index: int) -> int:
    """The pattern of an aide: shares are kept exactly, spread evenly over the territory."""
    place = (index * 0.618034) % 1.0
    total = 0.0
    for number, (share, _) in enumerate(PATTERNS):
        total += share
        if place < total:
            return number
    return len(PATTERNS) - 1


def _present(days: int, hours: int, weekend: bool, rng: np.random.Generator) -> list[int]:
    """Working days: five a week, four for the shortest contracts; with a weekend, days off before it."""
    if days == 1:
        return [0]
    most = 4 if hours <= 24 else 5
    found: list[int] = []
    for week in range(-(-days // 7)):
        on = weekend if week % 2 == 0 else not weekend
        weekdays = rng.permutation(5)[: most - 2 if on else most].tolist()
        chosen = sorted(weekdays) + ([5, 6] if on else [])
        found += [7 * week + day for day in chosen if 7 * week + day < days]
    return found


def _shifts(day: int, first_day: date, usual: int, rng: np.random.Generator) -> list[Interval]:
    number = usual if rng.random() < USUAL else int(rng.integers(len(PATTERNS)))
    on = date.fromordinal(first_day.toordinal() + day)
    return [
        Interval(start_s=elapsed_s(first_day, on, begin), end_s=elapsed_s(first_day, on, end))
        for begin, end in PATTERNS[number][1]
    ]
