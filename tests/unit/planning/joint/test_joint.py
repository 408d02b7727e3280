"""
Three services for the same people: the exchange ends without a clash, and the checker finds planted ones.
"""

from __future__ import annotations

from itertools import pairwise

import msgspec
import pytest

from carecoord.planning.bench.generate_town import generated_town
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.joint.around import help_around, meals_around, outings_of, rides_around
from carecoord.planning.joint.check import RULES, check_joint, counted, gaps_of
from carecoord.planning.joint.give_way import Ways, ways_of
from carecoord.planning.joint.guard import guarded
from carecoord.planning.joint.problem import Away, Joint, JointSolution, Outing
from carecoord.planning.joint.silos import figures_of, solve_silos
from carecoord.planning.joint.solve import cost_key, solve_joint
from carecoord.planning.meals.check import check as check_meals
from carecoord.planning.meals.validate import validate as validate_meals
from carecoord.planning.problem import Interval
from carecoord.planning.rides.check import check as check_rides
from carecoord.planning.rides.validate import validate as validate_rides
from carecoord.planning.solution import Unassigned
from carecoord.planning.validate import validate

replace = msgspec.structs.replace
NOON = 12 * 3600


@pytest.fixture(scope="module")
def town() -> Joint:
    """Thirty people, each with two services or three."""
    return generated_town(30, 2)


@pytest.fixture(scope="module")
def silos(town: Joint) -> JointSolution:
    """Three plans made alone."""
    return solve_silos(town, seconds=None, iterations=150)


@pytest.fixture(scope="module")
def joint(town: Joint) -> JointSolution:
    """One plan."""
    return solve_joint(town, seconds=None, iterations=150)


def test_town_is_valid_and_always_the_same(town: Joint) -> None:
    """Three valid problems; everybody has at least two services; the same seed gives the same town."""
    services = [
        {visit.person for visit in town.help.visits},
        {item.person for item in town.meals.deliveries},
        {item.person for item in town.rides.requests},
    ]

    assert (validate(town.help), validate_meals(town.meals), validate_rides(town.rides)) == ([], [], [])
    assert all(sum(f"p{k}" in people for people in services) >= 2 for k in range(1, 31))
    assert msgspec.json.encode(generated_town(30, 2)) == msgspec.json.encode(town)
    assert town.serves


def test_alone_they_clash_and_together_they_do_not(
    town: Joint, silos: JointSolution, joint: JointSolution
) -> None:
    """What three plans made alone want of people cannot hold; one plan keeps every rule between services."""
    assert sum(counted(check_joint(town, silos)).values()) > 0
    assert check_joint(town, joint) == []
    assert joint.statistics.clashes > 0
    assert joint.statistics.removed == 0


def test_each_service_keeps_its_own_rules(town: Joint, joint: JointSolution) -> None:
    """The three services' own checkers find nothing that blocks, the others' times included."""
    rides, lost = rides_around(town, joint.help)
    meals, late = meals_around(town, joint.help, joint.rides)
    found = [
        *check_homecare(help_around(town, joint.rides, joint.meals), joint.help),
        *check_rides(rides, joint.rides),
        *check_meals(meals, replace(joint.meals, left=[])),
    ]

    assert [item.rule for item in found if item.severity == "block"] == []
    assert {item.request for item in joint.rides.left_out} >= set(lost)
    assert {item.delivery for item in joint.meals.left} >= set(late)


def test_nothing_is_lost(town: Joint, joint: JointSolution) -> None:
    """Every visit, meal and ride is served or told as left out, once."""
    visits = [stop.visit for line in joint.help.rounds for stop in line.stops]
    rides = [s.request for tour in joint.rides.tours for s in tour.stops if s.kind == "pick"]
    meals = [stop.delivery for _, _, stop in joint.meals.stops()]

    assert {*visits, *(item.visit for item in joint.help.unassigned)} == {v.id for v in town.help.visits}
    assert sorted([*rides, *(item.request for item in joint.rides.left_out)]) == sorted(
        item.id for item in town.rides.requests
    )
    assert sorted([*meals, *(item.delivery for item in joint.meals.left)]) == sorted(
        item.id for item in town.meals.deliveries
    )


def test_time_to_get_ready_is_kept(town: Joint, joint: JointSolution) -> None:
    """Between a visit and an outing lies the margin."""
    people = {visit.person for visit in town.help.visits} & {o.person for o in town.outings}

    gaps = [gap for person in people for gap in gaps_of(town, joint, person)]

    assert any("visit" in one and "outing" in other for one, other, _ in gaps)
    assert all(
        length >= town.margin_s
        for one, other, length in gaps
        if {one.partition(":")[0], other.partition(":")[0]} == {"visit", "outing"}
    )


def test_same_seed_same_plan(town: Joint, joint: JointSolution) -> None:
    """By iterations, home help and meals come out the same twice."""
    again = solve_joint(town, seconds=None, iterations=150)

    assert cost_key(again)[0] == cost_key(joint)[0]
    assert check_joint(town, again) == []


def test_who_gives_way_is_one_of_both(town: Joint, silos: JointSolution) -> None:
    """Everybody in a clash between a visit and an outing is told one side, and has a price."""
    ways = ways_of(town, silos)
    clashing = {item.person for item in check_joint(town, silos) if item.rule == "person_overlap"}

    assert ways.visits.isdisjoint(ways.rides)
    assert clashing <= ways.visits | ways.rides
    assert ways.ride_cents.keys() == ways.visits | ways.rides


def test_dear_visits_make_rides_give_way(town: Joint, silos: JointSolution) -> None:
    """A vital visit that its search left out outweighs a ride; a comfort visit does not outweigh care."""
    vital = next(visit for visit in town.help.visits if visit.tier == "vital")
    comfort = next(visit for visit in town.help.visits if visit.tier == "comfort")
    ways = Ways(
        visits=frozenset({vital.person, comfort.person}),
        ride_cents={vital.person: 80_000, comfort.person: 500_000},
    )
    plan = replace(silos.help, unassigned=[Unassigned(visit=vital.id), Unassigned(visit=comfort.id)])

    decided = ways.found_out(town, plan)

    assert (decided.visits, decided.rides) == ({comfort.person}, {vital.person})


def _shifted_outing(town: Joint, plan: JointSolution) -> tuple[JointSolution, str]:
    """An outing of somebody with a visit is driven in the midst of that visit."""
    starts = {s.visit: s.start_s for line in plan.help.rounds for s in line.stops}
    people = {v.person: v.id for v in town.help.visits if v.id in starts}
    driven = {s.request for tour in plan.rides.tours for s in tour.stops}
    outing = next(o for o in town.outings if o.person in people and o.out in driven and o.back in driven)
    first = next(
        s.start_s for tour in plan.rides.tours for s in tour.stops
        if s.request == outing.out and s.kind == "pick"
    )  # fmt: skip
    by_s = starts[people[outing.person]] - first
    tours = [
        replace(
            tour,
            stops=[
                replace(s, start_s=s.start_s + by_s, end_s=s.end_s + by_s)
                if s.request in outing.requests
                else s
                for s in tour.stops
            ],
        )
        for tour in plan.rides.tours
    ]
    return replace(plan, rides=replace(plan.rides, tours=tours)), outing.person


def test_planted_overlap_is_found_and_guarded(town: Joint, joint: JointSolution) -> None:
    """An outing moved over a visit is found, under the person's name, and the guard takes it off."""
    planted, person = _shifted_outing(town, joint)

    found = check_joint(town, planted)
    safe, removed = guarded(town, planted)

    assert ("person_overlap", person) in {(item.rule, item.person) for item in found}
    assert removed > 0
    assert check_joint(town, safe) == []
    assert len(safe.rides.left_out) > len(joint.rides.left_out)


def test_planted_late_meal_is_found(town: Joint, joint: JointSolution) -> None:
    """A meal that comes an hour after the visit that serves it began."""
    starts = {s.visit: s.start_s for line in joint.help.rounds for s in line.stops}
    doors = {s.delivery for _, _, s in joint.meals.stops()}
    pair = next(p for p in town.serves if p.visit in starts and p.delivery in doors)
    late_s = starts[pair.visit] + 3600
    rounds = [
        replace(
            line,
            trips=[
                replace(
                    trip,
                    stops=[
                        replace(s, start_s=late_s) if s.delivery == pair.delivery else s for s in trip.stops
                    ],
                )
                for trip in line.trips
            ],
        )
        for line in joint.meals.rounds
    ]

    found = check_joint(town, replace(joint, meals=replace(joint.meals, rounds=rounds)))

    assert ("meal_before_visit", 3600) in {(item.rule, item.amount_s) for item in found}


def test_stay_suspends_all_three(town: Joint, joint: JointSolution) -> None:
    """Somebody turns out to be in hospital all day: visit, meal and outing are each a breach."""
    counts: dict[str, set[str]] = {}
    for item in (*town.help.visits, *town.meals.deliveries, *town.rides.requests):
        counts.setdefault(item.person, set()).add(type(item).__module__)
    person = next(name for name, kinds in sorted(counts.items()) if len(kinds) == 3)
    away = replace(town, away=[Away(person=person, spans=[Interval(start_s=0, end_s=86_400)])])

    found = [item for item in check_joint(away, joint) if item.rule == "stay"]
    planned = solve_joint(away, seconds=None, iterations=100)

    assert {item.one.partition(":")[0] for item in found} >= {"visit", "meal"}
    assert {item.person for item in found} == {person}
    assert check_joint(away, planned) == []


def test_meal_during_an_outing_is_found(town: Joint, joint: JointSolution) -> None:
    """Nobody opens: a meal handed over while the person is at the surgery."""
    meals = {item.person: item.id for item in town.meals.deliveries}
    times = {s.request: s.start_s for tour in joint.rides.tours for s in tour.stops if s.kind == "drop"}
    outing = next(o for o in town.outings if o.person in meals and o.out in times and o.back in times)
    at_s = times[outing.out or ""] + 60
    rounds = [
        replace(
            line,
            trips=[
                replace(
                    trip,
                    stops=[
                        replace(s, start_s=at_s) if s.delivery == meals[outing.person] else s
                        for s in trip.stops
                    ],
                )
                for trip in line.trips
            ],
        )
        for line in joint.meals.rounds
    ]

    found = check_joint(town, replace(joint, meals=replace(joint.meals, rounds=rounds)))

    assert ("meal_absent", outing.person) in {(item.rule, item.person) for item in found}


def test_windows_around_visits_are_one_sided(town: Joint, joint: JointSolution) -> None:
    """Requests that are kept are the same but for an earlier way back or a later way out."""
    before = {item.id: item for item in town.rides.requests}

    problem, lost = rides_around(town, joint.help)

    assert {item.id for item in problem.requests} | set(lost) == before.keys()
    for item in problem.requests:
        was = before[item.id]
        assert was.pick_early_s <= item.pick_early_s <= item.pick_late_s == was.pick_late_s
        assert was.drop_early_s == item.drop_early_s <= item.drop_late_s <= was.drop_late_s


def test_request_in_no_outing_is_one(town: Joint) -> None:
    """Whoever did not say how rides belong together still has them."""
    loose = replace(town, outings=town.outings[1:])
    first = town.outings[0]

    found = outings_of(loose)

    assert Outing(person=first.person, out=first.out) in found
    assert Outing(person=first.person, out=first.back) in found


def test_figures_are_recomputed(town: Joint, joint: JointSolution) -> None:
    """Driving of a round is the sum of its ways from start to end."""
    found = figures_of(town, joint)
    place = {item.id: k for k, item in enumerate(town.help.places)}
    doors = {visit.id: place[visit.place] for visit in town.help.visits}
    workers = {worker.id: worker for worker in town.help.workers}
    total = 0
    for line in joint.help.rounds:
        worker = workers[line.worker]
        chain = [place[worker.start_place], *(doors[s.visit] for s in line.stops), place[worker.end_place]]
        total += sum(town.help.matrices[0].seconds[a][b] for a, b in pairwise(chain))

    assert found.help_s == total
    assert found.clashes == dict.fromkeys(RULES, 0)
    assert found.travel_s == found.help_s + found.meals_s + found.rides_s
