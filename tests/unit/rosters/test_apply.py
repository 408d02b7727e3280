"""
A plan -> stops, causes and figures of a roster; and back.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from builders.planning import MONDAY, at, option, problem, round_of, solution, stop, visit, worker

from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.problem import Person, Problem
from carecoord.planning.score import score
from carecoord.planning.solution import Solution, Unassigned, Violation, WorkerCause
from carecoord.rosters.apply import (
    StopDraft,
    breach_of,
    draft_of,
    key_figures,
    solution_of,
    stops_of,
    unserved_of,
)
from carecoord.rosters.domain import AideCause, RosterStop

AMINA, LISA = UUID(int=1).hex, UUID(int=2).hex
FIRST, SECOND, PAIR = UUID(int=11).hex, UUID(int=12).hex, UUID(int=13).hex
HER, HIM = UUID(int=21).hex, UUID(int=22).hex
HOUR = 3600


def small() -> tuple[Problem, Solution]:
    """
    Monday: Amina at 8 h for an hour (p1), at 9 h 10 for an hour (p2), both aides at 14 h (p1).

    Places are five minutes and 3 km apart in a row; rounds start and end at p0.
    """
    first = visit(FIRST, person=HER, place="p1", options=[option(0, "08:00", "10:00")])
    second = visit(SECOND, person=HIM, place="p2", options=[option(0, "08:00", "12:00")], tier="comfort")
    pair = visit(
        PAIR, person=HER, place="p1", team_size=2, options=[option(0, "13:00", "15:00")], tier="vital"
    )
    made = problem(
        workers=[worker(AMINA), worker(LISA)],
        visits=[first, second, pair],
        persons=[Person(id=HER, known={AMINA: 3}), Person(id=HIM)],
    )
    plan = solution(
        round_of(AMINA, 0, stop(first, at("08:00")), stop(second, at("09:10")), stop(pair, at("14:00"))),
        round_of(LISA, 0, stop(pair, at("14:00"))),
    )
    return made, plan


def stored(drafts: list[StopDraft]) -> list[RosterStop]:
    """Drafts as they come back from the database."""
    return [
        RosterStop(
            id=UUID(int=1000 + index),
            roster_id=UUID(int=99),
            **{name: getattr(draft, name) for name in draft.__struct_fields__},
        )
        for index, draft in enumerate(drafts)
    ]


def test_stops_are_instants_with_the_way_from_the_stop_before() -> None:
    """8 h in Paris in winter is 7 h UTC; five minutes from p1 to p2."""
    made, plan = small()

    first, second, pair, colleague = stops_of(made, plan)

    assert (first.visit_id, first.on_date, first.starts_at) == (
        UUID(FIRST),
        MONDAY,
        datetime(2026, 11, 23, 7, 0, tzinfo=UTC),
    )
    assert [(item.travel_s, item.travel_m) for item in (first, second, pair, colleague)] == [
        (0, 0),
        (300, 3000),
        (300, 3000),
        (0, 0),
    ]


def test_a_visit_for_two_has_two_seats() -> None:
    """Seats follow the order of aides' identifiers, so the same pair sits the same."""
    made, plan = small()

    seats = {(item.visit_id, item.aide_id): item.seat for item in stops_of(made, plan)}

    assert seats[UUID(PAIR), UUID(AMINA)] == 0
    assert seats[UUID(PAIR), UUID(LISA)] == 1
    assert seats[UUID(FIRST), UUID(AMINA)] == 0


def test_a_face_is_new_the_first_time_only() -> None:
    """She knows Amina; Lisa is new to her at 14 h, Amina new to him at 9 h 10."""
    made, plan = small()

    known = {(item.visit_id, item.aide_id): item.known_face for item in stops_of(made, plan)}

    assert known == {
        (UUID(FIRST), UUID(AMINA)): True,
        (UUID(SECOND), UUID(AMINA)): False,
        (UUID(PAIR), UUID(AMINA)): True,
        (UUID(PAIR), UUID(LISA)): False,
    }


def test_figures_add_up() -> None:
    """Four hours at doors, ten minutes of travel, five of paid wait, one interruption of 3 h 45."""
    made, plan = small()

    figures = key_figures(made, plan, check_homecare(made, plan), score(made, plan))

    assert figures.served == {"vital": 1, "important": 1, "comfort": 1}
    assert figures.unserved == {"vital": 0, "important": 0, "comfort": 0}
    assert (figures.service_s, figures.travel_s, figures.wait_s) == (4 * HOUR, 600, 300)
    assert figures.work_s == 4 * HOUR + 900
    assert (figures.distance_m, figures.interruptions) == (6000, 1)
    assert (figures.stops, figures.known_stops, figures.faces, figures.people) == (4, 2, 3, 2)
    # home to p1 and back: five minutes each, for both
    assert figures.commute_s == 4 * 300
    assert figures.travel_permille == 39  # 600 / 15300 = 0.0392
    assert figures.known_permille == 500
    assert figures.contract_filled_s == figures.work_s


def test_a_visit_for_two_with_one_aide_is_not_served() -> None:
    """Its tier counts as left out."""
    made, plan = small()
    alone = Solution(rounds=plan.rounds[:1])

    figures = key_figures(made, alone, [], score(made, alone))

    assert figures.unserved["vital"] == 1


def test_what_is_stored_reads_back_as_the_same_plan() -> None:
    """Stops in UTC give the rounds they came from; what no stop serves is unassigned."""
    made, plan = small()

    back = solution_of(made, stored(stops_of(made, plan)))
    without = solution_of(made, stored(stops_of(made, plan))[2:])

    assert back.rounds == plan.rounds
    assert back.unassigned == []
    assert [item.visit for item in without.unassigned] == [FIRST, SECOND]


def test_stops_the_problem_does_not_know_are_passed_over() -> None:
    """A visit or an aide that came later is none of this plan's."""
    made, plan = small()
    drafts = stored(stops_of(made, plan))
    narrower = problem(workers=[worker(LISA)], visits=made.visits[:1], persons=made.persons)

    back = solution_of(narrower, drafts)

    assert back.rounds == []
    assert [item.visit for item in back.unassigned] == [FIRST]


def test_causes_keep_each_aide_and_its_figures() -> None:
    """Why a visit is left out, aide by aide, without a sentence."""
    left = Unassigned(
        visit=FIRST,
        code="no_legal_place",
        causes=[WorkerCause(worker=AMINA, code="span", args={"over_s": 60})],
    )

    (draft,) = unserved_of(Solution(rounds=[], unassigned=[left]))

    assert (draft.visit_id, draft.cause) == (UUID(FIRST), "no_legal_place")
    assert draft.causes == [AideCause(aide_id=UUID(AMINA), code="span", args={"over_s": 60})]


def test_a_breach_has_a_date_and_our_identifiers() -> None:
    """Day 2 of a plan from Monday is Wednesday; a rule of the week has no day."""
    made, _ = small()

    daily = breach_of(made, Violation(rule="span", severity="warn", worker=AMINA, day=2, amount=5, limit=4))
    weekly = breach_of(made, Violation(rule="weekly_work", severity="block", worker=AMINA))

    assert (daily.aide_id, daily.on_date and daily.on_date.isoformat()) == (UUID(AMINA), "2026-11-25")
    assert (weekly.on_date, weekly.visit_id) == (None, None)


def test_a_draft_holds_all_that_is_stored() -> None:
    """Stops, figures, score and what the checker found, of one and the same plan."""
    made, plan = small()

    draft = draft_of(made, plan)

    assert len(draft.stops) == 4
    assert draft.best.soft_cents == draft.figures.cost_cents == score(made, plan).soft_cents
    assert len(draft.breaches) == sum(draft.figures.blocking.values()) + sum(draft.figures.warnings.values())
