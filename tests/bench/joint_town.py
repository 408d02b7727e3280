"""
One plan for three services against three plans made alone, on generated towns of 200 people.

    python tests/bench/joint_town.py [seconds] [seeds...]

Both get the same seconds in all, on the same data. Clashes are counted by the independent checker; travel is
driving from the start to the end of every round. Prints one line a town and run, and what changed.
"""

from __future__ import annotations

import sys

import msgspec

from carecoord.planning.bench.generate_town import generated_town
from carecoord.planning.engine.warm import warm
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.joint.around import help_around, meals_around, rides_around
from carecoord.planning.joint.guard import guarded
from carecoord.planning.joint.problem import Joint, JointSolution
from carecoord.planning.joint.silos import Figures, figures_of, solve_silos
from carecoord.planning.joint.solve import solve_joint
from carecoord.planning.meals.check import check as check_meals
from carecoord.planning.rides.check import check as check_rides

SECONDS, SEEDS = 60.0, (1, 2, 3)


def main() -> None:
    """Compare on each town."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    seeds = [int(text) for text in sys.argv[2:]] or list(SEEDS)
    warm()
    for seed in seeds:
        town = generated_town(200, seed)
        counts = f"{len(town.help.visits)} visits, {len(town.meals.deliveries)} meals"
        rides = f"{len(town.rides.requests)} rides, {len(town.serves)} visits that serve a meal"
        print(f"town {seed}: {counts}, {rides}, {seconds:g} s each")
        silos = solve_silos(town, seconds=seconds, seed=seed)
        joint = solve_joint(town, seconds=seconds, seed=seed)
        before, after = figures_of(town, silos), figures_of(town, joint)
        _line("silos", before, faults(town, silos, together=False))
        kept = figures_of(town, guarded(town, silos)[0])
        _line("joint", after, faults(town, joint, together=True))
        told = joint.statistics
        end = "stable" if told.stable else "time is up"
        print(f"  exchange: {told.clashes} clashes before, {told.cycles} turns, {end}, {told.elapsed_s:g} s")
        print(f"    visits gave way for {told.visits_gave_way} people, rides for {told.rides_gave_way}")
        print(f"    taken off by the guard: {told.removed}")
        print(f"  travel joint / silos as planned: {(after.travel_s / before.travel_s - 1) * 100:+.2f} %")
        print(f"  silos without what clashes: {kept.visits} visits, {kept.meals} meals, {kept.rides} rides")
        each = _each_s(after) / _each_s(kept) - 1
        print(f"  travel for each thing served, joint / silos without what clashes: {each * 100:+.2f} %")


def _each_s(found: Figures) -> float:
    """Driving for each visit, meal and ride that takes place, seconds."""
    return found.travel_s / (found.visits + found.meals + found.rides)


def faults(town: Joint, plan: JointSolution, *, together: bool) -> int:
    """Blocking violations found by the three services' own checkers, around each other when together."""
    rides, meals = (plan.rides, plan.meals) if together else (None, None)
    help_plan = plan.help if together else None
    meals_problem = meals_around(town, help_plan, rides)[0]
    found = [
        *check_homecare(help_around(town, rides, meals), plan.help),
        *check_rides(rides_around(town, help_plan)[0], plan.rides),
        *check_meals(meals_problem, msgspec.structs.replace(plan.meals, left=[])),
    ]
    return sum(item.severity == "block" for item in found)


def _line(name: str, found: Figures, broken: int) -> None:
    clashes = ", ".join(f"{rule} {count}" for rule, count in found.clashes.items())
    hours = [f"{part / 3600:.2f}" for part in (found.travel_s, found.help_s, found.meals_s, found.rides_s)]
    print(f"  {name}: {found.visits} visits, {found.meals} meals, {found.rides} rides in the plans")
    print(f"    between services: {clashes} ({found.people} people); own rules broken {broken}")
    print(f"    travel {hours[0]} h: help {hours[1]}, meals {hours[2]}, rides {hours[3]}")
    print(f"    cost {found.cents / 100:.2f} euros")


if __name__ == "__main__":
    main()
