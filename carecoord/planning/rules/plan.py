"""
What the working-time rules look at: one aide, the aide's regime, calendar and days worked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Literal

from carecoord.planning.calendar import Calendar, Week
from carecoord.planning.problem import Regime, Worker
from carecoord.planning.rules.parameters import source_of
from carecoord.planning.solution import Violation
from carecoord.planning.timeline import DayTimeline

Unit = Literal["s", "days", "count", "permille"]


class WorkerPlan:
    """
    One aide over the horizon.

    Args:
        timelines: the days with work, in order.
        not_frail: visits to people who are not frail (IDCC 3127).
    """

    def __init__(
        self,
        worker: Worker,
        regime: Regime,
        calendar: Calendar,
        timelines: list[DayTimeline],
        *,
        not_frail: frozenset[str] = frozenset(),
    ) -> None:
        self.worker = worker
        self.regime = regime
        self.calendar = calendar
        self.timelines = timelines
        self.not_frail = not_frail

    @cached_property
    def worked(self) -> list[bool]:
        """Civil days of the horizon touched by work, past midnight included."""
        days = self.calendar.days
        flags = [False] * len(days)
        for timeline in self.timelines:
            day = timeline.day
            flags[day] = True
            while day + 1 < len(days) and timeline.ends_s > days[day].ends_s:
                day += 1
                flags[day] = True
        return flags

    def was_worked(self, day: int) -> bool:
        """Whether a day was worked; unknown past and open future count as off."""
        if day < 0:
            past = self.worker.history.worked_days
            return day + len(past) >= 0 and past[day]
        return day < len(self.worked) and self.worked[day]

    @cached_property
    def week_work_s(self) -> list[int]:
        """Work of each civil week that meets the horizon, with what was done before in the first."""
        totals = [0] * len(self.calendar.weeks)
        totals[0] = self.worker.history.week_work_s
        for timeline in self.timelines:
            totals[self.calendar.week_of[timeline.day]] += timeline.work_s
        return totals

    @property
    def weeks_added_to(self) -> Iterator[tuple[Week, int]]:
        """Weeks in which the plan has work, with all their work; the past alone is no fault of a plan."""
        here = {self.calendar.week_of[timeline.day] for timeline in self.timelines}
        for index in sorted(here):
            yield self.calendar.weeks[index], self.week_work_s[index]

    def breach(
        self,
        rule: str,
        field: str,
        severity: Literal["block", "warn"],
        *,
        day: int | None,
        amount: int,
        limit: int,
        unit: Unit = "s",
    ) -> Violation:
        """
        A violation of this aide's plan.

        Args:
            rule: name of the constraint.
            field: the threshold of `Regime` that was passed; one listed in `doubtful` only warns.
            amount, limit: in `unit`.
        """
        doubtful = field in self.regime.doubtful
        return Violation(
            rule=rule,
            severity="warn" if doubtful else severity,
            worker=self.worker.id,
            day=day,
            amount=amount,
            limit=limit,
            unit=unit,
            source=source_of(self.regime, field, self.calendar.first_date),
        )


LawRule = Callable[[WorkerPlan], Iterator[Violation]]
"""A working-time rule: an aide's plan in, its violations out."""
