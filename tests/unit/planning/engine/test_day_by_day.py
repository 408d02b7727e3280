"""
The day-by-day baseline: days planned alone, with what came before as history.
"""

from __future__ import annotations

import msgspec

from carecoord.planning.budget import Budget
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.homecare.day_by_day import loads_of, one_day, solve_day_by_day
from carecoord.planning.problem import Interval
from carecoord.planning.solution import Round, Stop
from tests.builders.week import week_problem


def test_days_planned_one_by_one_make_a_legal_week():
    """The days together break no rule of the week, serve most visits, and are scored as a week."""
    problem = week_problem(6, workers=12, weekday_visits=40, weekend_visits=14)

    plan = solve_day_by_day(problem, Budget(seconds=None, iterations=1_400))

    assert [v.rule for v in check_homecare(problem, plan) if v.severity == "block"] == []
    assert len(plan.unassigned) < len(problem.visits) // 10
    assert plan.score is not None


def test_a_day_knows_the_days_before():
    """Work until Monday evening is rest, hours and a met face on Tuesday, counted from its midnight."""
    problem = week_problem(6, workers=12, weekday_visits=40, weekend_visits=14)
    visit = next(v for v in problem.visits if v.options[0].day == 0)
    worker = problem.workers[0]
    start = visit.options[0].earliest_s
    stop = Stop(visit=visit.id, start_s=start, end_s=start + visit.duration_s)

    tuesday = one_day(problem, 1, [Round(worker=worker.id, day=0, stops=[stop])], {visit.id})

    aide = tuesday.workers[0]
    assert aide.history.last_end_s == stop.end_s - problem.days[1].starts_s
    assert aide.history.week_work_s == worker.history.week_work_s + visit.duration_s
    assert aide.history.worked_days == [*worker.history.worked_days, True]
    assert visit.id not in {v.id for v in tuesday.visits}
    assert worker.id in next(p for p in tuesday.persons if p.id == visit.person).known
    assert {o.day for v in tuesday.visits for o in v.options} == {0}
    assert all(0 <= o.earliest_s < 86_400 for v in tuesday.visits for o in v.options)


def test_a_day_owes_its_part_of_what_is_left_of_the_week():
    """35 hours over five days are seven a day; after five on Monday seven and a half are left a day."""
    problem = week_problem(6, workers=12, weekday_visits=40, weekend_visits=14)
    shifts = [Interval(start_s=d.starts_s + 7 * 3600, end_s=d.starts_s + 19 * 3600) for d in problem.days[:5]]
    worker = msgspec.structs.replace(problem.workers[0], contract_s=35 * 3600, shifts=shifts)
    visit = msgspec.structs.replace(problem.visits[0], duration_s=5 * 3600)
    problem = msgspec.structs.replace(problem, workers=[worker, *problem.workers[1:]], visits=[visit])
    stop = Stop(visit=visit.id, start_s=8 * 3600, end_s=13 * 3600)
    monday = [Round(worker=worker.id, day=0, stops=[stop])]

    assert loads_of(problem, 0, [])[worker.id][0] == 7 * 3600
    assert loads_of(problem, 1, monday)[worker.id][0] == 7 * 3600 + 1800
    assert loads_of(problem, 5, monday)[worker.id] == (0, 0)
