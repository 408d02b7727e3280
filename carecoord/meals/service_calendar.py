"""
When a meal is delivered, cooked, ordered, and until when it may be eaten.

Pure: everything follows from the dated rules of a kitchen and the public holidays.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

import msgspec

from carecoord.kernel.calendar import is_public_holiday
from carecoord.kernel.clock import local_instant
from carecoord.kernel.errors import Defect
from carecoord.meals.domain import Chain, Kitchen, ServiceRules

LONGEST_SHIFT_DAYS = 10
"""No meal is delivered longer before it is eaten; beyond, the calendar is taken for wrong."""


class MealPath(msgspec.Struct, frozen=True, kw_only=True):
    """
    The way of a meal from the kitchen to the table.

    Args:
        consumed_on: when it is eaten.
        deliver_on: when it is handed over; None when the calendar has no day for it.
        made_on: when it is cooked; None when the kitchen cooks on none of the days before.
        use_by: last day on which it may be eaten.
        cutoff_at: last instant at which the kitchen still takes a change.
    """

    consumed_on: date
    deliver_on: date | None
    made_on: date | None
    use_by: date | None
    cutoff_at: datetime | None

    @property
    def is_safe(self) -> bool:
        """Whether it reaches the table within its shelf life."""
        return self.use_by is not None and self.deliver_on is not None and self.use_by >= self.consumed_on


def rules_on(rules: Sequence[ServiceRules], consumed_on: date) -> ServiceRules | None:
    """
    The rules in force for a consumption date: the last ones that apply from then or before.

    Args:
        rules: all those of one kitchen, in any order.
    """
    known = [rule for rule in rules if rule.applies_from <= consumed_on]
    return max(known, key=lambda rule: rule.applies_from) if known else None


def delivery_weekdays(rules: ServiceRules) -> frozenset[int]:
    """Weekdays on which the usual calendar delivers, 0 Monday … 6 Sunday."""
    return frozenset((weekday - days) % 7 for weekday, days in enumerate(rules.days_before))


def delivery_date(rules: ServiceRules, consumed_on: date, department: str) -> date | None:
    """
    When the meal of a consumption date is delivered.

    A delivery that falls on a public holiday or a closure moves to an earlier day: with
    `eve`, the last day before that is worked (Monday to Friday, or a usual delivery day),
    so that a double holiday moves it by two days; with `delivery_day`, the last usual
    delivery day before.

    Args:
        department: whose public holidays count.

    Returns:
        None when no day is found within `LONGEST_SHIFT_DAYS`.
    """
    day = consumed_on - timedelta(days=rules.days_before[consumed_on.weekday()])
    usual = delivery_weekdays(rules)
    while _is_shut(rules, day, department, usual):
        day -= timedelta(days=1)
        if (consumed_on - day).days > LONGEST_SHIFT_DAYS:
            return None
    return day


def _is_shut(rules: ServiceRules, day: date, department: str, usual: Collection[int]) -> bool:
    """Whether nothing is delivered on a day that the calendar, or a shift, points at."""
    if day in rules.closed_on:
        return True
    if rules.holiday_shift != "none" and is_public_holiday(day, department):
        return True
    if day.weekday() in usual:
        return False
    # Reached by a shift only: `eve` takes any working day, even one without usual delivery.
    return rules.holiday_shift == "delivery_day" or day.weekday() > 4


def production_date(kitchen: Kitchen, deliver_on: date, chain: Chain) -> date | None:
    """
    When the meals of a delivery are cooked: hot ones the same day, cold ones `lead_days`
    before, or on the last cooking day before that.

    Returns:
        None when the kitchen does not cook on any day that would do.
    """
    day = deliver_on if chain == "hot" else deliver_on - timedelta(days=kitchen.lead_days)
    for _ in range(LONGEST_SHIFT_DAYS):
        if cooks_on(kitchen, day):
            return day
        if chain == "hot":
            return None
        day -= timedelta(days=1)
    return None


def cooks_on(kitchen: Kitchen, day: date) -> bool:
    """Whether a kitchen cooks on a day."""
    return day.weekday() in kitchen.production_weekdays and not is_public_holiday(day, kitchen.department)


def use_by(kitchen: Kitchen, made_on: date, chain: Chain) -> date:
    """
    Last day on which a meal may be eaten (arrêté of 21 December 2009, annex IV, article 5).

    A meal kept hot is for the day it was cooked.
    """
    return made_on if chain == "hot" else made_on + timedelta(days=kitchen.shelf_life_days)


def cutoff_at(rules: ServiceRules, consumed_on: date, deliver_on: date, department: str) -> datetime:
    """
    Last instant at which the kitchen still takes a change of a meal.

    So many working days before the delivery: Monday to Friday without public holidays. A
    meal delivered on Monday with two working days is settled on Thursday.
    """
    cutoff = rules.cutoffs[consumed_on.weekday()]
    day = deliver_on
    left = cutoff.working_days
    while left > 0:
        day -= timedelta(days=1)
        if is_working_day(day, department):
            left -= 1
    return local_instant(day, cutoff.minute)


def is_working_day(day: date, department: str) -> bool:
    """Monday to Friday, public holidays left out."""
    return day.weekday() < 5 and not is_public_holiday(day, department)


def is_late(path: MealPath, told_at: datetime) -> bool:
    """Whether a change told at an instant comes after the cut-off of the meal."""
    return path.cutoff_at is not None and told_at > path.cutoff_at


def path_of(kitchen: Kitchen, rules: Sequence[ServiceRules], consumed_on: date, chain: Chain) -> MealPath:
    """The way of the meal of one consumption date."""
    current = rules_on(rules, consumed_on)
    deliver_on = None if current is None else delivery_date(current, consumed_on, kitchen.department)
    made_on = None if deliver_on is None else production_date(kitchen, deliver_on, chain)
    return MealPath(
        consumed_on=consumed_on,
        deliver_on=deliver_on,
        made_on=made_on,
        use_by=None if made_on is None else use_by(kitchen, made_on, chain),
        cutoff_at=None
        if current is None or deliver_on is None
        else cutoff_at(current, consumed_on, deliver_on, kitchen.department),
    )


def path_defects(path: MealPath, where: str) -> list[Defect]:
    """
    Why a meal cannot be brought: no delivery, no cooking day, or past its use-by date.

    Args:
        where: the field that asks for it.
    """
    consumed = path.consumed_on.isoformat()
    if path.deliver_on is None:
        return [
            Defect(
                code="meal_no_delivery",
                where=where,
                why=f"nothing is delivered for {consumed}",
                args={"consumed_on": consumed},
            )
        ]
    if path.made_on is None or path.use_by is None:
        return [
            Defect(
                code="meal_not_cooked",
                where=where,
                why=f"the kitchen does not cook for the delivery of {path.deliver_on.isoformat()}",
                args={"consumed_on": consumed, "deliver_on": path.deliver_on.isoformat()},
            )
        ]
    if path.use_by < path.consumed_on:
        return [
            Defect(
                code="meal_past_use_by",
                where=where,
                why=f"cooked on {path.made_on.isoformat()}, it may be eaten until {path.use_by.isoformat()}",
                fix="deliver another day, or ask the kitchen for a longer proven shelf life",
                args={
                    "consumed_on": consumed,
                    "made_on": path.made_on.isoformat(),
                    "use_by": path.use_by.isoformat(),
                },
            )
        ]
    return []


def carried_on(rules: Sequence[ServiceRules], deliver_on: date, department: str) -> list[date]:
    """Consumption dates whose meals are delivered on a day, in order."""
    days = (deliver_on + timedelta(days=shift) for shift in range(LONGEST_SHIFT_DAYS + 1))
    found = []
    for day in days:
        current = rules_on(rules, day)
        if current is not None and delivery_date(current, day, department) == deliver_on:
            found.append(day)
    return found


def carried_by_production(
    kitchen: Kitchen, rules: Sequence[ServiceRules], made_on: date
) -> list[tuple[date, Chain]]:
    """Consumption dates, with their chain, whose meals are cooked on a day; in order."""
    span = range(2 * LONGEST_SHIFT_DAYS + 1)
    days = [made_on + timedelta(days=shift) for shift in span]
    return [
        (day, chain)
        for day in days
        for chain in kitchen.chains
        if path_of(kitchen, rules, day, chain).made_on == made_on
    ]


def order_cutoff_at(kitchen: Kitchen, rules: Sequence[ServiceRules], made_on: date) -> datetime | None:
    """
    When the order of a day of cooking goes: at the last cut-off of the meals cooked that day.

    Returns:
        None when nothing is cooked that day.
    """
    if not cooks_on(kitchen, made_on):
        return None
    paths = [
        path_of(kitchen, rules, day, chain) for day, chain in carried_by_production(kitchen, rules, made_on)
    ]
    known = [path.cutoff_at for path in paths if path.is_safe and path.cutoff_at is not None]
    if known:
        return max(known)
    # Meals of a foyer alone: they are eaten where and when they are cooked.
    current = rules_on(rules, made_on)
    return None if current is None else cutoff_at(current, made_on, made_on, kitchen.department)
