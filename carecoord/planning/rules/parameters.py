"""
Labour law as dated data: which thresholds a regime has on a given day, and from which article.

The values live in the TOML files beside this module. An employer's own agreement changes
them by overrides (company agreements come before the branch on working time, Code du
travail L2253-3).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib import resources
from types import MappingProxyType

import msgspec

from carecoord.kernel.errors import Defect, Invalid, NotFound
from carecoord.planning.problem import Regime

REGIMES: tuple[str, ...] = ("BAD_2941", "SAP_3127", "FPT")
"""Keys of the regimes known here; `PE_3239` (private employers) is outside the planner."""

OWN_AGREEMENT = "Accord propre à l’employeur"
"""Source cited for a threshold that differs from the branch's."""

_SECONDS_PER_UNIT = {"h": 3600, "min": 60, "s": 1}


class Parameter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    One threshold from one day on.

    Args:
        field: name of a field of `Regime`.
        value: in `unit`.
        unit: `h`, `min`, `s`, `days`, `weeks`, `count`, `permille` or `flag`.
        from_date: first day it applies.
        source: article, in French, shown to the coordinator.
        confidence: 0 to 1, how sure the source is.
        doubtful: whether the rule may only warn.
    """

    field: str
    value: int | bool
    unit: str
    from_date: date = msgspec.field(name="from")
    source: str
    confidence: float
    doubtful: bool = False

    @property
    def resolved(self) -> int | bool:
        """The value as `Regime` holds it: durations in seconds."""
        return self.value * _SECONDS_PER_UNIT.get(self.unit, 1) if self.unit != "flag" else self.value


def base_key(key: str) -> str:
    """The regime that an employer's own key builds on: `BAD_2941` for `BAD_2941@name`."""
    return key.partition("@")[0]


@lru_cache(maxsize=8)
def parameters(key: str) -> tuple[Parameter, ...]:
    """
    Every dated threshold of a regime, in the order of its file.

    Raises:
        NotFound: no regime of that key.
    """
    if key not in REGIMES:
        raise NotFound("regime_unknown", f"no working-time regime {key}", regime=key)
    text = resources.files(__package__ or "").joinpath(f"{key.lower()}.toml").read_text(encoding="utf-8")
    return tuple(msgspec.convert(tomllib.loads(text)["value"], list[Parameter]))


@lru_cache(maxsize=256)
def in_force(key: str, on: date) -> Mapping[str, Parameter]:
    """
    Field name -> the latest threshold that applies on a day.

    Raises:
        NotFound: no regime of that key.
    """
    latest: dict[str, Parameter] = {}
    for item in parameters(key):
        if item.from_date <= on and (
            item.field not in latest or latest[item.field].from_date <= item.from_date
        ):
            latest[item.field] = item
    return MappingProxyType(latest)


def regime_for(key: str, on: date, overrides: dict[str, object] | None = None) -> Regime:
    """
    The thresholds of a regime on a day, changed by an employer's own agreement.

    Args:
        key: `BAD_2941`, `SAP_3127` or `FPT`; `BAD_2941@name` keeps a name for the employer.
        on: the day, usually the first of the plan.
        overrides: field of `Regime` -> value in its unit (seconds for durations); `None`
            removes the rule. An overridden field is no longer doubtful.

    Raises:
        NotFound: no regime of that key.
        Invalid: an override names no threshold, or has a wrong type; all are listed.
    """
    changed = dict(overrides or {})
    _refuse_bad_overrides(changed)
    found = in_force(base_key(key), on)
    values: dict[str, object] = {name: item.resolved for name, item in found.items()}
    values.update(changed)
    doubtful = sorted(name for name, item in found.items() if item.doubtful and name not in changed)
    return msgspec.convert({**values, "key": key, "doubtful": doubtful}, Regime)


def sources(key: str, on: date) -> dict[str, str]:
    """
    Field name -> article, for a regime on a day; empty for a regime that is not known here.
    """
    base = base_key(key)
    if base not in REGIMES:
        return {}
    return {name: item.source for name, item in in_force(base, on).items()}


def source_of(regime: Regime, field: str, on: date) -> str:
    """
    The article that one threshold of a resolved regime comes from.

    A value other than the branch's comes from the employer's own agreement.
    """
    base = base_key(regime.key)
    if base not in REGIMES:
        return OWN_AGREEMENT
    item = in_force(base, on).get(field)
    if item is None or item.resolved != getattr(regime, field):
        return OWN_AGREEMENT
    return item.source


def _refuse_bad_overrides(overrides: dict[str, object]) -> None:
    types = {field.name: field.type for field in msgspec.structs.fields(Regime)}
    fixed = {"key", "doubtful"}
    defects = []
    for name, value in overrides.items():
        if name not in types or name in fixed:
            defects.append(Defect(code="threshold_unknown", where=name, why="no such threshold"))
            continue
        try:
            msgspec.convert(value, types[name])
        except msgspec.ValidationError as error:
            defects.append(Defect(code="threshold_type", where=name, why=str(error)))
            continue
        if isinstance(value, int) and not isinstance(value, bool) and value < 0:
            defects.append(Defect(code="threshold_negative", where=name, why="is negative"))
    if defects:
        raise Invalid(defects)
