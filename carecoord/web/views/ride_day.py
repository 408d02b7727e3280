"""
The board of a day of rides: volunteers down, time across, and the same as round sheets to print.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from carecoord.beneficiaries.domain import Person
from carecoord.rides.domain import Leg, RideRequest
from carecoord.rides.drivers import VolunteerDriver
from carecoord.rides.plan_domain import DayBoard, DriverTour, Trip
from carecoord.web.filters import counted, duration, hour_of_minutes, initials, km, percent
from carecoord.web.ride_plan_words import cause_sentences, rule_sentence
from carecoord.web.views.day import Row, Span, VisitCell
from carecoord.web.views.names import person_full, person_short

FIRST_HOUR, LAST_HOUR = 7, 19
PATH = "/transport/jour"
WAYS = {"out": "aller", "back": "retour"}
OUTCOMES = {"planned": ("", ""), "done": ("fait", "ok"), "absent": ("personne absente", "stop")}


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """People and what they asked for, by identifier of the way."""

    people: Mapping[UUID, Person]
    requests: Mapping[UUID, RideRequest]

    def short(self, leg: Leg) -> str:
        """`Mme Berthier`."""
        return person_short(self.people.get(leg.person_id))

    def full(self, leg: Leg) -> str:
        """`Mme Odette Berthier`."""
        return person_full(self.people.get(leg.person_id))

    def phone(self, leg: Leg) -> str:
        """Telephone of the person, empty when unknown."""
        person = self.people.get(leg.person_id)
        return person.phone or "" if person is not None else ""

    def ends(self, leg: Leg) -> tuple[str, str]:
        """Where a way begins and ends, as said on the phone."""
        request = self.requests.get(leg.request_id)
        if request is None:
            return "", ""
        ends = (request.origin, request.destination)
        first, last = ends if leg.direction == "out" else ends[::-1]
        return _place(first.label, first.address), _place(last.label, last.address)

    def where(self, leg: Leg) -> str:
        """`aller, Marché d’Angerville`."""
        request = self.requests.get(leg.request_id)
        label = request.destination.label if request is not None else ""
        return f"{WAYS[leg.direction]}, {label}" if label else WAYS[leg.direction]


def _place(label: str, address: str) -> str:
    return f"{label}, {address}" if address and address != label else label


def board_view(board: DayBoard, names: Names, now_min: int | None) -> dict[str, Any]:
    """Rows of the board, those who drive first."""
    legs = {leg.id: leg for leg in board.legs}
    tours: dict[UUID, list[DriverTour]] = defaultdict(list)
    for tour in board.tours:
        tours[tour.volunteer_id].append(tour)
    first = min([FIRST_HOUR, *(tour.departs_s // 3600 for tour in board.tours)])
    last = max([LAST_HOUR, *(-(-tour.back_s // 3600) for tour in board.tours)])
    broken = {item.leg_id for item in board.breaches if item.leg_id}
    away = {item.volunteer_id for item in board.breaches if item.rule == "availability"}
    rows, resting = [], []
    listed = sorted(
        board.volunteers, key=lambda item: (item.id not in tours, item.last_name, item.first_name)
    )
    for volunteer in listed:
        if volunteer.id in tours or board.available.get(volunteer.id):
            free = [(start // 60, end // 60) for start, end in board.available.get(volunteer.id, [])]
            rows.append(
                Row(
                    name=volunteer.name,
                    href=f"{PATH}/{volunteer.id}?jour={board.on}",
                    note=_note(tours[volunteer.id], is_away=volunteer.id in away),
                    visits=[
                        cell for tour in tours[volunteer.id] for cell in _cells(tour, legs, names, broken)
                    ],
                    travels=[span for tour in tours[volunteer.id] for span in _ends(tour, legs)],
                    pauses=[],
                    offs=_offs(free, first * 60, last * 60),
                )
            )
        elif volunteer.active:
            resting.append((volunteer.name, f"/transport/benevoles/{volunteer.id}"))
    shown = now_min if now_min is not None and first * 60 <= now_min < last * 60 else None
    return {
        "from_hour": first,
        "span_hours": last - first,
        "rows": rows,
        "resting": resting,
        "now_min": shown,
    }


def _note(tours: list[DriverTour], *, is_away: bool) -> str:
    if not tours:
        return "libre"
    given = sum(tour.back_s - tour.departs_s for tour in tours)
    text = f"{duration(given)} · {km(sum(tour.distance_m for tour in tours))}"
    return f"plus disponible · {text}" if is_away else text


def _cells(tour: DriverTour, legs: Mapping[UUID, Leg], names: Names, broken: set[UUID]) -> list[VisitCell]:
    """One cell for each time somebody is aboard; people who share the car share the cell."""
    found = []
    for group in _together(tour, legs):
        people = [names.short(legs[trip.leg_id]) for trip in group]
        start, end = group[0].pickup_s, max(_ends_at(trip, legs) for trip in group)
        spoken = ", ".join(
            f"{names.short(legs[trip.leg_id])}, {names.where(legs[trip.leg_id])}, "
            f"{_clock(trip.pickup_s)} à {_clock(trip.dropoff_s)}"
            for trip in group
        )
        first = legs[group[0].leg_id]
        found.append(
            VisitCell(
                start_min=start // 60,
                length_min=max(5, (end - start) // 60),
                name=people[0] if len(people) == 1 else f"{people[0]} + {len(people) - 1}",
                initials=_initials(names, first) + (f"+{len(people) - 1}" if len(people) > 1 else ""),
                when=_clock(start),
                spoken=spoken,
                href=f"/transport/trajets/{first.id}",
                service="ride",
                is_pinned=any(trip.pinned for trip in group),
                is_broken=any(trip.leg_id in broken for trip in group),
                move_href=f"/transport/trajets/{first.id}",
            )
        )
    return found


def _together(tour: DriverTour, legs: Mapping[UUID, Leg]) -> list[list[Trip]]:
    """Trips of a tour in groups whose time aboard overlaps."""
    groups: list[list[Trip]] = []
    end = -1
    for trip in sorted(tour.trips, key=lambda item: item.pickup_s):
        if trip.leg_id not in legs:
            continue
        if groups and trip.pickup_s < end:
            groups[-1].append(trip)
        else:
            groups.append([trip])
        end = max(end, _ends_at(trip, legs))
    return groups


def _ends_at(trip: Trip, legs: Mapping[UUID, Leg]) -> int:
    return trip.dropoff_s + legs[trip.leg_id].alighting_s


def _initials(names: Names, leg: Leg) -> str:
    person = names.people.get(leg.person_id)
    return "?" if person is None else initials(f"{person.first_name.split()[0]} {person.last_name}")


def _ends(tour: DriverTour, legs: Mapping[UUID, Leg]) -> list[Span]:
    """Driving without anybody aboard: from home, between groups, and home."""
    spans, at = [], tour.departs_s
    for group in _together(tour, legs):
        begin = group[0].pickup_s
        if begin - at >= 60:
            spans.append(Span(start_min=at // 60, length_min=max(1, (begin - at) // 60)))
        at = max(_ends_at(trip, legs) for trip in group)
    if tour.back_s - at >= 60:
        spans.append(Span(start_min=at // 60, length_min=max(1, (tour.back_s - at) // 60)))
    return spans


def _offs(free: list[tuple[int, int]], low: int, high: int) -> list[Span]:
    found, cursor = [], low
    for start, end in sorted(free):
        if cursor < min(start, high):
            found.append(Span(start_min=cursor, length_min=min(start, high) - cursor))
        cursor = max(cursor, end)
    if cursor < high:
        found.append(Span(start_min=cursor, length_min=high - cursor))
    return found


def sheet_view(
    tour: DriverTour, volunteer: VolunteerDriver | None, legs: Mapping[UUID, Leg], names: Names
) -> dict[str, Any]:
    """One tour as a list of stops, to read, to print or to follow on a phone."""
    stops: list[tuple[int, dict[str, Any]]] = []
    for trip in tour.trips:
        leg = legs.get(trip.leg_id)
        if leg is None:
            continue
        start, end = names.ends(leg)
        seats = _seats(leg)
        common = {
            "leg": str(leg.id),
            "name": names.full(leg),
            "phone": names.phone(leg),
            "href": f"/transport/trajets/{leg.id}",
            "outcome": trip.outcome,
            "outcome_words": OUTCOMES[trip.outcome],
            "tags": seats,
        }
        stops.append(
            (
                trip.pick_rank,
                {**common, "kind": "pick", "at_s": trip.pickup_s, "what": "monte", "where": start},
            )
        )
        stops.append(
            (
                trip.drop_rank,
                {**common, "kind": "drop", "at_s": trip.dropoff_s, "what": "descend", "where": end},
            )
        )
    return {
        "name": volunteer.name if volunteer is not None else "Bénévole parti",
        "href": f"{PATH}/{tour.volunteer_id}?jour={tour.on}",
        "leaves": _clock(tour.departs_s),
        "back": _clock(tour.back_s),
        "length": duration(tour.back_s - tour.departs_s),
        "distance": km(tour.distance_m),
        "shuttle": tour.shuttle_id is not None,
        "stops": [
            {**stop, "when": _clock(stop["at_s"])} for _, stop in sorted(stops, key=lambda pair: pair[0])
        ],
    }


def _seats(leg: Leg) -> list[str]:
    return [
        text
        for text in (
            "fauteuil roulant" if leg.wheelchairs else "",
            "avec accompagnant" if leg.companion else "",
        )
        if text
    ]


def left_view(board: DayBoard, names: Names) -> list[dict[str, Any]]:
    """Ways without driver, by hour, each with why."""
    legs = {leg.id: leg for leg in board.legs}
    missing = sorted((legs[key] for key in board.left_out), key=lambda leg: leg.pick_earliest_s)
    return [
        {
            "name": names.short(leg),
            "what": names.where(leg),
            "when": f"{_clock(leg.pick_earliest_s)} – {_clock(leg.pick_latest_s)}",
            "href": f"/transport/trajets/{leg.id}",
            "why": cause_sentences(board.left_out[leg.id]),
        }
        for leg in missing
    ]


def breach_view(board: DayBoard) -> list[dict[str, str]]:
    """Rules broken, with who is concerned."""
    drivers = {item.id: item.name for item in board.volunteers}
    return [
        {"who": drivers.get(item.volunteer_id, "") if item.volunteer_id else "", "text": rule_sentence(item)}
        for item in board.breaches
    ]


def kpi_view(board: DayBoard) -> list[tuple[str, str, str, str]]:
    """Value, label, note and tone of the figures on top."""
    total = len(board.legs)
    placed = total - len(board.left_out)
    given = sum(tour.back_s - tour.departs_s for tour in board.tours)
    driven = sum(tour.distance_m for tour in board.tours)
    empty = sum(tour.empty_m for tour in board.tours)
    drivers = len({tour.volunteer_id for tour in board.tours})
    share = percent(placed / total) if total else "–"
    return [
        (f"{placed} / {total}", "trajets avec chauffeur", share, "bad" if placed < total else ""),
        (str(drivers), "bénévole en route" if drivers < 2 else "bénévoles en route", "", ""),
        (duration(given) if given else "0 min", "de bénévolat", "", ""),
        (km(driven), "au total", f"dont {km(empty)} sans passager" if driven else "", ""),
    ]


def day_words(count: int) -> str:
    """`3 trajets`."""
    return counted(count, "trajet")


def _clock(second: int) -> str:
    return hour_of_minutes(second // 60)


def today_minute(on: date, today: date, minute: int) -> int | None:
    """The line of now, today alone."""
    return minute if on == today else None
