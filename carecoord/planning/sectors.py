"""
Sectors: a territory cut into parts that are planned side by side, and the part cut out as a problem.

People are cut by straight lines, again and again, across the long side and through the country
rather than through a town; aides then join the sector near their home where they are needed
(`carecoord.planning.sector_team`). A sector is about as big as a planner plans well in a minute.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection

import msgspec
import numpy as np
import numpy.typing as npt

from carecoord.kernel.geo import EARTH_RADIUS_M
from carecoord.planning.problem import Place, Problem, Visit
from carecoord.planning.sector_team import Ground, assign

Points = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]

TARGET_DAY, TARGET_WEEK = 500, 1_000
"""Visits in a sector, for one day and for several: sixteen to fifty aides either way."""

SLACK = 0.06
"""How far from an even share a cut may fall, to run through the country."""

BORDER_KM = 1.0


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """
    Some visits and some aides, planned together.

    Args:
        index: which part, from 0.
    """

    index: int
    visits: list[str]
    workers: list[str]


def target_visits(problem: Problem) -> int:
    """How many visits a sector of this horizon holds."""
    return TARGET_DAY if len(problem.days) == 1 else TARGET_WEEK


def split(problem: Problem, *, target: int | None = None) -> list[Part]:
    """
    Sectors of about so many visits, compact and balanced in service hours; every aide is in one.

    A visit pinned to aides of another sector than its person's is in none: it waits for the borders.

    Args:
        problem: valid but for its matrices, which are not read; places without coordinates count as (0, 0).
        target: visits of a sector; what suits the horizon unless told.
    """
    count = max(1, round(len(problem.visits) / (target or target_visits(problem))))
    by_person: dict[str, list[Visit]] = defaultdict(list)
    for visit in problem.visits:
        by_person[visit.person].append(visit)
    count = min(count, max(1, len(by_person)), max(1, len(problem.workers)))
    place = {item.id: index for index, item in enumerate(problem.places)}
    where = plane(problem.places)
    homes = where[[place[worker.start_place] for worker in problem.workers]]
    doors = where[[place[visits[0].place] for visits in by_person.values()]]
    service_s = [sum(v.duration_s * v.team_size for v in visits) for visits in by_person.values()]
    label = bisected(doors, np.array(service_s, dtype=np.float64), count)
    sector = dict(zip(by_person, label.tolist(), strict=True))
    team = assign(problem, Ground(sector=sector, doors=doors, label=label, homes=homes, count=count))
    workers: list[list[str]] = [[] for _ in range(count)]
    for worker in problem.workers:
        workers[team[worker.id]].append(worker.id)
    visits: list[list[str]] = [[] for _ in range(count)]
    for visit in problem.visits:
        pinned = visit.pin.workers or [] if visit.pin is not None else []
        if all(team[aide] == sector[visit.person] for aide in pinned):
            visits[sector[visit.person]].append(visit.id)
    return [Part(index=index, visits=visits[index], workers=workers[index]) for index in range(count)]


def plane(places: Collection[Place]) -> Points:
    """Kilometres east and north on a plane that touches the earth in the middle of the places."""
    lat = np.radians([place.lat or 0.0 for place in places])
    lon = np.radians([place.lon or 0.0 for place in places])
    if not len(lat):
        return np.zeros((0, 2))
    radius_km = EARTH_RADIUS_M / 1000
    found: Points = np.stack([radius_km * lon * math.cos(float(lat.mean())), radius_km * lat], axis=1)
    return found


def bisected(points: Points, weights: Points, count: int, *, turn: float = 0.0) -> Labels:
    """
    A part for each point: `count` parts of about the same weight, cut by straight lines.

    Args:
        turn: angle in radians by which each line is turned from the short way across; another angle
            gives parts whose borders lie elsewhere.
    """
    label = np.zeros(len(points), dtype=np.int64)
    waiting = [(np.arange(len(points)), 0, count)]
    while waiting:
        here, first, parts = waiting.pop()
        if parts < 2 or len(here) < 2:
            label[here] = first
            continue
        low = parts // 2
        along = points[here] @ _axis(points[here], turn)
        order = np.argsort(along, kind="stable")
        cut = _cut(along[order], weights[here][order], low / parts)
        waiting.append((here[order[:cut]], first, low))
        waiting.append((here[order[cut:]], first + low, parts - low))
    return label


def _axis(points: Points, turn: float) -> Points:
    """The direction in which the points spread most, turned."""
    centred = points - points.mean(axis=0)
    _, vectors = np.linalg.eigh(centred.T @ centred)
    x, y = vectors[:, -1]
    found: Points = np.array(
        [x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)]
    )
    return found


def _cut(along: Points, weights: Points, share: float) -> int:
    """How many points come before the cut: near the share wanted, where the fewest live within reach."""
    total = np.cumsum(weights) / max(weights.sum(), 1e-9)
    best = int(np.clip(np.searchsorted(total, share), 1, len(along) - 1))
    low = int(np.searchsorted(total, share - SLACK * min(share, 1 - share)))
    high = int(np.searchsorted(total, share + SLACK * min(share, 1 - share)))
    cuts = np.arange(max(1, low), min(len(along) - 1, high) + 1)
    if not len(cuts):
        return best
    middle = (along[cuts - 1] + along[cuts]) / 2
    near = np.searchsorted(along, middle + BORDER_KM) - np.searchsorted(along, middle - BORDER_KM)
    return int(cuts[np.lexsort((np.abs(cuts - best), near))[0]])
