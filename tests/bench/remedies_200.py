"""
Two hundred visits left out, their causes and remedies: `python tests/bench/remedies_200.py 200`.

Weeks named after the number are looked at alone, with as many visits as among all of them:
`python tests/bench/remedies_200.py 200 pins`.

Weeks are generated tight in several ways (few aides, visits for two, pins, narrow windows,
short weekends, full contracts) and from demonstration seeds that nothing was tuned on. Every
cause is held against the brute force of `tests/support/place_judge.py`; every remedy is applied
and judged by the checker on the whole plan.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import msgspec
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parents[1]))

from builders.planning_weeks import random_week
from support.place_judge import PlaceJudge
from support.witness import witness

from carecoord.cli.demo_problems import demo_problems
from carecoord.planning.codec import decode_problem
from carecoord.planning.homecare.board import Board
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.homecare.explain import board_of, explain_on
from carecoord.planning.homecare.leftovers import serve_leftovers
from carecoord.planning.homecare.naive import naive
from carecoord.planning.homecare.remedies import remedies_on
from carecoord.planning.homecare.remedy import Remedy, apply_remedy
from carecoord.planning.problem import Pin, Problem, Visit
from carecoord.planning.solution import Solution

replace = msgspec.structs.replace


def narrow(given: Problem) -> Problem:
    """Windows of at most a quarter of an hour on each side of the wish."""
    visits = [
        replace(
            item,
            options=[
                replace(
                    o,
                    earliest_s=max(o.earliest_s, (o.preferred_s or o.earliest_s) - 900),
                    latest_s=min(o.latest_s, (o.preferred_s or o.latest_s) + 900),
                )
                for o in item.options
            ],
        )
        for item in given.visits
    ]
    return replace(given, visits=visits)


def pinned(given: Problem, seed: int) -> Problem:
    """A sixth of the visits fixed to an aide, to an hour, or to both, by a hand that did not look."""
    random = Random(seed)
    visits = []
    for item in given.visits:
        if random.random() > 1 / 6 or item.team_size > 1:
            visits.append(item)
            continue
        able = [w.id for w in given.workers if set(item.skills) <= set(w.skills) and w.id not in item.refused]
        start_s = item.options[0].preferred_s or item.options[0].earliest_s
        aide = [random.choice(able)] if able and random.random() < 0.7 else None
        fixed = Pin(workers=aide, start_s=start_s if aide is None or random.random() < 0.5 else None)
        visits.append(replace(item, pin=fixed))
    return replace(given, visits=visits)


def short_contracts(given: Problem) -> Problem:
    """Part-time contracts cut by a third: hours run out before days do."""
    return replace(
        given,
        workers=[
            replace(w, contract_s=w.contract_s * 2 // 3 // 300 * 300) if w.part_time else w
            for w in given.workers
        ],
    )


def fewer_aides(given: Problem) -> Problem:
    """A demonstration week without every fourth aide."""
    workers = [w for index, w in enumerate(given.workers) if index % 4]
    here = {w.id for w in workers}
    persons = [replace(p, known={k: n for k, n in p.known.items() if k in here}) for p in given.persons]
    visits = [
        replace(
            v,
            wanted=[w for w in v.wanted if w in here],
            refused=[w for w in v.refused if w in here],
            pin=None,
        )
        for v in given.visits
    ]
    return replace(given, workers=workers, persons=persons, visits=visits)


def weeks() -> Iterator[tuple[str, Problem]]:
    """Tight weeks by name."""
    few = {"aides": 9, "weekday_visits": 48, "weekend_visits": 22}
    yield "few aides", random_week(101, **few)  # type: ignore[arg-type]  # numbers by name
    yield "visits for two", random_week(102, **few, team_permille=350)  # type: ignore[arg-type]  # as above
    yield "narrow windows", narrow(random_week(103, **few))  # type: ignore[arg-type]  # as above
    yield "pins", pinned(random_week(104, **few), 104)  # type: ignore[arg-type]  # as above
    yield "short weekend", random_week(105, aides=9, weekday_visits=36, weekend_visits=44)
    yield "full contracts", short_contracts(random_week(106, aides=10, weekday_visits=44, weekend_visits=20))
    for seed in (71, 72):
        with tempfile.TemporaryDirectory() as folder:
            CliRunner().invoke(demo_problems, [folder, "--seed", str(seed)], catch_exceptions=False)
            for path in sorted(Path(folder).glob("*.json")):
                yield f"demo {seed} {path.stem}", fewer_aides(decode_problem(path.read_bytes()))


class Count:
    """What was found over all weeks."""

    def __init__(self) -> None:
        self.visits = self.helped = self.inserted = self.told = self.untrue = self.causes = 0
        self.first = self.first_true = 0
        self.wrong: list[str] = []
        self.kinds: Counter[str] = Counter()
        self.codes: Counter[str] = Counter()
        self.helpless: list[str] = []
        self.explain_s: list[float] = []
        self.remedy_s: list[float] = []


def applied(judge: PlaceJudge, remedy: Remedy, visit: Visit) -> bool:
    """Whether a remedy, once applied, serves the visit and breaks nothing by the whole checker."""
    changed, after = apply_remedy(judge.problem, judge.plan, remedy)
    made = sum(stop.visit == visit.id for item in after.rounds for stop in item.stops)
    old = Counter((v.rule, v.worker, v.day, v.visit) for v in check_homecare(judge.problem, judge.plan))
    new = Counter((v.rule, v.worker, v.day, v.visit) for v in check_homecare(changed, after))
    rules = {rule for rule, *_ in new - old} - {"daily_minimum", *remedy.rules}
    return made == visit.team_size and not rules


def look_at(count: Count, judge: PlaceJudge, board: Board, visit: Visit) -> None:
    """Causes and remedies of one visit, judged."""
    started = time.process_time()
    told, _ = explain_on(board, visit)
    count.explain_s.append(time.process_time() - started)
    started = time.process_time()
    found = remedies_on(board, visit)
    count.remedy_s.append(time.process_time() - started)
    count.visits += 1
    count.codes[told.code] += 1
    count.helped += bool(found)
    count.inserted += any(remedy.kind != "skill" for remedy in found)
    if not found:
        count.helpless.append(f"{visit.id} ({told.code}, team of {visit.team_size})")
    for place, remedy in enumerate(found):
        true = applied(judge, remedy, visit)
        count.told, count.untrue = count.told + 1, count.untrue + (not true)
        if place == 0:
            count.first, count.first_true = count.first + 1, count.first_true + true
        count.kinds[remedy.kind] += 1
    if judge.insertable(visit):
        count.wrong.append(f"{visit.id}: told {told.code}, yet a place exists")
    for cause in told.causes:
        count.causes += 1
        why = judge.wrong(visit, cause, witness=witness(judge, board, visit, cause.worker))
        if why:
            count.wrong.append(f"{visit.id}, {cause.worker}, {cause.code} {cause.args}: {why}")


def main() -> None:
    """Look at as many visits as asked, spread over the weeks."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    count = Count()
    plans: list[tuple[str, Problem, Solution]] = []
    names = sys.argv[2:]
    made = list(weeks())
    share = -(-wanted // len(made))
    for name, given in made:
        if not names or name in names:
            plans.append((name, given, serve_leftovers(given, naive(given))))
    for name, given, plan in plans:
        judge = PlaceJudge(given, plan)
        board, left = board_of(judge.lookup, dict(judge.rounds))
        left = [visit for visit in left if explain_on(board, visit)[1] is None]
        chosen = left[:: max(1, len(left) // share)][: min(share, wanted - count.visits)]
        for visit in chosen:
            look_at(count, judge, board, visit)
        print(
            f"{name:22} {len(given.visits)} visits, {len(left)} left out, {len(chosen)} looked at", flush=True
        )
    report(count)


def report(count: Count) -> None:
    """The figures."""
    for seconds in (count.explain_s, count.remedy_s):
        seconds.sort()
    print(f"{count.visits} visits left out: {dict(count.codes)}")
    print(f"with a remedy: {count.helped} = {count.helped / count.visits:.1%}")
    # "skill not recorded" is a fact to look up, not a place found for the visit
    print(f"without those of kind skill: {count.inserted} = {count.inserted / count.visits:.1%}")
    print(f"first remedy, applied, serves the visit: {count.first_true} of {count.first}")
    print(f"all remedies told: {count.told}, not true once applied: {count.untrue}; {dict(count.kinds)}")
    print(f"causes: {count.causes}, wrong: {len(count.wrong)}")
    for line in [*count.wrong[:20], *count.helpless[:20]]:
        print("  ", line)
    for name, seconds in (("explain", count.explain_s), ("remedies", count.remedy_s)):
        middle, high = seconds[len(seconds) // 2], seconds[-1 - len(seconds) // 20]
        print(f"{name}: median {middle * 1000:.0f} ms, 95th percentile {high * 1000:.0f} ms")


if __name__ == "__main__":
    main()
