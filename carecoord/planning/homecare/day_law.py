"""
Which working-time rules a change of one aide's day can break, and how far.

Rules are the checker's own. Here is only said what each of them looks at, so that a rule
that the change cannot touch is not asked again: a trial then costs a few comparisons
instead of the whole law on the whole plan. The answer is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from carecoord.planning.check import LAW
from carecoord.planning.lookup import Lookup
from carecoord.planning.problem import Worker
from carecoord.planning.rules.plan import LawRule, WorkerPlan
from carecoord.planning.rules.working_time import complementary_limit_s
from carecoord.planning.solution import Violation
from carecoord.planning.timeline import DayTimeline

BreachKey = tuple[str, str, str | None, int | None, str | None, str]


def breach_key(item: Violation) -> BreachKey:
    """What makes two violations the same one."""
    return (item.rule, item.severity, item.worker, item.day, item.visit, item.unit)


def excess(item: Violation) -> int:
    """How far past its limit a violation goes, in its own unit; comparable within a rule."""
    return abs(item.amount - item.limit)


def added(before: dict[BreachKey, int], after: Iterable[Violation]) -> list[Violation]:
    """Violations that were not there, or go further than they did."""
    return [item for item in after if excess(item) > before.get(breach_key(item), -1)]


def depth_of(found: Iterable[Violation]) -> dict[BreachKey, int]:
    """Violations by key, with how far each goes."""
    return {breach_key(item): excess(item) for item in found}


ON_ITS_DAY = frozenset({"daily_work", "break", "meal", "interruptions", "daily_minimum"})
"""Rules that look at one day alone."""

BY_WORKED_DAYS = frozenset(
    {"consecutive_days", "fortnight_rest", "sunday_rhythm", "sundays_per_month", "holiday_rhythm"}
)
"""Rules that only ask which days are worked."""

_FAR_S = 10**9

BY_WORK = frozenset({"daily_work", "weekly_work", "average_work", "part_time_ceiling", "complementary_hours"})
"""Rules that only ask how much work the day has."""

BY_ENDS = frozenset({"daily_rest", "weekly_rest"})
"""Rules that only ask when the day's work begins and ends."""

Touch = Callable[[DayTimeline, int], bool]
"""Whether a day, with its work in seconds, may make a rule speak."""


class DayLaw:
    """
    The law around one aide's day, with the other days as they are.

    Args:
        days: the aide's days with work, this one included where there is work.
        broken: what the aide's plan breaks already.
    """

    def __init__(
        self,
        lookup: Lookup,
        worker: Worker,
        day: int,
        *,
        days: dict[int, DayTimeline],
        broken: dict[BreachKey, int],
    ) -> None:
        self._lookup = lookup
        self._worker = worker
        self._regime = lookup.regime_of(worker)
        self._day = day
        self._broken = broken
        self._before = [days[key] for key in sorted(days) if key < day]
        self._after = [days[key] for key in sorted(days) if key > day]
        self._midnight = lookup.calendar.days[day].ends_s
        self._was = days.get(day)
        self._spill_was = -1 if self._was is None else self._spill(self._was)
        self._kept: dict[tuple[str, int, int], list[Violation]] = {}
        touches = self._touches()
        self._rules: list[tuple[str, LawRule, Touch | None]] = [
            (name, rule, touches[name]) for name, rule in LAW.items() if name in touches
        ]

    def added(self, changed: DayTimeline) -> list[Violation]:
        """Violations that are new, or go further, once the day looks like this; in the order of the law."""
        found: list[Violation] = []
        whole = alone = None
        work_s, spill = changed.work_s, self._spill(changed)
        for name, rule, touched in self._rules:
            if not (spill != self._spill_was if touched is None else touched(changed, work_s)):
                continue
            key = _key(name, changed, work_s, spill)
            if key is not None and key in self._kept:
                found.extend(self._kept[key])
                continue
            if name in ON_ITS_DAY:
                alone = alone or self._plan([changed])
                new = added(self._broken, rule(alone))
            else:
                whole = whole or self._plan([*self._before, changed, *self._after])
                new = added(self._broken, rule(whole))
            if key is not None:
                self._kept[key] = new
            found.extend(new)
        return found

    def _plan(self, timelines: list[DayTimeline]) -> WorkerPlan:
        lookup = self._lookup
        return WorkerPlan(self._worker, self._regime, lookup.calendar, timelines, not_frail=lookup.not_frail)

    def _spill(self, item: DayTimeline) -> int:
        """How many midnights of the horizon the day's work passes."""
        if item.ends_s <= self._midnight:
            return 0
        days = self._lookup.calendar.days
        day = item.day
        while day + 1 < len(days) and item.ends_s > days[day].ends_s:
            day += 1
        return day - item.day

    def _longer_day(self, changed: DayTimeline, _: int) -> bool:
        was = self._was
        return was is None or changed.starts_s < was.starts_s or changed.ends_s > was.ends_s

    def _daily_rest(self, limit: int) -> Touch:
        past = self._worker.history.last_end_s
        ends = [item.ends_s for item in self._before] + ([] if past is None else [past])
        earliest = max(ends, default=-_FAR_S) + limit
        latest = min((item.starts_s for item in self._after), default=_FAR_S) - limit
        return lambda changed, _: changed.starts_s < earliest or changed.ends_s > latest

    def _long_day(self, limit: int, measure: Callable[[DayTimeline], int]) -> Touch:
        """A rule that counts days beyond a limit: asked only if this day is or was one."""
        if self._was is not None and measure(self._was) > limit:
            return lambda *_: True
        return lambda changed, _: measure(changed) > limit

    def _touches(self) -> dict[str, Touch | None]:
        """For each rule of the regime, what must be true of the day; None: other days must be worked."""
        regime, worker = self._regime, self._worker
        touches: dict[str, Touch | None] = dict.fromkeys(BY_WORKED_DAYS)
        touches |= {name: _above(cap) for name, cap in self._caps().items()}
        if regime.span_max_s is not None:
            touches["span"] = self._long_day(regime.span_max_s, _span_s)
        if regime.daily_rest_min_s is not None:
            touches["daily_rest"] = self._daily_rest(regime.daily_rest_min_s)
        if regime.weekly_rest_min_s is not None:
            touches["weekly_rest"] = self._longer_day
        if regime.break_after_s is not None:
            touches["break"] = _above(regime.break_after_s - 1)
        if regime.meal_min_s is not None:
            touches["meal"] = self._over_meal()
        most = min(self._interruption_limits(), default=None)
        if most is not None:
            touches["interruptions"] = lambda changed, _: len(changed.interruptions) > most
        if not worker.part_time:
            return touches
        if regime.part_time_interruptions_total_max_s is not None:
            total = regime.part_time_interruptions_total_max_s
            touches["interruption_total"] = self._long_day(total, _interrupted_s)
        least = regime.daily_work_min_s
        if least is not None:
            touches["daily_minimum"] = lambda _, work_s: work_s < least
        return touches

    def _interruption_limits(self) -> list[int]:
        regime = self._regime
        limits = [regime.interruptions_max]
        if self._worker.part_time:
            limits.append(regime.part_time_interruptions_max)
        if regime.interruptions_max is not None and regime.interruptions_short_min is not None:
            limits.append(regime.interruptions_max - regime.interruptions_short_min)
        return [limit for limit in limits if limit is not None]

    def _over_meal(self) -> Touch:
        calendar = self._lookup.calendar
        opens = calendar.wall_s(self._day, self._regime.meal_window_start_min)
        closes = calendar.wall_s(self._day, self._regime.meal_window_end_min)
        return lambda changed, _: changed.starts_s < opens and changed.ends_s > closes

    def _caps(self) -> dict[str, int]:
        """The most work of the day that no rule on quantities of work minds."""
        regime, worker = self._regime, self._worker
        others = self._plan([*self._before, *self._after]).week_work_s
        week = self._lookup.calendar.week_of[self._day]
        caps = {
            "daily_work": regime.daily_work_max_s,
            "weekly_work": _less(regime.weekly_work_max_s, others[week]),
            "average_work": self._average_cap(others, week),
        }
        if worker.part_time:
            below, permille = regime.part_time_weekly_below_s, regime.complementary_permille_max
            caps["part_time_ceiling"] = _less(below, others[week] + 1)
            if permille is not None:
                limit = complementary_limit_s(worker.contract_s, permille)
                caps["complementary_hours"] = limit - others[week]
        return {name: cap for name, cap in caps.items() if cap is not None}

    def _average_cap(self, others: list[int], week: int) -> int | None:
        regime, past = self._regime, self._worker.history.previous_weeks_work_s
        if regime.average_work_max_s is None:
            return None
        known, weeks = [*past, *others], regime.average_weeks
        ends = range(len(past) + week + 1, min(len(known), len(past) + week + weeks) + 1)
        return min(regime.average_work_max_s * weeks - sum(known[max(0, end - weeks) : end]) for end in ends)


def _key(name: str, changed: DayTimeline, work_s: int, spill: int) -> tuple[str, int, int] | None:
    """What the answer of a rule depends on, where that is little enough to keep it."""
    if name in BY_WORKED_DAYS:
        return (name, spill, 0)
    if name in BY_WORK:
        return (name, work_s, 0)
    if name in BY_ENDS:
        return (name, changed.starts_s, changed.ends_s)
    return None


def _above(cap: int) -> Touch:
    return lambda _, work_s: work_s > cap


def _less(limit: int | None, others: int) -> int | None:
    return None if limit is None else limit - others


def _span_s(item: DayTimeline) -> int:
    return item.span_s


def _interrupted_s(item: DayTimeline) -> int:
    return sum(item.interruptions)
