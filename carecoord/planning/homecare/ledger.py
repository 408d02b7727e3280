"""
A plan laid out for comparing it with plans near it: its cost, and what it breaks around a change.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from functools import cached_property

from carecoord.planning.check import check_worker, worker_plan
from carecoord.planning.homecare.check import check_visits, disturbance_budget
from carecoord.planning.lookup import Lookup, RoundKey
from carecoord.planning.solution import Score, Stop, Violation
from carecoord.planning.tally import Tally

Rounds = dict[RoundKey, list[Stop]]


class Ledger:
    """
    What is known of a plan before it changes.

    Args:
        rounds: worker and day -> stops in order of time; not changed meanwhile.
    """

    def __init__(self, lookup: Lookup, rounds: Rounds) -> None:
        self.lookup = lookup
        self.rounds = rounds

    @cached_property
    def tally(self) -> Tally:
        """The cost, and that of plans near this one."""
        return Tally(self.lookup, self.rounds)

    @cached_property
    def score(self) -> Score:
        """The cost of the plan as it is."""
        return self.tally.score()

    @cached_property
    def _keys_of_person(self) -> dict[str, set[RoundKey]]:
        """Person -> rounds that come to their door."""
        keys: dict[str, set[RoundKey]] = defaultdict(set)
        for key, stops in self.rounds.items():
            for stop in stops:
                keys[self.lookup.visits[stop.visit].person].add(key)
        return keys

    @cached_property
    def _days_of_worker(self) -> dict[str, set[int]]:
        days: dict[str, set[int]] = defaultdict(set)
        for worker, day in self.rounds:
            days[worker].add(day)
        return days

    def violations(self, keys: Collection[RoundKey], rounds: Rounds) -> list[Violation]:
        """
        Violations around a change: of its aides, and of the visits to the people it concerns.

        Those of others are the same before and after.

        Args:
            keys: rounds that the change replaces.
            rounds: the plan before or after it.
        """
        lookup = self.lookup
        found: list[Violation] = []
        for worker in sorted({worker for worker, _ in keys}):
            days = self._days_of_worker.get(worker, set()) | {day for who, day in keys if who == worker}
            present = {day: rounds[worker, day] for day in sorted(days) if rounds.get((worker, day))}
            found.extend(check_worker(worker_plan(lookup, lookup.workers[worker], present)))
        around = check_visits(lookup, self._around(keys, rounds))
        # the budget counts the people of the whole plan
        found.extend(item for item in around if item.rule != "disturbance_budget")
        return [*found, *disturbance_budget(lookup, rounds)]

    def _around(self, keys: Collection[RoundKey], rounds: Rounds) -> Rounds:
        """The stops at the people concerned, round by round, in the order of the plan."""
        visits = self.lookup.visits
        changed = [*(self.rounds.get(key, []) for key in keys), *(rounds.get(key, []) for key in keys)]
        met = {visits[stop.visit].person for stops in changed for stop in stops}
        wanted = set(keys).union(*(self._keys_of_person.get(person, set()) for person in met))
        around = {
            key: [stop for stop in rounds.get(key, []) if visits[stop.visit].person in met] for key in wanted
        }
        return {key: around[key] for key in sorted(around) if around[key]}
