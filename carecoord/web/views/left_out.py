"""
Visits in no round: why, as sentences, and a remedy that was tried.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

import msgspec

from carecoord.kernel.clock import PARIS, local_instant
from carecoord.rosters.domain import AideCause, Roster, Unserved
from carecoord.rosters.service.places import LeftOut
from carecoord.web.filters import day as day_text
from carecoord.web.filters import duration_of_minutes, hour, hour_of_minutes
from carecoord.web.views.addresses import Links
from carecoord.web.views.names import TIERS, named
from carecoord.web.views.plan import Plan
from carecoord.web.wording_planning import UNREPAIRED, reason_text
from carecoord.web.words import SKILLS

TAKEN_OFF = "Retirée des tournées à la main."
NEAREST = ("travel_time", "daily_work", "weekly_work", "complementary_hours", "team", "availability")
"""Causes that say most first: those of aides who could nearly come."""


class LeftOutView(msgspec.Struct, frozen=True, kw_only=True):
    """
    A visit in no round, as it is told.

    Args:
        causes: sentence by aide, the nearest misses first.
        remedy: what was tried and works; empty when nothing does.
    """

    name: str
    what: str
    when: str
    href: str
    tier: str
    tier_label: str
    cause: str
    causes: list[str]
    remedy: str
    remedy_href: str


def left_out_view(
    plan: Plan, item: Unserved, found: LeftOut | None, links: Links, *, may_edit: bool
) -> LeftOutView:
    """
    One visit in no round.

    Args:
        found: what trying now gave; the cause kept with the plan stands in when absent.
    """
    visit = plan.visit(item.visit_id)
    code = found.cause if found is not None else item.cause
    causes = found.causes if found is not None else item.causes
    remedy, remedy_href = _remedy(plan, found, visit.due_on, links, may_edit=may_edit)
    earliest, latest = (
        hour_of_minutes(visit.earliest_start_minute),
        hour_of_minutes(visit.latest_start_minute),
    )
    return LeftOutView(
        name=plan.person_name(item.visit_id),
        what=f"{visit.label}, {duration_of_minutes(visit.duration_minutes)}"
        + (", deux aides" if visit.team_size > 1 else ""),
        when=f"{day_text(visit.due_on)}, entre {earliest} et {latest}",
        href=links.visit(item.visit_id),
        tier=visit.tier,
        tier_label=TIERS[visit.tier],
        cause=TAKEN_OFF if item.cause == "taken_off" else UNREPAIRED[code],
        causes=cause_sentences(plan, causes, roster_of(plan, visit.due_on)),
        remedy=remedy,
        remedy_href=remedy_href,
    )


def left_out_views(
    plan: Plan, items: list[Unserved], found: Mapping[UUID, LeftOut], links: Links, *, may_edit: bool
) -> list[LeftOutView]:
    """Several visits in no round."""
    return [left_out_view(plan, item, found.get(item.visit_id), links, may_edit=may_edit) for item in items]


def roster_of(plan: Plan, day: date) -> Roster | None:
    """The roster that counts for a day, or the first one shown."""
    return plan.rosters.get(day) or plan.board.roster


def cause_sentences(plan: Plan, causes: list[AideCause], roster: Roster | None) -> list[str]:
    """`Lisa D. : libre à 10 h, mais …`, the nearest misses first; refusals are told without a name."""
    if roster is None:
        return []
    origin = local_instant(roster.first_day, 0)

    def clock(elapsed_s: int) -> str:
        return hour(origin + timedelta(seconds=elapsed_s))

    def name(identifier: str) -> str:
        if identifier in SKILLS:
            return SKILLS[identifier]
        return aides.get(identifier, identifier)

    aides = {aide_id.hex: text for aide_id, text in plan.names.items()}
    ranked = sorted(
        causes, key=lambda item: NEAREST.index(item.code) if item.code in NEAREST else len(NEAREST)
    )
    return [
        f"{plan.names.get(item.aide_id, 'Une aide')} : "
        + reason_text(item.code, item.args, naming=name, clock=clock)
        for item in ranked
    ]


def _remedy(
    plan: Plan, found: LeftOut | None, due_on: date, links: Links, *, may_edit: bool
) -> tuple[str, str]:
    if found is None or found.remedy is None:
        return "", ""
    remedy = found.remedy
    day = f"{day_text(remedy.on_date)}, " if remedy.on_date != due_on else ""
    text = f"{day}{hour(remedy.starts_at)} avec {named(plan.names, remedy.aide_ids)}"
    if not may_edit:
        return text, ""
    clock = remedy.starts_at.astimezone(PARIS).strftime("%H:%M")
    return text, links.move(found.visit_id, aides=remedy.aide_ids, day=remedy.on_date, hour=clock)
