"""
A plan laid out for trying changes: rounds, timelines, people's hours, and what is already broken.

A change is judged by the checker's own rules, one aide at a time; only what it adds counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from copy import copy

from carecoord.planning.check import check_law
from carecoord.planning.homecare.day_law import BreachKey, DayLaw, depth_of
from carecoord.planning.homecare.stability import changes
from carecoord.planning.lookup import Lookup, RoundKey
from carecoord.planning.problem import Visit, Worker
from carecoord.planning.rules.plan import WorkerPlan
from carecoord.planning.solution import Stop, Violation
from carecoord.planning.timeline import DayTimeline, day_timeline

Hours = tuple[int, int, str]
"""Start, end and visit of one presence at a person's."""


AWAY, NO_MEAL = "person_busy", "meal_before_visit"
"""In the place of a visit among the hours of a person: away from home, meal not there yet."""

TOLERATED = frozenset({"daily_minimum"})
"""Warnings that do not keep a visit from being placed: a later visit usually cures them."""


class Board:
    """
    A plan open to trials.

    Args:
        rounds: worker and day -> stops in order of time.
        warnings_allowed: whether a trial may add warnings; never what blocks.
    """

    def __init__(
        self, lookup: Lookup, rounds: dict[RoundKey, list[Stop]], *, warnings_allowed: bool = False
    ) -> None:
        self.lookup = lookup
        self.warnings_allowed = warnings_allowed
        self.rounds = rounds
        self._days: dict[str, list[int]] = {}
        for worker, day in rounds:
            self._days.setdefault(worker, []).append(day)
        self._timelines: dict[str, dict[int, DayTimeline]] = {}
        self._broken: dict[str, dict[BreachKey, int]] = {}
        self._laws: dict[tuple[str, int], DayLaw] = {}
        self.frames: dict[RoundKey, object] = {}
        self._hours: dict[str, list[Hours]] = {}
        self._note_hours()
        stability = lookup.problem.stability
        self._persons_max = None if stability is None else stability.persons_max
        self._off: dict[RoundKey, list[str]] = {}
        self._off_by_person: Counter[str] = Counter()
        for (worker, day), stops in rounds.items():
            self._note_disturbed(worker, day, stops)

    def copy(self) -> Board:
        """Another board in the same state: what is put on it does not show on this one."""
        made = copy(self)
        made.rounds = dict(self.rounds)
        made._timelines = dict(self._timelines)
        made._days = dict(self._days)
        made._broken = dict(self._broken)
        made._laws = dict(self._laws)
        made.frames = {}
        made._hours = dict(self._hours)
        made._off = dict(self._off)
        return made

    def under(self, lookup: Lookup, workers: Iterable[str]) -> Board:
        """
        A copy under other facts.

        Args:
            lookup: tables over the changed problem; the same people, visits and aides by name.
            workers: aides whose own facts or thresholds change.
        """
        made = self.copy()
        made.lookup = lookup
        stability = lookup.problem.stability
        made._persons_max = None if stability is None else stability.persons_max
        for worker in workers:
            made._timelines.pop(worker, None)
            made._days[worker] = [day for name, day in made.rounds if name == worker]
            made._broken.pop(worker, None)
            for key in [key for key in made._laws if key[0] == worker]:
                del made._laws[key]
        return made

    def stops(self, worker: str, day: int) -> list[Stop]:
        """An aide's round on a day, in order of time; empty when there is none."""
        return self.rounds.get((worker, day), [])

    def timeline(self, worker: str, day: int) -> DayTimeline | None:
        """An aide's day, if there is work on it."""
        return self._timelines_of(worker).get(day)

    def _timelines_of(self, worker: str) -> dict[int, DayTimeline]:
        """An aide's days with work, laid out when they are first asked for."""
        days = self._timelines.get(worker)
        if days is None:
            aide = self.lookup.workers[worker]
            days = {
                day: day_timeline(self.lookup, aide, day, self.rounds[worker, day])
                for day in self._days.get(worker, ())
            }
            self._timelines[worker] = days
        return days

    def _note_hours(self) -> None:
        """When somebody is at whose place; a visit for two has the hours of its first aide."""
        seen: set[str] = set()
        visits = self.lookup.visits
        for person in self.lookup.persons.values():
            if person.busy:
                self._hours[person.id] = [(item.start_s, item.end_s, AWAY) for item in person.busy]
        for key in sorted(self.rounds):
            for stop in self.rounds[key]:
                if stop.visit not in seen:
                    seen.add(stop.visit)
                    hours = self._hours.setdefault(visits[stop.visit].person, [])
                    hours.append((stop.start_s, stop.end_s, stop.visit))

    def put(self, worker: str, day: int, stops: list[Stop]) -> None:
        """Replace one round for good; the hours of the people in it follow."""
        visits, hours = self.lookup.visits, self._hours
        for stop in self.stops(worker, day):
            person = visits[stop.visit].person
            hours[person] = [item for item in hours[person] if item[2] != stop.visit]
        for stop in stops:
            person = visits[stop.visit].person
            hours[person] = [*hours.get(person, ()), (stop.start_s, stop.end_s, stop.visit)]
        self._forget(worker, day)
        self._note_disturbed(worker, day, stops)
        days = self._timelines[worker] = dict(self._timelines_of(worker))
        if stops:
            self.rounds[worker, day] = stops
            days[day] = day_timeline(self.lookup, self.lookup.workers[worker], day, stops)
        else:
            self.rounds.pop((worker, day), None)
            days.pop(day, None)

    def _forget(self, worker: str, day: int) -> None:
        """Drop what was worked out from a round that changes."""
        self._broken.pop(worker, None)
        self.frames.pop((worker, day), None)
        for key in [key for key in self._laws if key[0] == worker]:
            del self._laws[key]

    def law_added(self, worker: Worker, day: int, stops: list[Stop]) -> list[Violation]:
        """Working-time violations that one aide's new round would add."""
        law = self._laws.get((worker.id, day))
        if law is None:
            law = self._laws[worker.id, day] = self._law_of(worker, day)
        return law.added(day_timeline(self.lookup, worker, day, stops))

    def _law_of(self, worker: Worker, day: int) -> DayLaw:
        days = self._timelines_of(worker.id)
        if worker.id not in self._broken:
            lookup = self.lookup
            timelines = [days[key] for key in sorted(days)]
            plan = WorkerPlan(
                worker, lookup.regime_of(worker), lookup.calendar, timelines, not_frail=lookup.not_frail
            )
            self._broken[worker.id] = depth_of(check_law(plan))
        return DayLaw(self.lookup, worker, day, days=days, broken=self._broken[worker.id])

    def _disturbed_by(self, worker: str, stops: list[Stop]) -> list[str]:
        """People to whom stops of one round are another aide or another hour."""
        return [
            self.lookup.visits[stop.visit].person for stop in stops if any(changes(self.lookup, worker, stop))
        ]

    def budget_added(self, worker: Worker, day: int, stops: list[Stop]) -> list[Violation]:
        """`disturbance_budget`, where one aide's new round would disturb more people than allowed."""
        if self._persons_max is None:
            return []
        own = Counter(self._off.get((worker.id, day), ()))
        total = self._off_by_person
        only_here = {person for person, count in own.items() if total[person] == count}
        now = set(self._disturbed_by(worker.id, stops))
        before, others = len(total), len(total) - len(only_here)
        after = others + sum(person in only_here or person not in total for person in now)
        if after <= max(before, self._persons_max):
            return []
        return [
            Violation(
                rule="disturbance_budget", severity="block", worker=worker.id, day=day,
                amount=after, limit=self._persons_max,
            )
        ]  # fmt: skip

    def within_budget(self, changed: dict[RoundKey, list[Stop]]) -> bool:
        """Whether rounds changed together keep the disturbance budget: each of two may, and not both."""
        if self._persons_max is None:
            return True
        total = Counter(self._off_by_person)
        for (worker, day), stops in changed.items():
            total.subtract(self._off.get((worker, day), ()))
            total.update(self._disturbed_by(worker, stops))
        after = sum(count > 0 for count in total.values())
        return after <= max(len(self._off_by_person), self._persons_max)

    def _note_disturbed(self, worker: str, day: int, stops: list[Stop]) -> None:
        """Keep who is disturbed by a round up to date, where there is a budget."""
        if self._persons_max is None:
            return
        self._off_by_person = self._off_by_person - Counter(self._off.get((worker, day), ()))
        self._off[worker, day] = self._disturbed_by(worker, stops)
        self._off_by_person.update(self._off[worker, day])

    def tolerates(self, item: Violation) -> bool:
        """Whether a trial may add this violation."""
        return item.rule in TOLERATED or (self.warnings_allowed and item.severity == "warn")

    def hours_of(self, visit: Visit) -> list[Hours]:
        """When a visit cannot be: another one at the person's, the person away, the meal not there yet."""
        hours = [item for item in self._hours.get(visit.person, ()) if item[2] != visit.id]
        return [*hours, *self._before_meal(visit)]

    def _before_meal(self, visit: Visit) -> list[Hours]:
        """From midnight to the moment at which the meal that a visit serves is at the door, day by day."""
        days = self.lookup.problem.days
        return [
            (days[option.day].starts_s, option.meal_s, NO_MEAL)
            for option in visit.options
            if option.meal_s is not None
        ]

    def overlap(self, visit: Visit, start_s: int, beside: Collection[str] = ()) -> Hours | None:
        """
        Another visit of the same person that this start would overlap, or what else keeps it away then.

        Args:
            beside: visits of the same new round: one aide makes them one after the other.
        """
        end_s = start_s + visit.duration_s
        for item in self._hours.get(visit.person, ()):
            if item[0] < end_s and start_s < item[1] and item[2] != visit.id and item[2] not in beside:
                return item
        for item in self._before_meal(visit):
            if item[0] <= start_s < item[1]:
                return item
        return None
