"""
Whole random weeks for tests, the same for the same seed: many aides, people and visits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random

from builders.planning import HOUR_S, MONDAY, days_from, regime

from carecoord.planning.matrix import Matrix
from carecoord.planning.problem import (
    Day,
    History,
    Interval,
    Option,
    Person,
    Place,
    Problem,
    Tier,
    Visit,
    Worker,
)

SKILLS = ("lifting", "cooking", "dementia")
TIERS: tuple[Tier, ...] = ("vital", "important", "comfort")
PEAKS_MIN = (8 * 60, 12 * 60, 18 * 60 + 30)
"""Morning, noon and evening, in minutes after midnight."""


def random_week(
    seed: int = 1,
    *,
    aides: int = 12,
    weekday_visits: int = 60,
    weekend_visits: int = 25,
    days: int = 7,
    first: date = MONDAY,
    regimes: Sequence[str] = ("BAD_2941", "SAP_3127", "FPT"),
    team_permille: int = 50,
) -> Problem:
    """
    A week with peaks at morning, noon and evening, some visits for two, some alternatives of day.

    Travel is proportional to distance in a square of 12 km, rounded up to the minute.
    """
    random = Random(seed)
    civil = days_from(first, days)
    people = max(5, weekday_visits // 2)
    points = [(random.uniform(0, 12_000), random.uniform(0, 12_000)) for _ in range(people + aides)]
    workers = [_aide(random, k, people + k, civil, regimes) for k in range(aides)]
    visits: list[Visit] = []
    for index, day in enumerate(civil):
        count = weekend_visits if day.date.weekday() >= 5 else weekday_visits
        visits.extend(
            _visit(random, f"v{index}-{k}", people, index, civil, workers, team_permille)
            for k in range(count)
        )
    return Problem(
        days=civil,
        places=[Place(id=f"p{k}") for k in range(len(points))],
        matrices=[_matrix(points, "car", 10), _matrix(points, "bike", 4)],
        regimes=[regime(key) for key in regimes],
        workers=workers,
        persons=[_person(random, k, workers) for k in range(people)],
        visits=visits,
    )


def _aide(random: Random, number: int, place: int, civil: Sequence[Day], regimes: Sequence[str]) -> Worker:
    part_time = random.random() < 0.6
    off = set(random.sample(range(7), 2))
    start_h, end_h = random.choice(((7, 21), (7, 15), (11, 21), (7, 20)))
    return Worker(
        id=f"w{number:02}",
        regime=regimes[number % len(regimes)],
        contract_s=random.choice((20, 24, 28)) * HOUR_S if part_time else 35 * HOUR_S,
        part_time=part_time,
        skills=sorted(random.sample(SKILLS, random.randint(1, 3))),
        mode="car" if random.random() < 0.8 else "bike",
        start_place=f"p{place}",
        end_place=f"p{place}",
        shifts=[
            Interval(start_s=day.starts_s + start_h * HOUR_S, end_s=day.starts_s + end_h * HOUR_S)
            for index, day in enumerate(civil)
            if index % 7 not in off
        ],
        history=History(worked_days=[False] * 7, worked_sundays=[random.random() < 0.3]),
    )


def _person(random: Random, number: int, workers: Sequence[Worker]) -> Person:
    usual = random.sample(workers, min(3, len(workers)))
    return Person(id=f"h{number}", known={w.id: 5 for w in usual}, faces_max=4, frail=random.random() < 0.8)


def _visit(
    random: Random,
    name: str,
    people: int,
    day: int,
    civil: Sequence[Day],
    workers: Sequence[Worker],
    team_permille: int,
) -> Visit:
    person = random.randrange(people)
    duration_s = random.choice((20, 30, 30, 45, 45, 60, 90, 120)) * 60
    wished_s = (random.choice(PEAKS_MIN) + random.randrange(-60, 90, 15)) * 60
    slack_s = random.choice((15, 30, 60, 120)) * 60
    chosen = [day]
    if duration_s >= 5400 and len(civil) > 1 and random.random() < 0.5:
        chosen.append((day + 1) % len(civil))
    return Visit(
        id=name,
        person=f"h{person}",
        place=f"p{person}",
        tier=random.choice(TIERS),
        duration_s=duration_s,
        team_size=2 if random.randrange(1000) < team_permille else 1,
        skills=[random.choice(SKILLS)] if random.random() < 0.3 else [],
        wanted=[random.choice(workers).id] if random.random() < 0.1 else [],
        refused=[random.choice(workers).id] if random.random() < 0.05 else [],
        options=[
            Option(
                day=item,
                earliest_s=civil[item].starts_s + wished_s - slack_s,
                latest_s=civil[item].starts_s + wished_s + slack_s,
                preferred_s=civil[item].starts_s + wished_s,
            )
            for item in chosen
        ],
    )


def _matrix(points: Sequence[tuple[float, float]], mode: str, metres_per_s: float) -> Matrix:
    metres = [
        [round(1.3 * ((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5) for bx, by in points] for ax, ay in points
    ]
    seconds = [[-(-round(value / metres_per_s) // 60) * 60 for value in row] for row in metres]
    return Matrix(mode=mode, provider="test", seconds=seconds, metres=metres)
