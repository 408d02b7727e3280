"""
Every kind of fault planted in a legal plan is found by the checker, under its own name.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from builders.planning import regime
from builders.planning_weeks import random_week

from carecoord.planning.check import LAW
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.homecare.naive import naive
from carecoord.planning.problem import Interval, Pin, Problem, Reference, Stability, Visit, Worker
from carecoord.planning.solution import Round, Solution, Stop

Plan = tuple[Problem, Solution]

replace = msgspec.structs.replace


def rules_found(plan: Plan) -> set[str]:
    """Names of the rules that a plan breaks."""
    return {item.rule for item in check_homecare(*plan)}


@pytest.fixture(scope="module")
def plan() -> Plan:
    """A fortnight with a legal plan and no warning but that of short days."""
    problem = random_week(5, days=14, aides=10, weekday_visits=45, weekend_visits=15)
    return problem, naive(problem)


def _round(plan: Plan, *, stops: int = 2) -> tuple[int, Round]:
    """The first round with enough single visits in a row at its start, none for two, and its index."""
    problem, solution = plan
    single = {visit.id for visit in problem.visits if visit.team_size == 1}
    return next(
        (index, item)
        for index, item in enumerate(solution.rounds)
        if len(item.stops) >= stops and all(stop.visit in single for stop in item.stops)
    )


def _with_round(plan: Plan, index: int, stops: list[Stop]) -> Plan:
    problem, solution = plan
    rounds = list(solution.rounds)
    rounds[index] = replace(rounds[index], stops=stops)
    return problem, replace(solution, rounds=rounds)


def _with_visit(plan: Plan, visit_id: str, change: Callable[[Visit], Visit]) -> Plan:
    problem, solution = plan
    visits = [change(visit) if visit.id == visit_id else visit for visit in problem.visits]
    return replace(problem, visits=visits), solution


def _with_worker(plan: Plan, worker_id: str, change: Callable[[Worker], Worker]) -> Plan:
    problem, solution = plan
    workers = [change(worker) if worker.id == worker_id else worker for worker in problem.workers]
    return replace(problem, workers=workers), solution


def _team_visit(plan: Plan) -> str:
    problem, solution = plan
    made = {stop.visit for item in solution.rounds for stop in item.stops}
    return next(visit.id for visit in problem.visits if visit.team_size == 2 and visit.id in made)


def _late(plan: Plan) -> Plan:
    """The last stop of a round starts three hours after its window."""
    index, item = _round(plan)
    last = item.stops[-1]
    moved = Stop(visit=last.visit, start_s=last.start_s + 6 * 3600, end_s=last.end_s + 6 * 3600)
    return _with_round(plan, index, [*item.stops[:-1], moved])


def _pinned_elsewhere(plan: Plan) -> Plan:
    """A served visit turns out to be pinned to another aide."""
    _, item = _round(plan)
    other = next(worker.id for worker in plan[0].workers if worker.id != item.worker)
    return _with_visit(plan, item.stops[0].visit, lambda visit: replace(visit, pin=Pin(workers=[other])))


def _needs_more(plan: Plan) -> Plan:
    _, item = _round(plan)
    return _with_visit(plan, item.stops[0].visit, lambda visit: replace(visit, skills=["surgery"]))


def _not_welcome(plan: Plan) -> Plan:
    _, item = _round(plan)
    return _with_visit(plan, item.stops[0].visit, lambda visit: replace(visit, refused=[item.worker]))


def _absent(plan: Plan) -> Plan:
    _, item = _round(plan)
    return _with_worker(plan, item.worker, lambda worker: replace(worker, shifts=[]))


def _no_way(plan: Plan) -> Plan:
    """Two stops of a round follow each other with no time to travel."""
    index, item = _round(plan)
    first, second = item.stops[0], item.stops[1]
    length = second.end_s - second.start_s
    too_soon = Stop(visit=second.visit, start_s=first.end_s - 60, end_s=first.end_s - 60 + length)
    return _with_round(plan, index, [first, too_soon, *item.stops[2:]])


def _two_at_once(plan: Plan) -> Plan:
    """Two visits at the same time, by two aides, turn out to be to the same person."""
    problem, solution = plan
    stops = [(item.worker, stop) for item in solution.rounds for stop in item.stops]
    one, two = next(
        (a, b)
        for wa, a in stops
        for wb, b in stops
        if wa != wb and a.visit != b.visit and a.start_s < b.end_s and b.start_s < a.end_s
    )
    person = next(visit.person for visit in problem.visits if visit.id == one.visit)
    return _with_visit(plan, two.visit, lambda visit: replace(visit, person=person))


def _gone_out(plan: Plan) -> Plan:
    """The person of a served visit turns out to be on a ride that ends in its midst."""
    problem, solution = plan
    stop = _round(plan)[1].stops[0]
    away = [Interval(start_s=stop.start_s - 1800, end_s=stop.start_s + 600)]
    person = next(visit.person for visit in problem.visits if visit.id == stop.visit)
    persons = [replace(item, busy=away) if item.id == person else item for item in problem.persons]
    return replace(problem, persons=persons), solution


def _cold_plate(plan: Plan) -> Plan:
    """The meal that a served visit gives comes five minutes after its start."""
    stop = _round(plan)[1].stops[0]
    later = stop.start_s + 300
    return _with_visit(
        plan,
        stop.visit,
        lambda visit: replace(visit, options=[replace(item, meal_s=later) for item in visit.options]),
    )


def _alone(plan: Plan) -> Plan:
    """One of two aides is taken off a visit."""
    solution = plan[1]
    visit = _team_visit(plan)
    index = next(k for k, r in enumerate(solution.rounds) if any(stop.visit == visit for stop in r.stops))
    return _with_round(plan, index, [stop for stop in solution.rounds[index].stops if stop.visit != visit])


def _not_together(plan: Plan) -> Plan:
    """One of two aides starts five minutes later."""
    visit = _team_visit(plan)
    index = next(k for k, r in enumerate(plan[1].rounds) if any(stop.visit == visit for stop in r.stops))
    stops = [
        replace(stop, start_s=stop.start_s + 300, end_s=stop.end_s + 300) if stop.visit == visit else stop
        for stop in plan[1].rounds[index].stops
    ]
    return _with_round(plan, index, stops)


def _twice(plan: Plan) -> Plan:
    """A visit is made again by another aide at the same time."""
    problem, solution = plan
    _, item = _round(plan)
    other = next(worker.id for worker in problem.workers if worker.id != item.worker)
    again = Round(worker=other, day=item.day, stops=[item.stops[0]])
    return problem, replace(solution, rounds=[*solution.rounds, again])


def _cut_short(plan: Plan) -> Plan:
    index, item = _round(plan)
    last = item.stops[-1]
    return _with_round(plan, index, [*item.stops[:-1], replace(last, end_s=last.end_s - 300)])


def _wrong_day(plan: Plan) -> Plan:
    """A round is filed under the day after."""
    problem, solution = plan
    rounds = [replace(solution.rounds[0], day=solution.rounds[0].day + 1), *solution.rounds[1:]]
    return problem, replace(solution, rounds=rounds)


def _more_disturbed(plan: Plan) -> Plan:
    """Three visits were promised at another hour, and two people may be disturbed."""
    problem, solution = plan
    people = {visit.id: visit.person for visit in problem.visits}
    told: dict[str, Reference] = {}
    for item in solution.rounds:
        for stop in item.stops:
            then = stop.start_s - 3600
            told.setdefault(
                people[stop.visit], Reference(visit=stop.visit, workers=[item.worker], start_s=then)
            )
    stability = Stability(reference=list(told.values())[:3], persons_max=2)
    return replace(problem, stability=stability), solution


FAULTS: dict[str, tuple[str, Callable[[Plan], Plan]]] = {
    "late": ("window", _late),
    "filed under another day": ("window", _wrong_day),
    "pinned elsewhere": ("pin", _pinned_elsewhere),
    "skill missing": ("skill", _needs_more),
    "refused": ("refused", _not_welcome),
    "absent": ("availability", _absent),
    "no time to travel": ("travel_time", _no_way),
    "two at once": ("person_overlap", _two_at_once),
    "gone out": ("person_busy", _gone_out),
    "cold plate": ("meal_before_visit", _cold_plate),
    "one of two": ("team", _alone),
    "not together": ("team", _not_together),
    "twice": ("once", _twice),
    "cut short": ("duration", _cut_short),
    "too many disturbed": ("disturbance_budget", _more_disturbed),
}


def test_the_plan_is_legal_before_faults_are_planted(plan: Plan) -> None:
    """The plan dealt by hand breaks no rule; short days of part-timers alone may warn."""
    problem, solution = plan

    found = check_homecare(problem, solution)

    assert {item.rule for item in found} <= {"daily_minimum"}
    assert len(solution.rounds) > 50


@pytest.mark.parametrize("name", FAULTS)
def test_planted_fault_is_found(plan: Plan, name: str) -> None:
    """A fault in a visit or a round is found under the rule's name."""
    rule, plant = FAULTS[name]

    found = rules_found(plant(plan))

    assert rule in found


THRESHOLDS: dict[str, dict[str, object]] = {
    "daily_work": {"daily_work_max_s": 3600},
    "weekly_work": {"weekly_work_max_s": 3600},
    "average_work": {"average_work_max_s": 3600, "average_weeks": 1},
    "span": {"span_max_s": 3600, "span_exceptional_max_s": None},
    "daily_rest": {"daily_rest_min_s": 20 * 3600},
    "weekly_rest": {"weekly_rest_min_s": 160 * 3600},
    "consecutive_days": {"consecutive_days_max": 1},
    "fortnight_rest": {"fortnight_rest_days_min": 13},
    "break": {"break_after_s": 3600, "break_min_s": 3 * 3600},
    "meal": {"meal_min_s": 3 * 3600, "meal_window_start_min": 600, "meal_window_end_min": 780},
    "interruptions": {"interruptions_max": 0},
    "interruption_total": {"part_time_interruptions_total_max_s": 60},
    "part_time_ceiling": {"part_time_weekly_below_s": 3600},
    "complementary_hours": {"complementary_permille_max": 0},
    "sunday_rhythm": {"sunday_work_max": 0},
    "sundays_per_month": {"sundays_per_month_max": 0},
    "holiday_rhythm": {"holidays_in_a_row_max": 0},
    "daily_minimum": {"daily_work_min_s": 9 * 3600},
}


def test_every_law_rule_has_a_planted_fault() -> None:
    """No working-time rule goes without its fault."""
    assert THRESHOLDS.keys() == LAW.keys()


@pytest.mark.parametrize("rule", THRESHOLDS)
def test_tighter_threshold_is_found(plan: Plan, rule: str) -> None:
    """A legal plan judged by a threshold that it does not meet breaks that rule."""
    problem, solution = plan
    law = [regime(item.key, **THRESHOLDS[rule]) for item in problem.regimes]
    days = [replace(day, holiday=day.date.weekday() == 1) for day in problem.days]
    strict = replace(problem, regimes=law, days=days)

    found = rules_found((strict, solution))

    assert rule in found
