"""
Generated towns served by three services: home help, meals and rides for the same people, from a seed.

Everybody has two services or three. The ground, the needs of home help and its team are those of the
home-help generator; meals come cold in the morning from one kitchen, for most of those who have a visit at
noon, too; rides take people to surgeries, shops and offices and back. Hours are drawn service by service, as
three organisations would agree them: they clash, and nearly all clashes can be solved by moving somebody
within what was agreed. The same arguments give the same town, byte for byte.
"""

from __future__ import annotations

import math
from datetime import date

import msgspec
import numpy as np

from carecoord.kernel.calendar import day_starts_s, is_public_holiday
from carecoord.planning.bench.generate_ground import Points, doors, homes, nearest, places
from carecoord.planning.bench.generate_needs import MIDI, Line, dated, lines
from carecoord.planning.bench.generate_team import REGIME, aides
from carecoord.planning.joint.problem import Joint, Outing, Served
from carecoord.planning.matrix import Matrix
from carecoord.planning.meals.chain import limits_for
from carecoord.planning.meals.problem import Delivery, Driver, Kitchen
from carecoord.planning.meals.problem import Problem as MealsProblem
from carecoord.planning.meals.problem import Vehicle as Van
from carecoord.planning.problem import Day, Interval, Person, Visit, Worker
from carecoord.planning.problem import Problem as HelpProblem
from carecoord.planning.rides.problem import (
    Duty,
    Passenger,
    Request,
    Seating,
    Tier,
    Travel,
    Vehicle,
    Volunteer,
)
from carecoord.planning.rides.problem import Problem as RidesProblem
from carecoord.planning.rules.parameters import regime_for
from carecoord.planning.territory import great_circle_roads

Rng = np.random.Generator
ON = date(2027, 1, 12)
HOUR_S, MINUTE_S = 3_600, 60

ALL_THREE, HELP_MEALS, HELP_RIDES = 0.30, 0.35, 0.20
"""Shares of people by services; the others have meals and rides."""

MEAN_VISITS = 1.8
"""Visits a day of somebody with home help, as the home-help generator draws them."""

MEALS_PER_DRIVER, LEGS_PER_VOLUNTEER, VISITS_PER_AIDE = 28, 7, 11
HOURS_AT = (8.5, 9.0, 9.5, 10.0, 10.5, 11.0, 14.0, 14.5, 15.0, 15.5, 16.0)
"""Appointments begin at one of these, or a quarter of an hour after."""

TRIES = 12
"""Whoever is offered an hour at which the aide surely comes says no, and is offered another."""

ROOM_S = 900
"""What somebody who agrees to an appointment allows for around it."""

KINDS: tuple[tuple[float, Tier], ...] = ((0.5, "medical"), (0.3, "needed"), (0.2, "leisure"))
WAITED, COMPANION, WHEELCHAIR = 0.25, 0.12, 0.08


class Town(msgspec.Struct, frozen=True, kw_only=True):
    """Who has what: indices of people."""

    help: list[int]
    meals: list[int]
    rides: list[int]


def generated_town(people: int = 200, seed: int = 1) -> Joint:
    """A Tuesday of so many people, each with two services or three."""
    rng = np.random.default_rng([seed, people, 4])
    town, needs = _town(people, rng)
    where = doors(people, rng)
    help_problem, noon = _help(needs, where, town, rng)
    meals = _meals(town.meals, where, set(town.rides), rng)
    rides, outings = _rides(town.rides, where, _agreed(help_problem.visits), rng)
    deliveries = {item.person: item.id for item in meals.deliveries}
    serves = [
        Served(visit=visit.id, delivery=deliveries[visit.person])
        for visit in help_problem.visits
        if visit.id in noon and visit.person in deliveries
    ]
    served = {pair.visit for pair in serves}
    visits = [msgspec.structs.replace(visit, serves_meal=visit.id in served) for visit in help_problem.visits]
    return Joint(
        help=msgspec.structs.replace(help_problem, visits=visits),
        meals=meals,
        rides=rides,
        serves=serves,
        outings=outings,
    )


def _town(people: int, rng: Rng) -> tuple[Town, list[Line]]:
    """Those with home help are as many as the needs drawn make; the rest have meals and rides."""
    wanted = round(people * (ALL_THREE + HELP_MEALS + HELP_RIDES))
    needs = lines(round(wanted * MEAN_VISITS), 1, 30, rng)
    helped = min(people, needs[-1].person + 1)
    needs = [line for line in needs if line.person < helped]
    kinds = rng.choice(3, size=helped, p=_shares(ALL_THREE, HELP_MEALS, HELP_RIDES))
    others = list(range(helped, people))
    return Town(
        help=list(range(helped)),
        meals=[*(k for k in range(helped) if kinds[k] != 2), *others],
        rides=[*(k for k in range(helped) if kinds[k] != 1), *others],
    ), needs


def _shares(*parts: float) -> list[float]:
    """Parts of a whole, together 1."""
    return [part / sum(parts) for part in parts]


def _help(needs: list[Line], where: Points, town: Town, rng: Rng) -> tuple[HelpProblem, set[str]]:
    """Home help of the day, and the visits at noon."""
    visits: list[Visit] = []
    noon: set[str] = set()
    for rank, line in enumerate(needs, 1):
        made = dated(line, rank, ON)
        visits += made
        noon |= {visit.id for visit in made} if line.kind == MIDI else set()
    count = max(3, round(len(visits) / VISITS_PER_AIDE))
    here = where[: len(town.help)]
    at_home = homes(count, here, rng)
    team = aides(count, 1, ON, rng)
    close = nearest(here, at_home, 12)
    starts = day_starts_s(ON, 1)
    ground = [*places("d", here), *places("h", at_home)]
    problem = HelpProblem(
        days=[Day(date=ON, starts_s=starts[0], ends_s=starts[1], holiday=is_public_holiday(ON))],
        places=ground,
        matrices=[_matrix(here, at_home)],
        regimes=[regime_for(REGIME, ON)],
        workers=team,
        persons=[_person(k, [team[i] for i in close[k].tolist()], rng) for k in town.help],
        visits=visits,
    )
    return problem, noon


def _person(index: int, near: list[Worker], rng: Rng) -> Person:
    met = [near[i].id for i in rng.permutation(len(near)).tolist()][: int(rng.integers(3, 7))]
    return Person(
        id=f"p{index + 1}", known={name: int(rng.integers(2, 30)) for name in sorted(met)}, faces_max=4
    )


def _matrix(*groups: Points) -> Matrix:
    """Ways between all points, in the order of their groups."""
    ground = places("x", np.vstack(groups))
    return great_circle_roads(ground, "car")


def _meals(people: list[int], where: Points, travellers: set[int], rng: Rng) -> MealsProblem:
    """
    One kitchen in the middle; cold meals in the morning, some hot ones at noon or at an hour of their own
    for people who stay at home all day.
    """
    here = where[people]
    kitchen = here.mean(axis=0)[None, :]
    deliveries = []
    for k in people:
        hot = bool(rng.random() < 0.15) and k not in travellers
        earliest = (11 if hot else 8) * HOUR_S
        latest = 13 * HOUR_S if hot else (12 * HOUR_S + 30 * MINUTE_S)
        if not hot and rng.random() < 0.3 and k not in travellers:
            earliest = 8 * HOUR_S + int(rng.integers(0, 6)) * 30 * MINUTE_S
            latest = earliest + 90 * MINUTE_S
        deliveries.append(
            Delivery(
                id=f"m{k + 1}",
                person=f"p{k + 1}",
                place=f"d{k + 1}",
                kitchen="k1",
                earliest_s=earliest,
                latest_s=latest,
                service_s=int(rng.integers(2, 5)) * MINUTE_S,
                cold=0 if hot else 1,
                hot=1 if hot else 0,
                release_s=(10 * HOUR_S + 1800) if hot else (7 * HOUR_S + 1800),
            )
        )
    drivers = max(2, math.ceil(len(people) / MEALS_PER_DRIVER))
    return MealsProblem(
        on=ON,
        places=[*_named("d", people, where), *places("k", kitchen)],
        matrix=_matrix(here, kitchen),
        kitchens=[Kitchen(id="k1", place="k1", opens_s=7 * HOUR_S, closes_s=14 * HOUR_S)],
        deliveries=deliveries,
        vehicles=[
            Van(id=f"van{k + 1}", cold=24, hot=8, loading_s=12 * MINUTE_S, keeps_cold=True)
            for k in range(drivers)
        ],
        drivers=[
            Driver(
                id=f"l{k + 1}", regime="FPT", shifts=[Interval(start_s=7 * HOUR_S + 1800, end_s=14 * HOUR_S)],
                vehicles=[f"van{k + 1}"], start="k1", end="k1", planned_s=6 * HOUR_S, trips_max=4,
            )
            for k in range(drivers)
        ],
        regimes=[regime_for("FPT", ON)],
        limits=limits_for(ON),
    )  # fmt: skip


def _named(prefix: str, people: list[int], where: Points) -> list:  # type: ignore[type-arg] # places
    return [
        msgspec.structs.replace(place, id=f"{prefix}{k + 1}")
        for k, place in zip(people, places(prefix, where[people]), strict=True)
    ]


Windows = dict[str, list[tuple[int, int, int]]]
"""Person -> earliest start, latest start and length of each visit."""


def _agreed(visits: list[Visit]) -> Windows:
    found: Windows = {}
    for visit in visits:
        option = visit.options[0]
        found.setdefault(visit.person, []).append((option.earliest_s, option.latest_s, visit.duration_s))
    return found


def _rides(people: list[int], where: Points, agreed: Windows, rng: Rng) -> tuple[RidesProblem, list[Outing]]:
    """There and back, once, to one of the nearer places."""
    here = where[people]
    sites = here[rng.choice(len(people), size=max(4, len(people) // 12), replace=False)]
    sites = sites + rng.normal(0.0, 0.4, sites.shape)
    count = max(3, math.ceil(2 * len(people) / LEGS_PER_VOLUNTEER))
    bases = homes(count, here, rng)
    matrix = _matrix(here, sites, bases)
    requests: list[Request] = []
    outings: list[Outing] = []
    for index, k in enumerate(people):
        pair = _outing(k, index, (len(people), len(sites)), matrix, rng)
        for _ in range(TRIES):
            if _can_hold(pair, matrix.seconds[index][len(people)], agreed.get(f"p{k + 1}", [])):
                break
            pair = _outing(k, index, (len(people), len(sites)), matrix, rng)
        requests += pair
        outings.append(Outing(person=f"p{k + 1}", out=pair[0].id, back=pair[1].id))
    team, vehicles, duties = _volunteers(count, rng)
    problem = RidesProblem(
        on=ON,
        places=[*_named("d", people, where), *places("s", sites), *places("b", bases)],
        travel=Travel(provider=matrix.provider, seconds=matrix.seconds, metres=matrix.metres),
        passengers=[Passenger(id=f"p{k + 1}") for k in people],
        requests=requests,
        volunteers=team,
        vehicles=vehicles,
        duties=duties,
    )
    return problem, outings


def _can_hold(pair: tuple[Request, Request], direct_s: int, visits: list[tuple[int, int, int]]) -> bool:
    """Whether the day has room for an outing and each visit, if both are moved within their windows."""
    out, back = pair
    leaves_s = out.drop_late_s - direct_s - out.boarding_s - ROOM_S
    returns_s = back.pick_early_s + back.boarding_s + direct_s + back.alighting_s + ROOM_S
    return all(earliest + length <= leaves_s or latest >= returns_s for earliest, latest, length in visits)


def _outing(
    person: int, door: int, counts: tuple[int, int], matrix: Matrix, rng: Rng
) -> tuple[Request, Request]:
    """The way to an appointment of 45 minutes to two hours, and the way back."""
    first, sites = counts
    near = sorted(range(first, first + sites), key=lambda site: matrix.metres[door][site])
    site = near[min(sites - 1, int(rng.exponential(2.5)))]
    direct = matrix.seconds[door][site]
    tier = KINDS[int(rng.choice(len(KINDS), p=[share for share, _ in KINDS]))][1]
    wheelchair = bool(rng.random() < WHEELCHAIR)
    ride_max = max(1800, 2 * direct)
    common = {
        "person": f"p{person + 1}",
        "boarding_s": 600 if wheelchair else 240,
        "alighting_s": 600 if wheelchair else 180,
        "ride_max_s": ride_max,
        "seats": (0 if wheelchair else 1) + int(rng.random() < COMPANION),
        "wheelchairs": int(wheelchair),
        "tier": tier,
    }
    at = int((rng.choice(HOURS_AT) + 0.25 * rng.integers(2)) * HOUR_S)
    over = at + int(rng.integers(3, 9)) * 900
    slack = 1500 if tier == "medical" else 2700
    home, there = f"d{person + 1}", f"s{site - first + 1}"
    out = Request(
        id=f"r{person + 1}o", pick_place=home, drop_place=there, pick_early_s=at - slack - ride_max,
        pick_late_s=at, drop_early_s=at - slack, drop_late_s=at, **common,  # type: ignore[arg-type] # by name
    )  # fmt: skip
    waits = bool(rng.random() < WAITED) and over - at <= 5400
    back = Request(
        id=f"r{person + 1}b", pick_place=there, drop_place=home, pick_early_s=over, pick_late_s=over + 2700,
        drop_early_s=over, drop_late_s=over + 2700 + ride_max, mate=out.id if waits else None,
        **common,  # type: ignore[arg-type] # by name
    )  # fmt: skip
    return out, back


def _volunteers(count: int, rng: Rng) -> tuple[list[Volunteer], list[Vehicle], list[Duty]]:
    """Volunteers for half a day or a whole one, each with a car; one in eight takes a wheelchair."""
    team, vehicles, duties = [], [], []
    for number in range(1, count + 1):
        name = f"b{number}"
        team.append(
            Volunteer(
                id=name,
                day_max_s=int(rng.choice([5, 6, 7])) * HOUR_S,
                distance_max_m=200_000,
                month_s=int(rng.integers(0, 40)) * HOUR_S,
            )
        )
        lifts = number % 8 == 1
        seatings = [Seating(seats=8), Seating(seats=5, wheelchairs=1)] if lifts else [Seating(seats=4)]
        vehicles.append(Vehicle(id=f"c{number}", seatings=seatings))
        spans = [(7.5, 18.5)] if rng.random() < 0.4 else [(7.5, 13.0), (13.0, 18.5)]
        duties += [
            Duty(
                id=f"{name}:{index}", volunteer=name, vehicle=f"c{number}", start_place=f"b{number}",
                start_s=int(start * HOUR_S), end_s=int(end * HOUR_S),
            )
            for index, (start, end) in enumerate(spans)
        ]  # fmt: skip
    return team, vehicles, duties
