"""
A need as a coordinator says it, and offers as she reads them; between them the planner's terms. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from carecoord.careplans.domain import Tier
from carecoord.kernel.calendar import elapsed_s
from carecoord.planning.homecare.need import Need as PlannedNeed
from carecoord.planning.homecare.need import NewPlace, Offer
from carecoord.planning.problem import Option, Person, Problem, Visit
from carecoord.rosters.apply import breach_of, origin_of
from carecoord.rosters.domain import AideCause, RuleBreach


class Home(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where somebody lives whom nobody has a record of yet: WGS 84 degrees and commune."""

    latitude: float
    longitude: float
    insee: str


class AskOffers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Where could this go? One visit, or a weekly pattern.

    Args:
        person_id: whom; absent for somebody who is not recorded yet, then `home` says where.
        first_day: the day of one visit, or the first day of the pattern.
        until: the last day on which one visit may fall; `first_day` when absent.
        weekdays: days of the weekly pattern, 0 Monday … 6 Sunday; empty for one visit.
        earliest_minute, latest_minute: of the start, wall clock, minutes after midnight.
        preferred_minute: wished start, if any.
        tier: priority when not everything can be served.
        skills: each aide must hold all of these.
        team_size: 1, or 2 aides who start together.
        wanted_aides: aides asked for (a wish); those the person refuses are left out anyway.
        refused_aides: aides who may not come.
        roster_id: in which plan; the one that counts on `first_day` when absent.
        give_way_minutes: by how much other visits may move to make room.
    """

    person_id: UUID | None = None
    home: Home | None = None
    first_day: date
    until: date | None = None
    weekdays: list[int] = []
    duration_minutes: int
    earliest_minute: int
    latest_minute: int
    preferred_minute: int | None = None
    tier: Tier = "important"
    skills: list[str] = []
    team_size: int = 1
    wanted_aides: list[UUID] = []
    refused_aides: list[UUID] = []
    roster_id: UUID | None = None
    give_way_minutes: int = 15

    @property
    def is_weekly(self) -> bool:
        """Whether it is a weekly pattern."""
        return bool(self.weekdays)


class Slot(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One visit at its place: the day, the start, who comes."""

    on_date: date
    starts_at: datetime
    aide_ids: list[UUID]


class AcceptOffer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Take an offer: the visits are created, placed, and kept where they were promised.

    Args:
        reference: key of the intervention to create; asking twice with one key creates once.
        label: what is done, as printed on a round sheet.
        slots: as offered; they are judged again on the plan of now, whatever its version.
        reason: why, required when the offer brings a warning.
    """

    ask: AskOffers
    reference: str
    label: str
    slots: list[Slot]
    reason: str = ""


class OfferedVisit(msgspec.Struct, frozen=True, kw_only=True):
    """One visit of an offer; travel and metres are those it adds between visits."""

    on_date: date
    starts_at: datetime
    ends_at: datetime
    aide_ids: list[UUID]
    travel_s: int
    distance_m: int


class OfferedAide(msgspec.Struct, frozen=True, kw_only=True):
    """
    An aide of an offer.

    Args:
        recent: recent visits to the person.
        in_plan: comes to this person in the plan already.
        week_before_s, week_after_s, contract_s, week_max_s: of the week in which least is left.
    """

    aide_id: UUID
    visits: int
    recent: int
    in_plan: bool
    week_before_s: int = 0
    week_after_s: int = 0
    contract_s: int = 0
    week_max_s: int | None = None


class Shifted(msgspec.Struct, frozen=True, kw_only=True):
    """A visit that moves to make room."""

    visit_id: UUID
    person_id: UUID
    aide_id: UUID
    before: datetime
    after: datetime


class SlotOffer(msgspec.Struct, frozen=True, kw_only=True):
    """
    A place for the need, tried by the rules of the plan.

    Args:
        missing: days of the pattern that it cannot serve.
        terms: price by named term, in cents; `cents` their sum.
        behind: term -> cents dearer or cheaper than the first offer.
        disturbed: people whose hour moves by more than a quarter of an hour.
    """

    visits: list[OfferedVisit]
    aides: list[OfferedAide]
    missing: list[date]
    travel_s: int
    distance_m: int
    shifts: list[Shifted]
    disturbed: int
    breaches: list[RuleBreach]
    terms: dict[str, int]
    cents: int
    behind: dict[str, int]


class SlotOffers(msgspec.Struct, frozen=True, kw_only=True):
    """
    The answer to a question.

    Args:
        dates: on which a visit is wanted in this plan; those of a pattern beyond it come later.
        causes: why each aide in no offer is in none, when fewer than three offers were found.
        estimated_ways: ways to and from a new place that nobody but the straight line answered.
        tried: placements judged; `complete` whether every candidate was looked at.
    """

    roster_id: UUID
    version: int
    dates: list[date]
    offers: list[SlotOffer]
    causes: list[AideCause] = []
    estimated_ways: int = 0
    tried: int = 0
    complete: bool = True


def dates_of(ask: AskOffers, first: date, last: date, not_before: date) -> list[date]:
    """
    Days within a plan on which the need has visits: each day of a pattern, or those one visit may fall on.

    Args:
        first, last: of the plan.
        not_before: today.
    """
    start = max(first, ask.first_day, not_before)
    end = last if ask.is_weekly else min(last, ask.until or ask.first_day)
    days = [start + timedelta(days=k) for k in range(max(0, (end - start).days + 1))]
    return [day for day in days if day.weekday() in ask.weekdays] if ask.is_weekly else days


def visits_of(
    ask: AskOffers, problem: Problem, person: str, place: str, *, dates: list[date], now: datetime
) -> list[Visit]:
    """The visits of a need for the planner: one a date for a pattern, else one with a choice of dates."""
    origin = origin_of(problem)
    now_s = int((now - origin).total_seconds())
    options = [option for day in dates if (option := _option(ask, problem, day, now_s)) is not None]
    groups = [[option] for option in options] if ask.is_weekly else [options] if options else []
    aides = {worker.id for worker in problem.workers}
    return [
        Visit(
            id=f"need-{index}",
            person=person,
            place=place,
            tier=ask.tier,
            duration_s=ask.duration_minutes * 60,
            team_size=ask.team_size,
            skills=sorted(set(ask.skills)),
            wanted=[aide.hex for aide in ask.wanted_aides if aide.hex in aides],
            refused=[aide.hex for aide in ask.refused_aides if aide.hex in aides],
            options=group,
        )
        for index, group in enumerate(groups)
    ]


def _option(ask: AskOffers, problem: Problem, day: date, now_s: int) -> Option | None:
    """The window of one date, what is past of it taken off; None when all of it is."""
    first = problem.days[0].date

    def second(minute: int) -> int:
        return elapsed_s(first, day, minute)

    earliest, latest = max(second(ask.earliest_minute), now_s), second(ask.latest_minute)
    if earliest > latest:
        return None
    wish = None if ask.preferred_minute is None else second(ask.preferred_minute)
    return Option(day=(day - first).days, earliest_s=earliest, latest_s=latest, preferred_s=wish)


def need_of(ask: AskOffers, person: Person, visits: list[Visit], new_place: NewPlace | None) -> PlannedNeed:
    """The planner's need."""
    return PlannedNeed(
        person=person, visits=visits, new_place=new_place, give_way_s=ask.give_way_minutes * 60
    )


def told(problem: Problem, offer: Offer, lengths: Mapping[str, int], days: Mapping[str, date]) -> SlotOffer:
    """
    An offer with our own identifiers.

    Args:
        lengths: visit of the need -> its duration, in seconds.
        days: visit of the need -> its first date.
    """
    origin = origin_of(problem)

    def at(second: int) -> datetime:
        return origin + timedelta(seconds=second)

    return SlotOffer(
        visits=[
            OfferedVisit(
                on_date=problem.days[item.day].date,
                starts_at=at(item.start_s),
                ends_at=at(item.start_s + lengths[item.visit]),
                aide_ids=[UUID(worker) for worker in item.workers],
                travel_s=item.travel_s,
                distance_m=item.distance_m,
            )
            for item in offer.occurrences
        ],
        aides=_aides(offer),
        missing=sorted(days[name] for name in offer.missing),
        travel_s=offer.travel_s,
        distance_m=offer.distance_m,
        shifts=[
            Shifted(
                visit_id=UUID(item.visit),
                person_id=UUID(item.person),
                aide_id=UUID(item.worker),
                before=at(item.before_s),
                after=at(item.after_s),
            )
            for item in offer.retimed
        ],
        disturbed=offer.disturbed,
        breaches=[breach_of(problem, item) for item in offer.warnings],
        terms=offer.terms,
        cents=offer.cents,
        behind=offer.behind,
    )


def _aides(offer: Offer) -> list[OfferedAide]:
    """The aides of an offer, each with the week in which least is left of her contract."""
    found = []
    for face in offer.faces:
        mine = [room for room in offer.rooms if room.worker == face.worker]
        room = max(mine, key=lambda item: item.after_s - item.contract_s, default=None)
        aide = OfferedAide(
            aide_id=UUID(face.worker), visits=face.visits, recent=face.recent, in_plan=face.in_plan
        )
        if room is not None:
            aide = msgspec.structs.replace(
                aide,
                week_before_s=room.before_s,
                week_after_s=room.after_s,
                contract_s=room.contract_s,
                week_max_s=room.max_s,
            )
        found.append(aide)
    return found
