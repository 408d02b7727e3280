"""
Shared vocabulary of planning: what a home-help planning problem is made of.

Times are integer seconds elapsed since local midnight of the first day. They are
differences between instants, so a night on which clocks change is as long as it
really is; `Day.starts_s` says where each civil day begins. Nothing here names a
person: identifiers are opaque to the planner.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from carecoord.planning.matrix import Matrix

FORMAT = "carecoord-homecare-problem"
VERSION = 1

Tier = Literal["vital", "important", "comfort"]
TIERS: tuple[Tier, ...] = ("vital", "important", "comfort")
Mode = Literal["car", "bike", "foot"]


class Day(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    One civil day of the horizon.

    Args:
        date: civil date in Europe/Paris.
        starts_s: elapsed seconds at its local midnight.
        ends_s: elapsed seconds at the next local midnight.
        holiday: a French public holiday where the visits take place.
    """

    date: date
    starts_s: int
    ends_s: int
    holiday: bool = False


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a visit takes place or a round starts; coordinates serve neighbourhoods, never travel times."""

    id: str
    lat: float | None = None
    lon: float | None = None


class Interval(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stretch of elapsed time, start included, end excluded."""

    start_s: int
    end_s: int


class Regime(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Working-time thresholds of one employer, already resolved at the dates of the plan.

    `None` means that the regime has no such rule. Values come from
    `carecoord.planning.rules` (dated data with a source), changed by the employer's own
    agreement where there is one. Names in `doubtful` only ever warn.

    Args:
        key: `BAD_2941`, `SAP_3127`, `FPT`, or a name given by an employer.
        daily_work_max_s: effective work in a civil day.
        weekly_work_max_s: effective work in a civil week (Monday to Sunday).
        average_work_max_s: mean a week over `average_weeks` consecutive weeks.
        span_max_s: first start to last end of a day, normal limit.
        span_exceptional_max_s: limit that no reason lifts; between the two a warning is counted.
        span_exceptional_days_max: how many such days in a calendar month.
        span_exceptional_needs_frail: the exceptional span is only for frail people (IDCC 3127).
        daily_rest_min_s: rest between two working days.
        weekly_rest_min_s: longest rest that must exist in each civil week.
        consecutive_days_max: worked days in a row.
        fortnight_rest_days_min: days off in each fortnight, of which two in a row with a Sunday.
        fortnight_anchor: a Monday on which a fortnight begins.
        break_after_s: daily work from which a break is due.
        break_min_s: length of that break, counted in free time.
        meal_min_s: free time due within the meal window when work covers it on both sides.
        meal_window_start_min: start of the meal window, minutes after local midnight.
        meal_window_end_min: end of the meal window, minutes after local midnight.
        paid_wait_max_s: a gap of at most this, travel taken off, counts as work.
        interruptions_max: unpaid interruptions in a day, everyone.
        interruptions_short_min: how many of them must last at most `interruption_short_max_s`.
        interruption_short_max_s: see above.
        part_time_interruptions_max: unpaid interruptions in a day for part-timers.
        part_time_interruptions_total_max_s: their total in a day; above it a warning is counted.
        part_time_interruptions_excess_days_max: how many such days in a fortnight.
        part_time_weekly_below_s: a part-timer's week must stay strictly below this.
        complementary_permille_max: hours above a part-time contract, in thousandths of it.
        sunday_work_max: worked Sundays allowed in any `sunday_window` consecutive Sundays.
        sunday_window: see above.
        sunday_weekend_team_max: the same for volunteers of a weekend team.
        sunday_weekend_team_window: see above.
        sundays_per_month_max: worked Sundays in a calendar month, without the aide's consent.
        holidays_in_a_row_max: public holidays worked one after the other.
        daily_work_min_s: shortest working day of a part-timer.
        doubtful: names of the fields above whose source is not certain.
    """

    key: str
    daily_work_max_s: int | None = None
    weekly_work_max_s: int | None = None
    average_work_max_s: int | None = None
    average_weeks: int = 12
    span_max_s: int | None = None
    span_exceptional_max_s: int | None = None
    span_exceptional_days_max: int | None = None
    span_exceptional_needs_frail: bool = False
    daily_rest_min_s: int | None = None
    weekly_rest_min_s: int | None = None
    consecutive_days_max: int | None = None
    fortnight_rest_days_min: int | None = None
    fortnight_anchor: date = date(2026, 1, 5)
    break_after_s: int | None = None
    break_min_s: int | None = None
    meal_min_s: int | None = None
    meal_window_start_min: int = 690
    meal_window_end_min: int = 870
    paid_wait_max_s: int = 900
    interruptions_max: int | None = None
    interruptions_short_min: int | None = None
    interruption_short_max_s: int | None = None
    part_time_interruptions_max: int | None = None
    part_time_interruptions_total_max_s: int | None = None
    part_time_interruptions_excess_days_max: int | None = None
    part_time_weekly_below_s: int | None = None
    complementary_permille_max: int | None = None
    sunday_work_max: int | None = None
    sunday_window: int = 2
    sunday_weekend_team_max: int | None = None
    sunday_weekend_team_window: int = 4
    sundays_per_month_max: int | None = None
    holidays_in_a_row_max: int | None = None
    daily_work_min_s: int | None = None
    doubtful: list[str] = []


class History(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    What an aide did before the horizon, as far as weekly and monthly rules need it.

    Args:
        last_end_s: end of the last work before the horizon (zero or negative).
        worked_days: the days just before the horizon, most recent last.
        worked_sundays: Sundays before the horizon, most recent last.
        worked_last_holiday: whether the last public holiday before the horizon was worked.
        previous_weeks_work_s: work in the whole weeks before, most recent last, at most eleven.
        week_work_s: work in the days before the horizon of the civil week in which it begins.
        exceptional_span_days: days above the normal span already used this calendar month.
        excess_interruption_days: days above the interruption total already used this fortnight.
    """

    last_end_s: int | None = None
    worked_days: list[bool] = []
    worked_sundays: list[bool] = []
    worked_last_holiday: bool | None = None
    previous_weeks_work_s: list[int] = []
    week_work_s: int = 0
    exceptional_span_days: int = 0
    excess_interruption_days: int = 0


class Worker(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    One aide.

    Args:
        regime: key of one of `Problem.regimes`.
        contract_s: contract hours a week, in seconds.
        part_time: whether part-time rules apply.
        skills: what this aide may do.
        mode: how this aide travels.
        start_place: where the round starts (home or base), a place identifier.
        end_place: where it ends.
        shifts: when this aide may work, absences already taken out, disjoint, in order.
        commute_is_work: whether the way from start and to end counts as work (IDCC 3127 past its limits).
        weekend_team: volunteer of a weekend team, with its own Sunday rhythm.
        sunday_consent: agreed to more Sundays than the monthly limit.
    """

    id: str
    regime: str
    contract_s: int
    part_time: bool
    skills: list[str] = []
    mode: Mode = "car"
    start_place: str
    end_place: str
    shifts: list[Interval]
    commute_is_work: bool = False
    weekend_team: bool = False
    sunday_consent: bool = False
    history: History = History()


class Person(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    One person helped, as far as the planner needs.

    Args:
        known: aide identifier -> number of recent visits; a known face costs nothing.
        faces_max: wished ceiling of distinct aides over the horizon.
        frail: frail or dependent in the sense of IDCC 3127 (longer span allowed).
        busy: when the person is not there for a visit: a ride with its margins, a day centre, a stay away.
    """

    id: str
    known: dict[str, int] = {}
    faces_max: int | None = None
    frail: bool = True
    busy: list[Interval] = []


class Option(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    One way to place a visit: a day and a window for its start.

    Args:
        day: index in `Problem.days`.
        earliest_s: earliest start, elapsed seconds.
        latest_s: latest start, elapsed seconds.
        preferred_s: wished start, if any.
        meal_s: when the meal that this visit serves is at the door; it starts no sooner. Absent, it
            serves none that is delivered.
    """

    day: int
    earliest_s: int
    latest_s: int
    preferred_s: int | None = None
    meal_s: int | None = None


class Pin(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a coordinator fixed by hand; `None` leaves that aspect free."""

    workers: list[str] | None = None
    start_s: int | None = None
    day: int | None = None


class Visit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    One dated visit to be made, once, by one aide or by two starting together.

    Args:
        place: where, a place identifier.
        duration_s: time at the door, in seconds.
        team_size: 1, or 2 aides who start together: both or none.
        skills: each aide must hold all of these.
        wanted: aides the person asks for (a wish).
        refused: aides who may never come (a right).
        essential: an act of daily life that law allows on 1 May or at short notice.
        options: alternatives; exactly one is used.
        series: the recurring intervention it comes from, for regularity.
        serves_meal: it serves the delivered meal of its day; `Option.meal_s` says when that is there.
    """

    id: str
    person: str
    place: str
    tier: Tier
    duration_s: int
    team_size: int = 1
    skills: list[str] = []
    wanted: list[str] = []
    refused: list[str] = []
    essential: bool = True
    options: list[Option]
    pin: Pin | None = None
    series: str | None = None
    serves_meal: bool = False


class Weights(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Prices of everything soft, in cents, all visible to the coordinator.

    Unserved visits are not priced here: tiers are lexicographic in effect (see
    `carecoord.planning.score`).

    Args:
        travel_cents_per_h: paid travel between visits and paid waits.
        distance_cents_per_km: mileage paid to the aide, for travel between visits.
        commute_cents_per_h: the way from the start and to the end of the round.
        new_face_cents: a visit by an aide the person has not seen lately.
        faces_excess_cents: each distinct aide above the ceiling of a person.
        not_wanted_cents: a visit by somebody else than the aides asked for.
        hour_deviation_cents_per_h: distance from the wished hour.
        shortfall_cents_per_h: contract hours not filled.
        overtime_cents_per_h: hours above the contract.
        interruption_cents: each unpaid interruption of a day.
        fairness_cents_per_h: distance of an aide's work from the common share of contract hours.
    """

    travel_cents_per_h: int = 1800
    distance_cents_per_km: int = 38
    commute_cents_per_h: int = 600
    new_face_cents: int = 300
    faces_excess_cents: int = 800
    not_wanted_cents: int = 250
    hour_deviation_cents_per_h: int = 200
    shortfall_cents_per_h: int = 300
    overtime_cents_per_h: int = 500
    interruption_cents: int = 250
    fairness_cents_per_h: int = 100


class Reference(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Where a visit is today: what the person was told.

    Args:
        workers: who makes it, one aide or two.
        start_s: when, elapsed seconds.
    """

    visit: str
    workers: list[str]
    start_s: int


class Stability(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    How much a new plan may differ from the one that people know.

    Args:
        reference: visits as they are today; a visit without one is nobody's habit.
        hour_tolerance_s: a start that moves by more is a change of hour.
        aide_change_cents: each stop by somebody else than the aides of the reference.
        hour_change_cents_per_h: distance from the start of the reference, a day for a visit on another day.
        persons_max: how many people may get another aide or hour, at most; `None` is no limit.
    """

    reference: list[Reference]
    hour_tolerance_s: int = 900
    aide_change_cents: int = 400
    hour_change_cents_per_h: int = 200
    persons_max: int | None = None


class Robust(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    How late things may run, and what it costs to leave no room for it between two visits.

    Args:
        quantile_percent: which quantile the two next fields tell; 80 means four times in five.
        service_excess_s: visit -> that quantile of its length less the planned length; absent, none.
        travel_permille: that quantile of travel to planned travel, by hour of departure, 24 or none.
        missing_buffer_cents_per_h: price of the time that a gap lacks to hold the excess of the
            visit before it and of its travel; above the price of paid waits, room is paid for.
    """

    quantile_percent: int = 80
    service_excess_s: dict[str, int] = {}
    travel_permille: list[int] = []
    missing_buffer_cents_per_h: int = 2400


class Problem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    A whole home-help planning problem over one to four weeks.

    Args:
        matrices: one per mode that a worker uses.
        weights: prices of the soft terms.
        stability: what the plan should stay close to; absent, nothing.
        robust: how late things may run; absent, not looked at.
    """

    format: Literal["carecoord-homecare-problem"] = "carecoord-homecare-problem"
    version: Literal[1] = 1
    days: list[Day]
    places: list[Place]
    matrices: list[Matrix]
    regimes: list[Regime]
    workers: list[Worker]
    persons: list[Person]
    visits: list[Visit]
    weights: Weights = Weights()
    stability: Stability | None = None
    robust: Robust | None = None
