"""
What may be done for a visit that nobody makes: the words of a remedy, and how it is applied.

A remedy changes at most a few records (a window, a shift, a contract, a pin) and then serves
the visit. It is never suggested before it was applied to a copy and judged by the checker.
Nothing here lifts a limit of law, nor a refusal, which is a right.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from carecoord.planning.problem import Interval, Option, Pin, Problem, Visit, Worker
from carecoord.planning.solution import Round, Solution

Kind = Literal[
    "insert", "swap", "pin", "warning", "window", "availability", "hours", "other_day", "budget", "setting",
    "call_in", "skill",
]  # fmt: skip
KINDS: tuple[Kind, ...] = (
    "insert", "swap", "pin", "warning", "window", "availability", "hours", "other_day", "budget", "setting",
    "call_in", "skill",
)  # fmt: skip
"""Kinds of remedies, from what burdens people least to what burdens them most."""

NEW_FACTS: frozenset[Kind] = frozenset({"window", "availability", "hours", "other_day", "call_in", "setting"})
"""Remedies that need somebody's agreement or a change of a record, besides the plan."""


class NewOption(msgspec.Struct, frozen=True, kw_only=True, tag="option"):
    """
    A visit gets another window.

    Args:
        replaces: index of the option that it takes the place of; absent for one more day.
    """

    visit: str
    option: Option
    replaces: int | None = None


class NewShift(msgspec.Struct, frozen=True, kw_only=True, tag="shift"):
    """
    An aide works longer, or on one more occasion.

    Args:
        extends: index of the shift that it takes the place of; absent for one more.
    """

    worker: str
    shift: Interval
    extends: int | None = None


class NewContract(msgspec.Struct, frozen=True, kw_only=True, tag="contract"):
    """An aide's contract gets other weekly hours, in seconds."""

    worker: str
    contract_s: int


class NewPin(msgspec.Struct, frozen=True, kw_only=True, tag="pin"):
    """What is fixed by hand on a visit becomes this; absent, nothing is."""

    visit: str
    pin: Pin | None = None


class NewSetting(msgspec.Struct, frozen=True, kw_only=True, tag="setting"):
    """A threshold of the employer's own becomes this; the branch's is never passed."""

    regime: str
    field: str
    value: int


class NewSkills(msgspec.Struct, frozen=True, kw_only=True, tag="skills"):
    """An aide holds more skills: said as what is missing, never done by a click."""

    worker: str
    skills: list[str]


class NewBudget(msgspec.Struct, frozen=True, kw_only=True, tag="budget"):
    """How many people may get another aide or hour."""

    persons_max: int


Change = NewOption | NewShift | NewContract | NewPin | NewSetting | NewSkills | NewBudget


class Remedy(msgspec.Struct, frozen=True, kw_only=True):
    """
    A way to serve a visit, tried before it is said.

    Args:
        kind: the burden that weighs most in it.
        workers: who makes the visit.
        start_s: when, elapsed seconds.
        rounds: every round that changes, complete; one without stops disappears.
        changes: what changes besides the rounds, in order.
        other: another visit that is moved to another aide or hour.
        rules: warnings that are accepted, by name.
        amount_s: how far the widened window, shift or contract goes past the present one.
        cost_cents: estimated soft cost of the insertions.
        burden: what remedies are ranked by, lower first.
    """

    kind: Kind
    visit: str
    workers: list[str]
    day: int
    start_s: int
    rounds: list[Round]
    changes: list[Change] = []
    other: str | None = None
    rules: list[str] = []
    amount_s: int = 0
    cost_cents: int = 0
    burden: int = 0


def apply_remedy(problem: Problem, solution: Solution, remedy: Remedy) -> tuple[Problem, Solution]:
    """
    The problem and the plan with a remedy made; causes and score are dropped, as they no longer hold.
    """
    rounds = {(item.worker, item.day): item for item in solution.rounds}
    rounds.update({(item.worker, item.day): item for item in remedy.rounds})
    kept = [rounds[key] for key in sorted(rounds) if rounds[key].stops]
    left = [item for item in solution.unassigned if item.visit != remedy.visit]
    plan = msgspec.structs.replace(solution, rounds=kept, unassigned=left, score=None)
    return changed_problem(problem, remedy.changes), plan


def changed_problem(problem: Problem, changes: Sequence[Change]) -> Problem:
    """
    The problem with some records changed, one after the other.

    Raises:
        KeyError: a change names a visit, an aide or a regime that the problem does not have.
    """
    for change in changes:
        problem = _changed(problem, change)
    return problem


def _changed(problem: Problem, change: Change) -> Problem:
    replace = msgspec.structs.replace
    match change:
        case NewOption() | NewPin():
            visit = next((item for item in problem.visits if item.id == change.visit), None)
            if visit is None:
                raise KeyError(change.visit)
            new = changed_visit(visit, change)
            return replace(problem, visits=[new if v is visit else v for v in problem.visits])
        case NewShift() | NewContract() | NewSkills():
            worker = next((item for item in problem.workers if item.id == change.worker), None)
            if worker is None:
                raise KeyError(change.worker)
            aide = changed_worker(worker, change)
            return replace(problem, workers=[aide if w is worker else w for w in problem.workers])
        case NewSetting():
            if change.regime not in {item.key for item in problem.regimes}:
                raise KeyError(change.regime)
            regimes = [
                replace(item, **{change.field: change.value}) if item.key == change.regime else item
                for item in problem.regimes
            ]
            return replace(problem, regimes=regimes)
        case NewBudget():
            stability = problem.stability
            if stability is None:
                return problem
            return replace(problem, stability=replace(stability, persons_max=change.persons_max))


def changed_visit(visit: Visit, change: NewOption | NewPin) -> Visit:
    """A visit with another window or pin."""
    if isinstance(change, NewPin):
        return msgspec.structs.replace(visit, pin=change.pin)
    options = list(visit.options)
    if change.replaces is None:
        options.append(change.option)
    else:
        options[change.replaces] = change.option
    return msgspec.structs.replace(visit, options=options)


def changed_worker(worker: Worker, change: NewShift | NewContract | NewSkills) -> Worker:
    """An aide with other hours, another contract or more skills."""
    match change:
        case NewContract():
            return msgspec.structs.replace(worker, contract_s=change.contract_s)
        case NewSkills():
            return msgspec.structs.replace(worker, skills=sorted({*worker.skills, *change.skills}))
        case NewShift():
            kept = [item for index, item in enumerate(worker.shifts) if index != change.extends]
            shifts = sorted([*kept, change.shift], key=_start_s)
            return msgspec.structs.replace(worker, shifts=shifts)


def _start_s(item: Interval) -> int:
    return item.start_s
