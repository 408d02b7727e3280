"""
What is proposed for changes that the kitchen does not see, and what leaves while nobody decides.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest
from builders.meals import a_kitchen

from carecoord.kernel.clock import PARIS
from carecoord.meals.domain import HospitalFree
from carecoord.meals.late import Action, LateChange, Proposal, may_deliver_anyway, propose, reserve_of, settle
from carecoord.meals.wishes import MealKind

PLAIN = MealKind(chain="cold", diet="normal", texture="iddsi7")
NO_MILK = MealKind(chain="cold", diet="normal", texture="iddsi7", allergies=("milk",))
MINCED = MealKind(chain="cold", diet="normal", texture="iddsi5")
MADE_ON = date(2026, 11, 24)
EVE = datetime(2026, 11, 23, 15, 0, tzinfo=PARIS)
COOKING = datetime(2026, 11, 24, 6, 1, tzinfo=PARIS)


def a_late_change(
    ordered: tuple[int, MealKind | None], wished: tuple[int, MealKind | None], **given: Any
) -> LateChange:
    """Of one person for Wednesday, cooked on Tuesday."""
    values: dict[str, Any] = {
        "source_id": UUID(int=721),
        "source": "delivery",
        "person_id": UUID(int=101),
        "consumed_on": date(2026, 11, 25),
        "deliver_on": date(2026, 11, 25),
        "made_on": MADE_ON,
        "ordered_count": ordered[0],
        "ordered_kind": ordered[1],
        "wished_count": wished[0],
        "wished_kind": wished[1],
    }
    return LateChange(**{**values, **given})


FEWER = a_late_change((1, PLAIN), (0, None))
MORE = a_late_change((1, PLAIN), (2, PLAIN))
OTHER = a_late_change((1, PLAIN), (1, NO_MILK))


def proposed(
    change: LateChange,
    *,
    reserve: dict[MealKind, int] | None = None,
    now: datetime = EVE,
    hospital_free: HospitalFree = "before_cutoff",
    is_hospital: bool = False,
) -> Proposal:
    """What the kitchen of Brunoy, which begins at 6:00, leads to."""
    return propose(
        change,
        kitchen=a_kitchen(),
        reserve=reserve or {},
        hospital_free=hospital_free,
        is_hospital=is_hospital,
        now=now,
    )


def test_a_meal_more_comes_from_the_reserve_while_it_lasts() -> None:
    """With a spare meal it is taken; without, the kitchen is called while it has not begun; then refused."""
    assert proposed(MORE, reserve={PLAIN: 1}).action == "spare"
    assert proposed(MORE).options == ["call_kitchen", "refuse"]
    assert proposed(MORE).missing == 1
    assert proposed(MORE, now=COOKING).options == ["refuse"]


def test_a_plain_spare_meal_is_no_meal_without_milk() -> None:
    """The reserve is counted kind by kind."""
    assert "spare" not in proposed(OTHER, reserve={PLAIN: 5}).options
    assert proposed(OTHER, reserve={NO_MILK: 1}).action == "spare"


def test_a_meal_fewer_is_charged_once_the_kitchen_cooks() -> None:
    """Before it begins, a call spares the meal; afterwards it is charged, or brought all the same."""
    assert proposed(FEWER).action == "call_kitchen"
    assert proposed(FEWER, now=COOKING).options == ["cancel_charged", "cancel_free", "deliver_anyway"]


@pytest.mark.parametrize(
    ("setting", "action"),
    [("always", "cancel_free"), ("before_cutoff", "cancel_charged"), ("never", "cancel_charged")],
)
def test_a_hospital_stay_told_late_is_charged_as_the_rules_say(setting: HospitalFree, action: Action) -> None:
    """Nobody brings a meal to somebody who is away; free of charge only where the rules always say so."""
    change = msgspec.structs.replace(FEWER, is_stay=True)

    found = proposed(change, now=COOKING, hospital_free=setting, is_hospital=True)

    assert found.action == action
    assert "deliver_anyway" not in found.options


@pytest.mark.parametrize(
    ("ordered", "wished", "may"),
    [
        (PLAIN, NO_MILK, False),  # an allergen to avoid now
        (NO_MILK, PLAIN, True),  # without milk does no harm
        (PLAIN, MINCED, False),  # risk of choking
        (MINCED, PLAIN, False),  # another texture was prescribed
    ],
)
def test_nothing_unsafe_is_handed_over(ordered: MealKind, wished: MealKind, may: bool) -> None:
    """What was ordered goes out for something else only when it can do no harm, even if somebody insists."""
    change = a_late_change((1, ordered), (1, wished), action="deliver_anyway")

    assert may_deliver_anyway(change) is may
    assert sum(portion.count for portion in settle(change).handed) == (1 if may else 0)


@pytest.mark.parametrize(
    ("change", "handed"),
    [(FEWER, []), (MORE, [(PLAIN, 1)]), (OTHER, [])],
)
def test_while_nobody_decides(change: LateChange, handed: list[tuple[MealKind, int]]) -> None:
    """A cancelled meal is not brought, an added one not promised, a changed one kept back."""
    assert [(portion.kind, portion.count) for portion in settle(change).handed] == handed


def test_the_reserve_counts_what_is_left_over_and_what_is_promised() -> None:
    """Two spare meals, one left over, two promised: one is left."""
    taken = msgspec.structs.replace(MORE, wished_count=3, action="spare")

    assert reserve_of(2, [FEWER, taken], "cold") == {PLAIN: 1}
