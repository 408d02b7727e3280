"""
Seeded weeks of home help, like those of a real service: for tests and measurements of the engine.

Two services share three places, one dense and two rural. Travel is the great circle with
a detour and a speed by density, in whole minutes.
"""

from __future__ import annotations

import math
import random
from datetime import date, timedelta
from typing import NamedTuple

from carecoord.planning.matrix import Matrix
from carecoord.planning.problem import (
    Day,
    History,
    Interval,
    Option,
    Person,
    Place,
    Problem,
    Regime,
    Visit,
    Worker,
)
from carecoord.planning.rules.parameters import regime_for

MONDAY = date(2026, 11, 23)
DAY_S = 86_400


class Town(NamedTuple):
    """A place with its share of people, its spread and its roads."""

    lat: float
    lon: float
    share: float
    spread_km: float
    detour: float
    kmh: float
    fixed_s: int


TOWNS = (
    Town(48.697, 2.504, 0.6, 2.0, 1.40, 20, 180),
    Town(48.267, 2.683, 0.2, 4.5, 1.30, 48, 60),
    Town(48.504, 2.793, 0.2, 4.5, 1.30, 48, 60),
)


class Spot(NamedTuple):
    """A point and the town that it belongs to."""

    lat: float
    lon: float
    town: int


class Pattern(NamedTuple):
    """A recurring need: name, hours of the window, minutes, tier, skill, days of the week."""

    name: str
    opens_h: float
    closes_h: float
    minutes: int
    tier: str
    skill: str | None
    days: tuple[int, ...]
    loose: bool = False
    team: int = 1


ALL = (0, 1, 2, 3, 4, 5, 6)
WEEK = (0, 1, 2, 3, 4)


def week_problem(
    seed: int = 1,
    *,
    workers: int = 65,
    weekday_visits: int = 350,
    weekend_visits: int = 150,
    weeks: int = 1,
    sap_share: float = 0.3,
    monday: date = MONDAY,
) -> Problem:
    """
    One to four weeks of a service.

    Args:
        seed: everything random follows from it.
        workers: number of aides.
        weekday_visits, weekend_visits: visits on each day from Monday to Friday and on the two others.
        sap_share: share of aides under IDCC 3127, the others under IDCC 2941.
    """
    rng = random.Random(seed)
    days = [
        Day(date=monday + timedelta(days=k), starts_s=k * DAY_S, ends_s=(k + 1) * DAY_S)
        for k in range(7 * weeks)
    ]
    homes = [_spot(rng) for _ in range(workers)]
    needs, spots = _needs(rng, weekday_visits, weekend_visits)
    staff = [_worker(rng, k, weeks, sap_share) for k in range(workers)]
    places = [Place(id=f"h{k}", lat=s.lat, lon=s.lon) for k, s in enumerate(homes)]
    places += [Place(id=f"p{k}", lat=s.lat, lon=s.lon) for k, s in enumerate(spots)]
    everyone = homes + spots
    seconds, metres = _roads(everyone)
    persons, visits = _demand(rng, needs, weeks, staff, [row[:workers] for row in seconds[workers:]])
    return Problem(
        days=days,
        places=places,
        matrices=[Matrix(mode="car", provider="great_circle", seconds=seconds, metres=metres)],
        regimes=regimes(monday),
        workers=staff,
        persons=persons,
        visits=visits,
    )


def regimes(on: date = MONDAY) -> list[Regime]:
    """The three regimes as they stand on a day."""
    return [regime_for(key, on) for key in ("BAD_2941", "SAP_3127", "FPT")]


def _spot(rng: random.Random) -> Spot:
    town = rng.choices(range(len(TOWNS)), [t.share for t in TOWNS])[0]
    t = TOWNS[town]
    north, east = rng.gauss(0, t.spread_km / 2), rng.gauss(0, t.spread_km / 2)
    return Spot(t.lat + north / 111.2, t.lon + east / (111.2 * math.cos(math.radians(t.lat))), town)


def _roads(spots: list[Spot]) -> tuple[list[list[int]], list[list[int]]]:
    seconds, metres = [], []
    for a in spots:
        row_s, row_m = [], []
        for b in spots:
            if a is b:
                row_s.append(0)
                row_m.append(0)
                continue
            one, two = TOWNS[a.town], TOWNS[b.town]
            north = (a.lat - b.lat) * 111_200
            east = (a.lon - b.lon) * 111_200 * math.cos(math.radians(a.lat))
            road = math.hypot(north, east) * (one.detour + two.detour) / 2
            pace = (3.6 / one.kmh + 3.6 / two.kmh) / 2
            row_s.append(math.ceil((road * pace + (one.fixed_s + two.fixed_s) / 2) / 60) * 60)
            row_m.append(round(road))
        seconds.append(row_s)
        metres.append(row_m)
    return seconds, metres


def _needs(
    rng: random.Random, weekday_visits: int, weekend_visits: int
) -> tuple[list[list[Pattern]], list[Spot]]:
    """Patterns of each person until the wanted number of visits a day is reached."""
    needs: list[list[Pattern]] = []
    weekend, weekday = 0, [0] * 5
    while weekend < weekend_visits:
        mine = _daily(rng)[: weekend_visits - weekend]
        weekend += len(mine)
        weekday = [count + len(mine) for count in weekday]
        needs.append(mine)
    while min(weekday) < weekday_visits:
        mine = []
        for pattern in _weekly(rng, weekday, weekday_visits):
            mine.append(pattern)
            for day in pattern.days:
                weekday[day] += 1
        needs.append(mine)
    return needs, [_spot(rng) for _ in needs]


def _daily(rng: random.Random) -> list[Pattern]:
    team = 2 if rng.random() < 0.11 else 1
    opens = rng.choice((7.0, 7.25, 7.5, 8.0, 8.5))
    mine = [
        Pattern(
            "lever", opens, opens + 1.5, rng.choice((30, 45, 45, 60)), "vital", "toilette", ALL, team=team
        )
    ]
    if rng.random() < 0.5:
        mine.append(Pattern("midi", 11.5, 12.75, rng.choice((30, 30, 45)), "important", None, ALL))
    if rng.random() < 0.6:
        opens = rng.choice((17.5, 18.0, 18.5))
        mine.append(
            Pattern(
                "coucher", opens, opens + 1.5, rng.choice((20, 30, 45)), "vital", "toilette", ALL, team=team
            )
        )
    return mine


def _weekly(rng: random.Random, counts: list[int], wanted: int) -> list[Pattern]:
    free = [day for day in range(5) if counts[day] < wanted]
    kind = rng.random()
    if kind < 0.35 and len(free) >= 1:
        opens = rng.choice((8.0, 8.5, 9.0, 13.5, 14.0))
        days = tuple(sorted(rng.sample(free, min(len(free), rng.choice((1, 1, 2))))))
        minutes = rng.choice((60, 90, 120))
        return [Pattern("menage", opens, opens + 2.5, minutes, "comfort", None, days, loose=len(days) == 1)]
    if kind < 0.6:
        days = tuple(sorted(rng.sample(free, min(len(free), 3))))
        opens = rng.choice((8.0, 8.5, 9.0, 9.5))
        team = 2 if rng.random() < 0.08 else 1
        return [
            Pattern(
                "toilette",
                opens,
                opens + 2,
                rng.choice((30, 45, 60)),
                "important",
                "toilette",
                days,
                team=team,
            )
        ]
    if kind < 0.8:
        return [Pattern("repas", 11.5, 13, rng.choice((20, 30, 30, 45)), "important", None, tuple(free))]
    if kind < 0.9:
        return [Pattern("passage", 16.5, 19, 20, "important", None, tuple(free))]
    days = tuple(sorted(rng.sample(free, min(len(free), 2))))
    return [Pattern("courses", 9.5, 17, 60, "comfort", None, days)]


def _worker(rng: random.Random, index: int, weeks: int, sap_share: float) -> Worker:
    full = rng.random() < 0.3
    contract_h = 35 if full else rng.choice((20, 24, 24, 26, 28, 30))
    regime = "SAP_3127" if rng.random() < sap_share else "BAD_2941"
    early, late = rng.choice(((7.0, 20.5), (7.0, 20.5), (7.0, 20.5), (7.0, 15.0), (8.0, 18.0), (7.5, 20.0)))
    off = rng.choice((None, None, 2, 4, 0))
    weekend = rng.random() < 0.75
    worked_sunday = rng.random() < 0.45
    sick = rng.random() < 0.04
    shifts = []
    for day in range(7 * weeks):
        weekday = day % 7
        if sick or weekday == off or (weekday > 4 and not weekend):
            continue
        if weekday > 4 and (worked_sunday + day // 7) % 2 == 1:
            continue
        start, end = day * DAY_S + int(early * 3600), day * DAY_S + int(late * 3600)
        shifts.append(Interval(start_s=start, end_s=end))
    past = [True] * 5 + [worked_sunday] * 2
    if off is not None:
        past[off] = False
    return Worker(
        id=f"a{index:02d}",
        regime=regime,
        contract_s=contract_h * 3600,
        part_time=not full,
        skills=["toilette"] if rng.random() < 0.7 else [],
        start_place=f"h{index}",
        end_place=f"h{index}",
        shifts=shifts,
        history=History(
            worked_days=past * 2,
            worked_sundays=[not worked_sunday, worked_sunday],
            last_end_s=-4 * 3600 if worked_sunday else None,
        ),
    )


def _demand(
    rng: random.Random,
    needs: list[list[Pattern]],
    weeks: int,
    staff: list[Worker],
    far: list[list[int]],
) -> tuple[list[Person], list[Visit]]:
    persons, visits = [], []
    for p, patterns in enumerate(needs):
        nearest = sorted(range(len(staff)), key=lambda w: far[p][w])[:10]
        known = {
            staff[w].id: rng.randint(1, 20) for w in rng.sample(nearest, min(len(nearest), rng.randint(2, 5)))
        }
        most = rng.choice((None, 4, 5, 6))
        persons.append(Person(id=f"p{p}", known=known, faces_max=most, frail=rng.random() < 0.9))
        refused = [staff[rng.choice(nearest)].id] if rng.random() < 0.05 else []
        wanted = sorted(known)[:2] if rng.random() < 0.15 else []
        for pattern in patterns:
            days = (week * 7 + d for week in range(weeks) for d in pattern.days)
            visits.extend(_visit(rng, p, pattern, day, refused, wanted) for day in days)
    return persons, visits


def _visit(
    rng: random.Random, person: int, pattern: Pattern, day: int, refused: list[str], wanted: list[str]
) -> Visit:
    opens, closes = int(pattern.opens_h * 3600), int(pattern.closes_h * 3600)
    on = [day]
    if pattern.loose:
        on = sorted({day, day - day % 7 + rng.randrange(5)})
    wish = opens + (closes - opens) // 600 * 300 if rng.random() < 0.7 else None
    options = [
        Option(
            day=k,
            earliest_s=k * DAY_S + opens,
            latest_s=k * DAY_S + closes,
            preferred_s=None if wish is None else k * DAY_S + wish,
        )
        for k in on
    ]
    return Visit(
        id=f"p{person}-{pattern.name}-{day}",
        person=f"p{person}",
        place=f"p{person}",
        tier=pattern.tier,  # type: ignore[arg-type]
        duration_s=pattern.minutes * 60,
        team_size=pattern.team,
        skills=[pattern.skill] if pattern.skill else [],
        refused=[w for w in refused if w not in wanted],
        wanted=wanted,
        options=options,
        series=f"p{person}-{pattern.name}",
    )
