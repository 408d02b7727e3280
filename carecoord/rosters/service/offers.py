"""
Places for a new need in the plan that counts: asked, and read as offers.
"""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from uuid import UUID

import msgspec

from carecoord.beneficiaries.service import get_person, stays_of
from carecoord.careplans.service import interventions_of_person
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import OFFER_READ, system_actor
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import local_date, local_instant
from carecoord.kernel.errors import Conflict, Defect, Invalid, NotFound
from carecoord.kernel.geo import Density, Point
from carecoord.planning.homecare.need import Answer, NewPlace, TravelRow
from carecoord.planning.homecare.need import Need as PlannedNeed
from carecoord.planning.homecare.offers import offers
from carecoord.planning.problem import Person as PlannedPerson
from carecoord.planning.problem import Place, Problem, Visit
from carecoord.rosters.apply import origin_of
from carecoord.rosters.ask_rules import ask_defects
from carecoord.rosters.assemble import rounded
from carecoord.rosters.domain import AideCause, Roster
from carecoord.rosters.elsewhere import busy_of, interval
from carecoord.rosters.offering import AskOffers, SlotOffers, dates_of, need_of, told, visits_of
from carecoord.rosters.service.standing import Standing, standing_of
from carecoord.rosters.store import past as past_store
from carecoord.rosters.store import rosters as store
from carecoord.settings import Settings
from carecoord.territory.service import communes_by_code
from carecoord.travel.stars import Question, stars

COUNT = 3
NEW_PERSON = "need-person"


class Laid(msgspec.Struct, frozen=True, kw_only=True):
    """
    A need beside a standing plan.

    Args:
        estimated_ways: of a new place, by the straight line for want of roads.
    """

    standing: Standing
    need: PlannedNeed
    dates: list[date]
    estimated_ways: int = 0

    @property
    def roster(self) -> Roster:
        """The roster asked about."""
        return self.standing.opened.roster


async def slot_offers(uow: UnitOfWork, actor: Actor, ask: AskOffers, settings: Settings) -> SlotOffers:
    """
    The three best places for a need in the plan that counts; nothing is changed.

    Args:
        settings: where roads are asked for, for somebody at a place that the plan does not have.

    Raises:
        Refused: the actor lacks `offer:read`.
        NotFound: no such person, or no plan covers the first day.
        Conflict: the plan is still being made.
        Invalid: the question has defects, or no day of it is left in the plan.
    """
    actor.require(OFFER_READ)
    laid = await lay(uow, ask, settings, actor=actor)
    answer = await asyncio.to_thread(offers, laid.standing.resident, laid.need, COUNT)
    return answer_of(laid, answer)


async def lay(uow: UnitOfWork, ask: AskOffers, settings: Settings, *, actor: Actor) -> Laid:
    """
    Put a need beside the plan that counts on its first day.

    Raises:
        NotFound, Conflict, Invalid: as `slot_offers`.
    """
    if defects := ask_defects(ask):
        raise Invalid(defects)
    # Whoever may ask sees offers alone: what they are worked out from stays with the program.
    inner = system_actor(actor.organisation_id)
    roster = await roster_asked(uow, ask)
    standing = await standing_of(uow, inner, roster.id)
    problem = standing.resident.problem
    ask = await _with_refusals(uow, inner, ask)
    person, point, insee = await _person(uow, inner, ask, problem)
    person = await _with_absences(uow, inner, person, standing)
    place, new_place, estimated = await _place(uow, problem, (point, insee), settings)
    dates = dates_of(ask, roster.first_day, roster.last_day, local_date(uow.now))
    visits = visits_of(ask, problem, person.id, place, dates=dates, now=uow.now)
    if not visits:
        why = "no day or hour of it is left in this plan"
        raise Invalid([Defect(code="offer_no_date", where="first_day", why=why)])
    need = need_of(ask, person, visits, new_place)
    return Laid(standing=standing, need=need, dates=_dates(problem, visits), estimated_ways=estimated)


def answer_of(laid: Laid, answer: Answer) -> SlotOffers:
    """The planner's answer with our own identifiers."""
    problem = laid.standing.resident.problem
    lengths = {visit.id: visit.duration_s for visit in laid.need.visits}
    days = {visit.id: problem.days[visit.options[0].day].date for visit in laid.need.visits}
    return SlotOffers(
        roster_id=laid.roster.id,
        version=laid.roster.version,
        dates=laid.dates,
        offers=[told(problem, offer, lengths, days) for offer in answer.offers],
        causes=[AideCause(aide_id=UUID(c.worker), code=c.code, args=c.args) for c in answer.causes],
        estimated_ways=laid.estimated_ways,
        tried=answer.tried,
        complete=answer.complete,
    )


def _dates(problem: Problem, visits: list[Visit]) -> list[date]:
    return sorted({problem.days[option.day].date for visit in visits for option in visit.options})


async def roster_asked(uow: UnitOfWork, ask: AskOffers) -> Roster:
    """
    The plan asked for, or the one that counts on the first day: published, else the newest draft.

    Raises:
        NotFound: no such plan, or none covers the day.
        Conflict: it was replaced.
    """
    if ask.roster_id is not None:
        found = await store.roster_by_id(uow.session, ask.roster_id)
        if found is None:
            raise NotFound("roster_missing", f"no roster {ask.roster_id}")
        if found.state == "replaced":
            raise Conflict("roster_replaced", "these rounds were replaced by others")
        return found
    day = max(ask.first_day, local_date(uow.now))
    covering = await store.overlapping(uow.session, day, day, ("published", "draft"))
    if not covering:
        raise NotFound("offer_no_plan", f"no plan covers {day}", on_date=day.isoformat())
    return covering[0]


async def _with_refusals(uow: UnitOfWork, actor: Actor, ask: AskOffers) -> AskOffers:
    """Aides whom the person refuses in any line of her plan are refused here too."""
    if ask.person_id is None:
        return ask
    lines = await interventions_of_person(uow, actor, ask.person_id)
    refused = {*ask.refused_aides, *(aide for line in lines for aide in line.refused_aides)}
    return msgspec.structs.replace(
        ask,
        refused_aides=sorted(refused),
        wanted_aides=[aide for aide in ask.wanted_aides if aide not in refused],
    )


async def _person(
    uow: UnitOfWork, actor: Actor, ask: AskOffers, problem: Problem
) -> tuple[PlannedPerson, Point, str]:
    """The person as the plan knows her, or would; where she lives."""
    if ask.person_id is None:
        if ask.home is None:
            raise Invalid(
                [Defect(code="offer_nobody", where="person_id", why="names neither person nor home")]
            )
        home = ask.home
        return PlannedPerson(id=NEW_PERSON), Point(lat=home.latitude, lon=home.longitude), home.insee
    record = await get_person(uow, actor, ask.person_id)
    point = Point(lat=record.latitude, lon=record.longitude)
    known = next((item for item in problem.persons if item.id == record.id.hex), None)
    if known is None:
        met = await past_store.continuity_of(uow.session, record.id)
        recent = {pair.aide_id.hex: pair.visits for pair in met if pair.visits > 0}
        aides = {worker.id for worker in problem.workers}
        known = PlannedPerson(
            id=record.id.hex,
            known={name: visits for name, visits in sorted(recent.items()) if name in aides},
            faces_max=record.faces_max,
        )
    return known, point, record.insee


async def _with_absences(
    uow: UnitOfWork, actor: Actor, person: PlannedPerson, standing: Standing
) -> PlannedPerson:
    """The person with the rides promised, and with the days of a stay away from home until the return."""
    if person.id == NEW_PERSON:
        return person
    roster, origin = standing.opened.roster, origin_of(standing.resident.problem)
    person_id = UUID(person.id)
    after = roster.last_day + timedelta(days=1)
    stays = await stays_of(uow, actor, [person_id], roster.first_day, roster.last_day)
    away = [
        interval(
            origin,
            local_instant(max(stay.from_on, roster.first_day), 0),
            local_instant(min(stay.confirmed_return_on or after, after), 0),
        )
        for stay in stays
    ]
    rides = busy_of(standing.opened.elsewhere, person_id, origin)
    return msgspec.structs.replace(person, busy=sorted([*rides, *away], key=lambda item: item.start_s))


async def _place(
    uow: UnitOfWork, problem: Problem, where: tuple[Point, str], settings: Settings
) -> tuple[str, NewPlace | None, int]:
    """The place of the plan at a point, or a new one with its ways, asked for in one row and one column."""
    point, insee = where
    lat, lon = rounded(point.lat, point.lon)
    for place in problem.places:
        if place.lat == lat and place.lon == lon:
            return place.id, None, 0
    others = [Point(lat=place.lat or 0.0, lon=place.lon or 0.0) for place in problem.places]
    found = await communes_by_code(uow, {insee})
    density = found[insee].density if insee in found else Density.SUBURBAN
    answer = await stars(
        settings,
        Question(
            here=Point(lat=lat, lon=lon),
            others=others,
            modes=[matrix.mode for matrix in problem.matrices],
            densities=[density] * (len(others) + 1),
        ),
    )
    rows = [
        TravelRow(
            mode=mode,
            to_s=_whole_minutes(star.to_s),
            from_s=_whole_minutes(star.from_s),
            to_m=star.to_m,
            from_m=star.from_m,
        )
        for mode, star in answer.items()
    ]
    new = NewPlace(place=Place(id=_free_id(problem), lat=lat, lon=lon), rows=rows)
    return new.place.id, new, sum(star.estimated for star in answer.values())


def _whole_minutes(seconds: list[int]) -> list[int]:
    """Rounded up to whole minutes, as the matrices of a plan are."""
    return [-(-value // 60) * 60 for value in seconds]


def _free_id(problem: Problem) -> str:
    """A name for one more place: the next number that no place of the plan has."""
    taken = {place.id for place in problem.places}
    number = len(taken)
    while f"p{number}" in taken:
        number += 1
    return f"p{number}"
