"""
Delivery calendar, cut-offs and use-by dates, against the worked cases of the trade.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from builders.meals import (
    CHORGES,
    FRIDAY_CARRIES_WEEKEND,
    a_kitchen,
    a_subscription,
    some_rules,
)

from carecoord.kernel.clock import PARIS
from carecoord.meals.book import MealBook, deliveries_on
from carecoord.meals.domain import Cutoff
from carecoord.meals.service_calendar import (
    carried_by_production,
    carried_on,
    cutoff_at,
    delivery_date,
    is_late,
    path_defects,
    path_of,
    production_date,
    rules_on,
)

POINTS = {UUID(int=101): (48.7, 2.5)}


def paris(day: date, hour: int, minute: int) -> datetime:
    """A wall-clock instant."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS)


def meals_by_delivery(days_before: list[int], monday: date, **rules: object) -> Counter[str]:
    """Weekday of delivery -> meals, for somebody with one meal on each of seven days."""
    book = MealBook(
        kitchens={UUID(int=701): a_kitchen(production_weekdays=[0, 1, 2, 3, 4, 5, 6])},
        rules={UUID(int=701): [some_rules(days_before=days_before, **rules)]},
        subscriptions=[a_subscription()],
    )
    found: Counter[str] = Counter()
    for shift in range(-1, 6):
        day = monday + timedelta(days=shift)
        for delivery in deliveries_on(book, day, POINTS):
            found[day.strftime("%a")] += sum(
                meal.count
                for meal in delivery.meals
                if monday <= meal.consumed_on < monday + timedelta(days=7)
            )
    return found


def test_friday_carries_the_weekend() -> None:
    """T16.4: seven days a week are handed over as 1, 1, 1, 1 and 3 meals."""
    found = meals_by_delivery(FRIDAY_CARRIES_WEEKEND, date(2026, 11, 23))

    assert found == {"Mon": 1, "Tue": 1, "Wed": 1, "Thu": 1, "Fri": 3}


def test_a_service_that_rests_on_wednesday() -> None:
    """T16.5: where nothing is delivered on Wednesday, Tuesday carries two meals and Friday three."""
    found = meals_by_delivery(CHORGES, date(2026, 11, 23))

    assert found == {"Mon": 1, "Tue": 2, "Thu": 1, "Fri": 3}


@pytest.mark.parametrize("calendar", [FRIDAY_CARRIES_WEEKEND, CHORGES])
def test_the_eve_carries_the_meal_of_a_public_holiday(calendar: list[int]) -> None:
    """T16.6: on Ascension Day 2026, a Thursday, nothing is delivered; Wednesday carries its meal."""
    rules = some_rules(days_before=calendar)

    assert delivery_date(rules, date(2026, 5, 14), "91") == date(2026, 5, 13)
    assert delivery_date(rules, date(2026, 5, 15), "91") == date(2026, 5, 15)


def test_the_bridge_after_a_public_holiday_as_the_service_says() -> None:
    """T16.6: when the service closes on the Friday too, Wednesday carries what Friday would have."""
    rules = some_rules(closed_on=[date(2026, 5, 15)])

    assert carried_on([rules], date(2026, 5, 13), "91") == [
        date(2026, 5, 13),
        date(2026, 5, 14),
        date(2026, 5, 15),
        date(2026, 5, 16),
        date(2026, 5, 17),
    ]


def test_a_double_holiday_shifts_by_two_days() -> None:
    """In Moselle 25 and 26 December are holidays: in 2028, Monday and Tuesday, Friday carries both."""
    every_day = some_rules(days_before=[0] * 7)

    # A service of seven days: Tuesday 26 goes two days back, to Sunday 24.
    assert delivery_date(every_day, date(2028, 12, 26), "57") == date(2028, 12, 24)
    assert delivery_date(every_day, date(2028, 12, 26), "91") == date(2028, 12, 26)
    # A service of weekdays: Saturday and Sunday are not worked, so Friday 22 carries Monday's meal.
    assert delivery_date(some_rules(), date(2028, 12, 25), "57") == date(2028, 12, 22)


def test_the_shift_may_keep_to_usual_delivery_days() -> None:
    """A service without a round on Wednesday may prefer Tuesday to a Wednesday made for once."""
    rules = some_rules(days_before=CHORGES, holiday_shift="delivery_day")

    assert delivery_date(rules, date(2026, 5, 14), "91") == date(2026, 5, 12)


def test_a_service_may_deliver_on_holidays() -> None:
    """With no shift, the meal of a public holiday comes that day."""
    assert delivery_date(some_rules(holiday_shift="none"), date(2026, 5, 14), "91") == date(2026, 5, 14)


def test_use_by_decides_what_friday_may_carry() -> None:
    """T16.3: cooked Thursday, J+3 is Sunday: Sunday's meal may come on Friday, Easter Monday's may not."""
    sunday = path_of(a_kitchen(), [some_rules()], date(2026, 4, 5), "cold")
    monday = path_of(a_kitchen(), [some_rules()], date(2026, 4, 6), "cold")

    assert (sunday.deliver_on, sunday.made_on, sunday.use_by) == (
        date(2026, 4, 3),
        date(2026, 4, 2),
        date(2026, 4, 5),
    )
    assert sunday.is_safe
    assert path_defects(sunday, "meals") == []
    assert (monday.deliver_on, monday.use_by) == (date(2026, 4, 3), date(2026, 4, 5))
    assert not monday.is_safe
    assert [defect.code for defect in path_defects(monday, "meals")] == ["meal_past_use_by"]


def test_a_proven_shelf_life_lets_the_holiday_meal_through() -> None:
    """T16.3: a kitchen whose ageing tests prove J+4 may cook Thursday for Easter Monday."""
    path = path_of(a_kitchen(shelf_life_days=4), [some_rules()], date(2026, 4, 6), "cold")

    assert path.is_safe


def test_a_hot_meal_is_for_the_day_it_was_cooked() -> None:
    """A hot meal delivered on Friday cannot be Saturday's."""
    friday = path_of(a_kitchen(), [some_rules()], date(2026, 11, 27), "hot")
    saturday = path_of(a_kitchen(), [some_rules()], date(2026, 11, 28), "hot")

    assert friday.is_safe
    assert friday.made_on == date(2026, 11, 27)
    assert not saturday.is_safe


def muret() -> list[Cutoff]:
    """Friday to Sunday by Tuesday 10:00, that is three working days before Friday; others two."""
    return [Cutoff(working_days=2, minute=600)] * 4 + [Cutoff(working_days=3, minute=600)] * 3


@pytest.mark.parametrize("consumed_on", [date(2026, 11, 27), date(2026, 11, 28), date(2026, 11, 29)])
def test_one_cut_off_for_the_meals_of_friday_to_sunday(consumed_on: date) -> None:
    """T16.7: told on Tuesday at 9:59 a change is taken, at 10:01 it is late."""
    path = path_of(a_kitchen(), [some_rules(cutoffs=muret())], consumed_on, "cold")

    assert path.cutoff_at == paris(date(2026, 11, 24), 10, 0)
    assert not is_late(path, paris(date(2026, 11, 24), 9, 59))
    assert not is_late(path, paris(date(2026, 11, 24), 10, 0))
    assert is_late(path, paris(date(2026, 11, 24), 10, 1))


def test_two_working_days_before_a_monday() -> None:
    """T16.8: delivered Monday at 9:00, told Friday at 17:00: late, since Thursday was the last day."""
    rules = some_rules(cutoffs=[Cutoff(working_days=2, minute=540)] * 7)
    path = path_of(a_kitchen(), [rules], date(2026, 11, 30), "cold")

    assert path.cutoff_at == paris(date(2026, 11, 26), 9, 0)
    assert is_late(path, paris(date(2026, 11, 27), 17, 0))


def test_public_holidays_are_not_working_days() -> None:
    """Two working days before Monday 18 May 2026: Friday 15 and, past Ascension Day, Wednesday 13."""
    assert cutoff_at(some_rules(), date(2026, 5, 18), date(2026, 5, 18), "91") == paris(
        date(2026, 5, 13), 10, 0
    )


def test_cold_meals_of_monday_are_cooked_on_friday() -> None:
    """The kitchen rests at the weekend; use-by J+3 of Friday is Monday."""
    path = path_of(a_kitchen(), [some_rules()], date(2026, 11, 30), "cold")

    assert (path.made_on, path.use_by) == (date(2026, 11, 27), date(2026, 11, 30))
    assert path.is_safe


def test_what_a_day_of_cooking_is_for() -> None:
    """On Thursday cold meals are cooked for Friday to Sunday, hot ones for the same day."""
    assert carried_by_production(a_kitchen(), [some_rules()], date(2026, 11, 26)) == [
        (date(2026, 11, 26), "hot"),
        (date(2026, 11, 27), "cold"),
        (date(2026, 11, 28), "cold"),
        (date(2026, 11, 29), "cold"),
    ]


def test_a_kitchen_that_never_cooks_a_hot_meal_for_a_sunday() -> None:
    """A hot meal needs the kitchen that very day."""
    assert production_date(a_kitchen(), date(2026, 11, 29), "hot") is None


def test_rules_change_on_a_date() -> None:
    """The last rules that apply from a date or before are in force; none before the first."""
    old, new = some_rules(), some_rules(applies_from=date(2026, 9, 1), days_before=CHORGES)

    assert rules_on([new, old], date(2026, 8, 31)) == old
    assert rules_on([new, old], date(2026, 9, 1)) == new
    assert rules_on([new, old], date(2025, 12, 31)) is None


def test_a_calendar_without_any_day_is_told() -> None:
    """A service closed for weeks delivers nothing, and says so instead of searching for ever."""
    closed = [date(2026, 11, 1) + timedelta(days=shift) for shift in range(60)]
    path = path_of(a_kitchen(), [some_rules(closed_on=closed)], date(2026, 12, 10), "cold")

    assert path.deliver_on is None
    assert [defect.code for defect in path_defects(path, "meals")] == ["meal_no_delivery"]
