"""
The child processes of a period in parts: divide, plan a part, stitch.

Never imported by the worker or the web process: called by name (`carecoord.rosters.part_messages`).
"""

from __future__ import annotations

import msgspec

from carecoord.jobs.child import Link
from carecoord.planning.borders import BORDER_HEAT, borders
from carecoord.planning.budget import Budget
from carecoord.planning.homecare.naive import naive
from carecoord.planning.parts import Whole, cut, legs_of, merged, whole_of
from carecoord.planning.problem import TIERS, Problem
from carecoord.planning.sectors import split
from carecoord.planning.solution import Progress
from carecoord.planning.solve import solve
from carecoord.planning.stitch import Quilt
from carecoord.rosters.apply import best_so_far, draft_of, figures_of
from carecoord.rosters.documents import pack_solution, unpack_solution
from carecoord.rosters.domain import BestSoFar, KeyFigures
from carecoord.rosters.part_messages import (
    CutPart,
    DivideOrder,
    PartNews,
    PartOrder,
    PartResult,
    StitchOrder,
    StitchResult,
)
from carecoord.rosters.parts import (
    PartDocument,
    PartOutcome,
    TerritoryDocument,
    judged_territory,
    pack,
    unpack,
)


def divide(order: DivideOrder, _link: Link) -> list[CutPart]:
    """
    Cut a period into sectors.

    Raises:
        Invalid: the problem has defects; all are listed.
    """
    territory = judged_territory(unpack(order.territory, TerritoryDocument))
    whole = whole_of(territory.problem)
    parts = split(territory.problem, target=order.target)
    return [
        _cut_part(part.index, PartDocument(problem=problem, communes=_communes(territory, problem)))
        for part in parts
        if (problem := cut(whole, part)).visits
    ]


def solve_one_part(order: PartOrder, link: Link) -> PartResult:
    """Plan one part, tell the best plan on the way, and deal it out by hand for comparison."""
    document = unpack(order.document, PartDocument)
    problem = document.problem
    start = document.border.start if document.border is not None else None
    if order.start is not None:
        start = unpack_solution(order.start)

    def tell(progress: Progress) -> None:
        if progress.solution is not None:
            best = BestSoFar(unserved=progress.unserved, soft_cents=progress.soft_cents)
            link.send(PartNews(best=best, solution=pack_solution(progress.solution)))

    solution = solve(
        problem,
        Budget(
            seconds=order.seconds,
            seed=order.seed,
            bound=False,
            heat=1.0 if document.border is None else BORDER_HEAT,
        ),
        start=start,
        on_progress=tell,
        should_stop=link.should_stop,
    )
    by_hand = figures_of(problem, naive(problem)) if order.with_naive else None
    outcome = PartOutcome(solution=solution, legs=legs_of(problem, solution.rounds))
    price = solution.score
    best = best_so_far(price) if price is not None else BestSoFar(unserved={}, soft_cents=0)
    return PartResult(outcome=pack(outcome), best=best, naive=by_hand)


def stitch(order: StitchOrder, _link: Link) -> StitchResult:
    """
    Put the sectors together, sew in the border parts that make the plan better, judge the whole.
    """
    territory = unpack(order.territory, TerritoryDocument)
    bare = whole_of(msgspec.structs.replace(territory.problem, matrices=[]))
    outcomes = [unpack(outcome, PartOutcome) for _, outcome in order.sectors]
    quilt = Quilt(
        bare, merged(item.solution for item in outcomes), [leg for item in outcomes for leg in item.legs]
    )
    before = draft_of(quilt.problem(), quilt.solution)
    for packed, outcome in order.borders:
        border = unpack(packed, PartDocument).border
        result = unpack(outcome, PartOutcome)
        if border is not None:
            quilt.take(border, result.solution, result.legs)
    draft = draft_of(quilt.problem(), quilt.solution) if order.borders else before
    if _rank(draft.figures) > _rank(before.figures):
        draft = before
    again = _borders(territory, quilt, len(order.sectors)) if order.with_borders else []
    return StitchResult(draft=draft, borders=again)


def _rank(figures: KeyFigures) -> tuple[int, ...]:
    """What plans of the whole compare by, as those of a part do (`carecoord.planning.stitch.rank`)."""
    vital, important, comfort = (figures.unserved.get(tier, 0) for tier in TIERS)
    blocking, warnings = sum(figures.blocking.values()), sum(figures.warnings.values())
    return blocking, vital, warnings, important, comfort, figures.cost_cents


def _borders(territory: TerritoryDocument, quilt: Quilt, count: int) -> list[CutPart]:
    """The plan of the sectors cut anew; nothing to sew where there is one sector."""
    if count < 2:
        return []
    stability = territory.problem.stability
    spare = None
    if stability is not None and stability.persons_max is not None:
        spare = max(0, stability.persons_max - quilt.disturbed())
    whole: Whole = whole_of(territory.problem)
    found = []
    for border in borders(whole, quilt.solution, count, spare=spare):
        problem = cut(whole, border.part, fixed=border.fixed, starts=border.starts)
        document = PartDocument(problem=problem, communes=_communes(territory, problem), border=border)
        found.append(_cut_part(border.part.index, document))
    return found


def _communes(territory: TerritoryDocument, problem: Problem) -> list[str]:
    by_place = dict(zip((p.id for p in territory.problem.places), territory.communes, strict=True))
    return [by_place[place.id] for place in problem.places]


def _cut_part(index: int, document: PartDocument) -> CutPart:
    problem = document.problem
    return CutPart(
        index=index, visits=len(problem.visits), aides=len(problem.workers), document=pack(document)
    )
