"""
A proven lower bound on the price of a week, by Lagrangian relaxation; the proof is in formulation.md.

Three groups of conditions are priced instead of demanded: that a visit has its aides, that an
aide's hours are those of their rounds, and that an aide comes to a person at most once for the
first time. What is left falls apart into one round for each aide and day (`pricing`), which
days each aide works, and how many hours. For any prices the sum of the cheapest answers is a
bound; a subgradient search looks for prices that make it high.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from carecoord.planning.engine import layout as lay
from carecoord.planning.engine.layout import Best, Data, Ints
from carecoord.planning.engine.pricing import NONE, Duals, open_search, price_day
from carecoord.planning.engine.pricing import Search as Pricing

Floats = npt.NDArray[np.float64]

FIRST_STEP = 0.3
"""Share of the gap to the known plan that the first steps aim to close."""

FIRST_PRICES = 0.6
"""
Share of a known plan's costs that visits pay at first.

Paying all of them, a relaxed round that makes a dear visit twice is worth much: the first bound of
a week of 200 visits is 19 % of the cost where it is 43 % with this share; after ten pricings 61 and 66 %.
"""

PATIENCE = 8
"""Rounds of pricing without a better bound after which steps are made shorter."""


class Allowance(msgspec.Struct, frozen=True, kw_only=True):
    """
    Which plans the bound speaks of: those that leave out no more visits of each tier.

    Args:
        tier: visit -> number of its tier.
        left_out: tier -> how many may be left out.
    """

    tier: Sequence[int]
    left_out: Sequence[int]


class Lagrange:
    """
    The relaxation and the best prices found for it so far.

    Args:
        whole_minutes: whether all times of the problem fall on whole minutes.
        upper: price of a plan in engine units, which the steps aim at.
        best: that plan.
    """

    def __init__(self, d: Data, allowance: Allowance, *, whole_minutes: bool, upper: int, best: Best) -> None:
        self.d = d
        self.pricing: Pricing = open_search(d, whole_minutes)
        self.best = -NONE
        self.upper = upper
        self._allowance = allowance
        self._possible = _possible(d, self.pricing)
        self._cap = _most_work(d)
        self._step, self._since = FIRST_STEP, 0
        self._unknown = _unknown(d)
        self.duals = _first_duals(d, self._possible, self._unknown, best)
        self._at = (self.duals.visit.copy(), self.duals.hour.copy(), self.duals.face.copy())
        self._drift: tuple[Floats, Floats, Floats] | None = None

    def improve(self, go_on: Callable[[], bool] = lambda: True) -> bool:
        """Price every aide and day, note the bound, move the prices; False where told to stop before that."""
        for day in range(self.d.day.shape[0]):
            if not go_on():
                return False
            price_day(self.d, self.pricing, self.duals, day)
        worked = self._worked_days()
        value, hours = self._value(worked)
        if value > self.best:
            self.best, self._since = value, 0
            self._at = (self.duals.visit.copy(), self.duals.hour.copy(), self.duals.face.copy())
        else:
            self._since += 1
            if self._since >= PATIENCE:
                self._step, self._since, self._drift = self._step / 2, 0, None
                for now, best in zip(self.duals, self._at, strict=True):
                    now[:] = best
                return True
        self._move(value, worked, hours)
        return True

    def _worked_days(self) -> npt.NDArray[np.bool_]:
        """Round -> taken: the days that pay best for each aide among those that may be worked together."""
        d, x = self.d, self.pricing
        days = d.day.shape[0]
        taken = x.value < 0
        for w in range(d.worker.shape[0]):
            most = int(d.worker[w, lay.W_IN_A_ROW])
            if most < lay.BIG:
                rows = slice(w * days, (w + 1) * days)
                taken[rows] = best_days(x.value[rows].tolist(), most, _past_run(d, w))
        return taken

    def _value(self, worked: npt.NDArray[np.bool_]) -> tuple[int, Ints]:
        """The bound at the present prices, and each aide's hours in it."""
        d = self.d
        value = int(self.pricing.value[worked].sum())
        hours = np.zeros(d.worker.shape[0], dtype=np.int64)
        for w in range(d.worker.shape[0]):
            best = None
            for work in (0, int(d.worker[w, lay.W_FAIR]), int(d.worker[w, lay.W_TARGET]), int(self._cap[w])):
                price = load_price(d, w, work) - int(self.duals.hour[w]) * work
                if work <= self._cap[w] and (best is None or price < best):
                    best, hours[w] = price, work
            value += best or 0
        pay = self.duals.visit * d.visit[:, lay.V_TEAM] * self._possible
        value += int(pay.sum())
        self._dropped = self._drop(pay)
        return value - int(pay[self._dropped].sum()), hours

    def _drop(self, pay: Ints) -> npt.NDArray[np.bool_]:
        """The visits that are best left out, no more of each tier than allowed."""
        dropped = np.zeros(len(pay), dtype=bool)
        tier = np.asarray(self._allowance.tier, dtype=np.int64)
        for number, most in enumerate(self._allowance.left_out):
            here = np.flatnonzero((tier == number) & self._possible & (pay > 0))
            room = max(0, most - int(((tier == number) & ~self._possible).sum()))
            if room:
                dropped[here[np.argsort(-pay[here], kind="stable")[:room]]] = True
        return dropped

    def _move(self, value: int, worked: npt.NDArray[np.bool_], hours: Ints) -> None:
        """One step along the deflected subgradient, as long as the gap to the known plan says."""
        d = self.d
        count, face, work = self._used(worked)
        team = d.visit[:, lay.V_TEAM] * self._possible
        g_visit = np.where(self._dropped, 0, team) - count.astype(float)
        g_hour = (work - hours) / 3600.0
        g_face = face.astype(float)
        if self._drift is not None:
            old = self._drift
            g_visit, g_hour, g_face = (
                0.6 * g_visit + 0.4 * old[0],
                0.6 * g_hour + 0.4 * old[1],
                0.6 * g_face + 0.4 * old[2],
            )
        self._drift = (g_visit, g_hour, g_face)
        norm = float((g_visit**2).sum() + (g_hour**2).sum())
        if norm == 0:
            return
        step = self._step * max(self.upper - value, self.upper // 1000) / norm
        u = self.duals
        u.visit[:] = (u.visit + step * g_visit).astype(np.int64) * self._possible
        lowest = -d.worker[:, lay.W_C_TRAVEL].astype(float)
        high = float(d.price[lay.C_OVER] + d.price[lay.C_FAIR])
        low = -float(d.price[lay.C_SHORT] + d.price[lay.C_FAIR])
        hour = u.hour + step * g_hour / 3600.0
        u.hour[:] = np.clip(hour, np.maximum(lowest, low), high).astype(np.int64)
        u.face[:] = share_out(u.face + step * g_face, self._unknown, d)

    def _used(self, worked: npt.NDArray[np.bool_]) -> tuple[Ints, Ints, Ints]:
        """How often each visit is made, by which new aide, and each aide's work, in the relaxed plan."""
        d, x, days = self.d, self.pricing, self.d.day.shape[0]
        count = np.zeros(d.visit.shape[0], dtype=np.int64)
        face = np.zeros(self.duals.face.shape, dtype=np.int64)
        work = np.zeros(d.worker.shape[0], dtype=np.int64)
        for r in np.flatnonzero(worked).tolist():
            w = r // days
            path = x.path[r, : x.length[r]]
            visit = d.option[path[:, 0], lay.O_VISIT]
            np.add.at(count, visit, 1)
            face[w, visit] = self._unknown[w, visit]
            work[w] += work_of(d, w, path)
        return count, face, work


def work_of(d: Data, w: int, path: Ints) -> int:
    """Seconds of work of a relaxed round."""
    visit = d.option[path[:, 0], lay.O_VISIT]
    place, length = d.visit[visit, lay.V_PLACE], d.visit[visit, lay.V_DURATION]
    road = d.road[d.worker[w, lay.W_MODE], :, :, 0]
    travel = road[place[:-1], place[1:]]
    gap = path[1:, 1] - path[:-1, 1] - length[:-1] - travel
    waits = gap[(gap > 0) & (gap <= d.worker[w, lay.W_PAID_WAIT])].sum()
    total = int(length.sum() + travel.sum() + waits)
    if d.worker[w, lay.W_COMMUTE_WORK] and len(place):
        start, end = d.worker[w, lay.W_START], d.worker[w, lay.W_END]
        total += int(road[start, place[0]] + road[place[-1], end])
    return total


def load_price(d: Data, w: int, work: int) -> int:
    """Price of an aide's hours over the horizon, as `ledger.load_cost` has it."""
    over = work - int(d.worker[w, lay.W_TARGET])
    uneven = abs(work - int(d.worker[w, lay.W_FAIR])) * int(d.price[lay.C_FAIR])
    return uneven + (over * int(d.price[lay.C_OVER]) if over > 0 else -over * int(d.price[lay.C_SHORT]))


def best_days(value: Sequence[int], most: int, run: int) -> list[bool]:
    """
    Which days to work so that the values sum to the least, never more than `most` in a row.

    Args:
        run: days worked in a row just before the first.
    """
    if most <= 0:
        return [False] * len(value)
    states: dict[int, tuple[int, list[bool]]] = {min(run, most): (0, [])}
    for price in value:
        following: dict[int, tuple[int, list[bool]]] = {}
        for length, (total, taken) in states.items():
            ways = [(0, total, [*taken, False])]
            if length < most and price < 0:
                ways.append((length + 1, total + price, [*taken, True]))
            for state, cost, chosen in ways:
                if state not in following or cost < following[state][0]:
                    following[state] = (cost, chosen)
        states = following
    return min(states.values(), key=lambda item: item[0])[1]


def _past_run(d: Data, w: int) -> int:
    run = 0
    while run < lay.PAST_DAYS and d.past[w, lay.PAST_DAYS - 1 - run] == 1:
        run += 1
    return run


def share_out(face: Floats, unknown: lay.Bytes, d: Data) -> Ints:
    """Shares of the price of a new face: together at most the price, for each aide and person."""
    face = np.maximum(face, 0.0) * unknown
    person = d.visit[:, lay.V_PERSON]
    total = np.zeros((d.worker.shape[0], d.person.shape[0]))
    for w in range(d.worker.shape[0]):
        total[w] = np.bincount(person, weights=face[w], minlength=d.person.shape[0])
    price = float(d.price[lay.C_NEW_FACE])
    scale = np.where(total > 0, price / np.maximum(total, 1.0), 0.0)
    shared: Ints = np.floor(face * np.minimum(scale, 1e6)[:, person] * (1 - 1e-9)).astype(np.int64)
    return shared


def _possible(d: Data, x: Pricing) -> npt.NDArray[np.bool_]:
    """Visits that some aide could make on some day, teams by two."""
    able = np.zeros(d.visit.shape[0], dtype=bool)
    options = np.unique(x.option[x.option >= 0])
    able[d.option[options, lay.O_VISIT]] = True
    return able


def _unknown(d: Data) -> lay.Bytes:
    """Worker × visit: 1 where the aide may come and would be a new face."""
    person = d.visit[:, lay.V_PERSON]
    table: lay.Bytes = ((d.known[:, person] == 0) & (d.compat.T > 0)).astype(np.int8)
    return table


def _most_work(d: Data) -> Ints:
    cap = np.minimum(d.cap[:, 0, :].sum(axis=1), d.cap[:, 1, -1])
    most: Ints = np.minimum(cap, 24 * 3600 * d.day.shape[0])
    return np.maximum(most, 0)


def _first_duals(d: Data, possible: npt.NDArray[np.bool_], unknown: lay.Bytes, best: Best) -> Duals:
    """
    Prices in proportion to what the rounds of a known plan cost, so that the search starts near it.

    Hours are priced by the side of the contract on which the aide is; a new face is paid by the
    visits where it is met; what a round costs is paid by its visits by the detour each makes.
    """
    days = d.day.shape[0]
    work = best.rounds[:, lay.R_WORK].reshape(-1, days).sum(axis=1)
    target, share = d.worker[:, lay.W_TARGET], d.worker[:, lay.W_FAIR]
    slope = np.where(work > target, d.price[lay.C_OVER], -d.price[lay.C_SHORT])
    slope = slope + np.where(work > share, d.price[lay.C_FAIR], -d.price[lay.C_FAIR])
    hour = np.maximum(slope, -d.worker[:, lay.W_C_TRAVEL]).astype(np.int64)
    face = share_out(_faces_of(d, best) * unknown, unknown, d)
    pays = np.zeros(d.visit.shape[0], dtype=np.int64)
    for r in np.flatnonzero(best.rounds[:, lay.R_LEN]).tolist():
        w, n = r // days, int(best.rounds[r, lay.R_LEN])
        visit = d.option[best.stop[r, :n, 0], lay.O_VISIT]
        own = d.visit[visit, lay.V_DURATION] * hour[w] + face[w, visit] + detours(d, w, visit)
        own += np.where(d.compat[visit, w] & 2, d.price[lay.C_UNWANTED], 0)
        way = int(best.rounds[r, lay.R_COST]) if best.rounds[r, lay.R_WARN] == 0 else 0
        total = max(way + int(best.rounds[r, lay.R_WORK]) * int(hour[w]) + int(face[w, visit].sum()), 0)
        weight = np.maximum(own, total // (10 * n) + 1).astype(np.float64)
        paid = FIRST_PRICES * total * weight / weight.sum() / d.visit[visit, lay.V_TEAM]
        np.add.at(pays, visit, paid.astype(np.int64))
    return Duals(visit=pays * possible, hour=hour, face=face)


def _faces_of(d: Data, best: Best) -> Floats:
    """Worker × visit: 1 where an aide makes the visit, or makes none to that person."""
    workers, days = d.worker.shape[0], d.day.shape[0]
    made = np.zeros((workers, d.visit.shape[0]))
    met = np.zeros((workers, d.person.shape[0]), dtype=bool)
    for seat in (lay.S_ROUND, lay.S_ROUND2):
        placed = np.flatnonzero(best.place[:, seat] >= 0)
        aide = best.place[placed, seat] // days
        made[aide, placed] = 1
        met[aide, d.visit[placed, lay.V_PERSON]] = True
    weights: Floats = np.where(met[:, d.visit[:, lay.V_PERSON]], made, 1.0)
    return weights


def detours(d: Data, w: int, visit: Ints) -> Ints:
    """What leaving each stop of a round out would save on the road, without the commute."""
    line = d.worker[w]
    road = d.road[line[lay.W_MODE]].astype(np.int64)
    place = np.concatenate([[line[lay.W_START]], d.visit[visit, lay.V_PLACE], [line[lay.W_END]]])
    legs = road[place[:-1], place[1:]] @ np.array([line[lay.W_C_TRAVEL], line[lay.W_C_KM]])
    over = road[place[:-2], place[2:]] @ np.array([line[lay.W_C_TRAVEL], line[lay.W_C_KM]])
    saved: Ints = np.maximum(legs[:-1] + legs[1:] - over, 0)
    return saved
