"""
Visits, aides, absences, pins and travel -> planning problem: pure, and without a name in it.

Identifiers are the hexadecimal form of ours, so that a plan is read back without a table.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import msgspec

from carecoord.beneficiaries.domain import Person
from carecoord.careplans.domain import VisitToPlan
from carecoord.identity.domain import Organisation
from carecoord.kernel.calendar import day_starts_s, elapsed_s, is_public_holiday
from carecoord.kernel.clock import local_instant
from carecoord.kernel.geo import Point
from carecoord.kernel.units import minutes_to_s
from carecoord.planning import problem as planning
from carecoord.planning.matrix import Matrix
from carecoord.planning.rules.parameters import regime_for
from carecoord.rosters.domain import Pin, days_of
from carecoord.rosters.elsewhere import Elsewhere, busy_of, meal_s, on_day
from carecoord.rosters.history import history_of
from carecoord.rosters.keeping import Keep
from carecoord.rosters.past import Continuity, PastWork
from carecoord.rosters.reference import Habits, references, stability_of, usual_references
from carecoord.travel.domain import IntMatrix, Mode, TravelMatrix
from carecoord.workforce.domain import Aide

PLACE_DECIMALS = 5
"""Coordinates closer than 1e-5 degree, about a metre, are one place."""

DEFAULT_REGIMES = {"ccas": "FPT", "cias": "FPT", "provider": "BAD_2941"}
"""Working-time regime of an organisation that named none, by kind."""


class PlanInput(msgspec.Struct, frozen=True, kw_only=True):
    """
    Everything a plan is made from, travel apart.

    Args:
        visits: those wanted in the period, in any order.
        people: by identifier, those of the visits at least.
        windows: aide -> stretches in which they may work, absences taken out, UTC.
        served_elsewhere: visits that a published roster already serves outside the period.
        keep: what the plan stays close to.
        habits: where recurring visits were last week, when the plan stays close to that.
        elsewhere: what other services have promised the people visited.
    """

    first_day: date
    day_count: int
    organisation: Organisation
    visits: list[VisitToPlan]
    people: dict[UUID, Person]
    aides: list[Aide]
    windows: dict[UUID, list[tuple[datetime, datetime]]]
    pins: list[Pin] = []
    continuity: list[Continuity] = []
    past: PastWork = PastWork()
    served_elsewhere: frozenset[UUID] = frozenset()
    keep: Keep | None = None
    habits: Habits = {}
    elsewhere: Elsewhere = Elsewhere()

    @property
    def origin(self) -> datetime:
        """The instant from which the planner counts seconds."""
        return local_instant(self.first_day, 0)


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """
    The distinct places of a plan.

    Args:
        points: in the order of the matrices.
        ids: rounded coordinates -> place identifier.
        communes: INSEE code of each point.
        owners: who is first met at each point: `person` or `aide`, and an identifier.
    """

    points: list[Point]
    ids: dict[tuple[float, float], str]
    communes: list[str]
    owners: list[tuple[str, UUID]]

    def id_at(self, lat: float, lon: float) -> str:
        """The identifier of the place at these coordinates."""
        return self.ids[rounded(lat, lon)]


def places_of(given: PlanInput) -> Places:
    """Every place of the plan once: doors first, then where rounds start and end."""
    found: dict[tuple[float, float], tuple[str, str, UUID]] = {}
    for person in _people_visited(given):
        found.setdefault(rounded(person.latitude, person.longitude), (person.insee, "person", person.id))
    for aide in given.aides:
        owner = (aide.start_insee, "aide", aide.id)
        found.setdefault(rounded(aide.start_latitude, aide.start_longitude), owner)
        found.setdefault(rounded(aide.end_latitude, aide.end_longitude), owner)
    return Places(
        points=[Point(lat=lat, lon=lon) for lat, lon in found],
        ids={where: f"p{index}" for index, where in enumerate(found)},
        communes=[insee for insee, _, _ in found.values()],
        owners=[(kind, owner_id) for _, kind, owner_id in found.values()],
    )


def modes_of(given: PlanInput) -> list[Mode]:
    """The travel modes that some aide uses, in a fixed order."""
    used = {aide.travel_mode for aide in given.aides}
    return [mode for mode in Mode if mode.value in used]


def assemble(given: PlanInput, places: Places, matrices: dict[Mode, TravelMatrix]) -> planning.Problem:
    """
    The planning problem of a period.

    Raises:
        NotFound: a working-time regime is unknown.
        Invalid: an override of a threshold or of a price is wrong.
    """
    visits = _visits(given, places)
    regimes = {regime.key: regime for regime in _regimes(given)}
    return planning.Problem(
        days=_days(given),
        places=[
            planning.Place(id=place_id, lat=point.lat, lon=point.lon)
            for place_id, point in zip(places.ids.values(), places.points, strict=True)
        ],
        matrices=[matrix_of(mode, answer) for mode, answer in matrices.items()],
        regimes=list(regimes.values()),
        workers=[
            _worker(given, places, aide, regimes[regime_key(given.organisation, aide)])
            for aide in _sorted_aides(given)
        ],
        persons=_persons(given, {visit.person for visit in visits}),
        visits=visits,
        weights=weights_of(given.organisation),
        stability=None if given.keep is None else _stability(given, given.keep, visits),
    )


def _stability(given: PlanInput, keep: Keep, visits: list[planning.Visit]) -> planning.Stability:
    """What the plan stays close to, with the prices of changes."""
    able = {aide.id.hex: set(aide.skills) for aide in given.aides}
    if keep.start_from == "usual":
        known: dict[str, dict[str, int]] = defaultdict(dict)
        for met in given.continuity:
            known[met.person_id.hex][met.aide_id.hex] = met.visits
        return stability_of(keep, usual_references(visits, known, able))
    nominal = {visit.id.hex: visit for visit in given.visits}
    on_duty = {
        aide.id.hex: shifts_of(given.windows.get(aide.id, []), given.origin, _end_s(given))
        for aide in given.aides
    }
    found = references(visits, nominal, given.habits, first_day=given.first_day, able=able, on_duty=on_duty)
    return stability_of(keep, found)


def matrix_of(mode: Mode, answer: TravelMatrix) -> Matrix:
    """
    The planner's matrix: seconds rounded up to whole minutes, so that plans fall on minutes and none is late.
    """
    return Matrix(
        mode=mode.value,
        provider=answer.provider,
        seconds=_up_to_minutes(answer.seconds),
        metres=answer.metres.tolist(),
        fallback_pairs=answer.fallback_pairs,
    )


def weights_of(organisation: Organisation) -> planning.Weights:
    """The prices of the soft terms, with those the organisation changed."""
    return msgspec.convert(dict(organisation.weight_overrides), planning.Weights)


def regime_key(organisation: Organisation, aide: Aide) -> str:
    """The working-time regime of an aide: their own, else the employer's, else that of its kind."""
    return aide.regime or organisation.regime or DEFAULT_REGIMES[organisation.kind]


def _up_to_minutes(seconds: IntMatrix) -> list[list[int]]:
    whole: list[list[int]] = (-(-seconds // 60) * 60).tolist()
    return whole


def rounded(lat: float, lon: float) -> tuple[float, float]:
    # Adding zero turns -0.0 into 0.0, so that both are one key.
    return (round(lat, PLACE_DECIMALS) + 0.0, round(lon, PLACE_DECIMALS) + 0.0)


def _people_visited(given: PlanInput) -> list[Person]:
    wanted = {visit.person_id for visit in given.visits}
    return [given.people[person_id] for person_id in sorted(wanted)]


def _sorted_aides(given: PlanInput) -> list[Aide]:
    return sorted(given.aides, key=lambda aide: aide.id)


def _days(given: PlanInput) -> list[planning.Day]:
    department = department_of(given.organisation.insee)
    starts = day_starts_s(given.first_day, given.day_count)
    return [
        planning.Day(date=day, starts_s=begin, ends_s=end, holiday=is_public_holiday(day, department))
        for day, (begin, end) in zip(days_of(given.first_day, given.day_count), pairwise(starts), strict=True)
    ]


def department_of(insee: str) -> str:
    """Department code of a commune code: two characters, three overseas (`971`…)."""
    return insee[:3] if insee.startswith(("97", "98")) else insee[:2]


def _regimes(given: PlanInput) -> list[planning.Regime]:
    """One per key in use; the employer's own agreement changes its own regime alone."""
    own = given.organisation.regime or DEFAULT_REGIMES[given.organisation.kind]
    keys = {regime_key(given.organisation, aide) for aide in given.aides}
    overrides = dict(given.organisation.regime_overrides)
    return [regime_for(key, given.first_day, overrides if key == own else None) for key in sorted(keys)]


def _worker(given: PlanInput, places: Places, aide: Aide, regime: planning.Regime) -> planning.Worker:
    return planning.Worker(
        id=aide.id.hex,
        regime=regime.key,
        contract_s=minutes_to_s(aide.contract_minutes),
        part_time=aide.part_time,
        skills=sorted(set(aide.skills)),
        mode=msgspec.convert(aide.travel_mode, planning.Mode),
        start_place=places.id_at(aide.start_latitude, aide.start_longitude),
        end_place=places.id_at(aide.end_latitude, aide.end_longitude),
        shifts=shifts_of(given.windows.get(aide.id, []), given.origin, _end_s(given)),
        weekend_team=aide.weekend_team,
        sunday_consent=aide.sunday_consent,
        history=history_of(
            aide, given.past, given.first_day, regime, department_of(given.organisation.insee)
        ),
    )


def shifts_of(
    windows: list[tuple[datetime, datetime]], origin: datetime, end_s: int
) -> list[planning.Interval]:
    """Elapsed seconds, within the period, touching stretches joined."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(windows):
        low = max(0, int((start - origin).total_seconds()))
        high = min(end_s, int((end - origin).total_seconds()))
        if high <= low:
            continue
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        else:
            joined.append((low, high))
    return [planning.Interval(start_s=low, end_s=high) for low, high in joined]


def _end_s(given: PlanInput) -> int:
    return day_starts_s(given.first_day, given.day_count)[-1]


def _persons(given: PlanInput, used: set[str]) -> list[planning.Person]:
    aides = {aide.id for aide in given.aides}
    known: dict[UUID, dict[str, int]] = defaultdict(dict)
    for met in given.continuity:
        if met.aide_id in aides and met.visits > 0:
            known[met.person_id][met.aide_id.hex] = met.visits
    return [
        planning.Person(
            id=person.id.hex,
            known=dict(sorted(known[person.id].items())),
            faces_max=person.faces_max,
            busy=busy_of(given.elsewhere, person.id, given.origin),
        )
        for person in _people_visited(given)
        if person.id.hex in used
    ]


def _visits(given: PlanInput, places: Places) -> list[planning.Visit]:
    """Those that can fall within the period, and that are not already served outside it."""
    pins = {pin.visit_id: pin for pin in given.pins}
    made = [
        _visit(given, places, visit, pins.get(visit.id))
        for visit in sorted(given.visits, key=lambda v: v.id)
        if visit.id not in given.served_elsewhere
    ]
    return [visit for visit in made if visit is not None]


def _visit(given: PlanInput, places: Places, visit: VisitToPlan, pin: Pin | None) -> planning.Visit | None:
    options = _options(given, visit)
    fixed = pin_of(pin, given) if pin else None
    if not options or (pin and pin.on_date and not _within(given, pin.on_date)):
        return None
    person = given.people[visit.person_id]
    aides = {aide.id for aide in given.aides}
    return planning.Visit(
        id=visit.id.hex,
        person=visit.person_id.hex,
        place=places.id_at(person.latitude, person.longitude),
        tier=msgspec.convert(visit.tier, planning.Tier),
        duration_s=minutes_to_s(visit.duration_minutes),
        team_size=visit.team_size,
        skills=sorted(set(visit.skills)),
        wanted=[aide.hex for aide in visit.wanted_aides if aide in aides],
        refused=[aide.hex for aide in visit.refused_aides if aide in aides],
        essential=visit.essential,
        options=options,
        pin=fixed,
        series=visit.intervention_id.hex,
        serves_meal=visit.serves_meal,
    )


def _options(given: PlanInput, visit: VisitToPlan) -> list[planning.Option]:
    """One per allowed date of the period; the dates outside it are for other plans."""
    return [
        _waiting(given, visit, day, _option(given, visit, day))
        for day in sorted(set(visit.allowed_dates))
        if _within(given, day)
    ]


def _waiting(given: PlanInput, visit: VisitToPlan, day: date, option: planning.Option) -> planning.Option:
    """The option of a visit that serves a meal waits until it is there."""
    if not visit.serves_meal:
        return option
    starts = day_starts_s(given.first_day, given.day_count)
    at_s = meal_s(given.elsewhere, visit.person_id, day, given.origin)
    return on_day(option, at_s, starts[option.day], starts[option.day + 1])


def _option(given: PlanInput, visit: VisitToPlan, day: date) -> planning.Option:
    wish = visit.preferred_start_minute
    return planning.Option(
        day=(day - given.first_day).days,
        earliest_s=elapsed_s(given.first_day, day, visit.earliest_start_minute),
        latest_s=elapsed_s(given.first_day, day, visit.latest_start_minute),
        preferred_s=None if wish is None else elapsed_s(given.first_day, day, wish),
    )


def pin_of(pin: Pin, given: PlanInput) -> planning.Pin | None:
    """
    A pin in the planner's terms; aides who are not planned any more are left out of it.
    """
    aides = {aide.id for aide in given.aides}
    workers = [aide.hex for aide in pin.aide_ids or [] if aide in aides]
    start_s = None if pin.starts_at is None else int((pin.starts_at - given.origin).total_seconds())
    day = None if pin.on_date is None else (pin.on_date - given.first_day).days
    if not workers and start_s is None and day is None:
        return None
    return planning.Pin(workers=workers or None, start_s=start_s, day=day)


def _within(given: PlanInput, day: date) -> bool:
    return given.first_day <= day < given.first_day + timedelta(days=given.day_count)
