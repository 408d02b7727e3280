"""
What a move would do, as sentences and rows: before it is made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import msgspec

from carecoord.kernel.clock import PARIS
from carecoord.rosters.service.places import Examined
from carecoord.web.filters import day as day_text
from carecoord.web.filters import duration, euros, hour, km, number, signed
from carecoord.web.views.addresses import Links
from carecoord.web.views.names import TIERS, by_name, hours, named
from carecoord.web.views.plan import Plan
from carecoord.web.views.remedies import Shifted, shifted
from carecoord.web.views.summary import BreachLine, breach_lines
from carecoord.web.wording_planning import TERMS

NOBODY = "aucune"
"""Value of the field for whoever takes a visit off the rounds."""


class EffectView(msgspec.Struct, frozen=True, kw_only=True):
    """
    A move as it is told before it is confirmed.

    Args:
        changes: facts as label and value: travel, kilometres, hours of the week.
        shifts: whose hour changes, round by round.
        terms: parts of the price as label and amount.
    """

    title: str
    allowed: bool
    needs_reason: bool
    price: str
    changes: list[tuple[str, str]]
    shifts: list[Shifted]
    terms: list[tuple[str, str]]
    breaches: list[BreachLine]
    mended: str


class PlaceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One place a visit could go to."""

    who: str
    when: str
    travel: str
    way: str
    week: str
    known: str
    price: str
    notes: list[str]
    href: str
    allowed: bool
    is_present: bool


def effect_view(plan: Plan, found: Examined, usual: Mapping[UUID, int]) -> EffectView:
    """
    A move as it is told.

    Args:
        usual: aide -> recent visits to the person.
    """
    preview, effects = found.preview, found.effects
    who = named(plan.names, preview.aide_ids)
    if preview.starts_at is None:
        title = "Retirer la visite des tournées"
    else:
        title = f"{day_text(preview.starts_at).capitalize()} à {hour(preview.starts_at)} avec {who}"
    changes = [
        ("Trajets", signed(duration(effects.travel_s)) if effects.travel_s else "inchangés"),
        ("Kilomètres", _way(effects.distance_m)),
        *(("Visites récentes ou prévues", _known(plan, item, usual)) for item in preview.aide_ids),
        *(
            (
                f"Semaine ({plan.names.get(work.aide_id, 'l’aide')})",
                _week(work.before_s, work.after_s, work.contract_s),
            )
            for work in effects.work
        ),
        *(
            (f"Visites {_tier(tier)} non servies", signed(number(count)))
            for tier, count in preview.unserved_delta.items()
        ),
    ]
    return EffectView(
        title=title,
        allowed=preview.allowed,
        needs_reason=preview.needs_reason,
        price=_price(preview.soft_delta_cents),
        changes=changes,
        shifts=shifted(plan, effects.shifts),
        terms=[
            (TERMS.get(name, name), signed(euros(cents)))
            for name, cents in sorted(preview.terms_delta.items(), key=lambda pair: -abs(pair[1]))
        ],
        breaches=breach_lines(plan, preview.breaches),
        mended=_mended(preview.mended),
    )


def place_rows(
    plan: Plan,
    places: Sequence[Examined],
    links: Links,
    usual: Mapping[UUID, int],
) -> list[PlaceRow]:
    """Places in the order they came in: legal ones first, cheapest first."""
    return [_place(plan, item, links, usual) for item in places]


def _place(plan: Plan, found: Examined, links: Links, usual: Mapping[UUID, int]) -> PlaceRow:
    preview, effects = found.preview, found.effects
    changed = [item for item in preview.aide_ids if item not in plan.crews.get(preview.visit_id, [])]
    first = changed[0] if changed else preview.aide_ids[0]
    work = next((item for item in effects.work if item.aide_id == first), None)
    start = preview.starts_at
    return PlaceRow(
        who=named(plan.names, preview.aide_ids),
        when=hour(start) if start is not None else "–",
        travel=signed(duration(effects.travel_s)) if effects.travel_s else "inchangé",
        way=_way(effects.distance_m),
        week=f"{hours(work.after_s)} / {hours(work.contract_s)}" if work is not None else "inchangée",
        known=_visits(usual.get(first, 0)),
        price=_price(preview.soft_delta_cents),
        notes=[line.text for line in breach_lines(plan, preview.breaches)]
        + (
            [f"Décale {len(effects.shifts)} visite{'s' if len(effects.shifts) > 1 else ''}."]
            if effects.shifts
            else []
        ),
        href=links.move(
            preview.visit_id,
            aides=preview.aide_ids,
            day=preview.on_date,
            hour=clock_value(start.astimezone(PARIS).hour * 60 + start.astimezone(PARIS).minute)
            if start is not None
            else "",
        ),
        allowed=preview.allowed,
        is_present=not effects.work and not effects.shifts and not changed,
    )


def clock_value(minutes: int) -> str:
    """`09:20`, as fields of the type `time` read it."""
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def day_options(plan: Plan, visit_id: UUID, present: date, days: Sequence[date]) -> list[tuple[str, str]]:
    """Days on which a visit may take place within a plan, and the one it is on."""
    allowed = set(plan.visit(visit_id).allowed_dates) | {present}
    return [(item.isoformat(), day_text(item)) for item in days if item in allowed]


def aide_options(plan: Plan, visit_id: UUID) -> list[tuple[str, str]]:
    """Aides who have the skills and are not refused, by name."""
    visit = plan.visit(visit_id)
    fit = [
        aide
        for aide in plan.aides.values()
        if set(visit.skills) <= set(aide.skills) and aide.id not in visit.refused_aides
    ]
    present = [plan.aides[item] for item in plan.crews.get(visit_id, []) if item in plan.aides]
    listed = {aide.id: aide for aide in (*present, *sorted(fit, key=by_name))}
    return [(str(aide.id), plan.names[aide.id]) for aide in listed.values()]


def _price(cents: int) -> str:
    return signed(euros(cents)) if cents else "0\u202f€"


def _way(distance_m: int) -> str:
    if not distance_m:
        return "inchangés"
    text = km(abs(distance_m))
    return f"\u2212{text}" if distance_m < 0 else f"+{text}"


def _week(before_s: int, after_s: int, contract_s: int) -> str:
    return f"{hours(before_s)} → {hours(after_s)} (contrat {hours(contract_s)})"


def _known(plan: Plan, aide_id: UUID, usual: Mapping[UUID, int]) -> str:
    return f"{plan.names.get(aide_id, 'Cette aide')} : {_visits(usual.get(aide_id, 0))}"


def _visits(count: int) -> str:
    return f"{number(count)} visite{'s' if count > 1 else ''}" if count else "nouveau visage"


def _tier(tier: str) -> str:
    return {"vital": "vitales", "important": "importantes", "comfort": "de confort"}.get(
        tier, TIERS.get(tier, tier)
    )


def _mended(count: int) -> str:
    if not count:
        return ""
    return "Corrige une règle enfreinte." if count == 1 else f"Corrige {count} règles enfreintes."
