"""
Cost of a plan by named term, recomputed from the plan alone.

Unserved visits have no price: plans compare by vital, then important, then comfort visits
left out, and only then by cents (`Score.key`).
"""

from __future__ import annotations

from collections import Counter, defaultdict

from carecoord.planning.load import contract_target_s, fairness_targets
from carecoord.planning.lookup import Lookup, RoundKey, stops_by_round
from carecoord.planning.problem import TIERS, Problem, Reference, Visit
from carecoord.planning.robust import missing_s, robustness_cents_per_h
from carecoord.planning.solution import Score, Solution, Stop
from carecoord.planning.timeline import DayTimeline, day_timeline

TERMS: tuple[str, ...] = (
    "travel", "distance", "commute", "new_face", "faces_excess", "not_wanted", "hour_deviation",
    "shortfall", "overtime", "interruptions", "fairness", "aide_change", "hour_change",
    "robustness",
)  # fmt: skip
"""Names of the soft terms, in the order shown."""


OTHER_DAY_S = 86_400
"""What moving a visit to another day counts as a change of hour."""


def score(problem: Problem, solution: Solution) -> Score:
    """
    The cost of a plan, whether legal or not.

    Each term is summed in its natural unit and rounded once, half up, to whole cents.

    Raises:
        Invalid: the plan names an aide, a visit or a day that the problem does not have.
    """
    lookup = Lookup(problem)
    return score_rounds(lookup, stops_by_round(lookup, solution))


def score_rounds(lookup: Lookup, rounds: dict[RoundKey, list[Stop]]) -> Score:
    """The same on rounds already put in order of time."""
    timelines = [
        (worker, day_timeline(lookup, lookup.workers[worker], day, stops))
        for (worker, day), stops in sorted(rounds.items())
    ]
    terms = {**_road_terms(lookup, timelines), **_load_terms(lookup, timelines)}
    terms.update(_people_terms(lookup, rounds))
    terms.update(_stability_terms(lookup, rounds))
    ordered = {name: terms[name] for name in TERMS}
    return Score(unserved=_unserved(lookup, rounds), terms=ordered, soft_cents=sum(ordered.values()))


def half_up(numerator: int, denominator: int) -> int:
    """A quotient rounded to the nearest whole number, halves up."""
    return (2 * numerator + denominator) // (2 * denominator)


def _unserved(lookup: Lookup, rounds: dict[RoundKey, list[Stop]]) -> dict[str, int]:
    made = Counter(stop.visit for stops in rounds.values() for stop in stops)
    left = Counter(v.tier for v in lookup.problem.visits if made[v.id] < v.team_size)
    return {tier: left[tier] for tier in TIERS}


def _road_terms(lookup: Lookup, timelines: list[tuple[str, DayTimeline]]) -> dict[str, int]:
    weights = lookup.problem.weights
    travel_s = sum(t.travel_s + t.paid_wait_s for _, t in timelines)
    commute_s = sum(t.commute_out_s + t.commute_back_s for _, t in timelines)
    distance_m = sum(t.distance_m for _, t in timelines)
    lacking_s = sum(missing_s(lookup, t) for _, t in timelines)
    return {
        "travel": half_up(travel_s * weights.travel_cents_per_h, 3600),
        "commute": half_up(commute_s * weights.commute_cents_per_h, 3600),
        "distance": half_up(distance_m * weights.distance_cents_per_km, 1000),
        "interruptions": weights.interruption_cents * sum(len(t.interruptions) for _, t in timelines),
        "robustness": half_up(lacking_s * robustness_cents_per_h(lookup.problem), 3600),
    }


def _load_terms(lookup: Lookup, timelines: list[tuple[str, DayTimeline]]) -> dict[str, int]:
    weights = lookup.problem.weights
    work: Counter[str] = Counter()
    for worker, timeline in timelines:
        work[worker] += timeline.work_s
    contracts, shares = contract_target_s(lookup.problem), fairness_targets(lookup.problem)
    shortfall_s = sum(max(0, due - work[worker]) for worker, due in contracts.items())
    overtime_s = sum(max(0, work[worker] - due) for worker, due in contracts.items())
    unfair_s = sum(abs(work[worker] - share) for worker, share in shares.items())
    return {
        "shortfall": half_up(shortfall_s * weights.shortfall_cents_per_h, 3600),
        "overtime": half_up(overtime_s * weights.overtime_cents_per_h, 3600),
        "fairness": half_up(unfair_s * weights.fairness_cents_per_h, 3600),
    }


def _people_terms(lookup: Lookup, rounds: dict[RoundKey, list[Stop]]) -> dict[str, int]:
    weights = lookup.problem.weights
    faces: dict[str, set[str]] = defaultdict(set)
    not_wanted, deviation_s = 0, 0
    seen: set[str] = set()
    for (worker, _), stops in rounds.items():
        for stop in stops:
            visit = lookup.visits[stop.visit]
            faces[visit.person].add(worker)
            not_wanted += bool(visit.wanted) and worker not in visit.wanted
            if visit.id not in seen:
                seen.add(visit.id)
                deviation_s += hour_deviation_s(visit, stop.start_s)
    new = sum(len(who - lookup.persons[person].known.keys()) for person, who in faces.items())
    excess = 0
    for person, who in faces.items():
        most = lookup.persons[person].faces_max
        excess += max(0, len(who) - most) if most is not None else 0
    return {
        "new_face": weights.new_face_cents * new,
        "faces_excess": weights.faces_excess_cents * excess,
        "not_wanted": weights.not_wanted_cents * not_wanted,
        "hour_deviation": half_up(deviation_s * weights.hour_deviation_cents_per_h, 3600),
    }


def _stability_terms(lookup: Lookup, rounds: dict[RoundKey, list[Stop]]) -> dict[str, int]:
    stability = lookup.problem.stability
    if stability is None:
        return {"aide_change": 0, "hour_change": 0}
    others, moved_s = 0, 0
    seen: set[str] = set()
    for (worker, _), stops in rounds.items():
        for stop in stops:
            today = lookup.references.get(stop.visit)
            if today is None:
                continue
            others += worker not in today.workers
            if stop.visit not in seen:
                seen.add(stop.visit)
                moved_s += hour_change_s(lookup, today, stop.start_s)
    return {
        "aide_change": stability.aide_change_cents * others,
        "hour_change": half_up(moved_s * stability.hour_change_cents_per_h, 3600),
    }


def hour_change_s(lookup: Lookup, today: Reference, start_s: int) -> int:
    """Distance of a start from that of the reference, in seconds; 24 hours for one on another day."""
    day_at = lookup.calendar.day_at
    if day_at(today.start_s) != day_at(start_s):
        return OTHER_DAY_S
    return abs(start_s - today.start_s)


def hour_deviation_s(visit: Visit, start_s: int) -> int:
    """
    Distance of a start from the wished hour, in seconds: the nearest among the options that it fits.

    Zero where the fitting options wish for no hour.
    """
    fitting = [o for o in visit.options if o.earliest_s <= start_s <= o.latest_s]
    return min((abs(start_s - o.preferred_s) if o.preferred_s is not None else 0 for o in fitting), default=0)
