"""
The best places in a plan for a new need: one visit, or a weekly pattern.

Candidates come from the screen in the order of their estimated price; the checker judges them one
by one, the exact price follows, and the search ends when no candidate left can be better than the
worst offer kept by more than `MARGIN_CENTS`. Offers differ in aide, in day, or in hour by an hour
at least. One that brings a warning is told only for lack of one that does not.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from carecoord.kernel.errors import Invalid
from carecoord.planning.homecare.board import TOLERATED
from carecoord.planning.homecare.candidate_queue import CandidateQueue
from carecoord.planning.homecare.desk import NOTHING, Desk, Refusal, Trial
from carecoord.planning.homecare.need import Answer, Need, Offer, need_defects
from carecoord.planning.homecare.offer_causes import Misses
from carecoord.planning.homecare.offer_facts import offer_of
from carecoord.planning.homecare.patterns import APART_S, pattern_trials
from carecoord.planning.homecare.resident import Resident
from carecoord.planning.homecare.screen import Candidate, candidates
from carecoord.planning.homecare.trial import WHOLE_DAY
from carecoord.planning.problem import Visit
from carecoord.planning.solution import Violation

MARGIN_CENTS = 100
"""How far the estimate of a placement may lie above its exact price without an offer being missed."""

TRIES_MAX = 160
"""Placements judged for one visit before the search gives up."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A legal placement with its exact price."""

    trial: Trial
    cents: int

    @property
    def rank(self) -> tuple[int, int, int]:
        """What offers are ranked by: visits served, then warnings, then price."""
        warned = sum(item.rule not in TOLERATED for item in self.trial.warnings)
        return (-len(self.trial.placed), warned, self.cents)


def offers(resident: Resident, need: Need, count: int = 3) -> Answer:
    """
    The best places for a need, best first, each tried by the checker.

    The same plan and need always give the same answer.

    Args:
        count: how many offers at most.

    Raises:
        Invalid: the need does not fit the problem; all defects are listed.
    """
    if defects := need_defects(resident.problem, need):
        raise Invalid(defects)
    desk = Desk(resident, need)
    misses = Misses(desk)
    if len(need.visits) == 1:
        found, complete = _single(desk, need.visits[0], count, misses)
    else:
        trials, complete = pattern_trials(desk, count, misses)
        found = [Found(trial=trial, cents=desk.price(trial).cents) for trial in trials]
    chosen = distinct(found, count)
    made = [offer_of(desk, item.trial) for item in chosen]
    told = misses.told(made) if len(made) < count else []
    return Answer(offers=_behind(made), causes=told, tried=desk.judged, complete=complete)


def _behind(made: list[Offer]) -> list[Offer]:
    """Each offer with what it costs more than the first, term by term."""
    if not made:
        return made
    first = made[0].terms
    return [
        msgspec.structs.replace(
            item,
            behind={name: cents - first[name] for name, cents in item.terms.items() if cents != first[name]},
        )
        for item in made
    ]


def _single(desk: Desk, visit: Visit, count: int, misses: Misses) -> tuple[list[Found], bool]:
    asked = desk.asked(visit)
    ordered = candidates(desk.resident, asked, desk.ground.columns)
    misses.screened(visit, ordered)
    found: list[Found] = []
    warned: list[Candidate] = []
    shut: set[tuple[int, int]] = set()
    queue = CandidateQueue(desk.resident, asked, desk.ground.columns, ordered)
    tries = 0
    while (candidate := queue.pop()) is not None:
        kept = distinct(found, count)
        if len(kept) == count and candidate.total > kept[-1].cents + MARGIN_CENTS:
            return found, True
        if any((seat.worker, candidate.day) in shut for seat in candidate.seats):
            continue
        if _is_near(candidate, found):
            continue
        if tries >= TRIES_MAX:
            return found + _warned(desk, visit, warned, count), False
        tries += 1
        against = desk.glance(NOTHING, visit, candidate)
        if any(item.severity == "block" for item in against):
            misses.refused(visit, candidate, against)
            shut |= closed(candidate, against)
            queue.widen(candidate, against)
        elif any(item.rule not in TOLERATED for item in against):
            warned.append(candidate)
            queue.widen(candidate, against)
        else:
            found += _placed(desk, visit, candidate, misses)
    return found + (_warned(desk, visit, warned, count) if len(distinct(found, count)) < count else []), True


def _placed(desk: Desk, visit: Visit, candidate: Candidate, misses: Misses | None) -> list[Found]:
    """A candidate asked about in full: itself with its exact price, or nothing."""
    tried = desk.place(NOTHING, visit, candidate)
    if not isinstance(tried, Refusal):
        return [Found(trial=tried, cents=desk.price(tried).cents)]
    if misses is not None:
        misses.refused(visit, candidate, tried.broken)
    return []


def _warned(desk: Desk, visit: Visit, warned: list[Candidate], count: int) -> list[Found]:
    """The cheapest candidates that warn, one for each crew and day, asked about in full."""
    found: list[Found] = []
    seen: set[tuple[int, ...]] = set()
    for candidate in warned:
        crew = (candidate.day, *(seat.worker for seat in candidate.seats))
        if crew in seen:
            continue
        made = _placed(desk, visit, candidate, None)
        if made:
            seen.add(crew)
            found += made
        if len(found) == count:
            break
    return found


def closed(candidate: Candidate, broken: list[Violation]) -> set[tuple[int, int]]:
    """Aides and days on which no other hour helps: the rule looks at whether the day is worked."""
    names = {item.worker for item in broken if item.rule in WHOLE_DAY}
    if not names or len(candidate.seats) > 1:
        return set()
    return {(candidate.seats[0].worker, candidate.day)}


def _is_near(candidate: Candidate, found: list[Found]) -> bool:
    """Whether a clean, clearly cheaper placement of the same aides at about that hour is known already."""
    crew = [seat.worker for seat in candidate.seats]
    for item in found:
        (_, known), *_ = item.trial.placed
        near = known.day == candidate.day and abs(known.start_s - candidate.start_s) < APART_S
        same = [seat.worker for seat in known.seats] == crew
        if near and same and candidate.total > item.cents + MARGIN_CENTS:
            return True
    return False


def distinct(found: Iterable[Found], count: int) -> list[Found]:
    """The best placements that truly differ from one another, best first."""
    chosen: list[Found] = []
    for item in sorted(found, key=lambda item: (item.rank, _signature(item))):
        if all(differs(item.trial, other.trial) for other in chosen):
            chosen.append(item)
        if len(chosen) == count:
            break
    return chosen


def _signature(item: Found) -> list[tuple[str, int, list[int]]]:
    return sorted((name, c.start_s, [seat.worker for seat in c.seats]) for name, c in item.trial.placed)


def differs(one: Trial, two: Trial) -> bool:
    """Another aide, other days, or some hour at least an hour apart."""
    left, right = dict(one.placed), dict(two.placed)
    if left.keys() != right.keys():
        return True
    for name, first in left.items():
        second = right[name]
        if [seat.worker for seat in first.seats] != [seat.worker for seat in second.seats]:
            return True
        if first.day != second.day or abs(first.start_s - second.start_s) >= APART_S:
            return True
    return False
