"""
How much each aide should work over the horizon, from the problem alone.

Shared by the score and the engine's builder, so that both mean the same.
"""

from __future__ import annotations

from carecoord.planning.problem import Problem, Worker

FULL_DAY_S = 25_200
"""Seven hours: a fifth of the legal week (Code du travail L3121-27)."""

TRAVEL_ALLOWANCE = (115, 100)
"""Service is multiplied by this to allow for travel between visits, as a fraction."""


def contract_target_s(problem: Problem) -> dict[str, int]:
    """
    Worker identifier -> contract seconds over the horizon, absences taken off.

    A contract is worth `contract_s` for seven days. It usually fills as many days a week as
    it takes at seven hours a day, five at most; an aide with fewer days with a shift than
    that owes their share only, and nobody owes more than their shifts hold.
    """
    return {worker.id: _contract_s(problem, worker) for worker in problem.workers}


def _contract_s(problem: Problem, worker: Worker) -> int:
    days = len(problem.days)
    usual_week = min(5, max(1, -(-worker.contract_s // FULL_DAY_S)))
    present = sum(
        any(shift.start_s < day.ends_s and shift.end_s > day.starts_s for shift in worker.shifts)
        for day in problem.days
    )
    # usual days over the horizon = usual_week * days / 7; all kept as integers
    due = worker.contract_s * days
    share_top, share_bottom = present * 7, usual_week * days
    if share_top < share_bottom:
        due = due * share_top // share_bottom
    held = sum(shift.end_s - shift.start_s for shift in worker.shifts)
    return min(due // 7, held)


def fairness_targets(problem: Problem) -> dict[str, int]:
    """
    Worker identifier -> the common share of the contract, in seconds.

    The share is what the visits demand, with travel allowed for, over all contract hours
    present; never more than the whole contract.
    """
    targets = contract_target_s(problem)
    available = sum(targets.values())
    top, bottom = TRAVEL_ALLOWANCE
    demanded = sum(visit.duration_s * visit.team_size for visit in problem.visits) * top // bottom
    if demanded >= available:
        return targets
    return {worker: target * demanded // available for worker, target in targets.items()}
