"""
The child process that plans a day of rides; the only module of rides that leads to the solver.

Never imported by the worker or the web process: it is called by name (`carecoord.rides.orders.SOLVE`).
"""

from __future__ import annotations

import msgspec

from carecoord.jobs.child import Link
from carecoord.planning.budget import Budget
from carecoord.planning.rides.check import check
from carecoord.planning.rides.codec import decode_problem, decode_solution, encode_solution
from carecoord.planning.rides.score import score
from carecoord.planning.rides.solution import Progress
from carecoord.planning.rides.solve import solve
from carecoord.rides.orders import RideNews, RideOrder, RideOutcome, packed, unpacked


def solve_day(order: RideOrder, link: Link) -> RideOutcome:
    """
    Plan and judge.

    Raises:
        Invalid: the problem has defects; all are listed.
    """
    problem = decode_problem(unpacked(order.problem))
    start = decode_solution(unpacked(order.start))
    solution = solve(
        problem,
        Budget(seconds=order.seconds, seed=order.seed),
        start=start,
        on_progress=lambda progress: link.send(_news(progress)),
        should_stop=link.should_stop,
    )
    return RideOutcome(
        solution=packed(encode_solution(solution)),
        before=msgspec.json.encode(score(problem, start)),
        after=msgspec.json.encode(score(problem, solution)),
        breaches=len(check(problem, solution)),
    )


def _news(progress: Progress) -> RideNews:
    return RideNews(
        elapsed_ms=int(progress.elapsed_s * 1000),
        left_out=sum(progress.unserved.values()),
        soft_cents=progress.soft_cents,
        phase=progress.phase,
    )
