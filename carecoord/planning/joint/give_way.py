"""
Who gives way, decided by price: for each person whose visit and outing want the same hour, what it would
cost home help to move, and what it would cost the rides.

Prices are estimates on the plans that each service made alone: the cheapest place around the other,
less the cheapest place without it.
"""

from __future__ import annotations

from collections import Counter, defaultdict

import msgspec

from carecoord.planning.homecare.board import Board as HelpBoard
from carecoord.planning.homecare.explain import board_of, insertion_on, take_off
from carecoord.planning.joint.around import help_around, outings_of, rides_around, times_out
from carecoord.planning.joint.problem import Joint, JointSolution, Outing
from carecoord.planning.lookup import Lookup, stops_by_round
from carecoord.planning.rides.board import Board as RidesBoard
from carecoord.planning.rides.ground import Ground
from carecoord.planning.rides.insert import best_spot
from carecoord.planning.rides.problem import Request
from carecoord.planning.solution import Solution as HelpSolution


class Ways(msgspec.Struct, frozen=True, kw_only=True):
    """
    Who gives way.

    Args:
        visits: people whose visits go around their outings.
        rides: people whose outings go around their visits.
        ride_cents: person in a clash -> what the rides would pay.
    """

    visits: frozenset[str] = frozenset()
    rides: frozenset[str] = frozenset()
    ride_cents: dict[str, int] = {}

    def found_out(self, joint: Joint, plan: HelpSolution) -> Ways:
        """
        The same once home help has searched: where it left visits out that are dearer than what the rides
        would pay, the rides give way after all.
        """
        people = {visit.id: (visit.person, visit.tier) for visit in joint.help.visits}
        lost: Counter[str] = Counter()
        for left in plan.unassigned:
            person, tier = people[left.visit]
            lost[person] += joint.give_way.visits[tier]
        dearer = frozenset(person for person in self.visits if lost[person] > self.ride_cents[person])
        return msgspec.structs.replace(self, visits=self.visits - dearer, rides=self.rides | dearer)


def ways_of(joint: Joint, plan: JointSolution) -> Ways:
    """
    For each person in a clash, the side that costs less to move; visits where both cost the same.

    Where home help finds no other place while all else stays, it gives way for now: its search may find
    one, and `Ways.found_out` looks what became of it.

    Args:
        plan: of each service alone.
    """
    clashing = _clashing(joint, plan)
    if not clashing:
        return Ways()
    by_help = _help_prices(joint, plan, clashing)
    by_rides = _ride_prices(joint, plan, clashing)
    rides = frozenset(
        person for person, cents in by_help.items() if cents is not None and by_rides[person] < cents
    )
    return Ways(visits=frozenset(clashing) - rides, rides=rides, ride_cents=by_rides)


def _clashing(joint: Joint, plan: JointSolution) -> dict[str, list[str]]:
    """Person -> visits that meet a time out of the house, its margin included."""
    outs = times_out(joint, plan.rides, margin_s=joint.margin_s)
    people = {visit.id: visit.person for visit in joint.help.visits}
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for line in plan.help.rounds:
        for stop in line.stops:
            person = people[stop.visit]
            if any(out.start_s < stop.end_s and stop.start_s < out.end_s for out in outs.get(person, ())):
                found[person][stop.visit] = None
    return {person: list(visits) for person, visits in sorted(found.items())}


def _help_prices(joint: Joint, plan: JointSolution, clashing: dict[str, list[str]]) -> dict[str, int | None]:
    """What home help would pay to go around the outings of each person; None where it sees no way yet."""
    free, around = Lookup(joint.help), Lookup(help_around(joint, plan.rides, None))
    alone = _board(free, plan.help)
    beside = _board(around, plan.help)
    found: dict[str, int | None] = {}
    for person, visits in clashing.items():
        one, other = alone.copy(), beside.copy()
        for name in visits:
            take_off(one, name)
            take_off(other, name)
        total = 0
        found[person] = None
        for name in visits:
            after = insertion_on(other, around.visits[name])
            if after is None:
                break
            before = insertion_on(one, free.visits[name])
            if before is not None:
                total += max(0, after.cost_cents - before.cost_cents)
        else:
            found[person] = total
    return found


def _board(lookup: Lookup, plan: HelpSolution) -> HelpBoard:
    return board_of(lookup, stops_by_round(lookup, plan))[0]


def _ride_prices(joint: Joint, plan: JointSolution, clashing: dict[str, list[str]]) -> dict[str, int]:
    """What rides would pay to go around the visits of each person."""
    problem, lost = rides_around(joint, plan.help)
    gone = set(lost)
    alone = RidesBoard.of(Ground(joint.rides), plan.rides)
    tiers = {item.id: item.tier for item in joint.rides.requests}
    narrowed = {item.id: item for item in problem.requests}
    found = {}
    outings: dict[str, list[Outing]] = defaultdict(list)
    for outing in outings_of(joint):
        outings[outing.person].append(outing)
    for person in clashing:
        total = 0
        for outing in outings[person]:
            names = [name for name in outing.requests if name in alone.duty_of]
            if not names:
                continue
            left_out = joint.give_way.rides[tiers[names[0]]]
            if gone & set(names):
                total += left_out
                continue
            total += _moved_cents(alone, names, [narrowed[name] for name in names], left_out)
        found[person] = total
    return found


def _moved_cents(board: RidesBoard, names: list[str], requests: list[Request], left_out: int) -> int:
    """What it costs to drive some rides within other windows rather than their own."""
    kept = dict(board.tours), dict(board.duty_of), dict(board.chosen)
    ground = board.ground
    try:
        board.remove(set(names))
        before = best_spot(board, names)
        board.ground = ground.with_requests(requests)
        after = best_spot(board, names)
    finally:
        board.ground = ground
        board.tours, board.duty_of, board.chosen = kept
    if after is None:
        return left_out
    return max(0, (after.cents60 - (before.cents60 if before is not None else 0)) // 60)


def late_meals(joint: Joint, plan: JointSolution) -> frozenset[str]:
    """
    Visits that wait for their meal, rather than the meal coming sooner: those that start before any
    delivery could be there.
    """
    starts = {stop.visit: stop.start_s for line in plan.help.rounds for stop in line.stops}
    soonest = {item.id: item.earliest_s for item in joint.meals.deliveries}
    return frozenset(
        pair.visit
        for pair in joint.serves
        if pair.visit in starts and pair.delivery in soonest and starts[pair.visit] < soonest[pair.delivery]
    )
