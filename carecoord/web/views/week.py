"""
The week: aides down, days across; hours of each day against the contract.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

from carecoord.kernel.calendar import public_holidays
from carecoord.rosters.boards import totals_of
from carecoord.web.filters import counted
from carecoord.web.views.addresses import Links
from carecoord.web.views.day import absent_on, away_text, rests_on
from carecoord.web.views.names import by_name, day_short, hours
from carecoord.web.views.plan import Plan
from carecoord.workforce.domain import Aide


class DayHead(msgspec.Struct, frozen=True, kw_only=True):
    """One column: a day, what it is, what it leaves out."""

    label: str
    href: str
    kind: str = ""
    note: str = ""
    unserved: str = ""
    has_plan: bool = True


class DayCell(msgspec.Struct, frozen=True, kw_only=True):
    """One aide on one day."""

    text: str
    note: str
    href: str
    is_away: bool = False


class WeekRow(msgspec.Struct, frozen=True, kw_only=True):
    """One aide's week; `share` is the contract reached, 0 to 1 and more."""

    name: str
    href: str
    total: str
    contract: str
    share: float
    tone: str
    cells: list[DayCell]


class WeekTable(msgspec.Struct, frozen=True, kw_only=True):
    """The week of everybody."""

    days: list[DayHead]
    rows: list[WeekRow]


def week_table(plan: Plan, links: Links, today: date, department: str) -> WeekTable:
    """
    The week of a plan.

    Args:
        department: whose public holidays are marked.
    """
    names = {day: public_holidays(day.year, department).get(day, "") for day in plan.days}
    order = sorted(plan.aides.values(), key=by_name)
    return WeekTable(
        days=[_head(plan, day, links, today, names) for day in plan.days],
        rows=[_row(plan, aide, links) for aide in order],
    )


def _head(plan: Plan, day: date, links: Links, today: date, names: Mapping[date, str]) -> DayHead:
    left = len(plan.unserved_on(day))
    kind = "today" if day == today else "holiday" if names[day] else ""
    return DayHead(
        label=day_short(day),
        href=links.day(day),
        kind=kind,
        note=names[day],
        unserved=counted(left, "non servie", "non servies") if left else "",
        has_plan=day in plan.rosters,
    )


def _row(plan: Plan, aide: Aide, links: Links) -> WeekRow:
    total = plan.totals.get(aide.id)
    worked_s = total.work_s if total is not None else 0
    contract_s = aide.contract_minutes * 60
    share = worked_s / contract_s if contract_s else 0.0
    return WeekRow(
        name=plan.names[aide.id],
        href=links.aide(aide.id, plan.board.first_day),
        total=hours(worked_s),
        contract=hours(contract_s),
        share=share,
        tone="low" if share < 0.8 else "over" if share > 1.1 else "",
        cells=[_cell(plan, aide, day, links) for day in plan.days],
    )


def _cell(plan: Plan, aide: Aide, day: date, links: Links) -> DayCell:
    stops = plan.round(aide.id, day)
    away = absent_on(plan, aide.id, day)
    if not stops:
        return DayCell(text="", note=_without_visit(plan, aide, day), href="", is_away=bool(away))
    worked = totals_of([aide], stops)[0].work_s
    return DayCell(
        text=hours(worked),
        note=counted(len(stops), "visite") + (f" · {away_text(away)}" if away else ""),
        href=links.day(day),
        is_away=False,
    )


def _without_visit(plan: Plan, aide: Aide, day: date) -> str:
    """Why the cell of a day has no hours."""
    away = absent_on(plan, aide.id, day)
    if away:
        return away_text(away)
    if rests_on(aide, day):
        return "repos"
    return "aucune visite" if day in plan.rosters else "–"
