"""
The published working-time vectors that concern a plan, each under its number.

T9 is BAD 2941, T10 SAP 3127, T11 territorial public agents. Vectors about notice, nights,
on-call duty and pay are listed in docs/planning/constraints.md as not covered yet.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import msgspec
import pytest
from builders.planning import (
    HOUR_S,
    MONDAY,
    at,
    days_from,
    fixed_visit,
    flat_matrix,
    history,
    places,
    problem,
    regime,
    round_of,
    solution,
    stop,
    worker,
)

from carecoord.planning.check import check
from carecoord.planning.problem import History, Person, Regime
from carecoord.planning.solution import Violation

Span = tuple[int, str, str]
"""Day index, start and end of one visit; an end past 24:00 is on the next day."""


class Case(NamedTuple):
    """
    One aide's work and what one rule says about it.

    Args:
        expect: severities found under the rule, in order.
        travel_s: between any two consecutive visits.
    """

    rule: str
    expect: list[str]
    work: list[Span]
    law: Regime = regime()
    part_time: bool = False
    contract_h: int = 35
    past: History = History()
    first: date = MONDAY
    days: int = 7
    travel_s: int = 0
    weekend_team: bool = False
    sunday_consent: bool = False
    frail: bool = True


def violations(case: Case) -> list[Violation]:
    """What the checker says of a case, for the case's rule alone."""
    days = days_from(case.first, case.days)
    listed = places(len(case.work) + 1)
    visits, rounds = [], {}
    for index, (day, start, end) in enumerate(case.work):
        start_s, end_s = at(start, day, days=days), at(end, day, days=days)
        item = fixed_visit(f"v{index}", start_s, end_s - start_s, days=days, place=f"p{index + 1}")
        visits.append(item)
        rounds.setdefault(day, []).append(stop(item, start_s))
    aide = worker(
        regime=case.law.key,
        part_time=case.part_time,
        contract_s=case.contract_h * HOUR_S,
        history=case.past,
        weekend_team=case.weekend_team,
        sunday_consent=case.sunday_consent,
    )
    built = problem(
        days=days,
        places=listed,
        matrices=[flat_matrix(len(listed), case.travel_s)],
        regimes=[case.law],
        workers=[aide],
        persons=[Person(id=v.person, frail=case.frail) for v in visits],
        visits=visits,
    )
    plan = solution(*(round_of("w1", day, *stops) for day, stops in rounds.items()))
    return [found for found in check(built, plan) if found.rule == case.rule]


def every(days: range | list[int], start: str = "08:00", end: str = "09:00") -> list[Span]:
    """The same visit on several days."""
    return [(day, start, end) for day in days]


def worked(count: int, *, off: set[int]) -> list[Span]:
    """An hour on every day but some."""
    return every([day for day in range(count) if day not in off])


SAP, FPT = regime("SAP_3127"), regime("FPT")
SUNDAYS = [6, 13, 20, 27]
LONG = [(0, "07:00", "08:00"), (0, "18:30", "19:30")]
SPLIT_5H = [(0, "08:00", "09:00"), (0, "10:40", "11:40"), (0, "13:20", "14:20"), (0, "16:00", "17:00")]
SPLIT_5H01 = [*SPLIT_5H[:3], (0, "16:01", "17:01")]
TEN_MINUTES_APART = [
    (0, "08:00", "09:00"),
    (0, "10:00", "11:00"),
    (0, "12:00", "13:00"),
    (0, "17:00", "18:00"),
    (0, "19:00", "20:00"),
]
SAP_1H_1H30_2H30_3H = [
    (0, "07:00", "08:00"),
    (0, "09:00", "09:10"),
    (0, "10:40", "10:50"),
    (0, "13:20", "13:30"),
    (0, "16:30", "17:00"),
]
SAP_30M_2H30_2H30_3H = [
    (0, "07:00", "08:00"),
    (0, "08:30", "09:00"),
    (0, "11:30", "12:00"),
    (0, "14:30", "15:00"),
    (0, "18:00", "18:30"),
]
SIX_VISITS = every([0], "06:00", "06:30") + [
    (0, f"{hour:02}:00", f"{hour:02}:30") for hour in (7, 8, 9, 10, 11)
]

VECTORS = {
    "T9-1 ten hours": Case("daily_work", [], [(0, "08:00", "18:00")]),
    "T9-1 ten hours and a minute": Case("daily_work", ["block"], [(0, "08:00", "18:01")]),
    "T9-2 48 h": Case("weekly_work", [], every(range(6), "08:00", "16:00")),
    "T9-2 48 h 01": Case(
        "weekly_work", ["block"], [*every(range(5), "08:00", "16:00"), (5, "08:00", "16:01")]
    ),
    "T9-3 twelve weeks of 44 h": Case(
        "average_work", [], every(range(5), "08:00", "16:48"),
        past=history(previous_weeks_work_s=[44 * HOUR_S] * 11),
    ),
    "T9-3 one week of 45 h": Case(
        "average_work", ["block"], every(range(5), "08:00", "17:00"),
        past=history(previous_weeks_work_s=[44 * HOUR_S] * 11),
    ),
    "T9-4 span 12 h": Case("span", [], [(0, "07:30", "08:30"), (0, "18:30", "19:30")]),
    "T9-4 span 12 h 01": Case("span", ["warn"], [(0, "07:30", "08:30"), (0, "18:30", "19:31")]),
    "T9-5 seventh span of 12 h 30": Case("span", ["warn"], LONG, past=history(exceptional_span_days=6)),
    "T9-5 eighth span of 12 h 30": Case("span", ["block"], LONG, past=history(exceptional_span_days=7)),
    "T9-6 span 13 h 01": Case("span", ["block"], [(0, "07:00", "08:00"), (0, "19:00", "20:01")]),
    "T9-7 rest 11 h": Case("daily_rest", [], [(0, "20:30", "21:30"), (1, "08:30", "09:00")]),
    "T9-7 rest 10 h 59": Case("daily_rest", ["block"], [(0, "20:30", "21:30"), (1, "08:29", "09:00")]),
    "T9-8 clocks go forward": Case(
        "daily_rest", ["block"], [(5, "21:00", "22:00"), (6, "09:00", "10:00")], first=date(2026, 3, 23)
    ),
    "T9-8 clocks go back": Case(
        "daily_rest", [], [(5, "21:00", "22:00"), (6, "08:00", "09:00")], first=date(2026, 10, 19)
    ),
    "T9-9 six days": Case("consecutive_days", [], every(range(6))),
    "T9-9 seven days": Case("consecutive_days", ["block"], every(range(7))),
    "T9-9 seventh day after a worked week": Case(
        "consecutive_days", ["block"], every([0, 1]), past=history(worked_days=[False] + [True] * 5)
    ),
    "T9-10 never two days off in a row": Case(
        "fortnight_rest", ["block"], worked(14, off={2, 6, 9, 12}), days=14
    ),
    "T9-11 weekend, Wednesday and Thursday": Case(
        "fortnight_rest", [], worked(14, off={5, 6, 9, 10}), days=14
    ),
    "T9-12 three days off": Case("fortnight_rest", ["block"], worked(14, off={5, 6, 9}), days=14),
    "T9-12 second week of a fortnight": Case(
        "fortnight_rest", ["block"], worked(7, off={5, 6}), first=date(2026, 11, 30),
        past=history(worked_days=[True] * 6 + [False]),
    ),
    "T9-13 weekly rest 35 h": Case(
        "weekly_rest", [], [*every(range(5)), (5, "19:00", "20:00"), (7, "07:00", "08:00")], days=14
    ),
    "T9-13 weekly rest 34 h 59": Case(
        "weekly_rest", ["block"], [*every(range(5)), (5, "19:00", "20:00"), (7, "06:59", "08:00")], days=14
    ),
    "T9-14 six hours without a break": Case("break", ["warn"], [(0, "06:00", "12:00")]),
    "T9-14 six hours and a minute": Case("break", ["warn"], [(0, "06:00", "12:01")]),
    "T9-14 five hours 59": Case("break", [], [(0, "06:00", "11:59")]),
    "T9-14 a break within six hours": Case("break", [], [(0, "06:00", "10:00"), (0, "10:20", "12:50")]),
    "T9-14 a break after six hours": Case("break", ["warn"], [(0, "06:00", "12:10"), (0, "12:30", "12:50")]),
    "T9-15 four interruptions": Case(
        "interruptions", ["block"], TEN_MINUTES_APART, travel_s=600, part_time=True
    ),
    "T9-15 their total": Case(
        "interruption_total", ["warn"], TEN_MINUTES_APART, travel_s=600, part_time=True
    ),
    "T9-16 interruptions of 5 h": Case("interruption_total", [], SPLIT_5H, part_time=True),
    "T9-16 interruptions of 5 h 01": Case("interruption_total", ["warn"], SPLIT_5H01, part_time=True),
    "T9-17 sixth day above 5 h": Case(
        "interruption_total", ["block"], SPLIT_5H01, part_time=True, past=history(excess_interruption_days=5)
    ),
    "T9-18 full time, number": Case("interruptions", [], TEN_MINUTES_APART, travel_s=600),
    "T9-18 full time, total": Case("interruption_total", [], TEN_MINUTES_APART, travel_s=600),
    "T9-19 agreed span of 11 h": Case(
        "span", ["warn"], [(0, "08:00", "09:00"), (0, "18:05", "19:05")], law=regime(span_max_s=11 * HOUR_S)
    ),
    "T9-20 every other Sunday": Case("sunday_rhythm", [], every([6, 20]), days=28),
    "T9-20 two Sundays in a row": Case("sunday_rhythm", ["block"], every([6, 13]), days=28),
    "T9-20 Sunday after a worked one": Case(
        "sunday_rhythm", ["block"], every([6]), past=history(worked_sundays=[True])
    ),
    "T9-20 weekend team, three of four": Case(
        "sunday_rhythm", [], every(SUNDAYS[:3]), days=28, weekend_team=True
    ),
    "T9-20 weekend team, four of four": Case(
        "sunday_rhythm", ["block"], every(SUNDAYS), days=28, weekend_team=True
    ),
    "T9-21 Easter Monday then 1 May": Case(
        "holiday_rhythm", ["block"], every([18]), first=date(2026, 4, 13), days=28,
        past=history(worked_last_holiday=True),
    ),
    "T9-21 1 May off, 8 May worked": Case(
        "holiday_rhythm", [], every([25]), first=date(2026, 4, 13), days=28,
        past=history(worked_last_holiday=True),
    ),
    "T9-22 a third above 24 h": Case(
        "complementary_hours", [], every(range(5), "08:00", "14:24"), part_time=True, contract_h=24
    ),
    "T9-22 32 h 15": Case(
        "complementary_hours", ["block"], every(range(5), "08:00", "14:27"), part_time=True, contract_h=24
    ),
    "T9-23 part-time reaching 35 h": Case(
        "part_time_ceiling", ["block"], every(range(5), "08:00", "15:00"), part_time=True, contract_h=28
    ),
    "T9-23 although a third would allow it": Case(
        "complementary_hours", [], every(range(5), "08:00", "15:00"), part_time=True, contract_h=28
    ),
    "T10-1 an employer's twelve hours": Case(
        "daily_work", ["block"], [(0, "08:00", "20:01")],
        law=regime("SAP_3127", daily_work_max_s=12 * HOUR_S),
    ),
    "T10-2 span 12 h 30, frail": Case("span", [], LONG, law=SAP),
    "T10-2 span 12 h 30, not frail": Case("span", ["block"], LONG, law=SAP, frail=False),
    "T10-2 span 13 h 01": Case("span", ["block"], [(0, "07:00", "08:00"), (0, "19:00", "20:01")], law=SAP),
    "T10-3 over midnight": Case("span", [], [(0, "20:00", "21:00"), (0, "25:00", "26:00")], law=SAP),
    "T10-5 one, one and a half, two and a half, three hours": Case(
        "interruptions", [], SAP_1H_1H30_2H30_3H, law=SAP
    ),
    "T10-6 three long interruptions": Case(
        "interruptions", ["block"], SAP_30M_2H30_2H30_3H, law=SAP
    ),
    "T10-7 five interruptions": Case("interruptions", ["block"], SIX_VISITS, law=SAP),
    "T10-8 six hours without a break": Case("break", ["warn"], [(0, "06:00", "12:00")], law=SAP),
    "T10-9 third Sunday of the month": Case(
        "sundays_per_month", ["block"], every([6, 13, 20]), law=SAP, first=date(2026, 11, 2), days=28
    ),
    "T10-9 with consent": Case(
        "sundays_per_month", [], every([6, 13, 20]), law=SAP, first=date(2026, 11, 2), days=28,
        sunday_consent=True,
    ),
    "T10-9 two before the plan": Case(
        "sundays_per_month", ["block"], every([6]), law=SAP, first=date(2026, 11, 16),
        past=history(worked_sundays=[True, True]),
    ),
    "T10-12 a day of 45 minutes": Case(
        "daily_minimum", ["warn"], [(0, "08:00", "08:45")], law=SAP, part_time=True
    ),
    "T11 day 10 h 01": Case("daily_work", ["block"], [(0, "08:00", "18:01")], law=FPT),
    "T11 span 12 h": Case("span", [], [(0, "07:30", "08:30"), (0, "18:30", "19:30")], law=FPT),
    "T11 span 12 h 01": Case("span", ["block"], [(0, "07:30", "08:30"), (0, "18:30", "19:31")], law=FPT),
    "T11 rest 10 h 59": Case(
        "daily_rest", ["block"], [(0, "20:30", "21:30"), (1, "08:29", "09:00")], law=FPT
    ),
    "T11 week 48 h 01": Case(
        "weekly_work", ["block"], [*every(range(5), "08:00", "16:00"), (5, "08:00", "16:01")], law=FPT
    ),
    "T11 mean above 44 h": Case(
        "average_work", ["block"], every(range(5), "08:00", "16:50"), law=FPT,
        past=history(previous_weeks_work_s=[44 * HOUR_S] * 11),
    ),
    "T11 six hours without a break": Case("break", ["warn"], [(0, "06:00", "12:00")], law=FPT),
    "T11 weekly rest 34 h 59": Case(
        "weekly_rest", ["block"], [*every(range(5)), (5, "19:00", "20:00"), (7, "06:59", "08:00")],
        law=FPT, days=14,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", VECTORS)
def test_published_vector(name: str) -> None:
    """A published vector gets the severity that it states, under the rule's name and no other."""
    case = VECTORS[name]

    found = violations(case)

    assert [item.severity for item in found] == case.expect


def test_vector_t10_4_gap_of_fifteen_minutes_is_the_last_paid_one() -> None:
    """T10-4: travel apart, gaps of 14 and 15 minutes are work; one of 16 is an interruption."""
    for minutes, unpaid in ((14, 0), (15, 0), (16, 1)):
        work = [(0, "08:00", "09:30"), (0, f"09:{30 + 10 + minutes}", "11:00")]
        strict = regime("SAP_3127", interruptions_max=0, interruptions_short_min=None)

        found = violations(Case("interruptions", [], work, law=strict, travel_s=600))

        assert len(found) == unpaid


def test_every_violation_cites_its_article() -> None:
    """A breach of the branch's threshold names the article; a changed one, the employer's agreement."""
    branch = violations(Case("daily_work", [], [(0, "08:00", "19:00")]))
    changed = violations(Case("daily_work", [], [(0, "08:00", "19:00")], law=regime(daily_work_max_s=32_400)))

    assert [item.source for item in branch] == ["IDCC 2941, art. V.5"]
    assert [item.source for item in changed] == ["Accord propre à l’employeur"]
    assert (branch[0].amount, branch[0].limit, branch[0].unit) == (11 * HOUR_S, 10 * HOUR_S, "s")


def test_a_doubtful_threshold_only_warns() -> None:
    """A limit whose source is uncertain never blocks a plan."""
    unsure = msgspec.structs.replace(regime(), doubtful=["daily_work_max_s"])

    found = violations(Case("daily_work", [], [(0, "08:00", "19:00")], law=unsure))

    assert [item.severity for item in found] == ["warn"]
