"""
The parts of a big planning run: how far the whole is, and a line for each sector and border.
"""

from __future__ import annotations

from carecoord.rosters.domain import PlanningRun
from carecoord.rosters.parts import BORDER_SHARE, BORDERS, SECTORS, PlanningPart
from carecoord.web.filters import counted, number
from carecoord.web.planning_words import OVER, run_message

NAMES = {SECTORS: "Secteur", BORDERS: "Bordure"}
STATES: dict[str, tuple[str, str]] = {
    "queued": ("en attente", ""),
    "running": ("en cours", "warn"),
    "done": ("terminé", "ok"),
}
STARTED = 0.5
"""A part at work counts for half of one that is done."""


def part_ratio(parts: list[PlanningPart]) -> float:
    """How far a run in parts is, 0 to 0.99: sectors first, then borders, each for its share of the search."""
    done = 0.0
    for stage, share in ((SECTORS, 1 - BORDER_SHARE), (BORDERS, BORDER_SHARE)):
        here = [part for part in parts if part.stage == stage]
        if here:
            worth = {"queued": 0.0, "running": STARTED, "done": 1.0}
            done += share * sum(worth[part.state] for part in here) / len(here)
    return min(0.99, done)


def part_message(run: PlanningRun, parts: list[PlanningPart]) -> str:
    """What is being done, and how many parts are done; that of any run when it is in one piece or over."""
    stage = BORDERS if any(part.stage == BORDERS for part in parts) else SECTORS
    here = [part for part in parts if part.stage == stage]
    if not here or run.state in OVER:
        return run_message(run)
    done = sum(part.state == "done" for part in here)
    word = "secteur" if stage == SECTORS else "bordure"
    ended = "terminé" if stage == SECTORS else "terminée"
    return (
        f"{run_message(run)} {counted(done, word)} {ended}{'s' if done > 1 else ''} sur {number(len(here))}."
    )


def part_rows(parts: list[PlanningPart]) -> list[dict[str, str]]:
    """A line for each part: name, visits, aides, state, visits left out as far as is known."""
    return [
        {
            "name": f"{NAMES[part.stage]} {part.index + 1}",
            "visits": number(part.visits),
            "aides": number(part.aides),
            "state": STATES[part.state][0],
            "tone": STATES[part.state][1],
            "left": "" if part.best is None else number(sum(part.best.unserved.values())),
        }
        for part in parts
    ]
