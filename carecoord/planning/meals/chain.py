"""
Cold and hot chain as dated data: temperatures at the door, longest times out of cold or heat.

The values live in `chain.toml`, each with its source. A provider's own procedure (plan de
maîtrise sanitaire) changes them, and is then no longer doubtful.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Literal

import msgspec

from carecoord.kernel.errors import Defect, Invalid
from carecoord.planning.meals.problem import ChainLimit

_SECONDS_PER_UNIT = {"h": 3600, "min": 60}
OWN_PROCEDURE = "Plan de maîtrise sanitaire du service"
"""Source cited for a value that the provider has set."""

Reading = Literal["good", "watch", "refuse"]
"""What a temperature asks for: nothing, to look and to note how long, not to hand over."""


class ChainValue(msgspec.Struct, frozen=True, kw_only=True):
    """
    One value from one day on.

    Args:
        value: seconds for times, tenths of a degree for temperatures.
        doubtful: whether it may only warn.
    """

    field: str
    value: int
    unit: str
    from_date: date = msgspec.field(name="from")
    source: str
    confidence: float
    doubtful: bool = False


@lru_cache(maxsize=1)
def chain_values() -> tuple[ChainValue, ...]:
    """Every dated value, in the order of the file."""
    text = resources.files(__package__ or "").joinpath("chain.toml").read_text(encoding="utf-8")
    return tuple(msgspec.convert(tomllib.loads(text)["value"], list[ChainValue]))


@lru_cache(maxsize=64)
def chain_in_force(on: date) -> Mapping[str, ChainValue]:
    """Field -> the latest value that applies on a day, times in seconds."""
    latest: dict[str, ChainValue] = {}
    for item in chain_values():
        if item.from_date <= on and (
            item.field not in latest or latest[item.field].from_date <= item.from_date
        ):
            value = item.value * _SECONDS_PER_UNIT.get(item.unit, 1)
            latest[item.field] = msgspec.structs.replace(item, value=value)
    return MappingProxyType(latest)


def chain_for(on: date, own: Mapping[str, int] | None = None) -> dict[str, ChainValue]:
    """
    The values of one provider on a day.

    Args:
        own: field -> value of the provider's procedure (seconds, tenths of a degree); no longer doubtful.

    Raises:
        Invalid: a field that does not exist, or a time that is not positive; all are listed.
    """
    found = dict(chain_in_force(on))
    defects = []
    for field, value in (own or {}).items():
        if field not in found:
            defects.append(Defect(code="threshold_unknown", where=field, why="no such value"))
        elif field.endswith("_s") and value <= 0:
            defects.append(Defect(code="threshold_negative", where=field, why="is not positive"))
        else:
            found[field] = msgspec.structs.replace(
                found[field], value=value, source=OWN_PROCEDURE, confidence=1.0, doubtful=False
            )
    if defects:
        raise Invalid(defects)
    return found


def limits_for(on: date, own: Mapping[str, int] | None = None) -> list[ChainLimit]:
    """
    The longest times out of cold and of heat on a day, for `Problem.limits`.

    Raises:
        Invalid: see `chain_for`.
    """
    values = chain_for(on, own)
    cold, hot = values["cold_out_max_s"], values["hot_out_max_s"]
    return [
        ChainLimit(chain="cold", limit_s=cold.value, doubtful=cold.doubtful, source=cold.source),
        ChainLimit(chain="hot", limit_s=hot.value, doubtful=hot.doubtful, source=hot.source),
    ]


def reading_of(chain: Literal["cold", "hot"], decidegrees: int, values: Mapping[str, ChainValue]) -> Reading:
    """
    What a temperature asks for.

    Cold: good up to 3 °C, to watch up to 5 °C, refused above. Hot: good from 63 °C, refused below.
    The provider's procedure decides in the end.

    Args:
        decidegrees: tenths of a degree Celsius.
    """
    if chain == "hot":
        return "good" if decidegrees >= values["hot_min_decidegrees"].value else "refuse"
    if decidegrees <= values["cold_max_decidegrees"].value:
        return "good"
    return "watch" if decidegrees <= values["cold_refuse_above_decidegrees"].value else "refuse"
