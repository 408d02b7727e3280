"""
Remedies as sentences: what to do, what changes for whom, and what has to be agreed first.

Every sentence tells what the checker tried; nothing else is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from carecoord.kernel.clock import PARIS
from carecoord.rosters.effects import Shift
from carecoord.rosters.remedial import (
    Fact,
    LargerBudget,
    LiftedPin,
    LongerShift,
    MissingSkills,
    MoreContract,
    MovedVisit,
    OtherDay,
    OtherHour,
    OtherSetting,
    SuggestedRemedy,
)
from carecoord.web.filters import day as day_text
from carecoord.web.filters import duration, duration_of_minutes, hour
from carecoord.web.views.names import hours, named
from carecoord.web.views.plan import Plan
from carecoord.web.wording_planning import SHORT
from carecoord.web.words import SKILLS

ASPECTS = {"aides": "l’aide", "hour": "l’heure", "day": "le jour"}
ASK_PERSON = "Demandez l’accord de la personne avant de confirmer."
ASK_AIDE = "Demandez l’accord de l’aide avant de confirmer."
FOR_THIS_PLAN = "Vaut pour ce plan seulement : si cela doit durer, changez aussi la fiche."


class Shifted(msgspec.Struct, frozen=True, kw_only=True):
    """Visits of one round that change their hour: `M. Roux : 9 h 00 → 9 h 10`."""

    who: str
    lines: list[str]


class RemedyView(msgspec.Struct, frozen=True, kw_only=True):
    """
    One remedy as it is told.

    Args:
        title: where the visit goes.
        steps: what is done for it, in order; empty when nothing but the rounds change.
        notes: who has to agree, and how long it holds.
        reason: what the field asks for; empty where nothing has to be written down.
        confirm: words of the button; empty where nothing can be done by a click.
    """

    key: str
    title: str
    steps: list[str]
    shifts: list[Shifted]
    notes: list[str]
    reason: str
    confirm: str


def remedy_views(plan: Plan, found: Sequence[SuggestedRemedy]) -> list[RemedyView]:
    """Remedies in the order they came in."""
    return [remedy_view(plan, item) for item in found]


def remedy_view(plan: Plan, item: SuggestedRemedy) -> RemedyView:
    """One remedy."""
    who = named(plan.names, item.aide_ids)
    due_on = plan.visit(item.visit_id).due_on
    on = f"{day_text(item.on_date)}, " if item.on_date != due_on else ""
    steps = [_fact(plan, fact, item.starts_at) for fact in item.facts]
    if item.moved is not None:
        steps.append(_moved(plan, item.moved))
    if item.rules:
        steps.append(f"Accepter un avertissement : {', '.join(SHORT[rule] for rule in item.rules)}.")
    title = f"{on}{hour(item.starts_at)} avec {who}"
    return RemedyView(
        key=item.key,
        title=title[0].upper() + title[1:],
        steps=steps,
        shifts=shifted(plan, item.shifts),
        notes=_notes(item),
        reason=_reason(item),
        confirm=_confirm(item),
    )


def _fact(plan: Plan, fact: Fact, starts_at: datetime) -> str:
    match fact:
        case OtherHour():
            return _other_hour(fact, starts_at)
        case OtherDay():
            return f"Faire la visite {day_text(fact.on_date)} au lieu de {day_text(fact.instead_of)}."
        case LongerShift():
            return _longer(plan, fact)
        case MoreContract():
            more = duration(fact.after_s - fact.before_s)
            return (
                f"+{more} de contrat par semaine pour {_aide(plan, fact.aide_id)} "
                f"({hours(fact.after_s)} au lieu de {hours(fact.before_s)})."
            )
        case LiftedPin():
            aspects = " et ".join(ASPECTS[name] for name in fact.aspects)
            return f"Libérer {aspects} de la visite de {plan.person_name(fact.visit_id)}, fixée à la main."
        case MissingSkills():
            skills = ", ".join(SKILLS.get(skill, skill) for skill in fact.skills)
            return f"{_aide(plan, fact.aide_id)} pourrait, si sa fiche portait la compétence : {skills}."
        case OtherSetting():
            return (
                f"Relever un plafond propre à votre structure à {duration(fact.after_s)} "
                f"au lieu de {duration(fact.before_s)} ; la branche le permet."
            )
        case LargerBudget():
            return f"Accepter {fact.after} personnes dérangées au lieu de {fact.before}."


def _other_hour(fact: OtherHour, starts_at: datetime) -> str:
    if fact.is_later:
        return f"Commencer à {hour(starts_at)} au lieu de {hour(fact.latest_at)} au plus tard."
    return f"Commencer à {hour(starts_at)} au lieu de {hour(fact.earliest_at)} au plus tôt."


def _longer(plan: Plan, fact: LongerShift) -> str:
    name = _aide(plan, fact.aide_id)
    start, end = hour(fact.starts_at), hour(fact.ends_at)
    if fact.starts_before is None or fact.ends_before is None:
        return f"Faire venir {name}, qui n’est pas de service à ce moment-là, de {start} à {end}."
    parts = []
    if fact.starts_at < fact.starts_before:
        early = duration_of_minutes(_minutes(fact.starts_at, fact.starts_before))
        parts.append(f"commence {early} plus tôt ({start} au lieu de {hour(fact.starts_before)})")
    if fact.ends_at > fact.ends_before:
        late = duration_of_minutes(_minutes(fact.ends_before, fact.ends_at))
        parts.append(f"finit {late} plus tard ({end} au lieu de {hour(fact.ends_before)})")
    return f"{name} {' et '.join(parts)}."


def _minutes(first: datetime, last: datetime) -> int:
    return int((last - first).total_seconds()) // 60


def _moved(plan: Plan, moved: MovedVisit) -> str:
    person = plan.person_name(moved.visit_id)
    before, after = moved.before.astimezone(PARIS), moved.after.astimezone(PARIS)
    on = f" {day_text(after.date())}" if after.date() != before.date() else ""
    if moved.aides_after == moved.aides_before:
        return f"Déplacer la visite de {person} à {hour(moved.after)}{on} au lieu de {hour(moved.before)}."
    return (
        f"Confier la visite de {person} ({hour(moved.before)}, {named(plan.names, moved.aides_before)}) "
        f"à {named(plan.names, moved.aides_after)}, à {hour(moved.after)}{on}."
    )


def shifted(plan: Plan, shifts: Sequence[Shift]) -> list[Shifted]:
    """Who shifts, round by round, with the old hour and the new one."""
    rounds: dict[tuple[str, UUID], list[Shift]] = {}
    for item in shifts:
        on = day_text(item.after.astimezone(PARIS).date())
        rounds.setdefault((on, item.aide_id), []).append(item)
    several = len({on for on, _ in rounds}) > 1
    return [
        Shifted(
            who=_aide(plan, aide_id) + (f", {on}" if several else ""),
            lines=[
                f"{plan.person_name(item.visit_id)} : {hour(item.before)} → {hour(item.after)}"
                for item in sorted(items, key=_by_hour)
            ],
        )
        for (on, aide_id), items in rounds.items()
    ]


def _by_hour(item: Shift) -> datetime:
    return item.before


def _aide(plan: Plan, aide_id: UUID) -> str:
    return plan.names.get(aide_id, "Une aide")


def _notes(item: SuggestedRemedy) -> list[str]:
    notes = []
    if any(isinstance(fact, OtherHour | OtherDay) for fact in item.facts):
        notes.append(ASK_PERSON)
    if any(isinstance(fact, LongerShift | MoreContract) for fact in item.facts):
        notes.append(ASK_AIDE)
    return [*notes, FOR_THIS_PLAN] if notes else notes


def _reason(item: SuggestedRemedy) -> str:
    if not item.can_apply or not item.needs_reason:
        return ""
    return "Qui a donné son accord, et quand ?" if _notes(item) else "Pourquoi accepter cet avertissement ?"


def _confirm(item: SuggestedRemedy) -> str:
    if not item.can_apply:
        return ""
    return "Accord obtenu : placer la visite" if _notes(item) else "Placer la visite"
