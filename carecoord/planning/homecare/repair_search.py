"""
Three repairs that reach further and further, each searched by the engine from the first one on.

Small: only visits that must change find another place. Medium: a few more people may get
another aide or hour. Free: anybody. None moves what was started, done or promised, nor
passes the disturbance budget; each is judged on the whole horizon by the independent checker.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from carecoord.planning.budget import Budget
from carecoord.planning.engine import layout as lay
from carecoord.planning.engine.driver import Run
from carecoord.planning.engine.start import adopt
from carecoord.planning.engine.warm import warm
from carecoord.planning.homecare.build import Built, build
from carecoord.planning.homecare.repair import Breadth, Repair, Situation
from carecoord.planning.homecare.repair_cut import Cut, back, cut, into
from carecoord.planning.homecare.repair_differ import Tack, is_other, tacks, who_comes, without
from carecoord.planning.homecare.repair_ground import Ground, ground
from carecoord.planning.homecare.repair_insert import first_plan
from carecoord.planning.homecare.repair_judge import Judge
from carecoord.planning.homecare.repair_mend import mended
from carecoord.planning.homecare.repair_restrict import restrict
from carecoord.planning.homecare.solve import plan_of, stops_in
from carecoord.planning.homecare.stability import within_budget
from carecoord.planning.load import contract_target_s, fairness_targets
from carecoord.planning.lookup import Lookup, stops_by_round
from carecoord.planning.problem import Problem
from carecoord.planning.solution import Solution

SHARES: dict[Breadth, float] = {"small": 0.15, "medium": 0.25, "free": 0.3}
"""Parts of the search time; what is left is for repairs that came to the same plan."""

AGAIN = 0.06
"""Part of the search time for each try at another plan; five at most for all three repairs."""

TRIES = 5

MORE_PEOPLE = 4
"""How many people more than those who must change a medium repair may disturb, at least."""

CHANGE_CENTS: dict[Breadth, tuple[int, int]] = {"small": (400, 200), "medium": (250, 200), "free": (150, 100)}
"""Price of a visit made by somebody else than before, and of an hour's difference."""


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far the search for repairs is: which is being looked for, and those found."""

    breadth: Breadth
    found: int


def ranked_repairs(
    problem: Problem,
    plan: Solution,
    situation: Situation,
    budget: Budget,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> list[Repair]:
    """
    At most three repairs, best first (`Repair.key`), no two of which send the same aides at the same hours.

    A repair that comes to the plan of another is looked for again with what that plan chose made
    dear, then forbidden visit by visit; fewer than three come back only where these tries found
    nothing that leaves out and breaks no more.

    Args:
        budget: of all three together.

    Raises:
        KeyError: an event names an aide or a visit that the problem does not have.
    """
    warm()
    base = ground(problem, plan, situation)
    search = Search(base, Judge(base, problem))
    found: list[Repair] = []
    for breadth, share in SHARES.items():
        if on_progress is not None:
            on_progress(Progress(breadth=breadth, found=len(found)))
        if should_stop is not None and should_stop() and found:
            break
        repair = search.repair(breadth, _part(budget, share), should_stop)
        if not is_other(repair, found):
            repair = search.another(repair, found, _part(budget, AGAIN), should_stop) or repair
        found.append(repair)
    return ranked(found)


def _part(budget: Budget, share: float) -> Budget:
    """So much of a budget."""
    return msgspec.structs.replace(
        budget,
        seconds=None if budget.seconds is None else budget.seconds * share,
        iterations=None if budget.iterations is None else max(1, int(budget.iterations * share)),
    )


def ranked(found: list[Repair]) -> list[Repair]:
    """Best first; of repairs that send the same aides at the same hours, the one that reaches least."""
    kept: list[Repair] = []
    for repair in found:
        if is_other(repair, kept):
            kept.append(repair)
    return sorted(kept, key=lambda repair: repair.key)


class Search:
    """
    Repairs of one situation, each from the best of those before.

    Args:
        base: what they start from.
        judge: says what each comes to.
    """

    def __init__(self, base: Ground, judge: Judge) -> None:
        self._base = base
        self._judge = judge
        self._lookup = Lookup(base.problem)
        self._first = first_plan(base)
        self._best = judge.judge("first", self._first)
        self._tries = TRIES

    def repair(self, breadth: Breadth, budget: Budget, should_stop: Callable[[], bool] | None) -> Repair:
        """One repair, never worse than those before it in what it leaves out and breaks."""
        problem = restrict(self._base, movable=() if breadth == "small" else None)
        plan = self._searched(problem, breadth, budget, should_stop) or self._best.solution
        found = self._judge.judge(breadth, plan)
        if found.key[:3] > self._best.key[:3]:
            found = msgspec.structs.replace(self._best, breadth=breadth)
        if found.key < self._best.key:
            self._best = found
        return found

    def another(
        self, same: Repair, found: list[Repair], budget: Budget, should_stop: Callable[[], bool] | None
    ) -> Repair | None:
        """
        A repair as sound as those found that sends other aides, or comes at other hours, than each of them.

        Args:
            same: the repair that comes to the plan of one of them.
            budget: of one try.
        """
        if not who_comes(same):
            return None
        for turn, tack in enumerate(tacks(self._base, same), start=1):
            if not self._tries or (should_stop is not None and should_stop()):
                return None
            self._tries -= 1
            problem = tack.on(restrict(self._base, movable=() if same.breadth == "small" else None))
            again = msgspec.structs.replace(budget, seed=budget.seed + turn)
            plan = self._searched(problem, same.breadth, again, should_stop, tack=tack)
            if plan is None:
                continue
            repair = self._judge.judge(same.breadth, plan)
            if repair.key[:3] <= self._best.key[:3] and is_other(repair, found):
                self._best = min(self._best, repair, key=lambda item: item.key)
                return repair
        return None

    def _searched(
        self,
        problem: Problem,
        breadth: Breadth,
        budget: Budget,
        should_stop: Callable[[], bool] | None,
        *,
        tack: Tack | None = None,
    ) -> Solution | None:
        """A sound plan; from the best so far, less the visits that should go elsewhere."""
        base, start = self._base, self._best.solution
        part = cut(self._priced(problem, breadth), stops_by_round(self._lookup, start), base.days)
        part = self._without_waiting(part, start)
        if tack is not None:
            start = without(start, tack.visits)
        built = build(part.problem)
        self._carry_hours(built, part)
        run = Run(built.data, budget, should_stop=should_stop)
        adopt(built.data, run.state, run.log, stops_in(part.problem, into(part, start)))
        run.construct()
        run.search()
        run.polish()
        plan = within_budget(part.problem, plan_of(part.problem, built, run.best))
        found = mended(base, problem, back(part, plan))
        return found if found is not None and self._judge.is_sound(found) else None

    def _without_waiting(self, part: Cut, start: Solution) -> Cut:
        """Nobody loses a visit so that somebody else gets one that was never planned."""
        served = {stop.visit for item in start.rounds for stop in item.stops}
        waiting = set(self._base.waiting) - served
        visits = [visit for visit in part.problem.visits if visit.id not in waiting]
        return msgspec.structs.replace(part, problem=msgspec.structs.replace(part.problem, visits=visits))

    def _priced(self, problem: Problem, breadth: Breadth) -> Problem:
        """What changes cost, and how many people may be disturbed in all."""
        today = problem.stability
        if today is None:
            raise AssertionError("a repair knows where everybody was")
        aide, hour = CHANGE_CENTS[breadth]
        priced = msgspec.structs.replace(
            today, aide_change_cents=aide, hour_change_cents_per_h=hour, persons_max=self._people(breadth)
        )
        return msgspec.structs.replace(problem, stability=priced)

    def _people(self, breadth: Breadth) -> int | None:
        """How many people a repair may disturb: the budget, and for a medium one a few more than must be."""
        most = self._base.situation.persons_max
        if breadth != "medium":
            return most
        must = len({self._lookup.visits[name].person for name in self._base.displaced})
        some = must + max(MORE_PEOPLE, must // 2)
        return some if most is None else min(most, some)

    def _carry_hours(self, built: Built, part: Cut) -> None:
        """Contract hours and fair shares are those of the horizon, less the work of the other days."""
        whole = self._base.problem
        due, share = contract_target_s(whole), fairness_targets(whole)
        for index, worker in enumerate(part.problem.workers):
            done_s = part.work_s.get(worker.id, 0)
            built.data.worker[index, lay.W_TARGET] = due[worker.id] - done_s
            built.data.worker[index, lay.W_FAIR] = share[worker.id] - done_s
