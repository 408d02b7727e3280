"""
From a placement that holds to an offer that can be told: who, when, what it adds, what it brings.
"""

from __future__ import annotations

from collections import Counter

from carecoord.planning.homecare.desk import Desk, Trial
from carecoord.planning.homecare.need import TOLERANCE_S, Face, Occurrence, Offer, Room
from carecoord.planning.solution import Round
from carecoord.planning.timeline import DayTimeline


def offer_of(desk: Desk, trial: Trial) -> Offer:
    """The offer that a trial is."""
    price = desk.price(trial)
    retimed = desk.retimed(trial)
    placed = dict(trial.placed)
    return Offer(
        occurrences=_occurrences(desk, trial),
        missing=[visit.id for visit in desk.need.visits if visit.id not in placed],
        rounds=[
            Round(worker=worker, day=day, stops=stops)
            for (worker, day), stops in sorted(trial.rounds.items())
        ],
        travel_s=price.travel_s,
        distance_m=price.distance_m,
        retimed=retimed,
        disturbed=len({i.person for i in retimed if abs(i.after_s - i.before_s) > TOLERANCE_S}),
        faces=_faces(desk, trial),
        rooms=_rooms(desk, trial),
        warnings=trial.warnings,
        terms=price.terms,
        cents=price.cents,
    )


def _occurrences(desk: Desk, trial: Trial) -> list[Occurrence]:
    found = []
    for name, candidate in trial.placed:
        workers = [desk.resident.workers[seat.worker].id for seat in candidate.seats]
        legs = [_added_way(desk, trial, worker, candidate.day, name) for worker in workers]
        found.append(
            Occurrence(
                visit=name,
                day=candidate.day,
                start_s=candidate.start_s,
                workers=workers,
                travel_s=sum(seconds for seconds, _ in legs),
                distance_m=sum(metres for _, metres in legs),
            )
        )
    return sorted(found, key=lambda item: (item.start_s, item.visit))


def _added_way(desk: Desk, trial: Trial, worker: str, day: int, visit: str) -> tuple[int, int]:
    """Travel and metres between visits that one stop of a round adds to it."""
    stops = trial.rounds[worker, day]
    way, place_of = desk.lookup.ways[worker], desk.lookup.place_of
    places = [place_of[stop.visit] for stop in stops]
    at = next(index for index, stop in enumerate(stops) if stop.visit == visit)
    seconds = metres = 0
    for sign, first, second in ((1, at - 1, at), (1, at, at + 1), (-1, at - 1, at + 1)):
        if first >= 0 and second < len(places):
            seconds += sign * way.seconds[places[first]][places[second]]
            metres += sign * way.metres[places[first]][places[second]]
    return seconds, metres


def _faces(desk: Desk, trial: Trial) -> list[Face]:
    count = Counter(
        desk.resident.workers[seat.worker].id for _, candidate in trial.placed for seat in candidate.seats
    )
    person = desk.need.person
    return [
        Face(
            worker=worker, recent=person.known.get(worker, 0), in_plan=worker in desk.known, visits=visits
        )
        for worker, visits in sorted(count.items(), key=lambda item: (-item[1], item[0]))
    ]  # fmt: skip


def _rooms(desk: Desk, trial: Trial) -> list[Room]:
    resident, week_of = desk.resident, desk.lookup.calendar.week_of
    added: Counter[tuple[str, int]] = Counter()
    for worker, days in trial.timelines.items():
        for day, line in days.items():
            before: DayTimeline | None = resident.timelines[worker].get(day)
            added[worker, week_of[day]] += line.work_s - (before.work_s if before is not None else 0)
    found = []
    for (worker, week), more_s in sorted(added.items()):
        index = resident.index[worker]
        was_s = int(resident.week_work[index, week])
        found.append(
            Room(
                worker=worker,
                week=week,
                before_s=was_s,
                after_s=was_s + more_s,
                contract_s=resident.workers[index].contract_s,
                max_s=resident.caps[index].max_s,
                ceiling=resident.caps[index].rule,
            )
        )
    return found
