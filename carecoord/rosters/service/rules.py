"""
The rules and prices by which an organisation's plans are made, with where each comes from.
"""

from __future__ import annotations

from datetime import date

import msgspec

from carecoord.db.uow import UnitOfWork
from carecoord.identity.service import get_organisation
from carecoord.kernel.actor import Actor
from carecoord.planning.problem import Weights
from carecoord.planning.rules.parameters import OWN_AGREEMENT, REGIMES, base_key, in_force, regime_for


class Threshold(msgspec.Struct, frozen=True, kw_only=True):
    """
    One threshold of working time.

    Args:
        field: of `planning.problem.Regime`.
        value: seconds for durations, else in `unit`; None when the employer lifted the rule.
        unit: `h`, `min`, `s`, `days`, `weeks`, `count`, `permille` or `flag`, as its source puts it.
        source: article, or the employer's own agreement.
        from_date: since when; None for the employer's own.
        doubtful: its source is not certain, so that it only ever warns.
        is_own: changed by the employer's own agreement.
    """

    field: str
    value: int | bool | None
    unit: str
    source: str
    from_date: date | None = None
    doubtful: bool = False
    is_own: bool = False


class RulesInForce(msgspec.Struct, frozen=True, kw_only=True):
    """
    What plans of an organisation obey on a day.

    Args:
        regime: key of the regime; None without aides.
        weights: price -> cents, per unit as its name says.
        own_weights: names of the prices that the organisation changed.
    """

    regime: str | None
    thresholds: list[Threshold]
    weights: dict[str, int]
    own_weights: frozenset[str]


async def rules_in_force(uow: UnitOfWork, actor: Actor, on: date) -> RulesInForce:
    """
    Thresholds and prices on a day, the organisation's own changes included.

    Raises:
        Refused: the actor lacks `roster:read`.
    """
    actor.require("roster:read")
    organisation = await get_organisation(uow, actor)
    weights = msgspec.convert(organisation.weight_overrides, Weights)
    return RulesInForce(
        regime=organisation.regime,
        thresholds=thresholds(organisation.regime, organisation.regime_overrides, on),
        weights=msgspec.structs.asdict(weights),
        own_weights=frozenset(organisation.weight_overrides),
    )


def thresholds(key: str | None, overrides: dict[str, object], on: date) -> list[Threshold]:
    """Those of a regime in the order of its file, then those only the employer has."""
    if key is None or base_key(key) not in REGIMES:
        return []
    regime = regime_for(key, on, overrides)
    known = in_force(base_key(key), on)
    found = [
        Threshold(
            field=name,
            value=getattr(regime, name),
            unit=item.unit,
            source=OWN_AGREEMENT if name in overrides else item.source,
            from_date=None if name in overrides else item.from_date,
            doubtful=name in regime.doubtful,
            is_own=name in overrides,
        )
        for name, item in known.items()
    ]
    added = (name for name in overrides if name not in known)
    return found + [
        Threshold(
            field=name,
            value=getattr(regime, name),
            unit="s" if name.endswith("_s") else "count",
            source=OWN_AGREEMENT,
            is_own=True,
        )
        for name in added
    ]
