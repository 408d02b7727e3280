"""
Why aides are in no offer: kept while the search goes on, told when too few offers were found.
"""

from __future__ import annotations

from carecoord.planning.homecare.day_law import excess
from carecoord.planning.homecare.desk import Desk
from carecoord.planning.homecare.lanes import COLUMN
from carecoord.planning.homecare.need import Offer
from carecoord.planning.homecare.screen import Candidate
from carecoord.planning.homecare.trial import standing_cause
from carecoord.planning.problem import Visit
from carecoord.planning.solution import Violation, WorkerCause

NO_TIME = "travel_time"
AWAY = "availability"
NO_BETTER = "not_better"
"""She could come, but not at an hour of her own: each place found is close to one offered."""


class Misses:
    """
    What stood in the way of each aide, the nearest miss of each visit.

    Args:
        desk: where the need lies.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._causes: dict[tuple[str, str], WorkerCause] = {}
        self._depth: dict[tuple[str, str], tuple[int, int]] = {}
        self._able: set[tuple[str, str]] = set()

    def screened(self, visit: Visit, ordered: list[Candidate]) -> None:
        """Aides whom the screen leaves no candidate of a visit."""
        workers = self.desk.resident.workers
        left = {seat.worker for candidate in ordered for seat in candidate.seats}
        for index, worker in enumerate(workers):
            standing = standing_cause(visit, worker)
            if standing is not None:
                self._causes[visit.id, worker.id] = standing
            elif index in left:
                self._able.add((visit.id, worker.id))
            else:
                self._causes[visit.id, worker.id] = self._no_place(visit, index)

    def _no_place(self, visit: Visit, index: int) -> WorkerCause:
        """No shift in the window, no hours left in the week, or no time between the visits there are."""
        worker = self.desk.resident.workers[index]
        present = [
            option.day
            for option in visit.options
            if any(
                max(option.earliest_s, shift.start_s) <= min(option.latest_s, shift.end_s - visit.duration_s)
                for shift in worker.shifts
            )
        ]
        if not present:
            days = ", ".join(str(option.day) for option in visit.options)
            return WorkerCause(worker=worker.id, code=AWAY, args={"days": days})
        day = present[0]
        week = self.desk.lookup.calendar.week_of[day]
        cap, room_s = self.desk.resident.caps[index], int(self.desk.resident.week_room[index, week])
        if cap.max_s is not None and visit.duration_s > room_s:
            args: dict[str, int | str] = {
                "amount": cap.max_s - room_s + visit.duration_s, "limit": cap.max_s, "unit": "s", "day": day,
            }  # fmt: skip
            return WorkerCause(worker=worker.id, code=cap.rule, args=args)
        columns = self.desk.ground.columns[day]
        if not (columns[COLUMN["worker"]] == index).any():
            return WorkerCause(worker=worker.id, code="daily_rest", args={"day": day})
        return WorkerCause(worker=worker.id, code=NO_TIME, args={"day": day})

    def refused(self, visit: Visit, candidate: Candidate, broken: list[Violation]) -> None:
        """A placement that the rules refuse."""
        workers = self.desk.resident.workers
        for seat in candidate.seats:
            name = workers[seat.worker].id
            depth = (len({item.rule for item in broken}), sum(excess(i) for i in broken))
            key = (visit.id, name)
            if key not in self._depth or depth < self._depth[key]:
                self._depth[key] = depth
                self._causes[key] = _cause(name, candidate, broken)

    def told(self, made: list[Offer]) -> list[WorkerCause]:
        """One cause for each aide who is in no offer, in the order of the problem."""
        offered = {name for offer in made for name in offer.workers}
        found = []
        for worker in self.desk.resident.workers:
            if worker.id in offered:
                continue
            causes = [self._causes.get((visit.id, worker.id)) for visit in self.desk.need.visits]
            first = next((cause for cause in causes if cause is not None), None)
            found.append(first or WorkerCause(worker=worker.id, code=NO_BETTER))
        return found


def _cause(worker: str, candidate: Candidate, broken: list[Violation]) -> WorkerCause:
    first = min(broken, key=lambda item: (item.worker not in (worker, None), excess(item)))
    args: dict[str, int | str] = {
        "amount": first.amount, "limit": first.limit, "unit": first.unit,
        "day": candidate.day, "start_s": candidate.start_s,
    }  # fmt: skip
    if first.visit is not None:
        args["visit"] = first.visit
    return WorkerCause(worker=worker, code=first.rule, args=args)
