"""
Rides of one person kept apart in time, so that no change of one tour brings them together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from carecoord.planning.rides.ground import Ground, Windows


def parted(
    ground: Ground,
    rides: Iterable[str],
    windows: Mapping[str, Windows],
    at: Mapping[str, tuple[int, int]],
) -> dict[str, Windows]:
    """
    Windows of rides of one person, cut where they overlap: any hours within them are one after the other.

    A cut lies midway between two rides as the plan has them, or as they can be. A ride that has no
    window left is not in the result; one that is in the plan goes before one that is not.

    Args:
        rides: of one person.
        at: ride -> beginning of boarding and end of alighting, for those in the plan.
    """

    def hour(name: str) -> tuple[int, str]:
        span = windows[name]
        return (at[name][0] if name in at else (span.pick_early_s + span.pick_late_s) // 2), name

    found: dict[str, Windows] = {}
    last: str | None = None
    for name in sorted((ride for ride in rides if ride in windows), key=hour):
        found[name] = windows[name]
        if last is not None and not _cut(ground, found, last, name, at):
            gone = last if last not in at and name in at else name
            del found[gone]
            if gone == name:
                continue
        last = name
    return found


def _cut(
    ground: Ground, found: dict[str, Windows], one: str, other: str, at: Mapping[str, tuple[int, int]]
) -> bool:
    """Cut the windows of two rides that follow each other; False, and nothing changed, when they cannot."""
    first, second, alighting_s = found[one], found[other], ground.ways[one].alighting_s
    if first.drop_late_s + alighting_s <= second.pick_early_s:
        return True
    soonest = at[one][1] if one in at else first.drop_early_s + alighting_s
    latest = at[other][0] if other in at else second.pick_late_s
    if soonest > latest:
        return False
    cut = (soonest + latest) // 2
    before = ground.tightened(one, first._replace(drop_late_s=min(first.drop_late_s, cut - alighting_s)))
    after = ground.tightened(other, second._replace(pick_early_s=max(second.pick_early_s, cut)))
    if before is None or after is None:
        return False
    found[one], found[other] = before, after
    return True
