"""
One need on the desk: the plan with its visits laid beside it, placements tried and priced.

A placement is judged by the checker's own rules on everything it touches: each aide's whole plan,
and every visit of each person whose hour it changes. Its price is the exact difference of the
score, worked out from what changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec
import numpy as np

from carecoord.planning.check import check_worker
from carecoord.planning.homecare.check import check_visits
from carecoord.planning.homecare.day_law import DayLaw, added, depth_of
from carecoord.planning.homecare.lanes import Ints, Lane, table
from carecoord.planning.homecare.need import Need, Retimed
from carecoord.planning.homecare.overlay import overlaid
from carecoord.planning.homecare.resident import Resident
from carecoord.planning.homecare.screen import Asked, Candidate, Ways
from carecoord.planning.homecare.trial import standing_cause
from carecoord.planning.lookup import RoundKey
from carecoord.planning.problem import Visit, Worker
from carecoord.planning.robust import missing_s, robustness_cents_per_h
from carecoord.planning.score import hour_change_s, hour_deviation_s
from carecoord.planning.solution import Stop, Violation
from carecoord.planning.timeline import DayTimeline, day_timeline


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """
    A plan with some visits of a need placed.

    Args:
        rounds: rounds that differ from the resident plan, complete.
        timelines: theirs, by aide and day.
        placed: visits of the need with their candidate, in the order placed.
        warnings: violations added; never one that blocks.
    """

    rounds: dict[RoundKey, list[Stop]] = {}
    timelines: dict[str, dict[int, DayTimeline]] = {}
    placed: tuple[tuple[str, Candidate], ...] = ()
    warnings: list[Violation] = []


NOTHING = Trial()
"""The plan as it is."""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """A placement that the checker refuses: what it would break that blocks."""

    broken: list[Violation]


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """What a trial costs by term, in cents, with the travel and metres it adds between visits."""

    terms: dict[str, int]
    travel_s: int
    distance_m: int

    @property
    def cents(self) -> int:
        """Sum of the terms."""
        return sum(self.terms.values())


class Desk:
    """
    A need beside a resident plan.

    Args:
        need: without defects (`need.need_defects`).
    """

    def __init__(self, resident: Resident, need: Need) -> None:
        self.resident = resident
        self.need = need
        self.visits = {visit.id: visit for visit in need.visits}
        self.ground = resident.ground(need.give_way_s)
        self.lookup = overlaid(resident, need)
        self.known = set(resident.faces.get(need.person.id, ()))
        self.person_faces = {need.person.id: need.person.known}
        extra_s = sum(visit.duration_s * visit.team_size for visit in need.visits)
        self.shares = resident.shares(extra_s)
        self._ways: dict[int, Ways] = {}
        self._laws: dict[tuple[int, str, int], tuple[Trial, DayLaw]] = {}
        self.judged = 0

    def asked(self, visit: Visit, trial: Trial | None = None) -> Asked:
        """What the screen needs to know of one visit of the need."""
        resident = self.resident
        able = np.array([standing_cause(visit, worker) is None for worker in resident.workers])
        there = self._at(self.need.person.id, trial or Trial())
        place = self.lookup.place_of[visit.id]
        if place not in self._ways:
            self._ways[place] = self._ways_of(place)
        return Asked(
            visit=visit,
            ways=self._ways[place],
            able=able,
            faces=np.array([self.face_cents(visit, worker.id) for worker in resident.workers]),
            busy=sorted(
                [
                    *((stop.start_s, stop.end_s) for _, stop in there),
                    *((away.start_s, away.end_s) for away in self.need.person.busy),
                ]
            ),
            surely=sorted(self._surely(trial or Trial(), key, stop) for key, stop in there),
            shares=self.shares,
        )

    def _surely(self, trial: Trial, key: RoundKey, stop: Stop) -> tuple[int, int]:
        """The part of a stop's hour that it takes wherever it gives way to; end before start when none."""
        lane = self.lane(trial, key)
        at = next(index for index, item in enumerate(lane.stops) if item.visit == stop.visit)
        return lane.latest[at], lane.earliest[at] + stop.end_s - stop.start_s

    def face_cents(self, visit: Visit, worker: str, met: Iterable[str] = ()) -> float:
        """What an aide adds by being new, one too many or not the one asked for, given others already met."""
        weights, person = self.resident.problem.weights, self.need.person
        there = self.known | set(met)
        cents = 0
        if worker not in there:
            cents += weights.new_face_cents * (worker not in person.known)
            is_full = person.faces_max is not None and len(there) >= person.faces_max
            cents += weights.faces_excess_cents * is_full
        if visit.wanted and worker not in visit.wanted:
            cents += weights.not_wanted_cents
        return float(cents)

    def _ways_of(self, place: int) -> Ways:
        resident, new = self.resident, self.need.new_place
        if new is not None and place == len(resident.problem.places):
            rows = {row.mode: row for row in new.rows}
            chosen = [rows.get(matrix.mode) for matrix in resident.matrices]
            empty = [0] * place
            return Ways(
                to_s=_lines([row.to_s if row else empty for row in chosen]),
                from_s=_lines([row.from_s if row else empty for row in chosen]),
                to_m=_lines([row.to_m if row else empty for row in chosen]),
                from_m=_lines([row.from_m if row else empty for row in chosen]),
            )
        return Ways(
            to_s=_lines([square[:, place] for square in resident.seconds]),
            from_s=_lines([square[place] for square in resident.seconds]),
            to_m=_lines([square[:, place] for square in resident.metres]),
            from_m=_lines([square[place] for square in resident.metres]),
        )

    def columns(self, trial: Trial) -> list[Ints]:
        """Positions of every day, those of rounds changed by a trial taken from the trial."""
        columns = list(self.ground.columns)
        for day in sorted({day for _, day in trial.rounds}):
            changed = sorted(name for name, other in trial.rounds if other == day)
            indices = [self.resident.index[name] for name in changed]
            kept = columns[day][:, ~np.isin(columns[day][0], indices)]
            rows = []
            for name in changed:
                worker = self.lookup.workers[name]
                days = {**self.resident.timelines[name], **trial.timelines[name]}
                rows += self.resident.rows(
                    worker, day, self.lane(trial, (name, day)), days, give_way_s=self.need.give_way_s
                )
            columns[day] = np.concatenate([kept, table(rows)], axis=1)
        return columns

    def lane(self, trial: Trial, key: RoundKey) -> Lane:
        """A round as a trial leaves it, with the room of its stops."""
        if key not in trial.rounds:
            return self.ground.lanes[key]
        worker = self.lookup.workers[key[0]]
        return Lane(self.lookup, worker, trial.rounds[key], self.need.give_way_s)

    def glance(self, trial: Trial, visit: Visit, candidate: Candidate) -> list[Violation]:
        """What working-time rules alone say against a placement; cheap, and enough to pass it over."""
        found: list[Violation] = []
        for worker, line in self._seated(trial, visit, candidate):
            found += self._law(trial, worker, candidate.day).added(line)
        return found

    def _seated(
        self, trial: Trial, visit: Visit, candidate: Candidate
    ) -> Iterator[tuple[Worker, DayTimeline]]:
        """Each aide of a placement with her new day; others of the round give way."""
        self.judged += 1
        start_s = candidate.start_s
        stop = Stop(visit=visit.id, start_s=start_s, end_s=start_s + visit.duration_s)
        here = self.lookup.place_of[visit.id]
        for seat in candidate.seats:
            worker = self.resident.workers[seat.worker]
            seconds = self.lookup.ways[worker.id].seconds
            lane = self.lane(trial, (worker.id, candidate.day))
            stops = lane.placed(stop, here, seat.position, seconds)
            yield worker, day_timeline(self.lookup, worker, candidate.day, stops)

    def place(self, trial: Trial, visit: Visit, candidate: Candidate) -> Trial | Refusal:
        """Place a visit on top of a trial, every rule asked; refused where anything that blocks is added."""
        rounds = dict(trial.rounds)
        timelines = {name: dict(days) for name, days in trial.timelines.items()}
        for worker, line in self._seated(trial, visit, candidate):
            rounds[worker.id, candidate.day] = line.stops
            timelines.setdefault(worker.id, {})[candidate.day] = line
        tried = Trial(rounds=rounds, timelines=timelines, placed=(*trial.placed, (visit.id, candidate)))
        fresh = self._added(tried)
        blocking = [item for item in fresh if item.severity == "block"]
        if blocking:
            return Refusal(broken=blocking)
        return msgspec.structs.replace(tried, warnings=fresh)

    def _law(self, trial: Trial, worker: Worker, day: int) -> DayLaw:
        """What working-time rules say of one day, for a first and quick refusal; kept for the next try."""
        key = (len(trial.placed), worker.id, day)
        kept = self._laws.get(key)
        if kept is None or kept[0] is not trial:
            days = {**self.resident.timelines[worker.id], **trial.timelines.get(worker.id, {})}
            law = DayLaw(self.lookup, worker, day, days=days, broken=self.resident.broken[worker.id])
            kept = self._laws[key] = (trial, law)
        return kept[1]

    def _added(self, trial: Trial) -> list[Violation]:
        """Violations that a trial adds to those of the resident plan."""
        resident = self.resident
        found: list[Violation] = []
        for name in sorted(trial.timelines):
            plan = resident.plan_of(resident.lookup.workers[name], trial.timelines[name])
            plan.not_frail = self.lookup.not_frail
            found += added(resident.broken[name], check_worker(plan))
        met = sorted({self.need.person.id, *(item.person for item in self.retimed(trial))})
        days = {day + step for _, day in trial.rounds for step in (-1, 0, 1)}
        was = [line for who in met for line in resident.at_person.get(who, ()) if line[0][1] in days]
        now = [line for who in met for line in self._at(who, trial) if line[0][1] in days]
        before = check_visits(self.lookup, _by_round(was))
        after = check_visits(self.lookup, _by_round(now))
        return found + added(depth_of(before), after)

    def _at(self, person: str, trial: Trial) -> list[tuple[RoundKey, Stop]]:
        """The stops at one person's in a trial."""
        kept = [line for line in self.resident.at_person.get(person, ()) if line[0] not in trial.rounds]
        visits = self.lookup.visits
        new = [
            (key, stop)
            for key, stops in trial.rounds.items()
            for stop in stops
            if visits[stop.visit].person == person
        ]
        return kept + new

    def retimed(self, trial: Trial) -> list[Retimed]:
        """Visits of the plan that a trial moves, in order of time."""
        found = []
        for key, stops in trial.rounds.items():
            was = {stop.visit: stop.start_s for stop in self.resident.rounds.get(key, ())}
            found += [
                Retimed(
                    visit=stop.visit, person=self.lookup.visits[stop.visit].person, worker=key[0],
                    before_s=was[stop.visit], after_s=stop.start_s,
                )
                for stop in stops
                if stop.visit in was and was[stop.visit] != stop.start_s
            ]  # fmt: skip
        return sorted(found, key=lambda item: (item.after_s, item.visit, item.worker))

    def price(self, trial: Trial) -> Price:
        """The exact difference of the score, need unserved against need served so."""
        old = [self.resident.timelines[n].get(d) for n, days in trial.timelines.items() for d in days]
        new = [line for days in trial.timelines.values() for line in days.values()]
        was = self._road([line for line in old if line is not None])
        now = self._road(new)
        sums, weights = self.resident.sums, self.resident.problem.weights
        by = {name: now[name] - was[name] for name in now}
        terms = {
            "travel": _step(sums.travel_s, by["travel_s"], weights.travel_cents_per_h, 3600),
            "distance": _step(sums.distance_m, by["distance_m"], weights.distance_cents_per_km, 1000),
            "commute": _step(sums.commute_s, by["commute_s"], weights.commute_cents_per_h, 3600),
            "interruptions": weights.interruption_cents * by["pauses"],
            **self._people(trial),
            **self._loads(trial),
            **self._near(trial),
        }
        if self.resident.problem.robust is not None:
            rate = robustness_cents_per_h(self.resident.problem)
            terms["robustness"] = _step(sums.lacking_s, by["lacking_s"], rate, 3600)
        travel_s = by["travel_s"] - by["wait_s"]
        return Price(terms=terms, travel_s=travel_s, distance_m=by["distance_m"])

    def _people(self, trial: Trial) -> dict[str, int]:
        weights, person = self.resident.problem.weights, self.need.person
        placed = dict(trial.placed)
        crew = {
            visit: [self.resident.workers[seat.worker].id for seat in candidate.seats]
            for visit, candidate in placed.items()
        }
        fresh = {worker for workers in crew.values() for worker in workers} - self.known
        most = person.faces_max
        excess = 0
        if most is not None:
            excess = max(0, len(self.known | fresh) - most) - max(0, len(self.known) - most)
        away_s = sum(
            hour_deviation_s(self.visits[visit], candidate.start_s) for visit, candidate in placed.items()
        )
        moved = {item.visit: item for item in self.retimed(trial)}.values()
        for item in moved:
            visit = self.lookup.visits[item.visit]
            away_s += hour_deviation_s(visit, item.after_s) - hour_deviation_s(visit, item.before_s)
        not_wanted = sum(
            bool(self.visits[visit].wanted) and worker not in self.visits[visit].wanted
            for visit, workers in crew.items()
            for worker in workers
        )
        return {
            "new_face": weights.new_face_cents * len(fresh - person.known.keys()),
            "faces_excess": weights.faces_excess_cents * excess,
            "not_wanted": weights.not_wanted_cents * not_wanted,
            "hour_deviation": _step(
                self.resident.deviation_s, away_s, weights.hour_deviation_cents_per_h, 3600
            ),
        }

    def _near(self, trial: Trial) -> dict[str, int]:
        """Hours that give way move from the plan that people know, or back to it; new visits are in none."""
        stability, today = self.resident.problem.stability, self.lookup.references
        if stability is None:
            return {}
        moved_s = 0
        for item in {item.visit: item for item in self.retimed(trial)}.values():
            if item.visit in today:
                moved_s += hour_change_s(self.lookup, today[item.visit], item.after_s)
                moved_s -= hour_change_s(self.lookup, today[item.visit], item.before_s)
        return {"hour_change": _step(self.resident.moved_s, moved_s, stability.hour_change_cents_per_h, 3600)}

    def _road(self, lines: list[DayTimeline]) -> dict[str, int]:
        return {
            "travel_s": sum(line.travel_s + line.paid_wait_s for line in lines),
            "wait_s": sum(line.paid_wait_s for line in lines),
            "distance_m": sum(line.distance_m for line in lines),
            "commute_s": sum(line.commute_out_s + line.commute_back_s for line in lines),
            "pauses": sum(len(line.interruptions) for line in lines),
            "lacking_s": sum(missing_s(self.lookup, line) for line in lines),
        }

    def _loads(self, trial: Trial) -> dict[str, int]:
        weights, resident = self.resident.problem.weights, self.resident
        work = resident.work.copy()
        for name, days in trial.timelines.items():
            for day, line in days.items():
                before = resident.timelines[name].get(day)
                work[resident.index[name]] += line.work_s - (before.work_s if before is not None else 0)
        due, shares = resident.due, self.shares
        pairs = {
            "shortfall": (np.maximum(due - resident.work, 0), np.maximum(due - work, 0)),
            "overtime": (np.maximum(resident.work - due, 0), np.maximum(work - due, 0)),
            "fairness": (np.abs(resident.work - shares), np.abs(work - shares)),
        }
        rates = {
            "shortfall": weights.shortfall_cents_per_h,
            "overtime": weights.overtime_cents_per_h,
            "fairness": weights.fairness_cents_per_h,
        }
        return {
            name: _step(int(was.sum()), int(now.sum()) - int(was.sum()), rates[name], 3600)
            for name, (was, now) in pairs.items()
        }


def _step(before: int, more: int, rate: int, per: int) -> int:
    """What a term grows by: both ends rounded half up, as the score rounds them."""

    def rounded(amount: int) -> int:
        return (2 * amount * rate + per) // (2 * per)

    return rounded(before + more) - rounded(before)


def _by_round(lines: Iterable[tuple[RoundKey, Stop]]) -> dict[RoundKey, list[Stop]]:
    rounds: dict[RoundKey, list[Stop]] = defaultdict(list)
    for key, stop in lines:
        rounds[key].append(stop)
    return {key: sorted(stops, key=lambda stop: (stop.start_s, stop.end_s)) for key, stops in rounds.items()}


def _lines(lines: list[list[int]] | list[Ints]) -> Ints:
    """One line a mode, with the zero of nowhere, and of the new place itself, at the end."""
    return np.pad(np.array(lines, dtype=np.int64), ((0, 0), (0, 2)))
