"""
What is to be said of a request before a driver is looked for: hours, price, ground, clashes.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import timedelta
from uuid import UUID

import msgspec

from carecoord.beneficiaries.domain import Person, is_suspended
from carecoord.beneficiaries.service import get_person, stays_of
from carecoord.careplans.service import visits_between
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import CAREPLAN_READ, RIDE_READ
from carecoord.identity.service import get_organisation
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import local_date, local_instant
from carecoord.kernel.errors import Invalid
from carecoord.kernel.geo import Density, Point, great_circle_m
from carecoord.rides.ask_rules import ask_defects
from carecoord.rides.asking import HOME, AskRide, Ways, legs_of
from carecoord.rides.clashes import Clash, away_of, ride_clashes, visit_clashes
from carecoord.rides.domain import Basis, Leg, Spot
from carecoord.rides.habits import Frailty, Habits, habits_with
from carecoord.rides.records import CommuneZone, Right, Terms
from carecoord.rides.store import legs as leg_store
from carecoord.rides.store import records as record_store
from carecoord.rides.tus import Finding, HeldRight, Trip, Verdict, Zone, judge, tus_rules
from carecoord.settings import Settings
from carecoord.territory.domain import Commune
from carecoord.territory.service import communes_by_code
from carecoord.travel.stars import Question, stars

KEPT_WAYS = 4000


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """
    A request with all that is known of it before a driver is looked for.

    Args:
        ask: as it was asked, both ends resolved.
        price_cents: of all ways together.
        verdict: None for a service on another ground.
        basis: what the ride rests on, to be stored with it; None while something refuses or is asked.
        home_zone: of the person's commune, and the commune itself, where a question about it is shown.
        is_late: asked with less notice than the service likes.
        wait_min: how long the driver would wait; 0 without.
    """

    ask: AskRide
    person: Person
    origin: Spot
    legs: list[Leg]
    ways: Ways
    price_cents: int
    terms: Terms
    frailty: Frailty
    habits: Habits
    verdict: Verdict | None
    basis: Basis | None
    clashes: list[Clash]
    home: Commune | None
    home_zone: Zone
    is_late: bool
    wait_min: int

    @property
    def is_away(self) -> bool:
        """Whether the person is away from home that day: her services are suspended."""
        return any(clash.kind == "stay" for clash in self.clashes)

    def findings(self, severity: str) -> list[Finding]:
        """Findings of one severity; none for a service on another ground."""
        if self.verdict is None:
            return []
        return [finding for finding in self.verdict.findings if finding.severity == severity]


async def judge_request(
    uow: UnitOfWork, actor: Actor, ask: AskRide, settings: Settings, *, request_id: UUID
) -> Judged:
    """
    Everything that is to be said of a request before a driver is looked for; changes nothing.

    Args:
        request_id: the identifier it would have; those of its ways follow.

    Raises:
        Refused: the actor lacks `ride:read` or `person:read`.
        NotFound: no such person, or no such destination.
        Invalid: everything wrong with the request.
    """
    actor.require(RIDE_READ)
    person = await get_person(uow, actor, ask.person_id)
    ask = await _resolved(uow, ask)
    if defects := ask_defects(ask, local_date(uow.now)):
        raise Invalid(defects)
    terms = await record_store.terms(uow.session)
    passenger = await record_store.passenger(uow.session, person.id)
    origin = ask.origin or home_of(person)
    ends = {person.insee, origin.insee, ask.destination.insee}
    communes = await communes_by_code(uow, ends)
    ways = await _ways(settings, origin, ask, communes)
    habits = habits_with(terms.habits)
    legs = legs_of(request_id, ask, origin, ways, (passenger.frailty, habits))
    price_cents = ask.price_cents
    if price_cents is None:
        price_cents = len(legs) * (terms.cents_per_km * ways.distance_m // 1000)
    zones = _zones(ends, await record_store.zones(uow.session, ends), communes)
    verdict = None
    if terms.regime == "tus":
        trip = msgspec.structs.replace(
            _trip(ask, origin, ways, zones),
            home_zone=zones[person.insee],
            price_cents=-(-price_cents // len(legs)),
        )
        verdict = await _verdict(uow, actor, person.id, trip)
    return Judged(
        ask=ask,
        person=person,
        origin=origin,
        legs=legs,
        ways=ways,
        price_cents=price_cents,
        terms=terms,
        frailty=passenger.frailty,
        habits=habits,
        verdict=verdict,
        basis=_basis(terms, verdict),
        clashes=await _clashes(uow, actor, ask, legs),
        home=communes.get(person.insee),
        home_zone=zones[person.insee],
        is_late=local_instant(ask.on, legs[0].pick_earliest_s // 60) - uow.now
        < timedelta(hours=habits.notice_h),
        wait_min=_wait_min(ask, ways),
    )


async def _verdict(uow: UnitOfWork, actor: Actor, person_id: UUID, trip: Trip) -> Verdict:
    """What the texts say of a trip, with what is recorded of organiser and person."""
    legal_form = (await get_organisation(uow, actor)).legal_form
    rights = [_held(right) for right in await record_store.rights(uow.session, person_id)]
    return judge(msgspec.structs.replace(trip, legal_form=legal_form, rights=rights))


def _trip(ask: AskRide, origin: Spot, ways: Ways, zones: dict[str, Zone]) -> Trip:
    """One way of a request, before it is known whose it is."""
    return Trip(
        on=ask.on,
        legal_form=None,
        rights=[],
        home_zone="unknown",
        from_zone=zones[origin.insee],
        to_zone=zones[ask.destination.insee],
        hub=origin.is_hub or ask.destination.is_hub,
        distance_m=ways.distance_m,
        straight_m=ways.straight_m,
        is_estimated=ways.is_estimated,
        price_cents=0,
        # The driver, the person, and whoever comes along.
        seats=2 + ask.companions,
    )


def home_of(person: Person) -> Spot:
    """A person's home as an end of a ride."""
    return Spot(
        label=HOME,
        address=person.address,
        insee=person.insee,
        latitude=person.latitude,
        longitude=person.longitude,
        quality=person.geo_quality,
    )


async def _resolved(uow: UnitOfWork, ask: AskRide) -> AskRide:
    """
    Known destinations as they are recorded. Only a record makes a hub: a caller's word does not.
    """
    return msgspec.structs.replace(
        ask,
        destination=await _spot(uow, ask.destination),
        origin=None if ask.origin is None else await _spot(uow, ask.origin),
    )


async def _spot(uow: UnitOfWork, spot: Spot) -> Spot:
    place = None if spot.place_id is None else await record_store.place(uow.session, spot.place_id)
    if place is None:
        return msgspec.structs.replace(spot, place_id=None, is_hub=False)
    return Spot(
        label=place.label,
        address=place.address,
        insee=place.insee,
        latitude=place.latitude,
        longitude=place.longitude,
        place_id=place.id,
        quality=place.quality,
        is_hub=place.is_hub,
    )


def _zones(
    codes: set[str], recorded: dict[str, CommuneZone], communes: dict[str, Commune]
) -> dict[str, Zone]:
    """
    Zone of each commune: as it was looked up; large beyond doubt when it alone passes the threshold.

    The shipped list has no urban units: a small commune may lie in a large one, so it stays unknown.
    """
    threshold = tus_rules().value_named("unit_population_below")
    zones: dict[str, Zone] = {}
    for code in codes:
        commune = communes.get(code)
        if code in recorded:
            zones[code] = "small" if recorded[code].is_small else "large"
        elif commune is not None and commune.population >= threshold:
            zones[code] = "large"
        else:
            zones[code] = "unknown"
    return zones


def _held(right: Right) -> HeldRight:
    return HeldRight(
        criterion=right.criterion,
        proof=right.proof,
        seen_on=right.seen_on,
        valid_until=right.valid_until,
    )


def _basis(terms: Terms, verdict: Verdict | None) -> Basis | None:
    if verdict is None:
        return Basis(regime="own_service", proof=terms.ground)
    if not verdict.may_go or verdict.held is None:
        return None
    return Basis(
        regime="tus",
        criterion=verdict.held.criterion,
        proof=verdict.held.proof,
        proof_seen_on=verdict.held.seen_on,
        rules=verdict.rules,
        warnings=[finding.code for finding in verdict.of("warn")],
    )


async def _clashes(uow: UnitOfWork, actor: Actor, ask: AskRide, legs: list[Leg]) -> list[Clash]:
    found = []
    stays = await stays_of(uow, actor, [ask.person_id], ask.on, ask.on)
    if is_suspended(stays, ask.person_id, ask.on):
        found.append(Clash(kind="stay"))
    found += ride_clashes(legs, await leg_store.legs_on(uow.session, ask.on, ("looking", "placed")))
    if actor.may(CAREPLAN_READ):
        visits = await visits_between(uow, actor, ask.on, ask.on, person_id=ask.person_id)
        found += visit_clashes(away_of(legs), visits, ask.on)
    return found


def _wait_min(ask: AskRide, ways: Ways) -> int:
    if ask.back != "wait" or ask.back_minute is None:
        return 0
    there = ask.arrive_minute
    if there is None:
        there = (ask.leave_minute or 0) + ways.out_s // 60
    return max(0, ask.back_minute - there)


_kept: OrderedDict[tuple[str, float, float, float, float], Ways] = OrderedDict()


async def _ways(settings: Settings, origin: Spot, ask: AskRide, communes: dict[str, Commune]) -> Ways:
    """Both ways, from those asked for lately when they are known; a measured distance replaces theirs."""
    key = (
        _behind(settings),
        round(origin.latitude, 5),
        round(origin.longitude, 5),
        round(ask.destination.latitude, 5),
        round(ask.destination.longitude, 5),
    )
    known = _kept.get(key)
    if known is None:
        known = await _looked_up(settings, origin, ask.destination, communes)
        _kept[key] = known
        while len(_kept) > KEPT_WAYS:
            _kept.popitem(last=False)
    if ask.distance_m is None:
        return known
    return msgspec.structs.replace(known, distance_m=ask.distance_m, is_estimated=False)


def _behind(settings: Settings) -> str:
    """What answers, so that a network prepared anew is asked anew."""
    current = (settings.roads_folder / "current").resolve()
    return f"{settings.osrm_url} {settings.valhalla_url} {current}"


async def _looked_up(settings: Settings, origin: Spot, to: Spot, communes: dict[str, Commune]) -> Ways:
    here = Point(lat=origin.latitude, lon=origin.longitude)
    there = Point(lat=to.latitude, lon=to.longitude)

    def density(code: str) -> Density:
        return communes[code].density if code in communes else Density.SUBURBAN

    question = Question(
        here=here,
        others=[there],
        modes=["car"],
        densities=[density(origin.insee), density(to.insee)],
    )
    star = (await stars(settings, question))["car"]
    return Ways(
        out_s=star.from_s[0],
        back_s=star.to_s[0],
        # The longer of both: a limit holds for each way.
        distance_m=max(star.from_m[0], star.to_m[0]),
        straight_m=great_circle_m(here, there),
        is_estimated=star.provider == "great_circle" or star.estimated > 0,
    )
