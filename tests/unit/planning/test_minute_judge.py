"""
A second judge of working time, minute by minute from the text of the law, against the checker.

It shares nothing with the product: days are laid out on a line of minutes, each in one of four
states, and every limit is read off that line as an inspector would with a pencil. The figures
are those of the articles named beside them. Hundreds of drawn days, many of them on or beside a
limit, must get the same verdicts from both.
"""

from __future__ import annotations

from collections import Counter
from itertools import accumulate, product
from random import Random
from typing import NamedTuple

import pytest
from builders.planning import (
    days_from,
    fixed_visit,
    places,
    problem,
    regime,
    round_of,
    solution,
    stop,
    worker,
)

from carecoord.planning.check import check
from carecoord.planning.matrix import Matrix
from carecoord.planning.problem import Person, Problem
from carecoord.planning.solution import Solution

HOUR = 60
DAY = 24 * HOUR
JUDGED = {
    "daily_work", "weekly_work", "span", "daily_rest", "weekly_rest", "consecutive_days", "break",
    "interruptions", "interruption_total", "part_time_ceiling", "daily_minimum",
}  # fmt: skip

Verdict = tuple[str, str, int, int]
"""Rule, severity, day, and how much was counted: minutes, days or interruptions."""


class Task(NamedTuple):
    """One visit: minutes after midnight of its day, and minutes of travel from the visit before."""

    start: int
    end: int
    travel: int


class Status(NamedTuple):
    """Whose law: branch, contract, and whom the visits are for."""

    branch: str
    part_time: bool
    frail: bool


Week = dict[int, list[Task]]

STATUSES = [
    Status("BAD_2941", part_time=False, frail=True),
    Status("BAD_2941", part_time=True, frail=True),
    Status("SAP_3127", part_time=True, frail=True),
    Status("SAP_3127", part_time=False, frail=False),
    Status("FPT", part_time=False, frail=True),
]


def drawn_day(rng: Random) -> list[Task]:
    """A day of up to ten visits, with gaps on and beside every limit."""
    tasks: list[Task] = []
    now = rng.choice([360, 390, 420, 450, 480, 540, 600, 900, 1020])
    latest = now + rng.choice([50, 300, 540, 700, 720, 721, 780, 781, 800])
    while len(tasks) < 10:
        travel = rng.choice([0, 0, 5, 10, 25]) if tasks else 0
        free = rng.choice([0, 0, 5, 14, 15, 16, 19, 20, 21, 45, 119, 120, 121, 150, 240]) if tasks else 0
        start = now + travel + free
        end = start + rng.choice([20, 30, 45, 60, 90, 119, 120, 121, 180, 240, 359, 360, 361])
        if end > latest:
            end = latest
        if end <= start:
            break
        tasks.append(Task(start, end, travel))
        now = end
    return tasks


def drawn_week(rng: Random) -> Week:
    """Three to seven days of work."""
    days = sorted(rng.sample(range(7), rng.randint(3, 7)))
    return {day: drawn_day(rng) for day in days}


def minutes_of(tasks: list[Task], *, travel_first: tuple[bool, ...] | None = None) -> str:
    """
    A day as one letter a minute from first start to last end: Service, Travel, paid Wait, or `.` free.

    Waiting of at most a quarter of an hour is work (IDCC 3127 s. 2 e; L3121-1); travel always is.
    """
    order = travel_first or (True,) * (len(tasks) - 1)
    line = "S" * (tasks[0].end - tasks[0].start)
    for before, task, first in zip(tasks[:-1], tasks[1:], order, strict=True):
        free = task.start - before.end - task.travel
        wait = ("W" if free <= 15 else ".") * free
        travel = "T" * task.travel
        line += (travel + wait if first else wait + travel) + "S" * (task.end - task.start)
    return line


def worked_minutes(line: str) -> int:
    """Minutes that are not free."""
    return sum(state != "." for state in line)


def pauses(line: str) -> list[int]:
    """Lengths of the free stretches, in order."""
    return [len(part) for part in "".join("x" if s != "." else "." for s in line).split("x") if part]


def tired(line: str) -> int:
    """The most minutes worked without twenty minutes free in a row."""
    most = run = free = 0
    for state in line:
        free = free + 1 if state == "." else 0
        run = run + 1 if state != "." else run
        if free == 20:
            run = 0
        most = max(most, run)
    return most


def breaks(day: int, tasks: list[Task]) -> list[Verdict]:
    """L3121-16: as soon as daily work reaches six hours, twenty minutes; travel may come before or after."""
    line = minutes_of(tasks)
    if worked_minutes(line) < 6 * HOUR:
        return []
    orders = product((True, False), repeat=len(tasks) - 1)
    best = min(tired(minutes_of(tasks, travel_first=order)) for order in orders)
    rested = max(pauses(line), default=0) >= 20
    return [] if rested and best <= 6 * HOUR else [("break", "warn", day, best)]


def one_day(status: Status, day: int, tasks: list[Task]) -> list[Verdict]:
    """Limits of a single day, the counted ones apart."""
    line = minutes_of(tasks)
    work = worked_minutes(line)
    found = breaks(day, tasks)
    if work > 10 * HOUR:  # V.5; IDCC 3127 s. 2 h; décret 2000-815 art. 3
        found.append(("daily_work", "block", day, work))
    if status == Status("SAP_3127", part_time=True, frail=status.frail) and work < HOUR:
        found.append(("daily_minimum", "warn", day, work))  # avenant of 6 October 2017
    spread, cuts = len(line), pauses(line)
    if status.branch == "SAP_3127":
        return found + company_day(status, day, spread, cuts)
    if spread > 12 * HOUR:  # V.7, up to thirteen for a reason; the agents' decree knows no reason
        excused = status.branch == "BAD_2941" and spread <= 13 * HOUR
        found.append(("span", "warn" if excused else "block", day, spread))
    if status.branch == "BAD_2941" and status.part_time and len(cuts) > 3:  # V.13
        found.append(("interruptions", "block", day, len(cuts)))
    return found


def company_day(status: Status, day: int, spread: int, cuts: list[int]) -> list[Verdict]:
    """IDCC 3127 s. 2 h and f: thirteen hours for frail people only; four interruptions, two of them short."""
    found: list[Verdict] = []
    if spread > (13 if status.frail else 12) * HOUR:
        found.append(("span", "block", day, spread))
    if len(cuts) > 4:
        found.append(("interruptions", "block", day, len(cuts)))
    if (long_ones := sum(cut > 2 * HOUR for cut in cuts)) > 2:
        found.append(("interruptions", "block", day, long_ones))
    return found


def split_days(status: Status, week: Week) -> list[Verdict]:
    """V.13: a part-timer's interruptions pass five hours on at most five days in two weeks."""
    if status.branch != "BAD_2941" or not status.part_time:
        return []
    over = [(day, sum(pauses(minutes_of(tasks)))) for day, tasks in week.items()]
    over = [(day, total) for day, total in over if total > 5 * HOUR]
    allowed = [("interruption_total", "warn", day, total) for day, total in over[:5]]
    return [*allowed, *(("interruption_total", "block", day, 6 + k) for k, (day, _) in enumerate(over[5:]))]


def rests(status: Status, week: Week) -> list[Verdict]:
    """Daily and weekly rest and days in a row, on one line of minutes from two days before to two after."""
    busy = [False] * (11 * DAY)
    for day, tasks in week.items():
        first, last = (2 + day) * DAY + tasks[0].start, (2 + day) * DAY + tasks[-1].end
        busy[first:last] = [True] * (last - first)
    found: list[Verdict] = []
    ends = [(day * DAY + tasks[-1].end, day) for day, tasks in week.items()]
    for (end, _), (day, tasks) in zip(ends, list(week.items())[1:], strict=False):
        if (rest := day * DAY + tasks[0].start - end) < 11 * HOUR:  # L3131-1, V.12.1
            found.append(("daily_rest", "block", day, max(0, rest)))
    upto = [0, *accumulate(busy)]
    monday, sunday = 2 * DAY, 9 * DAY

    def held(start: int) -> bool:
        # L3132-2: a whole day's length within the week, and eleven hours joined to it
        inside = min(start + 35 * HOUR, sunday) - max(start, monday)
        return upto[start + 35 * HOUR] == upto[start] and inside >= DAY

    if not any(held(start) for start in range(11 * DAY - 35 * HOUR)):
        found.append(("weekly_rest", "block", 6, -1))
    touched = [any(busy[(2 + day) * DAY : (3 + day) * DAY]) for day in range(7)]
    if all(touched) and status.branch != "FPT":  # L3132-1, V.12.2: the agents' decree only has the 35 hours
        found.append(("consecutive_days", "block", 6, 7))
    return found


def judged(status: Status, week: Week) -> Counter[Verdict]:
    """Everything this judge says of a week."""
    found = [verdict for day, tasks in week.items() for verdict in one_day(status, day, tasks)]
    found += split_days(status, week) + rests(status, week)
    total = sum(worked_minutes(minutes_of(tasks)) for tasks in week.values())
    if total > 48 * HOUR:  # L3121-20
        found.append(("weekly_work", "block", 6, total))
    if status.part_time and total >= 35 * HOUR:  # L3123-9: never reaches it
        found.append(("part_time_ceiling", "block", 6, total))
    return Counter(found)


def planned(status: Status, week: Week) -> tuple[Problem, Solution]:
    """The same week as the product sees it."""
    days = days_from()
    tasks = [(day, task) for day, items in week.items() for task in items]
    visits = [
        fixed_visit(
            f"v{k}", day * DAY * 60 + task.start * 60, (task.end - task.start) * 60, days=days, place=f"p{k}"
        )
        for k, (day, task) in enumerate(tasks)
    ]
    size = len(visits)
    seconds = [[0] * size for _ in range(size)]
    for k, (_, task) in enumerate(tasks):
        if k:
            seconds[k - 1][k] = task.travel * 60
    aide = worker(regime=status.branch, part_time=status.part_time)
    built = problem(
        places=places(size),
        matrices=[Matrix(mode="car", provider="test", seconds=seconds, metres=seconds)],
        regimes=[regime(status.branch)],
        workers=[aide],
        persons=[Person(id=item.person, frail=status.frail) for item in visits],
        visits=visits,
    )
    rounds: dict[int, list[int]] = {}
    for k, (day, _) in enumerate(tasks):
        rounds.setdefault(day, []).append(k)
    plan = solution(
        *(
            round_of("w1", day, *(stop(visits[k], visits[k].options[0].earliest_s) for k in items))
            for day, items in rounds.items()
        )
    )
    return built, plan


def checked(status: Status, week: Week) -> Counter[Verdict]:
    """What the checker says of a week, under the rules that the judge knows, in minutes."""
    found = [item for item in check(*planned(status, week)) if item.rule in JUDGED]
    return Counter(
        (
            item.rule,
            item.severity,
            item.day or 0,
            -1 if item.rule == "weekly_rest" else item.amount // 60 if item.unit == "s" else item.amount,
        )
        for item in found
    )


@pytest.mark.parametrize("status", STATUSES, ids=lambda status: f"{status.branch}-{status.part_time}")
def test_the_checker_and_the_pencil_agree_on_every_drawn_day(status: Status) -> None:
    """Sixty drawn weeks a status, some 1,400 days in all: the same rule, severity, day and amount."""
    rng = Random(f"minutes {status}")
    days = 0
    for _ in range(60):
        week = drawn_week(rng)
        days += len(week)

        assert checked(status, week) == judged(status, week), week

    assert days >= 200


def test_the_drawn_days_break_every_rule_the_pencil_knows() -> None:
    """The draws reach every rule both ways, so that agreement means something."""
    rng = Random("reach")
    broken: Counter[str] = Counter()
    weeks = 0
    for status in STATUSES:
        for _ in range(40):
            weeks += 1
            broken.update({verdict[0] for verdict in judged(status, drawn_week(rng))})

    assert set(broken) == JUDGED
    assert all(count < weeks for count in broken.values())
