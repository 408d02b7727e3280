"""
The cost of a plan after a few rounds change, without going over the rounds that stay.

The same terms as `carecoord.planning.score`, summed round by round and visit by visit, so
that pricing a move looks at the rounds of that move alone.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import NamedTuple

from carecoord.planning.load import contract_target_s, fairness_targets
from carecoord.planning.lookup import Lookup, RoundKey
from carecoord.planning.problem import TIERS
from carecoord.planning.robust import missing_s, robustness_cents_per_h
from carecoord.planning.score import TERMS, half_up, hour_change_s, hour_deviation_s
from carecoord.planning.solution import Score, Stop
from carecoord.planning.timeline import day_timeline

Face = tuple[str, str]
"""A person and an aide who comes to them."""


class Sums(NamedTuple):
    """What one round, or several, add to the terms; seconds, metres and counts."""

    paid_road_s: int = 0
    commute_s: int = 0
    distance_m: int = 0
    interruptions: int = 0
    work_s: int = 0
    not_wanted: int = 0
    other_aides: int = 0
    lacking_s: int = 0

    def plus(self, other: Sums) -> Sums:
        """Term by term."""
        return Sums(*(one + two for one, two in zip(self, other, strict=True)))

    def minus(self, other: Sums) -> Sums:
        """Term by term."""
        return Sums(*(one - two for one, two in zip(self, other, strict=True)))


class Tally:
    """
    A plan whose cost is known, and that of plans near it.

    Args:
        rounds: worker and day -> stops in order of time.
    """

    def __init__(self, lookup: Lookup, rounds: dict[RoundKey, list[Stop]]) -> None:
        self._lookup = lookup
        self._rounds = dict(rounds)
        self._sums = {key: self._round(key, stops) for key, stops in rounds.items()}
        self._total = Sums()
        self._work: Counter[str] = Counter()
        for (worker, _), sums in self._sums.items():
            self._total = self._total.plus(sums)
            self._work[worker] += sums.work_s
        self._made = Counter(stop.visit for stops in rounds.values() for stop in stops)
        self._starts: dict[str, int] = {}
        for stops in rounds.values():
            for stop in stops:
                self._starts.setdefault(stop.visit, stop.start_s)
        self._faces: Counter[Face] = Counter()
        for (worker, _), stops in rounds.items():
            self._faces.update((lookup.visits[stop.visit].person, worker) for stop in stops)

    def score(self, changed: dict[RoundKey, list[Stop]] | None = None) -> Score:
        """
        The cost once some rounds are replaced.

        Args:
            changed: worker and day -> their new stops; empty where the round disappears.
        """
        changed = {key: stops for key, stops in (changed or {}).items() if stops != self._rounds.get(key, [])}
        total, work = self._total, self._work.copy() if changed else self._work
        made, faces = Counter[str](), Counter[Face]()
        starts: dict[str, int] = {}
        for key, stops in changed.items():
            old, new = self._sums.get(key, Sums()), self._round(key, stops)
            total = total.plus(new).minus(old)
            work[key[0]] += new.work_s - old.work_s
            for sign, items in ((-1, self._rounds.get(key, [])), (1, stops)):
                for stop in items:
                    made[stop.visit] += sign
                    faces[self._lookup.visits[stop.visit].person, key[0]] += sign
            starts.update({stop.visit: stop.start_s for stop in stops})
        terms = {**self._road(total), **self._load(work), **self._people(total, faces)}
        terms |= self._hours(total, made, starts)
        ordered = {name: terms[name] for name in TERMS}
        return Score(unserved=self._unserved(made), terms=ordered, soft_cents=sum(ordered.values()))

    def _round(self, key: RoundKey, stops: list[Stop]) -> Sums:
        if not stops:
            return Sums()
        lookup, (worker, day) = self._lookup, key
        timeline = day_timeline(lookup, lookup.workers[worker], day, stops)
        visits = [lookup.visits[stop.visit] for stop in stops]
        today = [lookup.references.get(stop.visit) for stop in stops]
        return Sums(
            paid_road_s=timeline.travel_s + timeline.paid_wait_s,
            commute_s=timeline.commute_out_s + timeline.commute_back_s,
            distance_m=timeline.distance_m,
            interruptions=len(timeline.interruptions),
            work_s=timeline.work_s,
            not_wanted=sum(bool(visit.wanted) and worker not in visit.wanted for visit in visits),
            lacking_s=missing_s(lookup, timeline),
            other_aides=sum(item is not None and worker not in item.workers for item in today),
        )

    def _road(self, total: Sums) -> dict[str, int]:
        weights = self._lookup.problem.weights
        return {
            "travel": half_up(total.paid_road_s * weights.travel_cents_per_h, 3600),
            "commute": half_up(total.commute_s * weights.commute_cents_per_h, 3600),
            "distance": half_up(total.distance_m * weights.distance_cents_per_km, 1000),
            "interruptions": weights.interruption_cents * total.interruptions,
            "robustness": half_up(total.lacking_s * robustness_cents_per_h(self._lookup.problem), 3600),
        }

    @cached_property
    def _targets(self) -> tuple[dict[str, int], dict[str, int]]:
        problem = self._lookup.problem
        return contract_target_s(problem), fairness_targets(problem)

    def _load(self, work: Counter[str]) -> dict[str, int]:
        weights = self._lookup.problem.weights
        contracts, shares = self._targets
        over_s = [work[worker] - due for worker, due in contracts.items()]
        unfair_s = sum(abs(work[worker] - share) for worker, share in shares.items())
        return {
            "shortfall": half_up(-sum(s for s in over_s if s < 0) * weights.shortfall_cents_per_h, 3600),
            "overtime": half_up(sum(s for s in over_s if s > 0) * weights.overtime_cents_per_h, 3600),
            "fairness": half_up(unfair_s * weights.fairness_cents_per_h, 3600),
        }

    @cached_property
    def _aides_of(self) -> dict[str, int]:
        """Person -> how many distinct aides come."""
        return dict(Counter(person for person, _ in self._faces))

    @cached_property
    def _strangers(self) -> tuple[int, int]:
        """New faces, and aides above the ceilings of people."""
        persons = self._lookup.persons
        new = sum(worker not in persons[person].known for person, worker in self._faces)
        excess = 0
        for person, count in self._aides_of.items():
            most = persons[person].faces_max
            excess += max(0, count - most) if most is not None else 0
        return new, excess

    def _people(self, total: Sums, faces: Counter[Face]) -> dict[str, int]:
        weights, persons = self._lookup.problem.weights, self._lookup.persons
        new, excess = self._strangers
        more: Counter[str] = Counter()
        for (person, worker), change in faces.items():
            was = self._faces[person, worker]
            step = (was + change > 0) - (was > 0)
            more[person] += step
            new += step * (worker not in persons[person].known)
        for person, step in more.items():
            most, was = persons[person].faces_max, self._aides_of.get(person, 0)
            if most is not None:
                excess += max(0, was + step - most) - max(0, was - most)
        return {
            "new_face": weights.new_face_cents * new,
            "faces_excess": weights.faces_excess_cents * excess,
            "not_wanted": weights.not_wanted_cents * total.not_wanted,
        }

    @cached_property
    def _away_s(self) -> tuple[int, int]:
        """Distance from the wished hours and from those of the reference, over visits made."""
        away = [self._away(visit, start_s) for visit, start_s in self._starts.items()]
        return sum(item[0] for item in away), sum(item[1] for item in away)

    def _away(self, visit: str, start_s: int) -> tuple[int, int]:
        lookup = self._lookup
        today = lookup.references.get(visit)
        moved_s = 0 if today is None else hour_change_s(lookup, today, start_s)
        return hour_deviation_s(lookup.visits[visit], start_s), moved_s

    def _hours(self, total: Sums, made: Counter[str], starts: dict[str, int]) -> dict[str, int]:
        wish_s, moved_s = self._away_s
        for visit, change in made.items():
            was = self._made[visit]
            if was > 0:
                away = self._away(visit, self._starts[visit])
                wish_s, moved_s = wish_s - away[0], moved_s - away[1]
            if was + change > 0:
                away = self._away(visit, starts.get(visit, self._starts.get(visit, 0)))
                wish_s, moved_s = wish_s + away[0], moved_s + away[1]
        weights, stability = self._lookup.problem.weights, self._lookup.problem.stability
        aide_cents = 0 if stability is None else stability.aide_change_cents
        hour_cents = 0 if stability is None else stability.hour_change_cents_per_h
        return {
            "hour_deviation": half_up(wish_s * weights.hour_deviation_cents_per_h, 3600),
            "aide_change": aide_cents * total.other_aides,
            "hour_change": half_up(moved_s * hour_cents, 3600),
        }

    @cached_property
    def _left(self) -> Counter[str]:
        visits = self._lookup.problem.visits
        return Counter(visit.tier for visit in visits if self._made[visit.id] < visit.team_size)

    def _unserved(self, made: Counter[str]) -> dict[str, int]:
        left = self._left.copy()
        for name, change in made.items():
            visit, was = self._lookup.visits[name], self._made[name]
            left[visit.tier] += (was + change < visit.team_size) - (was < visit.team_size)
        return {tier: left[tier] for tier in TIERS}
