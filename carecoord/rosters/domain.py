"""
Planning runs, rosters and what a coordinator sees of them: structs, states, rules without input or output.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from carecoord.beneficiaries.domain import Person
from carecoord.careplans.domain import VisitToPlan
from carecoord.rosters.keeping import Keep, Kept
from carecoord.workforce.domain import Absence, Aide

RunState = Literal["queued", "running", "stopping", "done", "failed", "cancelled"]
RosterState = Literal["draft", "published", "replaced"]

ACTIVE_STATES: tuple[RunState, ...] = ("queued", "running", "stopping")
"""States in which a run may still write."""

MAX_ATTEMPTS = 3
"""Starts of one run, crashed ones included, before it is given up."""

DAYS_MAX = 28
SECONDS_MIN, SECONDS_MAX = 5, 3600


class RequestRun(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Ask for the plan of a period.

    Args:
        day_count: 1 to 28 days.
        seconds: time budget of the search.
        seed: seed of every random choice.
        keep: what the plan starts from and stays close to; from nothing when absent.
    """

    first_day: date
    day_count: int = 7
    seconds: int = 180
    seed: int = 1
    keep: Keep | None = None


class BestSoFar(msgspec.Struct, frozen=True, kw_only=True):
    """Score of the best plan found: tier -> visits left out, name of the term -> cents."""

    unserved: dict[str, int]
    soft_cents: int
    terms: dict[str, int] = {}


class TravelNote(msgspec.Struct, frozen=True, kw_only=True):
    """Something to show about travel times; codes are those of `carecoord.travel.domain.TravelWarning`."""

    code: str
    args: dict[str, str | int] = {}


class TravelUsed(msgspec.Struct, frozen=True, kw_only=True):
    """
    Who answered the travel question of one mode.

    Args:
        pairs: ordered pairs of distinct places asked for.
        fallback_pairs: how many of them were estimated because the provider had no answer.
    """

    mode: str
    provider: str
    dataset: str
    pairs: int
    fallback_pairs: int = 0
    notes: list[TravelNote] = []


class KeyFigures(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a plan is judged by, recomputed from its stops.

    Args:
        served, unserved: tier -> number of visits.
        work_s: services, travel between visits and paid waits.
        service_s: time at the door, each aide of a team counted.
        travel_s: travel between visits alone.
        wait_s: paid waits.
        distance_m: metres between visits.
        commute_s: from home to the first visit and from the last one, priced apart.
        interruptions: unpaid interruptions.
        stops: aides at doors; a visit for two counts twice.
        known_stops: those made by a face the person knows.
        faces: pairs of a person and an aide who meets them.
        people: people met.
        aides: aides with at least one stop.
        contract_s: contract hours due over the period, absences taken off.
        contract_filled_s: the part of them that is filled, aide by aide.
        blocking, warnings: rule -> number of times it is broken.
        cost_cents: price of the soft terms.
        terms: name of the term -> cents; `kept` is against what the plan stays close to.
        bound_cents: no plan that leaves out no more visits of each tier costs less; None if not proved.
    """

    served: dict[str, int]
    unserved: dict[str, int]
    work_s: int = 0
    service_s: int = 0
    travel_s: int = 0
    wait_s: int = 0
    distance_m: int = 0
    commute_s: int = 0
    interruptions: int = 0
    stops: int = 0
    known_stops: int = 0
    faces: int = 0
    people: int = 0
    aides: int = 0
    contract_s: int = 0
    contract_filled_s: int = 0
    blocking: dict[str, int] = {}
    warnings: dict[str, int] = {}
    cost_cents: int = 0
    terms: dict[str, int] = {}
    kept: Kept = Kept()
    bound_cents: int | None = None

    @property
    def visits(self) -> int:
        """Visits to be made, served or not."""
        return sum(self.served.values()) + sum(self.unserved.values())

    @property
    def travel_permille(self) -> int:
        """Travel between visits in thousandths of working time."""
        return permille(self.travel_s, self.work_s)

    @property
    def known_permille(self) -> int:
        """Stops by a known face in thousandths of all stops."""
        return permille(self.known_stops, self.stops)

    @property
    def contract_permille(self) -> int:
        """Contract hours filled, in thousandths."""
        return permille(self.contract_filled_s, self.contract_s)


def permille(part: int, whole: int) -> int:
    """Thousandths of a whole, rounded to the nearest, halves up; 0 of nothing is 0."""
    return (2000 * part + whole) // (2 * whole) if whole else 0


class PlanningRun(msgspec.Struct, frozen=True, kw_only=True):
    """
    One request to plan a period and what came of it, without its problem and solution.

    Args:
        attempts: starts, crashed ones included.
        failure: code of the reason, in state `failed`.
    """

    id: UUID
    first_day: date
    day_count: int
    seconds: int
    seed: int
    state: RunState
    phase: str
    attempts: int
    generation: UUID | None = None
    requested_by: UUID | None = None
    created_at: datetime
    started_at: datetime | None = None
    heartbeat_at: datetime | None = None
    ended_at: datetime | None = None
    problem_digest: str | None = None
    best: BestSoFar | None = None
    naive: KeyFigures | None = None
    travel: list[TravelUsed] = []
    failure: str | None = None
    roster_id: UUID | None = None
    keep: Keep | None = None

    @property
    def last_day(self) -> date:
        """Last civil date of the period."""
        return last_day(self.first_day, self.day_count)

    @property
    def is_active(self) -> bool:
        """Whether it may still write."""
        return self.state in ACTIVE_STATES


class ProgressPoint(msgspec.Struct, frozen=True, kw_only=True):
    """One point of the curve best cost over time, within one attempt."""

    attempt: int
    elapsed_ms: int
    unserved: dict[str, int]
    soft_cents: int
    phase: str


class RuleBreach(msgspec.Struct, frozen=True, kw_only=True):
    """
    One broken rule, as the checker tells it, with our own identifiers.

    Args:
        rule: name of the constraint (docs/planning/constraints.md).
        severity: `block` may never be published; `warn` asks for a reason.
        amount, limit: in `unit`: `s`, `days`, `count` or `permille`.
        source: article that the limit comes from.
    """

    rule: str
    severity: Literal["block", "warn"]
    aide_id: UUID | None = None
    visit_id: UUID | None = None
    on_date: date | None = None
    amount: int = 0
    limit: int = 0
    unit: str = "count"
    source: str = ""


class Roster(msgspec.Struct, frozen=True, kw_only=True):
    """The rounds of a period, draft or published, without its stops."""

    id: UUID
    run_id: UUID | None
    first_day: date
    day_count: int
    state: RosterState
    version: int
    created_at: datetime
    published_at: datetime | None = None
    published_by: UUID | None = None
    figures: KeyFigures
    naive: KeyFigures | None = None
    travel: list[TravelUsed] = []
    warnings: list[RuleBreach] = []

    @property
    def last_day(self) -> date:
        """Last civil date of the period."""
        return last_day(self.first_day, self.day_count)


class RosterStop(msgspec.Struct, frozen=True, kw_only=True):
    """
    One aide at one visit.

    Args:
        seat: 0, or 1 for the second aide of a visit for two.
        travel_s, travel_m: from the stop before in the round, 0 for the first.
    """

    id: UUID
    roster_id: UUID
    visit_id: UUID
    aide_id: UUID
    seat: int = 0
    on_date: date
    starts_at: datetime
    ends_at: datetime
    travel_s: int = 0
    travel_m: int = 0
    known_face: bool = False


class AideCause(msgspec.Struct, frozen=True, kw_only=True):
    """Why one aide could not take one visit: name of the constraint in the way, and its figures."""

    aide_id: UUID
    code: str
    args: dict[str, int | str] = {}


class Unserved(msgspec.Struct, frozen=True, kw_only=True):
    """A visit left out, with its computed cause; `causes` has each compatible aide, tried for real."""

    roster_id: UUID
    visit_id: UUID
    cause: str
    causes: list[AideCause] = []


class Pin(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a coordinator fixed by hand on a visit; None leaves that aspect free.

    Args:
        promised: the person was told this hour: no repair moves it, nor gives it to another present aide.
    """

    visit_id: UUID
    aide_ids: list[UUID] | None = None
    starts_at: datetime | None = None
    on_date: date | None = None
    pinned_by: UUID | None = None
    reason: str = ""
    promised: bool = False


class MovePreview(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a move would do, before it is done.

    Args:
        starts_at: the start it would have.
        breaches: rules that the move breaks and that were kept before.
        mended: how many broken rules it repairs.
        soft_delta_cents: price after minus price before.
        terms_delta: the same by named term, only those that change.
        unserved_delta: tier -> visits left out after minus before, only those that change.
        allowed: no blocking rule is broken.
        needs_reason: a warning would be accepted.
    """

    visit_id: UUID
    aide_ids: list[UUID]
    on_date: date | None
    starts_at: datetime | None
    breaches: list[RuleBreach]
    mended: int = 0
    soft_delta_cents: int = 0
    terms_delta: dict[str, int] = {}
    unserved_delta: dict[str, int] = {}
    allowed: bool = True
    needs_reason: bool = False


class AideDays(msgspec.Struct, frozen=True, kw_only=True):
    """
    What an aide's rounds amount to over a board's days.

    Args:
        work_s: services, travel between visits and paid waits.
        contract_s: contract seconds a week.
    """

    aide_id: UUID
    stops: int
    service_s: int
    travel_s: int
    travel_m: int
    work_s: int
    contract_s: int


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """
    One day or several of rounds, with everything needed to show them.

    Args:
        rosters: those the stops come from; for each day the latest published one, or one draft.
        has_draft: identifier of a newer draft for these days, when a published one is shown.
        stops: by aide, in order of time.
        unserved: visits of these days that are in no round.
        visits: by identifier, those of the stops and of `unserved`.
        people: by identifier, those of `visits`.
        totals: one per aide with a stop, over the days shown.
    """

    first_day: date
    day_count: int
    rosters: list[Roster]
    has_draft: UUID | None = None
    aides: list[Aide]
    absences: list[Absence]
    stops: list[RosterStop]
    unserved: list[Unserved]
    pins: list[Pin]
    visits: dict[UUID, VisitToPlan]
    people: dict[UUID, Person]
    totals: list[AideDays]

    @property
    def roster(self) -> Roster | None:
        """The roster of the first day, if there is one."""
        return self.rosters[0] if self.rosters else None


def last_day(first_day: date, day_count: int) -> date:
    """Last civil date of a period."""
    return first_day + timedelta(days=day_count - 1)


def days_of(first_day: date, day_count: int) -> list[date]:
    """The civil dates of a period."""
    return [first_day + timedelta(days=k) for k in range(day_count)]
