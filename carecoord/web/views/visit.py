"""
One visit: who, when, why this aide, how far the law's limits are. Only what data says.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

import msgspec

from carecoord.kernel.calendar import monday_of
from carecoord.rosters.domain import RosterStop
from carecoord.rosters.margins import AideHours
from carecoord.web.filters import counted, duration, duration_of_minutes, hour, hour_of_minutes, km
from carecoord.web.filters import day as day_text
from carecoord.web.views.addresses import Links
from carecoord.web.views.names import TIER_TONES, TIERS, hours, named
from carecoord.web.views.plan import Plan

CEILINGS = {
    "weekly_work": "la semaine de travail est limitée à {limit}",
    "part_time_ceiling": "à temps partiel, la semaine reste sous {limit}",
    "complementary_hours": "avec ce contrat, la semaine va jusqu’à {limit}",
}


class VisitView(msgspec.Struct, frozen=True, kw_only=True):
    """
    One visit as it is told.

    Args:
        why: sentences on why this aide: acquaintance, way, hours, limits.
        pins: what was fixed by hand, as sentences.
    """

    visit_id: UUID
    person: str
    person_full: str
    person_href: str
    day: date
    when: str
    label: str
    tier_label: str
    tier_tone: str
    window: str
    address: str
    access: str
    aides: list[tuple[str, str]]
    why: list[str]
    pins: list[str]
    is_served: bool
    href: str
    move_href: str
    pin_href: str
    unpin_href: str
    promise_href: str
    repair_href: str
    is_promised: bool
    day_href: str


def visit_view(
    plan: Plan, visit_id: UUID, links: Links, *, usual: Mapping[UUID, int], margins: Mapping[UUID, AideHours]
) -> VisitView:
    """
    One visit of a plan.

    Args:
        usual: aide -> recent visits to the person.
        margins: aide -> her working time in this plan, for those of the visit.
    """
    visit = plan.visit(visit_id)
    person = plan.board.people.get(visit.person_id)
    stops = [stop for stop in plan.board.stops if stop.visit_id == visit_id]
    stops.sort(key=lambda stop: stop.seat)
    day = stops[0].on_date if stops else visit.due_on
    when = f"{hour(stops[0].starts_at)} – {hour(stops[0].ends_at)}" if stops else "non servie"
    why = [sentence for stop in stops for sentence in _why(plan, stop, usual, margins.get(stop.aide_id))]
    return VisitView(
        visit_id=visit_id,
        person=plan.person_name(visit_id),
        person_full=plan.person_full_name(visit_id),
        person_href=links.person(visit.person_id, day),
        day=day,
        when=when,
        label=visit.label,
        tier_label=TIERS[visit.tier],
        tier_tone=TIER_TONES[visit.tier],
        window=_window(plan, visit_id),
        address=plan.address_of(visit_id),
        access=person.access_note if person is not None else "",
        aides=[(plan.names.get(stop.aide_id, "?"), links.aide(stop.aide_id, day)) for stop in stops],
        why=why,
        pins=_pins(plan, visit_id),
        is_served=bool(stops),
        href=links.visit(visit_id),
        move_href=links.move(visit_id),
        pin_href=links.pin(visit_id),
        unpin_href=links.unpin(visit_id),
        promise_href=links.promise(visit_id),
        repair_href=links.repair(day, visit=visit_id),
        is_promised=visit_id in plan.pins and plan.pins[visit_id].promised,
        day_href=links.day(day, visit=visit_id),
    )


def _window(plan: Plan, visit_id: UUID) -> str:
    """`45 min, départ entre 8 h et 9 h 30, de préférence 8 h 15 ; un autre jour possible : …`."""
    visit = plan.visit(visit_id)
    low, high = hour_of_minutes(visit.earliest_start_minute), hour_of_minutes(visit.latest_start_minute)
    window = f"à {low}" if low == high else f"début entre {low} et {high}"
    parts = [duration_of_minutes(visit.duration_minutes), window]
    if visit.preferred_start_minute is not None and low != high:
        parts.append(f"si possible à {hour_of_minutes(visit.preferred_start_minute)}")
    if visit.team_size > 1:
        parts.append("deux aides ensemble")
    others = [item for item in visit.allowed_dates if item != visit.due_on]
    if others:
        parts.append(f"possible aussi {', '.join(day_text(item) for item in others)}")
    return ", ".join(parts)


def _why(plan: Plan, stop: RosterStop, usual: Mapping[UUID, int], margins: AideHours | None) -> list[str]:
    name = plan.names.get(stop.aide_id, "Cette aide")
    return [
        _known(name, stop, usual),
        *_wishes(plan, name, stop),
        _way(plan, name, stop),
        *_limits(name, stop, margins),
    ]


def _known(name: str, stop: RosterStop, usual: Mapping[UUID, int]) -> str:
    visits, total = usual.get(stop.aide_id, 0), sum(usual.values())
    if not stop.known_face:
        return f"{name} est un nouveau visage pour cette personne."
    if visits:
        return f"{name} la connaît : {visits} des {counted(total, 'visite')} récentes ou prévues."
    return f"{name} la connaîtra déjà : elle y passe plus tôt dans ce plan."


def _wishes(plan: Plan, name: str, stop: RosterStop) -> list[str]:
    visit = plan.visit(stop.visit_id)
    if stop.aide_id in visit.wanted_aides:
        return [f"{name} est souhaitée par la personne."]
    if visit.wanted_aides:
        return [ended(f"La personne souhaite plutôt {named(plan.names, visit.wanted_aides)}")]
    return []


def _way(plan: Plan, name: str, stop: RosterStop) -> str:
    mine = plan.round(stop.aide_id, stop.on_date)
    before = [item for item in mine if item.starts_at < stop.starts_at]
    if not before:
        return f"{name} commence sa journée par cette visite."
    last = before[-1]
    if not stop.travel_s:
        return f"Juste après {plan.person_name(last.visit_id)}, sans trajet."
    way = f"{duration(stop.travel_s)} ({km(stop.travel_m)})"
    return f"Trajet de {way} après {plan.person_name(last.visit_id)}."


def ended(sentence: str) -> str:
    """With one full stop, also after a shortened name."""
    return sentence if sentence.endswith(".") else f"{sentence}."


def _limits(name: str, stop: RosterStop, margins: AideHours | None) -> list[str]:
    """Margins to the limits of working time, where the regime has them."""
    if margins is None:
        return []
    found = []
    week = next((item for item in margins.weeks if item.monday == monday_of(stop.on_date)), None)
    if week is not None:
        text = f"{name}, cette semaine : {hours(week.work_s)} pour un contrat de {hours(week.contract_s)}"
        if week.max_s is not None:
            text += f" ; {CEILINGS[week.ceiling].format(limit=duration(week.max_s))}"
        found.append(f"{text}.")
    today = next((item for item in margins.days if item.on_date == stop.on_date), None)
    if today is not None and today.work_max_s is not None and today.span_max_s is not None:
        found.append(
            f"Ce jour : {duration(today.work_s)} de travail (au plus {duration(today.work_max_s)}), "
            f"amplitude {duration(today.span_s)} (au plus {duration(today.span_max_s)})."
        )
    return found


def _pins(plan: Plan, visit_id: UUID) -> list[str]:
    pin = plan.pins.get(visit_id)
    if pin is None:
        return []
    found = []
    if pin.aide_ids:
        found.append(f"avec {named(plan.names, pin.aide_ids)}")
    if pin.starts_at is not None:
        found.append(f"à {hour(pin.starts_at)}{', heure promise' if pin.promised else ''}")
    if pin.on_date is not None:
        found.append(f"le {day_text(pin.on_date)}")
    return found
