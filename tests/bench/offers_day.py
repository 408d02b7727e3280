"""
Slot offers with the plan resident: `python tests/bench/offers_day.py 200 20` (needs, seconds to plan).

On a generated day of 350 visits and 30 aides, on a weekday of the demonstration week, and on its whole
week: time to make the plan resident, then for each need the time of its offers (50th and 95th
percentile, worst), how many offers it gets, and whether each of them, applied, keeps the law and costs
what was told, by checker and score over the whole plan. Milliseconds by the clock, then of processor.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from random import Random

import msgspec
from click.testing import CliRunner

from carecoord.cli.demo_problems import demo_problems
from carecoord.planning.bench.generate import generated_problem
from carecoord.planning.budget import Budget
from carecoord.planning.codec import decode_problem
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.homecare.need import Need, NewPlace, Offer, TravelRow, apply_offer
from carecoord.planning.homecare.offers import offers
from carecoord.planning.homecare.resident import Resident
from carecoord.planning.problem import Option, Person, Place, Problem, Visit
from carecoord.planning.score import score
from carecoord.planning.solution import Round, Solution, Stop
from carecoord.planning.solve import solve

WEDNESDAY = 2


def one_day(problem: Problem, plan: Solution, day: int) -> tuple[Problem, Solution]:
    """One day of a week on its own: the visits made on it, and its rounds."""
    civil = problem.days[day]
    start_s = civil.starts_s
    rounds = [item for item in plan.rounds if item.day == day]
    made = {stop.visit for item in rounds for stop in item.stops}

    def kept(option: Option) -> Option:
        wish = option.preferred_s
        return Option(
            day=0,
            earliest_s=option.earliest_s - start_s,
            latest_s=option.latest_s - start_s,
            preferred_s=None if wish is None else wish - start_s,
        )

    visits = [
        msgspec.structs.replace(visit, options=[kept(o) for o in visit.options if o.day == day], pin=None)
        for visit in problem.visits
        if visit.id in made
    ]
    workers = [
        msgspec.structs.replace(
            worker,
            shifts=[
                msgspec.structs.replace(s, start_s=s.start_s - start_s, end_s=s.end_s - start_s)
                for s in worker.shifts
                if civil.starts_s <= s.start_s < civil.ends_s
            ],
        )
        for worker in problem.workers
    ]
    days = [msgspec.structs.replace(civil, starts_s=0, ends_s=civil.ends_s - start_s)]
    moved = [
        Round(
            worker=item.worker,
            day=0,
            stops=[
                Stop(visit=s.visit, start_s=s.start_s - start_s, end_s=s.end_s - start_s) for s in item.stops
            ],
        )
        for item in rounds
    ]
    return msgspec.structs.replace(problem, days=days, visits=visits, workers=workers), Solution(rounds=moved)


def random_need(problem: Problem, random: Random, *, weekly: bool) -> Need:
    """Somebody known or new, once or on two to seven days, as they come on the telephone."""
    like = random.choice(problem.visits)
    person = next(item for item in problem.persons if item.id == like.person)
    place, new_place = like.place, None
    if random.random() < 0.3:
        person = Person(id="new")
        place, new_place = "new-place", _place_like(problem, like.place)
    count = random.randint(2, len(problem.days)) if weekly else 1
    wish_s = random.randrange(8 * 60, 19 * 60, 15) * 60
    slack_s = random.choice((30, 60, 120)) * 60
    visits = [
        Visit(
            id=f"need-{day}", person=person.id, place=place, tier="important",
            duration_s=random.choice((30, 45, 60, 90)) * 60,
            team_size=2 if random.random() < 0.05 else 1, skills=like.skills,
            options=[
                Option(
                    day=day, earliest_s=problem.days[day].starts_s + wish_s - slack_s,
                    latest_s=problem.days[day].starts_s + wish_s + slack_s,
                    preferred_s=problem.days[day].starts_s + wish_s,
                )
            ],
        )
        for day in sorted(random.sample(range(len(problem.days)), count))
    ]  # fmt: skip
    return Need(person=person, visits=visits, new_place=new_place)


def _place_like(problem: Problem, name: str) -> NewPlace:
    """A new door two minutes from one that is known."""
    at = next(index for index, place in enumerate(problem.places) if place.id == name)

    def to(table: list[list[int]], more: int) -> list[int]:
        return [line[at] + more for line in table]

    rows = [
        TravelRow(
            mode=m.mode,
            to_s=to(m.seconds, 120),
            from_s=[value + 120 for value in m.seconds[at]],
            to_m=to(m.metres, 900),
            from_m=[value + 900 for value in m.metres[at]],
        )
        for m in problem.matrices
    ]
    return NewPlace(place=Place(id="new-place"), rows=rows)


def holds(problem: Problem, plan: Solution, need: Need, offer: Offer) -> bool:
    """Whether an offer, applied, adds nothing that blocks and costs what was told."""
    after_problem, after = apply_offer(problem, plan, need, offer)
    was = {_key(v) for v in check_homecare(after_problem, plan) if v.severity == "block"}
    now = {_key(v) for v in check_homecare(after_problem, after) if v.severity == "block"}
    grown = score(after_problem, after).soft_cents - score(after_problem, plan).soft_cents
    return now <= was and grown == offer.cents


def _key(item: object) -> tuple[object, ...]:
    return tuple(getattr(item, name) for name in ("rule", "worker", "visit", "day"))


def measure(name: str, problem: Problem, plan: Solution, count: int, *, weekly: bool) -> None:
    """Print one line."""
    started = time.perf_counter()
    resident = Resident(problem, plan)
    build_ms = (time.perf_counter() - started) * 1000
    random = Random(7)
    taken: list[float] = []
    used: list[float] = []
    made: list[int] = []
    right = told = unfinished = 0
    for _ in range(count):
        need = random_need(problem, random, weekly=weekly)
        started, busy = time.perf_counter(), time.process_time()
        answer = offers(resident, need)
        taken.append((time.perf_counter() - started) * 1000)
        used.append((time.process_time() - busy) * 1000)
        made.append(len(answer.offers))
        unfinished += not answer.complete
        told += len(answer.offers)
        right += sum(holds(problem, plan, need, offer) for offer in answer.offers)
    clock, cpu = sorted(taken), sorted(used)
    at_95 = int(len(clock) * 0.95)
    print(
        f"{name:28} {len(problem.visits):5} visits {len(problem.workers):3} aides"
        f"  resident in {build_ms:5.0f} ms  p50 {clock[len(clock) // 2]:5.0f}  p95 {clock[at_95]:5.0f}"
        f"  worst {clock[-1]:5.0f} ms (processor: p95 {cpu[at_95]:4.0f}, worst {cpu[-1]:4.0f})"
        f"  three offers {sum(n == 3 for n in made)}/{count}, none {sum(n == 0 for n in made)}"
        f"  cut short {unfinished}  verified {right}/{told}",
        flush=True,
    )


def main() -> None:
    """All three plans."""
    count, seconds = int(sys.argv[1]), float(sys.argv[2])
    day = generated_problem(visits=350, workers=30, seed=1)
    measure("generated day", day, solve(day, Budget(seconds=seconds, seed=1)), count, weekly=False)
    with tempfile.TemporaryDirectory() as folder:
        CliRunner().invoke(demo_problems, [folder, "--seed", "1"], catch_exceptions=False)
        found = [decode_problem(path.read_bytes()) for path in sorted(Path(folder).glob("*.json"))]
    week = max(found, key=lambda problem: len(problem.visits))
    plan = solve(week, Budget(seconds=seconds, seed=1))
    measure("demonstration, Wednesday", *one_day(week, plan, WEDNESDAY), count, weekly=False)
    measure("demonstration week, once", week, plan, count, weekly=False)
    measure("demonstration week, weekly", week, plan, count, weekly=True)


if __name__ == "__main__":
    main()
