"""
What people need in a week: kinds of visits, their hours, and patterns that add up to a day's total.
"""

from __future__ import annotations

from random import Random

import msgspec

from carecoord.careplans.domain import Tier

WEEKDAYS = (0, 1, 2, 3, 4)
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """
    A kind of visit.

    Args:
        durations: possible lengths in minutes.
        preferred: earliest and latest wished start, minutes after midnight.
        before, after: how far the window opens around the wished start, in minutes.
        weight: how common it is among its like.
        can_need_two: whether a heavy person may need two aides for it.
    """

    label: str
    tier: Tier
    durations: tuple[int, ...]
    preferred: tuple[int, int]
    before: int
    after: int
    weight: int
    skills: tuple[str, ...] = ()
    essential: bool = True
    can_need_two: bool = False


def _clock(hours: int, minutes: int = 0) -> int:
    return hours * 60 + minutes


RISING = Kind(
    label="Lever, toilette, habillage",
    tier="vital",
    durations=(30, 45, 45, 60),
    preferred=(_clock(7, 15), _clock(9, 30)),
    before=30,
    after=45,
    weight=36,
    skills=("toilette",),
    can_need_two=True,
)
BEDTIME = Kind(
    label="Aide au coucher",
    tier="vital",
    durations=(30, 30, 45),
    preferred=(_clock(18, 45), _clock(20, 0)),
    before=45,
    after=30,
    weight=22,
    skills=("toilette",),
    can_need_two=True,
)
NOON_MEAL = Kind(
    label="Repas de midi : préparation et aide",
    tier="vital",
    durations=(30, 45, 45),
    preferred=(_clock(11, 30), _clock(12, 45)),
    before=30,
    after=30,
    weight=26,
)
EVENING_MEAL = Kind(
    label="Repas du soir",
    tier="important",
    durations=(30, 30, 45),
    preferred=(_clock(18, 0), _clock(19, 15)),
    before=30,
    after=30,
    weight=10,
)
CHECK = Kind(
    label="Passage : médicaments, présence",
    tier="vital",
    durations=(20,),
    preferred=(_clock(8, 0), _clock(10, 30)),
    before=60,
    after=60,
    weight=10,
)
DAILY_KINDS = (RISING, BEDTIME, NOON_MEAL, EVENING_MEAL, CHECK)

SHOWER = Kind(
    label="Aide à la douche",
    tier="important",
    durations=(45, 60),
    preferred=(_clock(8, 30), _clock(11, 0)),
    before=45,
    after=60,
    weight=20,
    skills=("toilette",),
)
SHOPPING = Kind(
    label="Courses",
    tier="important",
    durations=(45, 60),
    preferred=(_clock(9, 0), _clock(16, 0)),
    before=60,
    after=90,
    weight=14,
    essential=False,
)
COOKING = Kind(
    label="Préparation des repas",
    tier="important",
    durations=(45, 60),
    preferred=(_clock(10, 30), _clock(11, 45)),
    before=30,
    after=45,
    weight=16,
)
CLEANING = Kind(
    label="Entretien du logement",
    tier="comfort",
    durations=(90, 90, 120),
    preferred=(_clock(9, 0), _clock(15, 0)),
    before=60,
    after=120,
    weight=16,
    essential=False,
)
LAUNDRY = Kind(
    label="Entretien du linge",
    tier="comfort",
    durations=(45, 60),
    preferred=(_clock(9, 30), _clock(15, 30)),
    before=60,
    after=90,
    weight=6,
    essential=False,
)
OUTING = Kind(
    label="Sortie accompagnée",
    tier="comfort",
    durations=(45, 60, 90),
    preferred=(_clock(14, 0), _clock(16, 0)),
    before=30,
    after=60,
    weight=8,
    essential=False,
)
WEEKDAY_CHECK = Kind(
    label="Passage : médicaments, présence",
    tier="important",
    durations=(20, 20, 30),
    preferred=(_clock(8, 0), _clock(17, 0)),
    before=60,
    after=60,
    weight=24,
)
WEEKDAY_KINDS = (SHOWER, SHOPPING, COOKING, CLEANING, LAUNDRY, OUTING, WEEKDAY_CHECK)

# Weekly patterns of a line that keeps to weekdays, with how common each is.
PATTERNS: tuple[tuple[tuple[int, ...], int], ...] = (
    (WEEKDAYS, 20),
    ((0, 2, 4), 22),
    ((1, 3), 20),
    ((0, 3), 8),
    ((0,), 6),
    ((1,), 6),
    ((2,), 6),
    ((3,), 6),
    ((4,), 6),
)
ONCE_A_WEEK = (CLEANING, LAUNDRY, OUTING, SHOPPING)


def weekday_patterns(visits_a_day: int, random: Random) -> list[tuple[int, ...]]:
    """
    Weekly patterns whose visits add up to `visits_a_day` on each weekday, exactly.
    """
    left = dict.fromkeys(WEEKDAYS, visits_a_day)
    chosen: list[tuple[int, ...]] = []
    while any(left.values()):
        possible = [(days, weight) for days, weight in PATTERNS if all(left[day] for day in days)]
        days = random.choices([days for days, _ in possible], [weight for _, weight in possible])[0]
        for day in days:
            left[day] -= 1
        chosen.append(days)
    return chosen


def pick_kind(kinds: tuple[Kind, ...], random: Random) -> Kind:
    """A kind of visit, by how common it is."""
    return random.choices(kinds, [kind.weight for kind in kinds])[0]
