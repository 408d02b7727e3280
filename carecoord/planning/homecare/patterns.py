"""
Places for a weekly pattern: one aide over all its days where that can be, others where it cannot.

For each aide who could carry the pattern, cheapest first by a lower estimate, the visits are placed
one after the other, hers where the checker lets her and else those of whoever costs least, faces
already in the offer being free. The estimate is for the plan as it is, so it also ends the search.
"""

from __future__ import annotations

import heapq
from collections import defaultdict

import msgspec

from carecoord.planning.homecare.board import TOLERATED
from carecoord.planning.homecare.candidate_queue import NO_HOUR_HELPS
from carecoord.planning.homecare.desk import Desk, Refusal, Trial
from carecoord.planning.homecare.lanes import Ints
from carecoord.planning.homecare.offer_causes import Misses
from carecoord.planning.homecare.screen import Asked, Candidate, Seat, candidates, finer
from carecoord.planning.problem import Visit
from carecoord.planning.solution import Violation

LEADS_MAX = 6
"""Aides tried as the one who carries a pattern."""

APART_S = 3600
"""Offers of the same aides differ by this at least."""

BEST_OF = 2
"""Legal placements of one visit compared by exact price: the estimate leaves out what giving way costs."""

OWN_TRIES = 8
OTHER_TRIES = 12
"""Placements judged for one visit: of the aide who carries the pattern, then of others."""


class Screened(msgspec.Struct, frozen=True, kw_only=True):
    """A visit of the pattern with its candidates in the plan as it is, cheapest first."""

    visit: Visit
    asked: Asked
    ordered: list[Candidate]
    columns: list[Ints]

    by_aide: dict[int, list[Candidate]]


def screened_as(visit: Visit, asked: Asked, ordered: list[Candidate], columns: list[Ints]) -> Screened:
    """A visit with its candidates, sorted out by aide once."""
    by_aide: dict[int, list[Candidate]] = defaultdict(list)
    for candidate in ordered:
        for seat in candidate.seats:
            by_aide[seat.worker].append(candidate)
    return Screened(visit=visit, asked=asked, ordered=ordered, columns=columns, by_aide=by_aide)


def pattern_trials(desk: Desk, count: int, misses: Misses) -> tuple[list[Trial], bool]:
    """
    Trials that serve a pattern, or as much of it as can be; and whether every aide was looked at.

    Args:
        count: how many offers are wanted.
    """
    screened = []
    for visit in desk.need.visits:
        asked = desk.asked(visit)
        ordered = candidates(desk.resident, asked, desk.ground.columns)
        misses.screened(visit, ordered)
        screened.append(screened_as(visit, asked, ordered, desk.ground.columns))
    leads = _leads(desk, screened)
    found: list[tuple[int, Trial]] = []
    for turn, (least, lead) in enumerate(leads):
        if turn >= LEADS_MAX:
            return [trial for _, trial in found], False
        whole = sorted(
            cents for cents, trial in found if len(trial.placed) == len(screened) and _is_clean(trial)
        )
        if len(whole) >= count and least > whole[count - 1]:
            break
        trial = _carried(desk, screened, lead, misses)
        if trial.placed:
            found.append((desk.price(trial).cents, trial))
    found += _other_hours(desk, screened, found, count, misses)
    return [trial for _, trial in found], True


def _other_hours(
    desk: Desk, screened: list[Screened], found: list[tuple[int, Trial]], count: int, misses: Misses
) -> list[tuple[int, Trial]]:
    """For lack of aides: the same ones again, an hour away from where they were at least."""
    made: list[tuple[int, Trial]] = []
    for _, trial in sorted(found, key=lambda item: item[0]):
        if len(found) + len(made) >= count:
            break
        hours = {name: candidate.start_s for name, candidate in trial.placed}
        lead = trial.placed[0][1].seats[0].worker
        kept = [
            screened_as(
                item.visit,
                item.asked,
                [c for c in item.ordered if _is_apart(c, hours.get(item.visit.id))],
                item.columns,
            )
            for item in screened
        ]
        other = _carried(desk, kept, lead, misses)
        if other.placed:
            made.append((desk.price(other).cents, other))
    return made


def _is_apart(candidate: Candidate, start_s: int | None) -> bool:
    return start_s is None or abs(candidate.start_s - start_s) >= APART_S


def _is_clean(trial: Trial) -> bool:
    return all(item.rule in TOLERATED for item in trial.warnings)


def _leads(desk: Desk, screened: list[Screened]) -> list[tuple[float, int]]:
    """Aides by the least that the pattern could cost with each carrying it; a face counts once."""
    cheapest: list[dict[int, float]] = []
    for item in screened:
        best: dict[int, float] = {}
        for candidate in item.ordered:
            share = candidate.price / len(candidate.seats)
            for seat in candidate.seats:
                best[seat.worker] = min(best.get(seat.worker, share), share)
        cheapest.append(best)
    leads = []
    for index, worker in enumerate(desk.resident.workers):
        if not any(index in best for best in cheapest):
            continue
        total = 0.0
        for item, best in zip(screened, cheapest, strict=True):
            anyone = min(best.values(), default=0.0)
            total += best.get(index, anyone) * item.visit.team_size
        not_hers = sum(bool(best) and index not in best for best in cheapest)
        face = desk.face_cents(screened[0].visit, worker.id)
        leads.append((not_hers, total + face, index))
    return [(total, index) for _, total, index in sorted(leads)]


def _carried(desk: Desk, screened: list[Screened], lead: int, misses: Misses) -> Trial:
    """The pattern with one aide carrying it; visits that nobody can take are left out."""
    trial = Trial()
    crew = {lead}
    order = sorted(range(len(screened)), key=lambda i: (screened[i].visit.options[0].day, i))
    for index in order:
        item = _fresh(desk, screened[index], trial)
        own = item.by_aide.get(lead, [])
        placed = _first_legal(desk, trial, item, own[: OWN_TRIES * 4], tries=OWN_TRIES, misses=misses)
        if placed is None:
            others = _cheapest_others(desk, item, lead, crew)
            placed = _first_legal(desk, trial, item, others, tries=OTHER_TRIES, misses=misses)
        if placed is None:
            continue
        trial = placed
        crew |= {seat.worker for seat in trial.placed[-1][1].seats}
    return trial


def _cheapest_others(desk: Desk, item: Screened, lead: int, crew: set[int]) -> list[Candidate]:
    """Candidates without the aide who carries the pattern, cheapest first given who comes already."""
    workers = desk.resident.workers
    met = [workers[index].id for index in sorted(crew)]
    faces = [desk.face_cents(item.visit, worker.id, met) for worker in workers]

    def price(candidate: Candidate) -> tuple[float, int, int, tuple[Seat, ...]]:
        total = candidate.price + sum(faces[seat.worker] for seat in candidate.seats)
        return (total, candidate.day, candidate.start_s, candidate.seats)

    others = (c for c in item.ordered if all(seat.worker != lead for seat in c.seats))
    return heapq.nsmallest(OTHER_TRIES * 4, others, key=price)


def _fresh(desk: Desk, item: Screened, trial: Trial) -> Screened:
    """The candidates of a visit; screened again where an earlier visit of the need changed its day."""
    days = {option.day for option in item.visit.options}
    if not any(day in days for _, day in trial.rounds):
        return item
    asked = desk.asked(item.visit, trial)
    columns = desk.columns(trial)
    ordered = candidates(desk.resident, asked, columns)
    return screened_as(item.visit, asked, ordered, columns)


def _first_legal(
    desk: Desk, trial: Trial, item: Screened, ordered: list[Candidate], *, tries: int, misses: Misses
) -> Trial | None:
    """The cheapest of the first few candidates that add no warning; else the first that only warns."""
    warned: list[Candidate] = []
    legal: list[Trial] = []
    seen: dict[tuple[int, ...], int] = defaultdict(int)
    widened: Widened = set()
    queue = list(ordered)
    while queue and tries:
        candidate = queue.pop(0)
        crew = tuple(seat.worker for seat in candidate.seats)
        if seen[crew] >= OWN_TRIES:
            continue
        tries -= 1
        seen[crew] += 1
        against = desk.glance(trial, item.visit, candidate)
        if any(fault.rule not in TOLERATED for fault in against):
            if any(fault.severity == "block" for fault in against):
                misses.refused(item.visit, candidate, against)
            else:
                warned.append(candidate)
            queue[:0] = _elsewhen(desk, item, candidate, against, widened)
            continue
        tried = desk.place(trial, item.visit, candidate)
        if isinstance(tried, Refusal):
            misses.refused(item.visit, candidate, tried.broken)
            continue
        legal.append(tried)
        if len(legal) == BEST_OF:
            break
    if legal:
        return min(legal, key=lambda found: desk.price(found).cents)
    for candidate in warned:
        tried = desk.place(trial, item.visit, candidate)
        if not isinstance(tried, Refusal):
            return tried
    return None


Widened = set[tuple[int, int, int]]
"""Day, aide and position already looked at again."""


def _elsewhen(
    desk: Desk,
    item: Screened,
    candidate: Candidate,
    against: list[Violation],
    widened: Widened,
) -> list[Candidate]:
    """The position that the law refuses at one hour, at its cheapest others; once a position."""
    if len(candidate.seats) > 1 or all(fault.rule in NO_HOUR_HELPS for fault in against):
        return []
    key = (candidate.day, candidate.seats[0].worker, candidate.seats[0].position)
    if key in widened:
        return []
    widened.add(key)
    return finer(desk.resident, item.asked, candidate, item.columns)[:OWN_TRIES]
