"""
A plan after a repair against the plan before: who changes, who must be told, hours, ways, law, price.

Judged on the whole horizon by the checker and the score, never by who made the plan.
"""

from __future__ import annotations

from collections import defaultdict

from carecoord.planning.homecare.board import Board
from carecoord.planning.homecare.check import Made, check_homecare, stops_of_visits
from carecoord.planning.homecare.day_law import added, breach_key, depth_of
from carecoord.planning.homecare.explain import board_of, explain_on
from carecoord.planning.homecare.repair import Absent, AideChange, Breadth, Call, Change, Repair
from carecoord.planning.homecare.repair_ground import Ground
from carecoord.planning.homecare.repair_insert import reaches
from carecoord.planning.homecare.repair_restrict import restrict
from carecoord.planning.lookup import Lookup, RoundKey, stops_by_round
from carecoord.planning.problem import Problem
from carecoord.planning.score import score
from carecoord.planning.solution import Score, Solution, Stop, Unassigned, Violation
from carecoord.planning.timeline import DayTimeline, day_timeline


class Judge:
    """
    Judges the repairs of one situation; what they have in common is worked out once.

    Args:
        base: what the repairs start from.
        problem: the one of the plan before, events not applied.
    """

    def __init__(self, base: Ground, problem: Problem) -> None:
        self.base = base
        self._lookup = Lookup(base.problem)
        self._wide = Lookup(restrict(base))
        self._old_lookup = Lookup(problem)
        self._before = stops_by_round(self._old_lookup, base.before)
        self._made_before = stops_of_visits(self._before)
        self._was: Score = score(problem, base.before)
        self._broken: list[Violation] = check_homecare(problem, base.before)
        self._unavoidable = depth_of(check_homecare(base.problem, base.baseline))

    def judge(self, breadth: Breadth, plan: Solution) -> Repair:
        """What a plan changes; its causes and score are worked out here."""
        lookup = self._lookup
        rounds = stops_by_round(lookup, plan)
        made = stops_of_visits(rounds)
        changes = self._changes(made)
        found = check_homecare(self.base.problem, plan)
        fresh = added(depth_of(self._broken), found)
        left = depth_of(found)
        now = score(self.base.problem, plan)
        board, _ = board_of(self._wide, rounds)
        _, missing = board_of(lookup, rounds)
        return Repair(
            breadth=breadth,
            solution=Solution(rounds=plan.rounds, score=now),
            changes=changes,
            disturbed=sorted({c.person for c in changes if c.before and c.after and c.is_felt}),
            calls=self._calls(changes),
            aides=self._aides(rounds),
            law=fresh,
            mended=sum(breach_key(item) not in left for item in self._broken),
            left_out=[
                self._explained(board, visit.id)
                for visit in missing
                if visit.id in self._made_before or visit.id in self.base.displaced
            ],
            unserved=now.unserved,
            terms={
                name: cents - self._was.terms.get(name, 0)
                for name, cents in now.terms.items()
                if cents != self._was.terms.get(name, 0)
            },
            soft_cents=now.soft_cents - self._was.soft_cents,
        )

    def is_sound(self, plan: Solution) -> bool:
        """Whether a plan breaks no blocking rule that doing nothing would not break too."""
        fresh = added(self._unavoidable, check_homecare(self.base.problem, plan))
        return all(item.severity != "block" for item in fresh)

    def _explained(self, board: Board, visit: str) -> Unassigned:
        told, place = explain_on(board, self._wide.visits[visit])
        if place is None:
            return told
        # there is room, but nobody told now could be there in time, or no more people may be disturbed
        in_time = all(
            reaches(self.base, self._wide, item.worker, item.stops, position)
            for item in place.rounds
            for position, stop in enumerate(item.stops)
            if stop.visit == visit
        )
        is_budget = in_time and self.base.situation.persons_max is not None
        return Unassigned(visit=visit, code="disturbance_budget" if is_budget else "too_late")

    def _changes(self, made: dict[str, list[Made]]) -> list[Change]:
        changes = []
        for visit in self._lookup.problem.visits:
            old, new = self._made_before.get(visit.id, []), made.get(visit.id, [])
            new = new if len(new) >= visit.team_size else []
            before, after = sorted(item.worker for item in old), sorted(item.worker for item in new)
            before_s = old[0].stop.start_s if old else None
            after_s = new[0].stop.start_s if new else None
            if before == after and before_s == after_s:
                continue
            moved_s = 0 if before_s is None or after_s is None else abs(after_s - before_s)
            changes.append(
                Change(
                    visit=visit.id,
                    person=visit.person,
                    before=before,
                    before_s=before_s,
                    after=after,
                    after_s=after_s,
                    aide_changed=bool(before and after) and before != after,
                    hour_changed=moved_s > self.base.situation.hour_tolerance_s,
                )
            )
        return sorted(changes, key=lambda item: (_next_s(item), item.visit))

    def _calls(self, changes: list[Change]) -> list[Call]:
        about: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
        for change in changes:
            if change.is_felt:
                about["person", change.person].append((_next_s(change), change.visit))
            for worker in set(change.before) | set(change.after):
                about["aide", worker].append((_next_s(change), change.visit))
        now_s = self.base.situation.now_s
        away = {w for w, from_s, until_s in absences(self.base) if from_s <= now_s < until_s}
        calls = [
            Call(
                kind="person" if kind == "person" else "aide",
                who=who,
                before_s=min(when for when, _ in items),
                visits=[visit for _, visit in sorted(items)],
            )
            for (kind, who), items in about.items()
            if not (kind == "aide" and who in away)
        ]
        return sorted(calls, key=lambda call: (call.before_s, call.kind, call.who))

    def _aides(self, rounds: dict[RoundKey, list[Stop]]) -> list[AideChange]:
        keys = sorted(
            key for key in self._before.keys() | rounds.keys() if self._before.get(key) != rounds.get(key)
        )
        by_worker: dict[str, list[RoundKey]] = defaultdict(list)
        for key in keys:
            by_worker[key[0]].append(key)
        return [self._aide(worker, mine, rounds) for worker, mine in by_worker.items()]

    def _aide(self, worker: str, keys: list[RoundKey], rounds: dict[RoundKey, list[Stop]]) -> AideChange:
        old = [self._line(self._old_lookup, key, self._before.get(key)) for key in keys]
        new = [self._line(self._lookup, key, rounds.get(key)) for key in keys]
        was = {stop.visit: stop.start_s for line in old if line for stop in line.stops}
        now = {stop.visit: stop.start_s for line in new if line for stop in line.stops}
        return AideChange(
            worker=worker,
            work_s=sum(line.work_s for line in new if line) - sum(line.work_s for line in old if line),
            travel_s=sum(line.travel_s for line in new if line) - sum(line.travel_s for line in old if line),
            distance_m=sum(line.distance_m for line in new if line)
            - sum(line.distance_m for line in old if line),
            gained=[name for name in now if name not in was],
            lost=[name for name in was if name not in now],
            moved=[name for name, start_s in now.items() if name in was and was[name] != start_s],
        )

    def _line(self, lookup: Lookup, key: RoundKey, stops: list[Stop] | None) -> DayTimeline | None:
        return day_timeline(lookup, lookup.workers[key[0]], key[1], stops) if stops else None


def absences(base: Ground) -> list[tuple[str, int, int]]:
    """Aide, start and end of each absence of a situation."""
    end_s = base.problem.days[-1].ends_s
    return [
        (event.worker, event.from_s, end_s if event.until_s is None else event.until_s)
        for event in base.situation.events
        if isinstance(event, Absent)
    ]


def _next_s(change: Change) -> int:
    return min(start_s for start_s in (change.before_s, change.after_s) if start_s is not None)
