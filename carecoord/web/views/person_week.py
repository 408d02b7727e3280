"""
One person's week: visits with who comes, those left out, known faces, lines of the care plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

import msgspec

from carecoord.careplans.domain import Intervention
from carecoord.rosters.domain import RosterStop
from carecoord.web.filters import DAYS_SHORT, counted, day_numeric, duration_of_minutes, hour, hour_of_minutes
from carecoord.web.filters import day as day_text
from carecoord.web.views.addresses import Links
from carecoord.web.views.names import TIER_TONES, TIERS, named
from carecoord.web.views.plan import Plan

KINDS = {"cancelled": "annulée", "moved": "déplacée", "added": "ajoutée", "changed": "modifiée"}


class PersonVisit(msgspec.Struct, frozen=True, kw_only=True):
    """One visit to the person."""

    when: str
    label: str
    who: str
    href: str
    tags: list[str]


class PersonDay(msgspec.Struct, frozen=True, kw_only=True):
    """One day of the person."""

    label: str
    visits: list[PersonVisit]


class LineView(msgspec.Struct, frozen=True, kw_only=True):
    """One recurring line of the care plan, with the dates that differ."""

    intervention_id: str
    label: str
    rhythm: str
    tier: str
    tone: str
    window: str
    wishes: list[str]
    exceptions: list[str]
    first_day: str
    last_day: str


def person_days(plan: Plan, links: Links) -> list[PersonDay]:
    """Visits in a round, day by day."""
    return [
        PersonDay(label=day_text(day), visits=[_visit(plan, item, links) for item in _visits_on(plan, day)])
        for day in plan.days
    ]


def faces(plan: Plan, usual: Mapping[UUID, int], names: Mapping[UUID, str]) -> list[tuple[str, str]]:
    """Who comes or came lately, the most often first."""
    coming = {stop.aide_id for stop in plan.board.stops}
    ranked = sorted(usual.items(), key=lambda pair: (-pair[1], names.get(pair[0], "")))
    found = [
        (
            names.get(aide, "Une aide partie"),
            counted(visits, "visite") + (", vient cette semaine" if aide in coming else ""),
        )
        for aide, visits in ranked
    ]
    new = [
        (names.get(aide, "Une aide"), "nouveau visage cette semaine") for aide in sorted(coming - set(usual))
    ]
    return [*found, *new]


def line_views(
    lines: Sequence[Intervention], names: Mapping[UUID, str], today: date, horizon: date
) -> list[LineView]:
    """
    Lines that run or will run.

    Args:
        horizon: last day for which a date may be cancelled here.
    """
    return [
        LineView(
            intervention_id=str(item.id),
            label=item.label,
            rhythm=_rhythm(item),
            tier=TIERS[item.tier],
            tone=TIER_TONES[item.tier],
            window=_window(item),
            wishes=_wishes(item, names),
            exceptions=[
                f"{day_text(known.on_date)} : {KINDS[known.kind]}"
                + (f" au {day_text(known.moved_to)}" if known.moved_to is not None else "")
                for known in sorted(item.exceptions, key=lambda known: known.on_date)
                if known.on_date >= today - timedelta(days=14)
            ],
            first_day=max(today, item.starts_on).isoformat(),
            last_day=min(horizon, item.ends_on or horizon).isoformat(),
        )
        for item in lines
        if item.ends_on is None or item.ends_on >= today
    ]


def _visits_on(plan: Plan, day: date) -> list[RosterStop]:
    """One stop for each visit of a day, in order of time."""
    first: dict[UUID, RosterStop] = {}
    for stop in sorted(plan.stops_on(day), key=lambda item: (item.starts_at, item.seat)):
        first.setdefault(stop.visit_id, stop)
    return list(first.values())


def _visit(plan: Plan, stop: RosterStop, links: Links) -> PersonVisit:
    visit = plan.visit(stop.visit_id)
    crew = plan.crews[stop.visit_id]
    tags = ["à deux"] if visit.team_size > 1 else []
    tags += ["épinglée"] if stop.visit_id in plan.pins else []
    tags += [] if stop.known_face else ["nouveau visage"]
    return PersonVisit(
        when=f"{hour(stop.starts_at)} – {hour(stop.ends_at)}",
        label=visit.label,
        who=named(plan.names, crew),
        href=links.visit(stop.visit_id),
        tags=tags,
    )


def _rhythm(item: Intervention) -> str:
    days = (
        "tous les jours" if len(item.weekdays) == 7 else ", ".join(DAYS_SHORT[day] for day in item.weekdays)
    )
    weeks = "" if item.interval_weeks == 1 else f", une semaine sur {item.interval_weeks}"
    until = f", jusqu’au {day_numeric(item.ends_on)}" if item.ends_on is not None else ""
    others = (
        f" (ou {', '.join(DAYS_SHORT[day] for day in item.alternative_days)})"
        if item.alternative_days
        else ""
    )
    return f"{days}{others}{weeks}{until}"


def _window(item: Intervention) -> str:
    low, high = hour_of_minutes(item.earliest_start_minute), hour_of_minutes(item.latest_start_minute)
    window = f"à {low}" if low == high else f"début entre {low} et {high}"
    team = ", deux aides" if item.team_size > 1 else ""
    return f"{duration_of_minutes(item.duration_minutes)}, {window}{team}"


def _wishes(item: Intervention, names: Mapping[UUID, str]) -> list[str]:
    found = []
    if item.wanted_aides:
        found.append(f"souhaite {named(names, item.wanted_aides)}")
    if item.refused_aides:
        found.append(f"ne souhaite plus {named(names, item.refused_aides)}")
    return found
