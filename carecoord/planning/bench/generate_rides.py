"""
Generated days of solidarity transport: people in towns and villages, places they go to, volunteers.

The share of uses and the hours are plausible, not measured; the geometry is that of the home-help
generator. A seed gives the same day on every machine.
"""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import numpy.typing as npt

from carecoord.planning.bench.generate_ground import doors, homes, places
from carecoord.planning.problem import Interval
from carecoord.planning.rides.problem import (
    Duty,
    Passenger,
    Problem,
    Request,
    Seating,
    Travel,
    Vehicle,
    Volunteer,
)

Rng = np.random.Generator
Points = npt.NDArray[np.float64]

DETOUR, SPEED_KMH = 1.35, 48.0
"""Roads against the straight line, and pace on them: country around small towns."""

HOUR = 3600
TIER_SHARES = (0.5, 0.3, 0.2)
"""Care, errands and papers, company and outings."""

WHEELCHAIR, COMPANION, FRAIL, WAITED, APART, BUSY = 0.08, 0.12, 0.3, 0.25, 0.03, 0.25
MINIBUSES = 0.1


def generate_rides(rides: int = 300, volunteers: int = 40, seed: int = 1) -> Problem:
    """
    A day of so many single rides, about two per person: there and back.

    Args:
        rides: single rides; the last one is alone when their number is odd.
    """
    rng = np.random.default_rng(seed)
    people = -(-rides // 2)
    where = doors(people, rng)
    sites = _sites(where, max(4, people // 12), rng)
    bases = homes(volunteers, where, rng)
    points = np.vstack([where, sites, bases])
    named = [*places("d", where), *places("s", sites), *places("h", bases)]
    travel = _travel(points)
    requests: list[Request] = []
    busy: dict[str, list[Interval]] = {}
    for person in range(people):
        requests += _trip(person, len(where), travel, rng, sites=len(sites))[: rides - len(requests)]
        if rng.random() < BUSY:
            busy[f"p{person}"] = _visit(requests[-1], rng)
    team, vehicles, duties = _team(volunteers, rng)
    return Problem(
        on=date(2026, 11, 24),
        places=named,
        travel=travel,
        passengers=[Passenger(id=f"p{person}", busy=busy.get(f"p{person}", [])) for person in range(people)],
        requests=requests,
        volunteers=team,
        vehicles=vehicles,
        duties=duties,
        apart=_apart(people, rng),
    )


def _sites(where: Points, count: int, rng: Rng) -> Points:
    """Surgeries, markets, town halls: in the middle of things, thus near somebody's door."""
    picked = where[rng.choice(len(where), size=count, replace=False)]
    found: Points = picked + rng.normal(0.0, 0.4, (count, 2))
    return found


def _travel(points: Points) -> Travel:
    straight = np.sqrt(((points[:, None, :] - points[None, :, :]) ** 2).sum(axis=-1))
    metres = np.rint(straight * DETOUR * 1000).astype(int)
    seconds = np.ceil(straight * DETOUR / SPEED_KMH * 60).astype(int) * 60 + 60
    np.fill_diagonal(seconds, 0)
    return Travel(provider="generated", seconds=seconds.tolist(), metres=metres.tolist())


def _trip(person: int, first_site: int, travel: Travel, rng: Rng, *, sites: int) -> list[Request]:
    """There for an hour, and back when it is over."""
    nearest = sorted(range(first_site, first_site + sites), key=lambda site: travel.metres[person][site])
    rank = min(sites - 1, int(rng.exponential(3.0)))
    site = nearest[rank]
    direct = travel.seconds[person][site]
    tier = ("medical", "needed", "leisure")[int(rng.choice(3, p=TIER_SHARES))]
    wheelchair = bool(rng.random() < WHEELCHAIR)
    ride_max = max(1800, math.ceil(direct * (1.5 if rng.random() < FRAIL else 2.0)))
    common = {
        "person": f"p{person}",
        "boarding_s": 600 if wheelchair else 240,
        "alighting_s": 600 if wheelchair else 180,
        "ride_max_s": ride_max,
        "seats": (0 if wheelchair else 1) + int(rng.random() < COMPANION),
        "wheelchairs": int(wheelchair),
        "tier": tier,
    }
    home, there = f"d{person + 1}", f"s{site - first_site + 1}"
    at = (
        int(rng.choice([8.5, 9, 9.5, 10, 10.5, 11, 14, 14.5, 15, 15.5, 16])) * HOUR
        + int(rng.integers(4)) * 900
    )
    over = at + int(rng.integers(3, 9)) * 900
    waits = bool(rng.random() < WAITED) and over - at <= 5400
    slack = 1200 if tier == "medical" else 2400
    out = Request(
        id=f"r{person}o", pick_place=home, drop_place=there, pick_early_s=at - slack - ride_max - 600,
        pick_late_s=at, drop_early_s=at - slack, drop_late_s=at, **common,  # type: ignore[arg-type]  # by name
    )  # fmt: skip
    back = Request(
        id=f"r{person}b", pick_place=there, drop_place=home, pick_early_s=over, pick_late_s=over + 2700,
        drop_early_s=over, drop_late_s=over + 2700 + ride_max + 600, mate=out.id if waits else None,
        **common,  # type: ignore[arg-type]  # by name
    )  # fmt: skip
    return [out, back]


def _visit(last: Request, rng: Rng) -> list[Interval]:
    """A visit at home in the half of the day without ride."""
    start = (15 if last.pick_early_s < 13 * HOUR else 9) * HOUR + int(rng.integers(4)) * 900
    return [Interval(start_s=start, end_s=start + HOUR)]


def _team(count: int, rng: Rng) -> tuple[list[Volunteer], list[Vehicle], list[Duty]]:
    team, vehicles, duties = [], [], []
    for number in range(1, count + 1):
        name = f"v{number}"
        team.append(
            Volunteer(
                id=name,
                day_max_s=int(rng.choice([4, 5, 6])) * HOUR,
                distance_max_m=int(rng.choice([120, 150, 200])) * 1000,
                month_s=int(rng.integers(0, 40)) * HOUR,
            )
        )
        vehicles.append(_vehicle(name, rng))
        halves = [(8, 13), (13, 18)]
        kind = rng.random()
        spans = [(8, 18)] if kind < 0.3 else halves if kind < 0.55 else [halves[int(rng.integers(2))]]
        duties += [
            Duty(
                id=f"{name}:{index}",
                volunteer=name,
                vehicle=f"c{name}",
                start_place=f"h{number}",
                start_s=start * HOUR,
                end_s=end * HOUR,
            )
            for index, (start, end) in enumerate(spans)
        ]
    return team, vehicles, duties


def _vehicle(owner: str, rng: Rng) -> Vehicle:
    kind = rng.random()
    if kind < MINIBUSES:
        seatings = [Seating(seats=8), Seating(seats=5, wheelchairs=1), Seating(seats=3, wheelchairs=2)]
    elif kind < 3 * MINIBUSES:
        seatings = [Seating(seats=4), Seating(seats=2, wheelchairs=1)]
    else:
        seatings = [Seating(seats=4 if rng.random() < 0.7 else 3)]
    return Vehicle(id=f"c{owner}", seatings=seatings)


def _apart(people: int, rng: Rng) -> list[tuple[str, str]]:
    pairs = rng.integers(0, people, (round(people * APART), 2)).tolist()
    return [(f"p{one}", f"p{other}") for one, other in pairs if one != other]
