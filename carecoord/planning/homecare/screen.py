"""
Where a visit could go, from columns of numbers: bounds first, then an estimated price of each start.

The price counts travel, kilometres, commute, paid waits, interruptions, hours and faces. It is
that of the score but for what other stops cost when they give way; the order it gives is checked
afterwards, placement by placement, by the checker.
"""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from carecoord.planning.homecare.lanes import COLUMN, FAR_S, Ints
from carecoord.planning.homecare.resident import Resident
from carecoord.planning.problem import Option, Visit

Floats = npt.NDArray[np.float64]

GRID_S = 300
"""Offers start on whole five minutes where they can."""

FINE_S = 900
"""Steps in which a position is tried again where the law refuses an hour."""

PAIR_STARTS = 60
"""Starts tried for a team, the cheapest of those that suit one aide."""

PAIR_AIDES = 4
"""Aides combined at each start of a team."""


class Seat(NamedTuple):
    """One aide in a placement: index, and the position in her round; `work_s` is what it adds."""

    worker: int
    position: int
    work_s: int


class Candidate(NamedTuple):
    """
    One way to place a visit, not yet judged.

    Args:
        price: estimated, in cents, without faces.
        faces: what new faces and wishes add, in cents.
    """

    price: float
    faces: float
    day: int
    start_s: int
    seats: tuple[Seat, ...]

    @property
    def total(self) -> float:
        """Estimated price in cents."""
        return self.price + self.faces


class Ways(msgspec.Struct, frozen=True, kw_only=True):
    """
    Travel to and from the place of a visit, one row for each mode; the last column is nowhere.
    """

    to_s: Ints
    from_s: Ints
    to_m: Ints
    from_m: Ints


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """
    A visit with all that the screen needs to know of its person.

    Args:
        able: which aides nothing but hours and law keeps from it.
        faces: what each aide adds in cents by being new, one too many, or not the one asked for.
        busy: when somebody is at the person's already, start and end.
        surely: the same, but for what giving way could free.
        shares: fair share of each aide, with the need demanded.
    """

    visit: Visit
    ways: Ways
    able: npt.NDArray[np.bool_]
    faces: Floats
    busy: list[tuple[int, int]]
    surely: list[tuple[int, int]]
    shares: Ints


class Tries(msgspec.Struct, frozen=True, kw_only=True):
    """Fitting rows of one day with their starts and prices (rows × starts)."""

    worker: Ints
    position: Ints
    starts: Ints
    cents: Floats
    work_s: Ints


def tried(resident: Resident, asked: Asked, option: Option, columns: Ints) -> Tries | None:
    """Every row of a day that the visit fits, with several starts each; None when there is none."""
    if not columns.shape[1]:
        return None
    worker = columns[COLUMN["worker"]]
    mode = resident.mode_of[worker]
    to_s = asked.ways.to_s[mode, columns[COLUMN["before"]]]
    from_s = asked.ways.from_s[mode, columns[COLUMN["after"]]]
    length = asked.visit.duration_s
    low = np.maximum(columns[COLUMN["low"]], columns[COLUMN["ready"]] + to_s)
    low = np.maximum(low, option.earliest_s)
    high = np.minimum(columns[COLUMN["high"]], columns[COLUMN["due"]] - from_s) - length
    high = np.minimum(high, option.latest_s)
    detour_s = to_s + from_s - columns[COLUMN["leg_s"]]
    least_s = length + detour_s - columns[COLUMN["wait"]] - columns[COLUMN["slack"]]
    week = resident.lookup.calendar.week_of[option.day]
    fits = asked.able[worker] & (low <= high)
    fits &= least_s <= resident.week_room[worker, week]
    fits &= least_s <= resident.day_room[worker, option.day]
    kept = np.flatnonzero(fits)
    if not kept.size:
        return None
    chosen = columns[:, kept]
    room = (low[kept], high[kept])
    starts = _starts(resident, asked, option, chosen, room)
    return priced(resident, asked, option, chosen, starts)


def _starts(resident: Resident, asked: Asked, option: Option, columns: Ints, room: tuple[Ints, Ints]) -> Ints:
    """Starts worth a price: wish, ends of the range, beside the neighbours and the person's other visits."""
    low, high = room
    worker = columns[COLUMN["worker"]]
    mode = resident.mode_of[worker]
    length = asked.visit.duration_s
    behind = columns[COLUMN["ended"]] + asked.ways.to_s[mode, columns[COLUMN["before"]]]
    ahead = columns[COLUMN["starts"]] - asked.ways.from_s[mode, columns[COLUMN["after"]]] - length
    paid = resident.paid_max[worker]
    wish = option.preferred_s if option.preferred_s is not None else option.earliest_s
    tries = [np.full_like(low, wish), low, high, behind, ahead, behind + paid, ahead - paid]
    for start_s, end_s in asked.busy:
        if start_s - length < option.latest_s and end_s > option.earliest_s:
            tries += [np.full_like(low, end_s), np.full_like(low, start_s - length)]
    near = np.stack(tries, axis=1)
    low, high = low[:, None], high[:, None]
    # both ways: a neighbour that gives way by a minute may be cheaper than four minutes of wait
    return np.concatenate([_tidy(near, low, high, 1), _tidy(near, low, high, -1)], axis=1)


def _tidy(starts: Ints, low: Ints, high: Ints, way: int) -> Ints:
    """
    Starts within their range, on whole five minutes where the range holds one: hours that can be told.

    Args:
        way: 1 for the next one first, -1 for the one before.
    """
    inside = np.clip(starts, low, high)
    later, sooner = -(-inside // GRID_S) * GRID_S, inside // GRID_S * GRID_S
    first, second = (later, sooner) if way > 0 else (sooner, later)
    near = np.where((second >= low) & (second <= high), second, inside)
    found: Ints = np.where((first >= low) & (first <= high), first, near)
    return found


def priced(resident: Resident, asked: Asked, option: Option, columns: Ints, starts: Ints) -> Tries:
    """Estimated price of starts (rows × starts); those during another visit of the person cost infinity."""
    worker = columns[COLUMN["worker"]]
    mode = resident.mode_of[worker]
    ways, length, weights = asked.ways, asked.visit.duration_s, resident.problem.weights
    before, after = columns[COLUMN["before"]], columns[COLUMN["after"]]
    to_s, from_s = ways.to_s[mode, before], ways.from_s[mode, after]
    waits = (
        _wait(starts - (columns[COLUMN["ended"]] + to_s)[:, None]),
        _wait((columns[COLUMN["starts"]] - from_s - length)[:, None] - starts),
    )
    paid_max = resident.paid_max[worker][:, None]
    paid = np.where(waits[0] <= paid_max, waits[0], 0) + np.where(waits[1] <= paid_max, waits[1], 0)
    paid = paid - columns[COLUMN["wait"]][:, None]
    pauses = (waits[0] > paid_max).astype(np.int64) + (waits[1] > paid_max)
    pauses = pauses - columns[COLUMN["pause"]][:, None]
    commute_s = (
        ways.to_s[mode, columns[COLUMN["home"]]] + ways.from_s[mode, columns[COLUMN["back"]]]
        - columns[COLUMN["out_s"]] - columns[COLUMN["back_s"]]
    )  # fmt: skip
    travel_s = (to_s + from_s - columns[COLUMN["leg_s"]])[:, None] + paid
    metres = ways.to_m[mode, before] + ways.from_m[mode, after] - columns[COLUMN["leg_m"]]
    work_s = length + travel_s + np.where(resident.commute_is_work[worker], commute_s, 0)[:, None]
    fixed = metres * weights.distance_cents_per_km / 1000 + commute_s * weights.commute_cents_per_h / 3600
    cents = fixed[:, None] + travel_s * weights.travel_cents_per_h / 3600
    cents = cents + pauses * weights.interruption_cents + _load(resident, asked, worker, work_s)
    if option.preferred_s is not None:
        away_s = np.abs(starts - option.preferred_s)
        cents = cents + away_s * weights.hour_deviation_cents_per_h / 3600
    for start_s, end_s in asked.surely:
        cents = np.where((starts < end_s) & (starts + length > start_s), np.inf, cents)
    return Tries(
        worker=worker, position=columns[COLUMN["position"]], starts=starts, cents=cents, work_s=work_s
    )


def _wait(gap_s: Ints) -> Ints:
    """A gap once travelled; none where there is no neighbour, or where it gives way."""
    return np.where(gap_s > FAR_S // 2, 0, np.maximum(gap_s, 0))


def _load(resident: Resident, asked: Asked, worker: Ints, work_s: Ints) -> Floats:
    """What more work costs or saves: contract hours not filled, hours above, distance from the fair share."""
    weights = resident.problem.weights
    was = resident.work[worker][:, None]
    due, share = resident.due[worker][:, None], asked.shares[worker][:, None]
    now = was + work_s
    short = np.maximum(due - now, 0) - np.maximum(due - was, 0)
    over = np.maximum(now - due, 0) - np.maximum(was - due, 0)
    unfair = np.abs(now - share) - np.abs(was - share)
    cents: Floats = (
        short * weights.shortfall_cents_per_h
        + over * weights.overtime_cents_per_h
        + unfair * weights.fairness_cents_per_h
    ) / 3600
    return cents


def candidates(resident: Resident, asked: Asked, columns: list[Ints]) -> list[Candidate]:
    """
    Every way to place a visit, cheapest first; the same question gives the same order.

    Args:
        columns: of each day of the horizon.
    """
    found: list[Candidate] = []
    for option in asked.visit.options:
        tries = tried(resident, asked, option, columns[option.day])
        if tries is None:
            continue
        if asked.visit.team_size > 1:
            found += _pairs(resident, asked, option, columns[option.day], tries)
        else:
            found += _singles(asked, option, tries)
    return sorted(found, key=lambda item: (item.total, item.day, item.start_s, item.seats))


def finer(resident: Resident, asked: Asked, candidate: Candidate, columns: list[Ints]) -> list[Candidate]:
    """
    The same position at every quarter of an hour that it holds, cheapest first.

    For a start that the law refuses: meals, breaks and rests have hours of their own.
    """
    option = next(item for item in asked.visit.options if item.day == candidate.day)
    [seat] = candidate.seats
    table = columns[candidate.day]
    rows = (table[COLUMN["worker"]] == seat.worker) & (table[COLUMN["position"]] == seat.position)
    first, last = -(-option.earliest_s // FINE_S) * FINE_S, option.latest_s
    starts = np.arange(first, last + 1, FINE_S, dtype=np.int64)
    if not starts.size or not rows.any():
        return []
    found = _singles(asked, option, _at(resident, asked, option, table[:, rows], starts))
    kept = [item for item in found if item.start_s != candidate.start_s]
    return sorted(kept, key=lambda item: (item.total, item.start_s))


def _singles(asked: Asked, option: Option, tries: Tries) -> list[Candidate]:
    rows, columns = np.nonzero(np.isfinite(tries.cents))
    worker, starts = tries.worker[rows], tries.starts[rows, columns]
    lines = zip(
        tries.cents[rows, columns].tolist(), asked.faces[worker].tolist(), starts.tolist(), worker.tolist(),
        tries.position[rows].tolist(), tries.work_s[rows, columns].tolist(), strict=True,
    )  # fmt: skip
    best: dict[tuple[int, int, int], Candidate] = {}
    for cents, faces, start_s, index, position, work_s in lines:
        key = (index, position, start_s)
        if key not in best:
            best[key] = Candidate(cents, faces, option.day, start_s, (Seat(index, position, work_s),))
    return list(best.values())


def _pairs(resident: Resident, asked: Asked, option: Option, columns: Ints, alone: Tries) -> list[Candidate]:
    """Two aides who can both start at the same time: the cheapest few at each start worth trying."""
    cheap = np.argsort(alone.cents, axis=None, kind="stable")[: PAIR_STARTS * 4]
    starts = list(dict.fromkeys(alone.starts.reshape(-1)[cheap].tolist()))[:PAIR_STARTS]
    if not starts:
        return []
    grid = _at(resident, asked, option, columns, np.array(starts, dtype=np.int64))
    found = []
    wish_s = option.preferred_s
    for index, start_s in enumerate(starts):
        seats = _cheapest_seats(asked, grid, index)
        # both estimates hold the distance from the wished hour; it counts once
        away = 0.0 if wish_s is None else abs(start_s - wish_s)
        twice = away * resident.problem.weights.hour_deviation_cents_per_h / 3600
        for one, two in combinations(seats, 2):
            pair = tuple(sorted((one[1], two[1])))
            faces = float(asked.faces[one[1].worker] + asked.faces[two[1].worker])
            found.append(Candidate(one[0] + two[0] - twice, faces, option.day, start_s, pair))
    return found


def _at(resident: Resident, asked: Asked, option: Option, columns: Ints, starts: Ints) -> Tries:
    """The price of given starts in every row; infinite where a row does not hold the start."""
    worker = columns[COLUMN["worker"]]
    mode = resident.mode_of[worker]
    length = asked.visit.duration_s
    low = columns[COLUMN["ready"]] + asked.ways.to_s[mode, columns[COLUMN["before"]]]
    low = np.maximum(low, columns[COLUMN["low"]])[:, None]
    high = columns[COLUMN["due"]] - asked.ways.from_s[mode, columns[COLUMN["after"]]]
    high = (np.minimum(high, columns[COLUMN["high"]]) - length)[:, None]
    wide = np.broadcast_to(starts, (columns.shape[1], starts.size))
    tries = priced(resident, asked, option, columns, wide)
    inside = (low <= wide) & (wide <= high) & asked.able[worker][:, None]
    return msgspec.structs.replace(tries, cents=np.where(inside, tries.cents, np.inf))


def _cheapest_seats(asked: Asked, grid: Tries, index: int) -> list[tuple[float, Seat]]:
    """The cheapest place of each aide at one start, the cheapest aides first."""
    best: dict[int, tuple[float, float, Seat]] = {}
    cents = grid.cents[:, index]
    for row in np.flatnonzero(np.isfinite(cents)).tolist():
        worker = int(grid.worker[row])
        price = float(cents[row])
        if worker not in best or price < best[worker][1]:
            seat = Seat(worker, int(grid.position[row]), int(grid.work_s[row, index]))
            best[worker] = (price + float(asked.faces[worker]), price, seat)
    first = sorted(best.values(), key=lambda item: (item[0], item[2]))[:PAIR_AIDES]
    return [(price, seat) for _, price, seat in first]
