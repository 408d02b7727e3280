"""
The week master problem: the best choice among rounds of all aides and days, by CP-SAT.

One Boolean for each round that may be chosen. A visit is made once or left out, both aides of
a team start together, visits to one person do not overlap, and the rules of the week hold
(`cpsat_rules`, `cpsat_rest`). The price is that of the plan: what belongs to a round alone,
hours against contract and common share, new faces and faces above the ceiling.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from ortools.sat.python import cp_model

from carecoord.planning.engine import layout as lay
from carecoord.planning.engine.cpsat_rest import weekly_rest
from carecoord.planning.engine.cpsat_rules import Choice, Sum, add_rules
from carecoord.planning.engine.layout import UNIT, Best, Data
from carecoord.planning.engine.ledger import moved, team_wish
from carecoord.planning.engine.week_columns import Column, Scope, present

SCALE = UNIT // 300
"""Prices in the model are 1/300 cent, in which cents an hour are whole for a minute."""

FOUR_WEEKS_S = 28 * 86_400


class Part(NamedTuple):
    """
    What a model is made of.

    Args:
        columns: rounds that may be chosen, those of the plan among them.
    """

    d: Data
    best: Best
    scope: Scope
    columns: Sequence[Column]


class WeekModel:
    """The model of a part of the week; all of it where every round is in scope."""

    def __init__(self, part: Part) -> None:
        self.d, self.best, self.scope = part.d, part.best, part.scope
        self.columns = part.columns
        self.model = cp_model.CpModel()
        self.take = [self.model.new_bool_var("") for _ in self.columns]
        self._of: dict[int, list[Choice]] = defaultdict(list)
        for c, x in zip(self.columns, self.take, strict=True):
            self._of[c.round].append((c, x))
        whole = (
            all(c.work % 60 == 0 for c in self.columns) and not (self.best.rounds[:, lay.R_WORK] % 60).any()
        )
        self._grain = 60 if whole else 1
        self._visit = self.d.option[:, lay.O_VISIT].tolist()
        self._price: list[Sum] = []
        self._hint: dict[int, int] = {}
        self._one_round()
        self._visits()
        workers = np.flatnonzero(self.scope.rounds.reshape(-1, self.d.day.shape[0]).any(axis=1)).tolist()
        self._faces()
        self._disturbed()
        for w in workers:
            add_rules(self, w)
            weekly_rest(self, w)
            self._load(w)
        self.model.minimize(cp_model.LinearExpr.sum(self._price))

    def of(self, r: int) -> Sequence[Choice]:
        """Rounds among which `r` is chosen, or the one that is given; none for a day off."""
        if not self.free(r) and r not in self._of and self.best.rounds[r, lay.R_LEN] > 0:
            self._of[r] = [(present(self.best, r), 1)]
        return self._of[r]

    def free(self, r: int) -> bool:
        """Whether the round is chosen anew."""
        return bool(self.scope.rounds[r])

    def keep(self, r: int) -> None:
        """Let the round be as it is."""
        if self.free(r):
            for k, (_, x) in enumerate(self._of[r]):
                # The first round of each aide and day is that of the plan.
                self.model.add(x == int(k == 0 and self.best.rounds[r, lay.R_LEN] > 0))

    def _one_round(self) -> None:
        days = self.d.day.shape[0]
        wishes = self._wish_prices()
        for c, x in zip(self.columns, self.take, strict=True):
            w = c.round // days
            others = sum(wishes[self.d.compat[self._visit[o], w] & 10] for o, _ in c.stops)
            self._price.append((c.cost // SCALE + others) * x)
            now = self._of[c.round][0][0] is c and self.best.rounds[c.round, lay.R_LEN] > 0
            self.model.add_hint(x, bool(now))
        for r in np.flatnonzero(self.scope.rounds).tolist():
            xs = [x for _, x in self._of[r]]
            if r in self.scope.held:
                self.model.add_exactly_one(xs)
            elif len(xs) > 1:
                self.model.add_at_most_one(xs)

    def _wish_prices(self) -> dict[int, int]:
        """Bits of `Data.compat` -> price of an aide not wanted (2), or not the one told (8)."""
        unwanted, changed = (int(self.d.price[k]) // SCALE for k in (lay.C_UNWANTED, lay.C_CHANGED))
        return {0: 0, 2: unwanted, 8: changed, 10: unwanted + changed}

    def _visits(self) -> None:
        """Each free visit once or left out; a team together; visits to one person apart."""
        d = self.d
        at: dict[int, dict[int, list[tuple[Column, Sum]]]] = defaultdict(lambda: defaultdict(list))
        for c, x in zip(self.columns, self.take, strict=True):
            for o, start in c.stops:
                if self.scope.visits[self._visit[o]]:
                    at[self._visit[o]][start].append((c, x))
        weights, left_now = [], 0
        alone: dict[int, dict[int, Sum]] = {}
        for v, starts in at.items():
            left = self.model.new_bool_var("")
            lost = bool(self.best.place[v, lay.S_OPTION] < 0)
            self.model.add_hint(left, lost)
            weights.append(int(d.visit[v, lay.V_LEX]) * left)
            left_now += int(d.visit[v, lay.V_LEX]) * lost
            self._price.append(int(d.visit[v, lay.V_PENALTY]) // SCALE * left)
            if d.visit[v, lay.V_TEAM] == 1 and d.visit[v, lay.V_RIVALS] == 0:
                # Twice is allowed: a round without the visit need not have been met (`recombine.once_each`).
                self.model.add_bool_or([left, *(x for here in starts.values() for _, x in here)])
                continue
            alone[v] = {start: self._seats(v, start, here) for start, here in starts.items()}
            self.model.add_exactly_one([left, *alone[v].values()])
        # What is left out weighs tier by tier; it may only become less.
        self.model.add(cp_model.LinearExpr.sum(weights) <= left_now)
        self._apart(alone)

    def _seats(self, v: int, start: int, here: list[tuple[Column, Sum]]) -> Sum:
        """Whether a visit begins at `start`: all its aides then, among them those that a pin demands."""
        d, days = self.d, self.d.day.shape[0]
        team = int(d.visit[v, lay.V_TEAM])
        if team == 1 and len(here) == 1:
            return here[0][1]
        y = self.model.new_bool_var("")
        self.model.add_hint(
            y, bool(self.best.place[v, lay.S_OPTION] >= 0 and self.best.place[v, lay.S_START] == start)
        )
        self.model.add(cp_model.LinearExpr.sum([x for _, x in here]) == team * y)
        need = int(d.visit[v, lay.V_NEED])
        if team > 1:
            if need:
                demanded = [x for c, x in here if d.compat[v, c.round // days] & 4]
                self.model.add(cp_model.LinearExpr.sum(demanded) == need * y)
            self._price.append(self._team_wish(v, start, here[0][0]) * y)
        return y

    def _team_wish(self, v: int, start: int, column: Column) -> int:
        """Price of the distance from the wished and the told hour, once for a visit of two aides."""
        option = next(o for o, _ in column.stops if self._visit[o] == v)
        return int(team_wish(self.d, option, start)) // SCALE

    def _apart(self, starts: dict[int, dict[int, Sum]]) -> None:
        """Visits to one person do not overlap in time."""
        d = self.d
        for v, mine in starts.items():
            length = int(d.visit[v, lay.V_DURATION])
            for u in d.rival[v, : d.visit[v, lay.V_RIVALS]].tolist():
                if u <= v or u not in starts:
                    continue
                other = int(d.visit[u, lay.V_DURATION])
                for a, x in mine.items():
                    over = [y for b, y in starts[u].items() if a < b + other and b < a + length]
                    if over:
                        self.model.add_at_most_one([x, *over])

    def _faces(self) -> None:
        """New faces, and distinct aides of a person above the ceiling, rounds that are given included."""
        d, days = self.d, self.d.day.shape[0]
        met: dict[tuple[int, int], dict[int, list[Sum]]] = defaultdict(lambda: defaultdict(list))
        for c, x in zip(self.columns, self.take, strict=True):
            for p in {int(d.visit[self._visit[o], lay.V_PERSON]) for o, _ in c.stops}:
                met[c.round // days, p][c.round].append(x)
        given = self._given_faces()
        fresh: dict[int, list[Sum]] = defaultdict(list)
        new, excess = int(d.price[lay.C_NEW_FACE]) // SCALE, int(d.price[lay.C_EXCESS]) // SCALE
        for (w, p), rounds in met.items():
            capped = excess > 0 and d.person[p, lay.P_FACES] < lay.BIG
            price = 0 if d.known[w, p] else new
            if given[w, p] or (not price and not capped):
                continue
            y = self.model.new_bool_var("")
            self.model.add_hint(y, bool(self._comes_now(w, p)))
            for xs in rounds.values():
                self.model.add(cp_model.LinearExpr.sum(xs) <= y)
            if price:
                self._price.append(price * y)
            fresh[p].append(y)
        for p, ys in fresh.items():
            if d.person[p, lay.P_FACES] >= lay.BIG or not excess:
                continue
            room = int(d.person[p, lay.P_FACES]) - int(given[:, p].sum())
            if len(ys) > room:
                more = self.model.new_int_var(0, len(ys), "")
                self.model.add(more >= cp_model.LinearExpr.sum(ys) - max(room, 0))
                self._price.append(excess * more)

    def _given_faces(self) -> lay.Bytes:
        """Worker × person: 1 where a round that is given brings them together."""
        d, days = self.d, self.d.day.shape[0]
        table = np.zeros((d.worker.shape[0], d.person.shape[0]), dtype=np.int8)
        for r in np.flatnonzero(~self.scope.rounds & (self.best.rounds[:, lay.R_LEN] > 0)).tolist():
            options = self.best.stop[r, : self.best.rounds[r, lay.R_LEN], 0]
            table[r // days, d.visit[d.option[options, lay.O_VISIT], lay.V_PERSON]] = 1
        return table

    def _comes_now(self, w: int, p: int) -> bool:
        d, days = self.d, self.d.day.shape[0]
        visits = d.of_person[p]
        rounds = self.best.place[visits[visits >= 0]][:, [lay.S_ROUND, lay.S_ROUND2]]
        return bool(((rounds >= 0) & (rounds // days == w)).any())

    def _disturbed(self) -> None:
        """`disturbance_budget`: no more people with another aide or hour than told, given rounds included."""
        d, days = self.d, self.d.day.shape[0]
        if d.price[lay.C_PEOPLE] >= lay.BIG:
            return
        off = self.best.place[:, lay.S_OFF] > 0
        already = {int(p) for p in d.visit[off & ~self.scope.visits, lay.V_PERSON]}
        by_person: dict[int, list[Sum]] = defaultdict(list)
        for c, x in zip(self.columns, self.take, strict=True):
            for o, start in c.stops:
                v = self._visit[o]
                if moved(d, v, c.round // days, start):
                    by_person[int(d.visit[v, lay.V_PERSON])].append(x)
        count: list[Sum] = []
        for p, xs in by_person.items():
            if p not in already:
                y = self.model.new_bool_var("")
                for x in xs:
                    self.model.add_implication(x, y)
                count.append(y)
        room = max(int(d.price[lay.C_PEOPLE]), int(self.best.total[lay.T_OFF])) - len(already)
        self.model.add(cp_model.LinearExpr.sum(count) <= max(room, 0))

    def _load(self, w: int) -> None:
        """Hours short of the contract, above it, and away from the common share."""
        d, days = self.d, self.d.day.shape[0]
        grain = self._grain
        terms: list[Sum] = []
        for day in range(days):
            terms += [c.work // grain * x for c, x in self.of(w * days + day)]
        work = cp_model.LinearExpr.sum(terms)
        now = int(self.best.rounds[w * days : (w + 1) * days, lay.R_WORK].sum()) // grain
        target, share = int(d.worker[w, lay.W_TARGET]) // grain, int(d.worker[w, lay.W_FAIR]) // grain
        for price, values, at in (
            (lay.C_SHORT, [target - work], target - now),
            (lay.C_OVER, [work - target], now - target),
            (lay.C_FAIR, [work - share, share - work], abs(now - share)),
        ):
            each = int(d.price[price]) * grain // SCALE
            if each:
                length = self.model.new_int_var(0, FOUR_WEEKS_S // grain, "")
                for value in values:
                    self.model.add(length >= value)
                self.model.add_hint(length, max(0, at))
                self._price.append(each * length)
