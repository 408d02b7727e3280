"""
Needs of generated people: getting up, noon meal, bed-time, comfort; how often, how long, how urgent.

A line is a recurring need of one person at one hour; it becomes one visit on each of its days,
or, for comfort, one visit on one of several days.
"""

from __future__ import annotations

from datetime import date

import msgspec
import numpy as np

from carecoord.kernel.calendar import elapsed_s
from carecoord.planning.problem import Option, Tier, Visit

LEVER, MIDI, COUCHER, CONFORT = "lever", "midi", "coucher", "confort"

PROFILES: tuple[tuple[float, tuple[str, ...]], ...] = (
    (0.26, (LEVER, MIDI, COUCHER)), (0.14, (LEVER, COUCHER)), (0.14, (LEVER, MIDI)),
    (0.04, (LEVER,)), (0.10, (MIDI,)), (0.32, (CONFORT,)),
)  # fmt: skip
"""Share of people, and what each has on a day with care."""

HOURS = {LEVER: (515, 70, 420, 645), MIDI: (720, 30, 660, 795), COUCHER: (1130, 45, 1035, 1215)}
"""Mean, standard deviation, first and last wished hour, minutes after midnight."""

COMFORT_WINDOWS = ((540, 690), (825, 960), (840, 990), (840, 1020))
MINUTES = {LEVER: 38, MIDI: 30, COUCHER: 25, CONFORT: 60}
"""Usual length before it is scaled to the mean asked for."""

WIDTHS, WIDTH_SHARES = (30, 45, 60, 90), (0.1, 0.2, 0.35, 0.35)
URGENCY = {LEVER: 0.1, COUCHER: 0.1, MIDI: 0.4, CONFORT: 1.0}
VITAL_SHARE, IMPORTANT_SHARE = 0.55, 0.85
"""Of all visits, the most urgent; and those up to the next."""

TEAM_SHARE = 0.065
LEAST_MINUTES = 15


class Line(msgspec.Struct, kw_only=True):
    """
    One recurring need.

    Args:
        person: index of the person.
        days: day indices; for comfort, alternatives of one visit.
        wish: wished minute of the day; None for comfort.
        early, late: bounds of the start, minutes of the day.
        urgency: lower is more urgent.
    """

    person: int
    kind: str
    days: list[int]
    wish: int | None
    early: int
    late: int
    urgency: float
    minutes: int
    team_size: int = 1
    skills: list[str] = []
    tier: Tier = "vital"

    @property
    def visits(self) -> int:
        """How many visits it makes."""
        return 1 if self.kind == CONFORT else len(self.days)


def lines(visits: int, days: int, mean_minutes: int, rng: np.random.Generator) -> list[Line]:
    """Needs of as many people as it takes to make exactly so many visits, in order of people."""
    found: list[Line] = []
    missing, person = visits, 0
    while missing > 0:
        for line in _of_person(person, days, rng):
            if missing > 0:
                line.days = line.days if line.kind == CONFORT else line.days[:missing]
                missing -= line.visits
                found.append(line)
        person += 1
    _scale(found, mean_minutes, rng)
    _rank(found)
    _pair(found, rng)
    return found


def dated(line: Line, rank: int, first_day: date) -> list[Visit]:
    """The visits of a line; who comes is told later."""

    def option(day: int) -> Option:
        on = date.fromordinal(first_day.toordinal() + day)
        wish_s = None if line.wish is None else elapsed_s(first_day, on, line.wish)
        return Option(
            day=day,
            earliest_s=elapsed_s(first_day, on, line.early),
            latest_s=elapsed_s(first_day, on, line.late),
            preferred_s=wish_s,
        )

    choices = [line.days] if line.kind == CONFORT else [[day] for day in line.days]
    return [
        Visit(
            id=f"v{rank}-{number}",
            person=f"p{line.person + 1}",
            place=f"d{line.person + 1}",
            tier=line.tier,
            duration_s=line.minutes * 60,
            team_size=line.team_size,
            skills=line.skills,
            essential=line.kind != CONFORT,
            options=[option(day) for day in chosen],
            series=f"s{rank}",
        )
        for number, chosen in enumerate(choices, 1)
    ]


def _of_person(person: int, days: int, rng: np.random.Generator) -> list[Line]:
    """What one person needs over the horizon."""
    profile = PROFILES[rng.choice(len(PROFILES), p=[share for share, _ in PROFILES])][1]
    on = _days(len(profile), days, rng)
    found = []
    for kind in profile:
        if kind == CONFORT:
            found += _comfort(person, days, rng)
            continue
        mean, spread, first, last = HOURS[kind]
        wish = round(min(last, max(first, rng.normal(mean, spread))) / 5) * 5
        before = int(rng.choice(WIDTHS, p=WIDTH_SHARES)) // 10 * 5
        found.append(
            Line(
                person=person,
                kind=kind,
                days=on,
                wish=wish,
                early=wish - before,
                late=wish + before,
                urgency=URGENCY[kind] + 0.2 * (3 - len(profile)) + rng.normal(0.0, 0.12),
                minutes=MINUTES[kind],
                skills=["toilette"] if kind != MIDI and rng.random() < 0.7 else [],
            )
        )
    return found


def _days(needs: int, days: int, rng: np.random.Generator) -> list[int]:
    """Every day, working days, or some of them; the more a person needs, the more days."""
    if days == 1:
        return [0]
    weekend = rng.random() < {3: 0.6, 2: 0.35}.get(needs, 0.15)
    kept = set(range(7)) if weekend else set(range(5))
    if needs == 1 and rng.random() < 0.5:
        kept -= {int(day) for day in rng.choice(5, size=2, replace=False)}
    return [day for day in range(days) if day % 7 in kept]


def _comfort(person: int, days: int, rng: np.random.Generator) -> list[Line]:
    """One or two visits in each week, each on one of two or three working days."""
    found = []
    for week in range(-(-days // 7)):
        for _ in range(int(rng.integers(1, 3)) if days > 1 else 1):
            working = list(range(7 * week, min(days, 7 * week + 5)))
            chosen = rng.permutation(working)[: int(rng.integers(2, 4))].tolist()
            early, late = COMFORT_WINDOWS[int(rng.integers(len(COMFORT_WINDOWS)))]
            found.append(
                Line(
                    person=person,
                    kind=CONFORT,
                    days=sorted(chosen) or [days - 1],
                    wish=None,
                    early=early,
                    late=late,
                    urgency=URGENCY[CONFORT] + rng.normal(0.0, 0.12),
                    minutes=MINUTES[CONFORT],
                )
            )
    return found


def _scale(found: list[Line], mean_minutes: int, rng: np.random.Generator) -> None:
    """Lengths in steps of five minutes whose mean over visits is the one asked for."""
    count = sum(line.visits for line in found)
    factor = mean_minutes * count / sum(line.minutes * line.visits for line in found)
    for line in found:
        drawn = line.minutes * factor * rng.uniform(0.75, 1.25)
        line.minutes = max(LEAST_MINUTES, round(drawn / 5) * 5)
    over = sum(line.minutes * line.visits for line in found) - mean_minutes * count
    for index in rng.permutation(len(found)).tolist():
        step = -5 if over > 0 else 5
        line = found[index]
        if abs(over) >= 5 * line.visits and line.minutes + step >= LEAST_MINUTES:
            line.minutes += step
            over += step * line.visits


def _rank(found: list[Line]) -> None:
    """Tiers by urgency, in fixed shares of the visits."""
    count, done = sum(line.visits for line in found), 0
    for line in sorted(found, key=lambda item: item.urgency):
        share = done / count
        line.tier = "vital" if share < VITAL_SHARE else "important" if share < IMPORTANT_SHARE else "comfort"
        done += line.visits


def _pair(found: list[Line], rng: np.random.Generator) -> None:
    """Some of the most urgent visits need two aides who can lift."""
    missing = TEAM_SHARE * sum(line.visits for line in found)
    able = [line for line in found if line.kind in (LEVER, COUCHER) and line.tier == "vital"]
    for index in rng.permutation(len(able)).tolist():
        line = able[index]
        if missing >= line.visits:
            line.team_size = 2
            line.skills = sorted({*line.skills, "lever_personne"})
            missing -= line.visits
