"""
Places for a new need, as they are read: when, who, what they cost and bring.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from carecoord.db.search import fold
from carecoord.kernel.clock import local_instant
from carecoord.rosters.domain import AideCause
from carecoord.rosters.offering import OfferedAide, OfferedVisit, Shifted, SlotOffer, SlotOffers
from carecoord.web.filters import MINUS, counted, duration, euros, hour, km, number, signed
from carecoord.web.filters import day as day_text
from carecoord.web.views.names import hours, named
from carecoord.web.views.summary import breach_text
from carecoord.web.wording_planning import TERMS, reason_text
from carecoord.web.words import SKILLS

NO_BETTER = "pourrait venir, mais à une heure trop proche d’une place déjà proposée"
NO_TIME = "n’a pas assez de temps entre ses visites dans cette plage"
NO_REST = "n’aurait plus son repos entre deux journées"
SOMEBODY = "une aide"


class OfferView(msgspec.Struct, frozen=True, kw_only=True):
    """
    One offer.

    Args:
        lines: each visit: when, who, what it adds.
        summary: price in minutes, continuity and hours, in one sentence.
        slots: values of hidden fields that say the offer again.
        behind: why it comes after the first; empty for the first.
    """

    title: str
    who: str
    summary: str
    lines: list[tuple[str, str, str]]
    aides: list[tuple[str, str]]
    shifts: list[str]
    warnings: list[str]
    missing: str
    price: str
    terms: list[tuple[str, str]]
    behind: str
    slots: list[str]


def offer_views(found: SlotOffers, names: Mapping[UUID, str], people: Mapping[UUID, str]) -> list[OfferView]:
    """
    Offers in their order.

    Args:
        names: of aides; one that is not there is « une aide ».
        people: of those whose visits move.
    """
    return [_view(found, index, names, people) for index in range(len(found.offers))]


def _view(found: SlotOffers, index: int, names: Mapping[UUID, str], people: Mapping[UUID, str]) -> OfferView:
    offer = found.offers[index]
    return OfferView(
        title=_title(offer.visits),
        who=_who(offer, names),
        summary=_summary(offer),
        lines=[_line(visit, names) for visit in offer.visits],
        aides=[(names.get(aide.aide_id, SOMEBODY), _aide(aide)) for aide in offer.aides],
        shifts=[_shift(item, names, people) for item in offer.shifts],
        warnings=[
            f"{names.get(item.aide_id, SOMEBODY) if item.aide_id else ''} : {breach_text(item)}"
            for item in offer.breaches
        ],
        missing=", ".join(day_text(day) for day in offer.missing),
        price=price_text(offer.cents),
        terms=[
            (TERMS.get(name, name), signed(euros(cents)))
            for name, cents in sorted(offer.terms.items(), key=lambda pair: -abs(pair[1]))
            if cents
        ],
        behind=_behind(offer, found.offers[0]) if index else "",
        slots=[_slot(visit) for visit in offer.visits],
    )


def _named(names: Mapping[UUID, str], ids: list[UUID]) -> str:
    return named({item: names.get(item, SOMEBODY) for item in ids}, ids)


def _who(offer: SlotOffer, names: Mapping[UUID, str]) -> str:
    """Aides of an offer; told apart from a pair when they come on different days."""
    ids = [aide.aide_id for aide in offer.aides]
    each = all(len(visit.aide_ids) < len(ids) for visit in offer.visits)
    return _named(names, ids) + (", selon le jour" if each else "")


def _title(visits: list[OfferedVisit]) -> str:
    """`Mar. 24 novembre à 9 h 20`, or `Lun., jeu. à 9 h 20`, or the first of several hours."""
    if len(visits) == 1:
        return f"{day_text(visits[0].on_date).capitalize()} à {hour(visits[0].starts_at)}"
    hours_of_day = list(dict.fromkeys(hour(visit.starts_at) for visit in visits))
    days = ", ".join(dict.fromkeys(day_text(visit.on_date).split(" ")[0] for visit in visits))
    if len(hours_of_day) == 1:
        return f"{days.capitalize()} à {hours_of_day[0]}"
    first, last = min(visits, key=_clock), max(visits, key=_clock)
    return f"{days.capitalize()} entre {hour(first.starts_at)} et {hour(last.starts_at)}"


def _clock(visit: OfferedVisit) -> int:
    midnight = local_instant(visit.on_date, 0)
    return int((visit.starts_at - midnight).total_seconds())


def _summary(offer: SlotOffer) -> str:
    """`+11 min de trajet, aide déjà connue, 2 h 30 restantes au contrat`."""
    travel = signed(duration(offer.travel_s)) if offer.travel_s else "aucun trajet de plus"
    parts = [f"{travel} de trajet" if offer.travel_s else travel, _known(offer.aides)]
    if len(offer.aides) == 1:
        parts.append(_left(offer.aides[0]))
    if offer.shifts:
        parts.append(f"décale {counted(len(offer.shifts), 'visite')} d’un quart d’heure au plus")
    if offer.disturbed:
        count = counted(offer.disturbed, "personne dérangée", "personnes dérangées")
        parts[-1] = f"décale {counted(len(offer.shifts), 'visite')} ({count})"
    return ", ".join(parts)


def _known(aides: list[OfferedAide]) -> str:
    known = sum(bool(aide.recent or aide.in_plan) for aide in aides)
    if len(aides) == 1:
        return "aide déjà connue" if known else "nouveau visage"
    if known == len(aides):
        return f"{number(known)} aides déjà connues"
    return f"{number(known)} sur {number(len(aides))} aides déjà connues"


def _left(aide: OfferedAide) -> str:
    left_s = aide.contract_s - aide.week_after_s
    if left_s >= 0:
        return f"{hours(left_s)} restantes au contrat"
    return f"{hours(-left_s)} au-delà du contrat"


def _aide(aide: OfferedAide) -> str:
    met = counted(aide.recent, "visite récente", "visites récentes") if aide.recent else "nouveau visage"
    if not aide.recent and aide.in_plan:
        met = "vient déjà cette semaine"
    week = f"semaine : {hours(aide.week_before_s)} → {hours(aide.week_after_s)}"
    return f"{met} ; {week} (contrat {hours(aide.contract_s)})"


def _line(visit: OfferedVisit, names: Mapping[UUID, str]) -> tuple[str, str, str]:
    when = f"{day_text(visit.on_date).capitalize()}, {hour(visit.starts_at)} à {hour(visit.ends_at)}"
    travel = signed(duration(visit.travel_s)) if visit.travel_s else "aucun trajet de plus"
    return when, _named(names, visit.aide_ids), f"{travel}, {_way(visit.distance_m)}"


def _way(distance_m: int) -> str:
    text = km(abs(distance_m))
    return f"{MINUS}{text}" if distance_m < 0 else f"+{text}"


def _shift(item: Shifted, names: Mapping[UUID, str], people: Mapping[UUID, str]) -> str:
    who = people.get(item.person_id, "Une personne")
    aide = names.get(item.aide_id, SOMEBODY)
    return f"{who} ({aide}), {day_text(item.before)} : {hour(item.before)} → {hour(item.after)}"


def price_text(cents: int) -> str:
    """What it costs the plan, with its sign."""
    return signed(euros(cents)) if cents else euros(0)


def _behind(offer: SlotOffer, first: SlotOffer) -> str:
    """What puts it after the first: days it leaves out, warnings, then the terms that differ most."""
    if len(offer.missing) > len(first.missing):
        return "sert moins de jours que la première"
    if len(offer.breaches) > len(first.breaches) and offer.cents <= first.cents:
        return "moins chère que la première, mais avec un avertissement"
    most = sorted(offer.behind.items(), key=lambda pair: -abs(pair[1]))[:2]
    words = ", ".join(f"{TERMS.get(name, name)} {signed(euros(cents))}" for name, cents in most)
    return f"{signed(euros(offer.cents - first.cents))} par rapport à la première : {words}" if words else ""


def _slot(visit: OfferedVisit) -> str:
    """Day, instant and aides of one visit, as a hidden field says them again."""
    aides = ",".join(str(aide) for aide in visit.aide_ids)
    return f"{visit.on_date.isoformat()}|{visit.starts_at.isoformat()}|{aides}"


def cause_lines(causes: list[AideCause], first_day: date, names: Mapping[UUID, str]) -> list[str]:
    """Why aides are in no offer: one line a reason, with the names it holds for."""
    origin = local_instant(first_day, 0)

    def clock(elapsed_s: int) -> str:
        instant: datetime = origin + timedelta(seconds=elapsed_s)
        return f"{day_text(instant)}, {hour(instant)}"

    found: dict[str, list[str]] = {}
    for item in causes:
        text = _plain(item)
        if text is None:
            text = reason_text(
                item.code, item.args, naming=lambda skill: SKILLS.get(skill, skill), clock=clock
            )
        found.setdefault(text, []).append(names.get(item.aide_id, SOMEBODY))
    # What is said of one aide alone is nearest to a place; the same said of many comes last.
    return [
        _cause_line(text, sorted(who, key=fold))
        for text, who in sorted(found.items(), key=lambda pair: (len(pair[1]), fold(pair[1][0])))
    ]


def _cause_line(text: str, who: list[str]) -> str:
    if len(who) == 1:
        return f"{who[0]} : {text}"
    return f"{counted(len(who), 'aide')}, pour chacune « {text} » : {', '.join(who)}"


def _plain(item: AideCause) -> str | None:
    """The sentence of a cause that the screen told, which has no figures."""
    if item.code == "not_better":
        return NO_BETTER
    if item.code == "travel_time":
        return NO_TIME
    if item.code == "daily_rest" and "amount" not in item.args:
        return NO_REST
    return None
