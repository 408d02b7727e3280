"""
Generated home-help problems of any size, from a seed: for measurements and tests, never for people.

What is drawn follows what providers tell of their weeks: peaks at getting up, noon and bed-time with
windows of half an hour to an hour and a half, some visits for two, comfort visits that may fall
on several days, part-timers with split days. At least 98 % of the visits can be served, with
little to spare. The same arguments give the same problem, byte for byte.
"""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import numpy as np
import numpy.typing as npt

from carecoord.kernel.calendar import day_starts_s, is_public_holiday
from carecoord.planning.bench.generate_ground import doors, homes, nearest, places
from carecoord.planning.bench.generate_needs import Line, dated, lines
from carecoord.planning.bench.generate_team import REGIME, aides
from carecoord.planning.problem import Day, Person, Problem, Visit, Worker
from carecoord.planning.rules.parameters import regime_for
from carecoord.planning.territory import Territory, great_circle_roads, with_roads

MONDAY = date(2027, 1, 11)
"""First day unless told otherwise: an ordinary week without a holiday."""

NEAR_AIDES = 12
REFUSING, WISHING = 0.025, 0.06
"""Shares of people who refuse an aide, and who ask for some."""


class Size(msgspec.Struct, frozen=True, kw_only=True):
    """How much a problem holds: visits, aides, days, and minutes at the door on average."""

    visits: int
    workers: int
    days: int = 1
    mean_minutes: int = 30


PRESETS: dict[str, Size] = {
    "day": Size(visits=350, workers=30),
    "week": Size(visits=2_500, workers=80, days=7, mean_minutes=42),
    "territory": Size(visits=20_000, workers=2_000),
}
"""The sizes that are measured; the last is too big for one matrix (see `generated_territory`)."""


def generated_problem(
    *,
    visits: int,
    workers: int,
    days: int = 1,
    seed: int,
    mean_minutes: int = 30,
    first_day: date = MONDAY,
) -> Problem:
    """
    A problem with its matrix.

    Args:
        visits: exactly so many, over the whole horizon.
        workers: exactly so many aides; on a single day all are present.
        days: 1 to 28.
        mean_minutes: mean length of a visit.
        first_day: first day of the horizon; comfort visits keep to Monday to Friday when it is a Monday.
    """
    size = Size(visits=visits, workers=workers, days=days, mean_minutes=mean_minutes)
    found = generated_territory(size, seed=seed, first_day=first_day)
    return with_roads(found.problem, found.roads)


def generated_territory(size: Size, *, seed: int, first_day: date = MONDAY) -> Territory:
    """The same without a matrix: a problem whose matrices are empty, and its roads."""
    rng = np.random.default_rng([seed, size.visits, size.workers, size.days, size.mean_minutes])
    needs = lines(size.visits, size.days, size.mean_minutes, rng)
    people = needs[-1].person + 1 if needs else 0
    where = doors(people, rng)
    at_home = homes(size.workers, where, rng) if people else np.zeros((size.workers, 2))
    team = aides(size.workers, size.days, first_day, rng)
    close = nearest(where, at_home, NEAR_AIDES)
    persons, wishes = _persons(needs, team, close, rng)
    problem = Problem(
        days=_days(first_day, size.days),
        places=[*places("d", where), *places("h", at_home)],
        matrices=[],
        regimes=[regime_for(REGIME, first_day)],
        workers=team,
        persons=persons,
        visits=[
            _wished(visit, wishes)
            for rank, line in enumerate(needs, 1)
            for visit in dated(line, rank, first_day)
        ],
    )
    return Territory(problem=problem, roads=great_circle_roads)


def _days(first_day: date, count: int) -> list[Day]:
    starts = day_starts_s(first_day, count)
    dates = [first_day + timedelta(days=index) for index in range(count)]
    return [
        Day(date=day, starts_s=starts[index], ends_s=starts[index + 1], holiday=is_public_holiday(day))
        for index, day in enumerate(dates)
    ]


Wishes = dict[str, tuple[list[str], list[str]]]
"""Person -> aides asked for, aides refused."""


def _persons(
    needs: list[Line], team: list[Worker], close: npt.NDArray[np.int64], rng: np.random.Generator
) -> tuple[list[Person], Wishes]:
    """People with the aides they know, most of them from nearby, and whom they ask for or refuse."""
    count: dict[int, int] = {}
    for line in needs:
        count[line.person] = count.get(line.person, 0) + line.visits
    persons, wishes = [], {}
    for person, visits in sorted(count.items()):
        near = [team[index].id for index in rng.permutation(close[person]).tolist()]
        met = near[: int(rng.integers(3, 7))]
        unmet = near[len(met) :]
        name = f"p{person + 1}"
        persons.append(
            Person(
                id=name,
                known={aide: int(rng.integers(2, 30)) for aide in sorted(met)},
                faces_max=2 + min(6, -(-visits // 3)),
            )
        )
        wishes[name] = (
            sorted(met[:3]) if rng.random() < WISHING else [],
            unmet[:1] if rng.random() < REFUSING else [],
        )
    return persons, wishes


def _wished(visit: Visit, wishes: Wishes) -> Visit:
    wanted, refused = wishes[visit.person]
    return msgspec.structs.replace(visit, wanted=wanted, refused=refused)
