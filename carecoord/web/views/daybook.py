"""
One person's day over the three services: a time line, its list, and what cannot hold with what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from carecoord.beneficiaries.domain import Stay
from carecoord.daybook.domain import DayClash, DayItem, Freed, ItemKind, PersonDay
from carecoord.kernel.clock import PARIS
from carecoord.web.filters import counted, day_long, duration, hour

SERVICES: dict[ItemKind, str] = {"visit": "Aide à domicile", "meal": "Repas", "ride": "Transport"}
COLOURS: dict[ItemKind, str] = {"visit": "help", "meal": "meal", "ride": "ride"}
FROM_HOUR, SPAN_HOURS = 7, 15
LEAST_MIN = 20
"""Shortest entry of the time line, so that it can be read and pointed at."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One item of the list and of the time line; most names are those of the macro `visit`."""

    service: str
    service_name: str
    when: str
    what: str
    who: str
    note: str
    href: str
    start_min: int
    length_min: int
    name: str
    initials: str
    spoken: str
    is_broken: bool
    is_pinned: bool = False
    is_two: bool = False
    is_moved: bool = False
    is_selected: bool = False
    move_href: str = ""
    detail_href: str = ""


class Lane(msgspec.Struct, frozen=True, kw_only=True):
    """One service of the time line."""

    name: str
    note: str
    href: str
    entries: list[Entry]


class ClashView(msgspec.Struct, frozen=True, kw_only=True):
    """What cannot hold, and what to do: sentences with links."""

    sentence: str
    remedies: list[tuple[str, str]]


class StayView(msgspec.Struct, frozen=True, kw_only=True):
    """A stay as it is told: since when, until when, what is expected."""

    sentence: str
    ask: str


def entries_of(found: PersonDay) -> list[Entry]:
    """Items in order of time."""
    broken = {item.source_id for clash in found.clashes for item in (clash.one, clash.other) if item}
    return [_entry(found, item, is_broken=item.source_id in broken) for item in found.items]


def lanes_of(found: PersonDay, entries: Sequence[Entry]) -> list[Lane]:
    """One lane a service that the reader may see."""
    links = {"visit": f"/tournees?jour={found.on}", "meal": f"/repas?jour={found.on}", "ride": "/transport"}
    lanes = []
    for kind in found.services:
        mine = [entry for entry in entries if entry.service == COLOURS[kind]]
        note = counted(len(mine), "rendez-vous", "rendez-vous") if mine else "rien ce jour-là"
        lanes.append(Lane(name=SERVICES[kind], note=note, href=links[kind], entries=mine))
    return lanes


def clash_views(person_id: UUID, on: date, clashes: Sequence[DayClash]) -> list[ClashView]:
    """Clashes of one person as sentences, with links that help."""
    return [
        ClashView(sentence=_sentence(clash), remedies=_remedies(person_id, on, clash)) for clash in clashes
    ]


def stay_view(stay: Stay, today: date) -> StayView:
    """A stay in words; its kind is what the service lets the reader see."""
    where = "à l’hôpital" if stay.kind == "hospital" else "hors de son domicile"
    if stay.confirmed_return_on is not None:
        sentence = f"{where} du {day_long(stay.from_on)}, retour le {day_long(stay.confirmed_return_on)}"
        return StayView(sentence=_capital(sentence), ask="")
    until = f", retour prévu après le {day_long(stay.until_on)}" if stay.until_on else ", sans date de retour"
    ask = "Le retour prévu est passé : est-ce le cas ?" if stay.may_return(today) else ""
    return StayView(sentence=_capital(f"{where} depuis le {day_long(stay.from_on)}{until}"), ask=ask)


def freed_sentence(freed: Freed) -> str:
    """`libère 4 visites, 6 repas, 1 trajet`."""
    given = f" ({duration(freed.visit_s)} d’aide)" if freed.visit_s else ""
    parts = [
        f"{counted(count, one, many)}{note}"
        for count, one, many, note in (
            (freed.visits, "visite", "visites", given),
            (freed.meals, "repas", "repas", ""),
            (freed.rides, "trajet", "trajets", ""),
        )
        if count
    ]
    if not parts:
        return "ne libère rien : aucun service n’est prévu ces jours-là"
    return f"libère {', '.join(parts)}"


def _entry(found: PersonDay, item: DayItem, *, is_broken: bool) -> Entry:
    start, end = _minute(item.starts_at, found.on), _minute(item.ends_at, found.on)
    what, who = _what(item), ", ".join(item.who)
    when = f"{hour(item.starts_at)} – {hour(item.ends_at)}"
    if item.kind == "meal" and item.state == "promised":
        when = hour(item.starts_at)
    low, high = FROM_HOUR * 60, (FROM_HOUR + SPAN_HOURS) * 60
    shown = max(low, min(start, high - LEAST_MIN))
    return Entry(
        service=COLOURS[item.kind],
        service_name=SERVICES[item.kind],
        when=when,
        what=what,
        who=who,
        note=_note(item),
        href=_href(item, found),
        start_min=shown,
        length_min=max(LEAST_MIN, min(end, high) - shown),
        name=what,
        initials=what[:3],
        spoken=f"{SERVICES[item.kind]}, {what}, {when}",
        is_broken=is_broken,
    )


NOTES = {"planned": "pas encore d’heure : horaire possible", "looking": "sans chauffeur : horaire demandé"}


def _note(item: DayItem) -> str:
    if item.kind == "ride" and item.state == "promised" and not item.back:
        return "sur place jusqu’au retour, trajet compris"
    return NOTES.get(item.state, "")


def _what(item: DayItem) -> str:
    if item.kind == "meal":
        return f"Livraison de {counted(item.meals, 'repas', 'repas')}" if item.meals else "Livraison de repas"
    if item.kind == "ride":
        return f"Retour ({item.label})" if item.back else f"Aller ({item.label})"
    return f"{item.label}, sert le repas" if item.serves_meal else item.label


def _href(item: DayItem, found: PersonDay) -> str:
    if item.kind == "visit":
        promised = item.state == "promised"
        return f"/tournees/visite/{item.source_id}" if promised else f"/personnes/{found.person.id}"
    if item.kind == "ride":
        return f"/transport/demandes/{item.request_id}"
    return f"/repas?jour={found.on}"


def _sentence(clash: DayClash) -> str:
    one, other = clash.one, clash.other
    if other is None:
        return f"{_what(one)} à {hour(one.starts_at)} : personne à la maison ce jour-là."
    first = f"{_what(one)} ({hour(one.starts_at)} – {hour(one.ends_at)})"
    second = f"{_what(other)} ({hour(other.starts_at)} – {hour(other.ends_at)})"
    if clash.rule == "meal_before_visit":
        late = hour(other.starts_at)
        return f"{_what(one)} commence à {hour(one.starts_at)}, avant le repas livré à {late}."
    if clash.rule == "meal_absent":
        return f"Personne à la porte : {first} et {second} en même temps."
    return f"Deux services en même temps : {first} et {second}."


def _remedies(person_id: UUID, on: date, clash: DayClash) -> list[tuple[str, str]]:
    if clash.rule == "stay":
        return [("Voir l’absence", f"/personnes/{person_id}/absence")]
    links = []
    for item in (clash.one, clash.other):
        if item is None:
            continue
        if item.kind == "visit":
            links.append(("Déplacer la visite", f"/tournees/visite/{item.source_id}"))
        elif item.kind == "ride":
            links.append(("Changer le trajet", f"/transport/demandes/{item.request_id}"))
        else:
            links.append(("Voir la tournée de repas", f"/repas/tournees?jour={on}"))
    return links


def _minute(instant: datetime, on: date) -> int:
    """Minutes after the midnight of a day, by the wall clock."""
    local = instant.astimezone(PARIS)
    return (local.date() - on) // timedelta(days=1) * 1440 + local.hour * 60 + local.minute


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
