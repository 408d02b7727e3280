"""
Generated days of meal delivery, from a seed: for measurements and tests, never for people.

What is drawn follows what services tell of themselves: some thirty meals a driver, a town kitchen
and a smaller one outside, most meals cold and some hot, doors open to the driver for part of the
morning, vehicles that hold less than a morning's meals. Yesterday's rounds go by direction from
the kitchen. The same arguments give the same problem, byte for byte.
"""

from __future__ import annotations

from datetime import date

import msgspec
import numpy as np

from carecoord.planning.bench.generate_ground import Points, doors, nearest, places
from carecoord.planning.meals.chain import limits_for
from carecoord.planning.meals.problem import Delivery, Driver, Kitchen, Problem, Vehicle
from carecoord.planning.problem import Interval
from carecoord.planning.rules.parameters import regime_for
from carecoord.planning.territory import great_circle_roads

ON = date(2026, 11, 24)
REGIME = "FPT"
HOUR_S, MINUTE_S = 3_600, 60

COUPLES, HOT, WITH_HOUR, NEW, REFUSING = 0.12, 0.18, 0.25, 0.05, 0.03
"""Shares of households: of two; with hot meals; with an hour of their own; new today; refusing a driver."""

AWAY = 0.04
"""Share of yesterday's households that have no delivery today."""


class MealSize(msgspec.Struct, frozen=True, kw_only=True):
    """
    How much a day holds.

    Args:
        cold, hot: meals that each vehicle's compartments hold.
        kitchens: one in town, others outside.
    """

    meals: int = 450
    drivers: int = 15
    cold: int = 20
    hot: int = 8
    kitchens: int = 2


def generate_meals(size: MealSize, seed: int = 1) -> Problem:
    """A day of meal rounds that nearly always fits."""
    rng = np.random.default_rng(seed)
    counts: list[int] = []
    while sum(counts) < size.meals:
        counts.append(min(2 if rng.random() < COUPLES else 1, size.meals - sum(counts)))
    where = doors(len(counts), rng) * _shrink(size)
    sites = _kitchens(where, size.kitchens, rng)
    points = places("d", where)
    kitchen_places = places("k", sites)
    ground = [*points, *kitchen_places]
    site_of = nearest(where, sites, 1)[:, 0] if size.kitchens > 1 else np.zeros(len(where), dtype=int)
    deliveries = [
        _delivery(k, count, kitchen_places[int(site_of[k])].id, rng) for k, count in enumerate(counts)
    ]
    drivers = _drivers(size, [item.id for item in kitchen_places], rng)
    deliveries = _with_yesterday(deliveries, where, sites, site_of, drivers=drivers, rng=rng)
    return Problem(
        on=ON,
        places=ground,
        matrix=great_circle_roads(ground, "car"),
        kitchens=[
            Kitchen(id=item.id, place=item.id, opens_s=7 * HOUR_S, closes_s=14 * HOUR_S)
            for item in kitchen_places
        ],
        deliveries=deliveries,
        vehicles=[
            Vehicle(
                id=f"v{k}", cold=size.cold + 4 * (k % 3 == 0), hot=0 if k % 5 == 4 else size.hot,
                loading_s=12 * MINUTE_S, keeps_cold=k % 2 == 0,
            )
            for k in range(size.drivers)
        ],
        drivers=drivers,
        regimes=[regime_for(REGIME, ON)],
        limits=limits_for(ON),
    )  # fmt: skip


def _shrink(size: MealSize) -> float:
    """A service of meals is denser than one of home help: a town and the communes around it."""
    return 0.55 if size.meals >= 100 else 0.8


def _kitchens(where: Points, count: int, rng: np.random.Generator) -> Points:
    """One in the middle of the people, the others near doors far from it."""
    found = [where.mean(axis=0)]
    far = np.argsort(-((where - found[0]) ** 2).sum(axis=1))
    found += [where[far[len(far) // 6 + 7 * k]] + rng.normal(0.0, 0.3, 2) for k in range(count - 1)]
    return np.array(found)


def _delivery(number: int, meals: int, kitchen: str, rng: np.random.Generator) -> Delivery:
    hot = meals if rng.random() < HOT else 0
    earliest, latest = (11 * HOUR_S, 13 * HOUR_S) if hot else (8 * HOUR_S, 13 * HOUR_S)
    if not hot and rng.random() < WITH_HOUR:
        earliest = (8 * HOUR_S) + int(rng.integers(0, 7)) * 30 * MINUTE_S
        latest = earliest + 90 * MINUTE_S
    return Delivery(
        id=f"d{number + 1}",
        person=f"p{number + 1}",
        place=f"d{number + 1}",
        kitchen=kitchen,
        earliest_s=earliest,
        latest_s=latest,
        service_s=int(rng.integers(2, 5)) * MINUTE_S,
        cold=meals - hot,
        hot=hot,
        release_s=(10 * HOUR_S + 30 * MINUTE_S) if hot else (7 * HOUR_S + 30 * MINUTE_S),
    )


def _drivers(size: MealSize, kitchens: list[str], rng: np.random.Generator) -> list[Driver]:
    found = []
    for k in range(size.drivers):
        base = kitchens[0] if k % 4 else kitchens[-1]
        start = 7 * HOUR_S + 30 * MINUTE_S + int(rng.integers(0, 3)) * 15 * MINUTE_S
        found.append(
            Driver(
                id=f"c{k}",
                regime=REGIME,
                shifts=[Interval(start_s=start, end_s=start + 6 * HOUR_S)],
                vehicles=[f"v{v}" for v in range(size.drivers) if (v - k) % size.drivers < 4],
                start=base,
                end=base,
                planned_s=5 * HOUR_S + 30 * MINUTE_S,
                trips_max=4,
                week_work_s=int(rng.integers(0, 3)) * 5 * HOUR_S,
            )
        )
    return found


def _with_yesterday(
    deliveries: list[Delivery],
    where: Points,
    sites: Points,
    site_of: np.ndarray,
    *,
    drivers: list[Driver],
    rng: np.random.Generator,
) -> list[Delivery]:
    """Yesterday each driver had a sector, by direction from the kitchen, at about the same hours."""
    from_kitchen = where - sites[site_of]
    order = np.lexsort((np.arctan2(from_kitchen[:, 1], from_kitchen[:, 0]), site_of))
    found = list(deliveries)
    share = -(-len(order) // len(drivers))
    for rank, k in enumerate(order.tolist()):
        item, driver = found[k], drivers[rank // share]
        known = [driver.id, drivers[int(rng.integers(0, len(drivers)))].id]
        refused = []
        if rng.random() < REFUSING:
            refused = [other.id for other in drivers if other.id not in known][:1]
        if rng.random() < NEW:
            found[k] = msgspec.structs.replace(item, refused=refused)
            continue
        before = found[order[rank - 1]].id if rank % share and rng.random() > AWAY else None
        span = item.latest_s - item.earliest_s
        usual = item.earliest_s + int(rng.integers(span // 8, span // 2)) // MINUTE_S * MINUTE_S
        found[k] = msgspec.structs.replace(
            item, usual_driver=driver.id, usual_s=usual, usual_before=before, known=known, refused=refused
        )
    return found
