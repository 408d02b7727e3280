"""
One aide's week: rounds day by day, hours against the contract, margins to the law.
"""

from __future__ import annotations

from datetime import date

import msgspec

from carecoord.rosters.margins import AideHours, DayHours
from carecoord.web.filters import counted, duration, km
from carecoord.web.filters import day as day_text
from carecoord.web.views.addresses import Links
from carecoord.web.views.day import Sheet, absent_on, away_text, rests_on, sheet_of
from carecoord.web.views.names import hours
from carecoord.web.views.plan import Plan
from carecoord.workforce.domain import Aide

CEILINGS = {
    "weekly_work": "maximum de la semaine",
    "part_time_ceiling": "plafond du temps partiel",
    "complementary_hours": "avec les heures complémentaires",
}


class AideDay(msgspec.Struct, frozen=True, kw_only=True):
    """One day of an aide: a round, or why there is none."""

    label: str
    href: str
    is_today: bool
    note: str
    sheet: Sheet | None


class CounterRow(msgspec.Struct, frozen=True, kw_only=True):
    """Working time of one day; each value is read with its limit."""

    day: str
    work: str
    span: str
    rest: str
    interruptions: str
    near: bool


class AideWeek(msgspec.Struct, frozen=True, kw_only=True):
    """The week of an aide as it is shown."""

    days: list[AideDay]
    totals: list[tuple[str, str]]
    counters: list[CounterRow]


def aide_week_view(plan: Plan, aide: Aide, links: Links, margins: AideHours | None, today: date) -> AideWeek:
    """
    One aide's week.

    Args:
        margins: working time within the plan; None when none is kept.
    """
    return AideWeek(
        days=[_day(plan, aide, day, links, today) for day in plan.days],
        totals=_totals(plan, aide, margins),
        counters=[_counter(item) for item in margins.days if item.on_date in plan.days] if margins else [],
    )


def _day(plan: Plan, aide: Aide, day: date, links: Links, today: date) -> AideDay:
    stops = plan.round(aide.id, day)
    away = absent_on(plan, aide.id, day)
    if stops:
        note = away_text(away) if away else ""
    elif away:
        note = away_text(away)
    elif rests_on(aide, day):
        note = "Repos"
    else:
        note = "Aucune visite" if day in plan.rosters else "Pas de plan pour ce jour"
    return AideDay(
        label=day_text(day),
        href=links.day(day),
        is_today=day == today,
        note=note,
        sheet=sheet_of(plan, aide, day, links) if stops else None,
    )


def _totals(plan: Plan, aide: Aide, margins: AideHours | None) -> list[tuple[str, str]]:
    total = plan.totals.get(aide.id)
    if total is None:
        return [("Travail", hours(0)), ("Contrat", hours(aide.contract_minutes * 60))]
    found = [
        ("Travail", hours(total.work_s)),
        ("Contrat", hours(total.contract_s)),
        ("Visites", counted(total.stops, "visite")),
        ("Chez les personnes", duration(total.service_s)),
        ("Trajets", f"{duration(total.travel_s)}, {km(total.travel_m)}"),
    ]
    week = (
        next((item for item in margins.weeks if item.monday == plan.board.first_day), None)
        if margins
        else None
    )
    if week is not None and week.max_s is not None:
        found.insert(2, (CEILINGS[week.ceiling].capitalize(), hours(week.max_s)))
    return found


def _counter(item: DayHours) -> CounterRow:
    return CounterRow(
        day=day_text(item.on_date),
        work=_limited(duration(item.work_s), item.work_max_s, "au plus"),
        span=_limited(duration(item.span_s), item.span_max_s, "au plus"),
        rest="–" if item.rest_s is None else _limited(duration(item.rest_s), item.rest_min_s, "au moins"),
        interruptions=str(item.interruptions)
        + (f" (au plus {item.interruptions_max})" if item.interruptions_max is not None else ""),
        near=_passed(item),
    )


def _limited(value: str, limit_s: int | None, word: str) -> str:
    return value if limit_s is None else f"{value} ({word} {duration(limit_s)})"


def _passed(item: DayHours) -> bool:
    """Whether the day goes past a normal limit: the checker says which rule, and how severe."""
    over_work = item.work_max_s is not None and item.work_s > item.work_max_s
    over_span = item.span_max_s is not None and item.span_s > item.span_max_s
    short_rest = item.rest_s is not None and item.rest_min_s is not None and item.rest_s < item.rest_min_s
    return over_work or over_span or short_rest
