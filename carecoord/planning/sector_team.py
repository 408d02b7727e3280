"""
Which aide works in which sector: near home, among people they know, and where hours and skills lack.

Every sector should get its share of each resource that is scarce: hours of work, hours in each
third of each day, hours of aides with each skill. Aides begin in the sector nearest to them; then
one moves, or two change places, as long as that makes it better: kilometres and known
faces on one side, squares of what is above or below the share on the other. Squares let a
surplus spread over several sectors, one neighbour after the other.
"""

from __future__ import annotations

from collections import Counter, defaultdict

import msgspec
import numpy as np
import numpy.typing as npt

from carecoord.planning.problem import Problem, Worker

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]

NEAR_PEOPLE = 10
"""The way to a sector is the mean distance to so many nearest people in it."""

NEIGHBOURS = 6
"""An aide may join one of so many nearest sectors."""

KNOWN_KM = 8.0
"""What it is worth, in kilometres, to stay with everybody one knows."""

TODAY_KM = 60.0
"""The same for those whom one comes to today, where few people may get somebody else."""

UNEVEN_KM = 12.0
"""Price of a sector that is one mean aide short or over, of all hours; squares of that."""

PASSES_MAX = 12
THIRDS_S = (0, 39_600, 57_600, 108_000)
"""Morning, midday and evening: bounds in seconds after local midnight."""


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """
    Where people are and which sector is theirs.

    Args:
        sector: person -> sector.
        doors, label: the same people as points (km) and sectors, in the same order.
        homes: of the aides, in the order of the problem.
    """

    sector: dict[str, int]
    doors: Floats
    label: Labels
    homes: Floats
    count: int


def assign(problem: Problem, ground: Ground) -> dict[str, int]:
    """Aide -> sector. The same problem always gives the same answer."""
    if ground.count == 1 or not problem.workers:
        return {worker.id: 0 for worker in problem.workers}
    way = _ways(ground) - KNOWN_KM * _known(problem, ground) - TODAY_KM * _today(problem, ground)
    pinned = _pinned(problem, ground)
    for worker, sector in pinned.items():
        way[worker, sector] = -1e6
    board = _Board(way, _supply(problem), _need(problem, ground))
    board.improve()
    return {worker.id: int(board.of[index]) for index, worker in enumerate(problem.workers)}


class _Board:
    """
    The assignment under change.

    Args:
        way: aide × sector, kilometres (lower is better).
        supply: aide × resource.
        need: sector × resource.
    """

    def __init__(self, way: Floats, supply: Floats, need: Floats) -> None:
        self._way = way
        total = need.sum(axis=0)
        scarce = total > 0
        supply, need, total = supply[:, scarce], need[:, scarce], total[scarce]
        # in mean aides: a share of everything there is, in proportion to the need
        unit = np.maximum(supply.sum(axis=0) / max(1, len(supply)), 1e-9)
        # what there is plenty of counts little
        self._price = UNEVEN_KM * np.minimum(1.0, total * 1.15 / np.maximum(supply.sum(axis=0), 1e-9))
        self._price[1:] *= 0.5
        self._supply = supply / unit
        self._near = np.argsort(way, axis=1, kind="stable")[:, :NEIGHBOURS]
        self.of: Labels = self._near[:, 0].astype(np.int64)
        self._over = -need / np.maximum(total, 1e-9) * self._supply.sum(axis=0)
        for worker, sector in enumerate(self.of.tolist()):
            self._over[sector] += self._supply[worker]

    def improve(self) -> None:
        """Moves and swaps until none helps, or twelve passes."""
        for _ in range(PASSES_MAX):
            if not sum(self._step(worker) for worker in range(len(self.of))):
                return

    def _step(self, worker: int) -> bool:
        """The best move or swap of one aide, if it helps."""
        here = int(self.of[worker])
        mine = self._supply[worker]
        best, change = -1e-6, (-1, -1)
        for there in self._near[worker].tolist():
            if there == here:
                continue
            base = self._way[worker, there] - self._way[worker, here]
            moved = base + self._delta(here, -mine) + self._delta(there, mine)
            if moved < best:
                best, change = moved, (there, -1)
            others = np.flatnonzero(self.of == there)
            if not len(others):
                continue
            traded = self._supply[others] - mine
            swap = base + self._way[others, here] - self._way[others, there]
            swap = swap + self._delta(here, traded) + self._delta(there, -traded)
            at = int(np.argmin(swap))
            if swap[at] < best:
                best, change = float(swap[at]), (there, int(others[at]))
        there, other = change
        if there < 0:
            return False
        self._put(worker, there)
        if other >= 0:
            self._put(other, here)
        return True

    def _delta(self, sector: int, added: Floats) -> Floats:
        """What adding some supply changes in the price of a sector; for several at once, one a line."""
        over = self._over[sector]
        found: Floats = ((over + added) ** 2 - over**2) @ self._price
        return found

    def _put(self, worker: int, sector: int) -> None:
        self._over[self.of[worker]] -= self._supply[worker]
        self._over[sector] += self._supply[worker]
        self.of[worker] = sector


def _ways(ground: Ground) -> Floats:
    """Aide × sector: mean kilometres to the nearest people there."""
    found = np.full((len(ground.homes), ground.count), 1e5)
    for sector in range(ground.count):
        doors = ground.doors[ground.label == sector]
        if not len(doors):
            continue
        far = np.sqrt(((ground.homes[:, None, :] - doors[None, :, :]) ** 2).sum(axis=-1))
        nearest = min(NEAR_PEOPLE, len(doors))
        found[:, sector] = np.partition(far, nearest - 1, axis=1)[:, :nearest].mean(axis=1)
    return found


def _known(problem: Problem, ground: Ground) -> Floats:
    """Aide × sector: share of the aide's recent visits, and of today's rounds, that were there."""
    index = {worker.id: k for k, worker in enumerate(problem.workers)}
    met = np.zeros((len(index), ground.count))
    for person in problem.persons:
        for aide, visits in person.known.items():
            if aide in index and person.id in ground.sector:
                met[index[aide], ground.sector[person.id]] += visits
    if problem.stability is not None:
        of_visit = {visit.id: visit.person for visit in problem.visits}
        for today in problem.stability.reference:
            for aide in today.workers:
                if aide in index and today.visit in of_visit:
                    met[index[aide], ground.sector[of_visit[today.visit]]] += 10
    share: Floats = met / np.maximum(met.sum(axis=1, keepdims=True), 1.0)
    return share


def _today(problem: Problem, ground: Ground) -> Floats:
    """
    Aide × sector: share of today's visits of the aide that are there; nothing without a disturbance budget.

    With few people who may get somebody else, an aide planned away from hers leaves them out.
    """
    index = {worker.id: k for k, worker in enumerate(problem.workers)}
    met = np.zeros((len(index), ground.count))
    stability = problem.stability
    if stability is None or stability.persons_max is None:
        return met
    of_visit = {visit.id: visit.person for visit in problem.visits}
    for today in stability.reference:
        for aide in today.workers:
            if aide in index and today.visit in of_visit:
                met[index[aide], ground.sector[of_visit[today.visit]]] += 1
    share: Floats = met / np.maximum(met.sum(axis=1, keepdims=True), 1.0)
    return share


def _pinned(problem: Problem, ground: Ground) -> dict[int, int]:
    """Aides whom a pin binds to people -> the sector where most of these live."""
    index = {worker.id: k for k, worker in enumerate(problem.workers)}
    bound: dict[int, Counter[int]] = defaultdict(Counter)
    for visit in problem.visits:
        for aide in visit.pin.workers or [] if visit.pin is not None else []:
            bound[index[aide]][ground.sector[visit.person]] += 1
    return {worker: max(sorted(found), key=found.__getitem__) for worker, found in bound.items()}


def _thirds(problem: Problem, start_s: int, end_s: int) -> Floats:
    """Seconds of an interval in each third of each day."""
    found = np.zeros(3 * len(problem.days))
    for number, day in enumerate(problem.days):
        for third in range(3):
            low, high = day.starts_s + THIRDS_S[third], day.starts_s + THIRDS_S[third + 1]
            found[3 * number + third] = max(0, min(end_s, high) - max(start_s, low))
    return found


def _skills(problem: Problem) -> list[str]:
    return sorted({skill for visit in problem.visits for skill in visit.skills})


def _supply(problem: Problem) -> Floats:
    """Aide × resource: hours of work, then thirds of days, then hours for each skill."""
    return np.array([_supply_of(problem, worker, _skills(problem)) for worker in problem.workers])


def _supply_of(problem: Problem, worker: Worker, skills: list[str]) -> Floats:
    days = len(problem.days)
    thirds = sum(
        (_thirds(problem, shift.start_s, shift.end_s) for shift in worker.shifts), np.zeros(3 * days)
    )
    hours = min(float(thirds.sum()), worker.contract_s * 1.2 * max(1, days) / 7 if days > 1 else 36_000.0)
    able = [hours if skill in worker.skills else 0.0 for skill in skills]
    return np.concatenate([[hours], thirds, able])


def _need(problem: Problem, ground: Ground) -> Floats:
    """Sector × resource, in the order of `_supply`; a visit with alternatives counts on each in part."""
    skills = _skills(problem)
    days = len(problem.days)
    need = np.zeros((ground.count, 1 + 3 * days + len(skills)))
    for visit in problem.visits:
        line = need[ground.sector[visit.person]]
        seconds = visit.duration_s * visit.team_size
        line[0] += seconds
        for option in visit.options:
            middle = (option.earliest_s + option.latest_s) // 2 - problem.days[option.day].starts_s
            third = sum(middle >= bound for bound in THIRDS_S[1:3])
            line[1 + 3 * option.day + third] += seconds / len(visit.options)
        for skill in visit.skills:
            line[1 + 3 * days + skills.index(skill)] += seconds
    return need
