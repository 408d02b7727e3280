"""
Share of requests that were satisfied, and the yearly return to the prefect. Pure, from stored rides alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

import msgspec

from carecoord.rides.domain import LegState
from carecoord.rides.records import Facts
from carecoord.rides.tus import tus_rules

NEVER_FOUND = "never_found"
"""Cause of a request whose day has passed while it was still looked for."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """
    A request as figures see it.

    Args:
        insee: commune of the destination.
        refusal, article: cause, when it was refused.
    """

    on: date
    state: LegState
    insee: str
    purpose: str
    refusal: str = ""
    article: str = ""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Requests towards one commune."""

    insee: str
    settled: int
    satisfied: int


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """
    How many requests were satisfied.

    Args:
        satisfied: numerator: every way has a driver, or was driven.
        settled: denominator: requests for rides of the period, without those that the person cancelled and
            those still looked for whose day has not passed.
        causes: `(cause, article)` -> requests of the denominator that were not satisfied.
        cancelled, pending: left out of the denominator.
        places: by commune of destination, those with most unsatisfied requests first.
    """

    first: date
    last: date
    satisfied: int
    settled: int
    causes: dict[tuple[str, str], int]
    cancelled: int
    pending: int
    places: list[Place]

    @property
    def ratio(self) -> float | None:
        """The share from 0 to 1; None when nothing is settled."""
        return self.satisfied / self.settled if self.settled else None


def share_of(asked: Sequence[Asked], first: date, last: date, today: date) -> Share:
    """The share over a period, by the day of the ride."""
    within = [item for item in asked if first <= item.on <= last]
    cancelled = [item for item in within if item.state == "cancelled"]
    pending = [item for item in within if item.state == "looking" and item.on >= today]
    settled = [item for item in within if item not in cancelled and item not in pending]
    satisfied = [item for item in settled if item.state in ("placed", "done")]
    causes = Counter(
        (item.refusal, item.article) if item.refusal else (NEVER_FOUND, "")
        for item in settled
        if item.state not in ("placed", "done")
    )
    return Share(
        first=first,
        last=last,
        satisfied=len(satisfied),
        settled=len(settled),
        causes=dict(causes.most_common()),
        cancelled=len(cancelled),
        pending=len(pending),
        places=_places(settled),
    )


def _places(settled: Sequence[Asked]) -> list[Place]:
    total = Counter(item.insee for item in settled)
    good = Counter(item.insee for item in settled if item.state in ("placed", "done"))
    made = [Place(insee=code, settled=count, satisfied=good[code]) for code, count in total.items()]
    return sorted(made, key=lambda place: (place.satisfied - place.settled, -place.settled, place.insee))


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """
    One way that was driven, or was to be.

    Args:
        is_confirmed: somebody said it was driven.
        price_cents: share of the costs asked for this way.
    """

    person_id: UUID
    criterion: str
    distance_m: int
    is_estimated: bool
    price_cents: int
    is_confirmed: bool


class Fleet(msgspec.Struct, frozen=True, kw_only=True):
    """Vehicles that were driven in the year; seats with the driver's."""

    own_seats: list[int]
    lent_seats: list[int]


class PrefectReturn(msgspec.Struct, frozen=True, kw_only=True):
    """
    What an association tells the prefect of a calendar year (order of 17 October 2019, R3133-5).

    Args:
        due_on: to be sent before that day.
        people_place, people_means: people by the criterion held; who travelled under both counts as means.
        own_seats, lent_seats: tenths of a seat on average; None without a vehicle.
        distance_mean_m: of one trip; None without a trip.
        unconfirmed: trips counted that nobody said were driven.
        estimated: trips whose distance is as the crow flies.
        doubts: codes of what is missing or uncertain.
    """

    year: int
    due_on: date
    organisation: str
    siret: str
    facts: Facts
    drivers: int
    people: int
    people_place: int
    people_means: int
    own_vehicles: int
    own_seats: int | None
    lent_vehicles: int
    lent_seats: int | None
    cents_per_km: int
    asked_cents: int
    trips: int
    distance_mean_m: int | None
    unconfirmed: int
    estimated: int
    doubts: list[str]


class Organiser(msgspec.Struct, frozen=True, kw_only=True):
    """Who returns."""

    name: str
    siret: str
    is_association: bool
    cents_per_km: int
    facts: Facts


def prefect_return(
    year: int, made: Sequence[Made], fleet: Fleet, drivers: Collection[UUID], organiser: Organiser
) -> PrefectReturn:
    """The return of a year, with what is uncertain said aloud."""
    means = {item.person_id for item in made if not _is_place(item.criterion)}
    people = {item.person_id for item in made}
    due = tus_rules().at("return_due_month_day", date(year + 1, 1, 1)).value
    unconfirmed = sum(not item.is_confirmed for item in made)
    estimated = sum(item.is_estimated for item in made)
    return PrefectReturn(
        year=year,
        due_on=date(year + 1, due // 100, due % 100),
        organisation=organiser.name,
        siret=organiser.siret,
        facts=organiser.facts,
        drivers=len(drivers),
        people=len(people),
        people_place=len(people - means),
        people_means=len(means),
        own_vehicles=len(fleet.own_seats),
        own_seats=_mean_tenths(fleet.own_seats),
        lent_vehicles=len(fleet.lent_seats),
        lent_seats=_mean_tenths(fleet.lent_seats),
        cents_per_km=organiser.cents_per_km,
        asked_cents=sum(item.price_cents for item in made),
        trips=len(made),
        distance_mean_m=round(sum(item.distance_m for item in made) / len(made)) if made else None,
        unconfirmed=unconfirmed,
        estimated=estimated,
        doubts=_doubts(organiser, unconfirmed, estimated),
    )


def _doubts(organiser: Organiser, unconfirmed: int, estimated: int) -> list[str]:
    facts = organiser.facts
    told = {
        "not_association": not organiser.is_association,
        "rna_missing": not facts.rna,
        "address_missing": not facts.address,
        "employees_missing": facts.employees is None,
        "volunteers_missing": facts.volunteers is None,
        "members_missing": facts.members is None,
        "statutes_missing": not facts.statutes_joined,
        "rules_missing": not facts.rules,
        "trips_unconfirmed": unconfirmed > 0,
        "distances_estimated": estimated > 0,
        # Our reading, which the order does not settle: each way is a trip, a person counts once.
        "reading": True,
    }
    return [code for code, is_so in told.items() if is_so]


def _is_place(criterion: str) -> bool:
    found = tus_rules().criterion_named(criterion)
    return found is not None and found.group == "place"


def _mean_tenths(seats: Sequence[int]) -> int | None:
    return round(10 * sum(seats) / len(seats)) if seats else None
