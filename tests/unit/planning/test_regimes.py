"""
Working-time regimes as dated data: values by date, sources, overrides.
"""

from __future__ import annotations

from datetime import date

import pytest

from carecoord.kernel.errors import Invalid, NotFound
from carecoord.planning.problem import Regime
from carecoord.planning.rules.parameters import REGIMES, parameters, regime_for, source_of, sources

NOW = date(2026, 11, 23)
HOUR_S = 3600


@pytest.mark.parametrize("key", REGIMES)
def test_every_threshold_is_a_field_with_source_and_confidence(key: str) -> None:
    """Each entry names a field of a regime, an article and how sure it is."""
    for item in parameters(key):
        assert item.field in Regime.__struct_fields__
        assert item.source
        assert 0 < item.confidence <= 1
        assert item.unit in {"h", "min", "s", "days", "weeks", "count", "permille", "flag"}


def test_values_of_the_branch() -> None:
    """IDCC 2941: 10 h a day, 11 h of rest, 35 h of weekly rest, four days off in a fortnight."""
    law = regime_for("BAD_2941", NOW)

    assert (law.daily_work_max_s, law.daily_rest_min_s) == (10 * HOUR_S, 11 * HOUR_S)
    assert (law.weekly_rest_min_s, law.fortnight_rest_days_min) == (35 * HOUR_S, 4)


def test_values_change_with_the_date() -> None:
    """IDCC 3127: 33 % of complementary hours and an hour a day only since 3 June 2021."""
    before, since = regime_for("SAP_3127", date(2021, 6, 2)), regime_for("SAP_3127", date(2021, 6, 3))

    assert (before.complementary_permille_max, before.daily_work_min_s) == (100, None)
    assert (since.complementary_permille_max, since.daily_work_min_s) == (330, HOUR_S)


def test_public_agents_have_no_derogation_to_thirteen_hours() -> None:
    """FPT: twelve hours of span, no exceptional one, no ceiling of part-time."""
    law = regime_for("FPT", NOW)

    assert (law.span_max_s, law.span_exceptional_max_s, law.part_time_weekly_below_s) == (43_200, None, None)


def test_overrides_change_values_and_lift_doubt() -> None:
    """An employer's own value counts, `None` removes a rule, and it is no longer doubtful."""
    law = regime_for("SAP_3127@acme", NOW, {"daily_work_min_s": 7200, "sundays_per_month_max": None})

    assert (law.key, law.daily_work_min_s, law.sundays_per_month_max) == ("SAP_3127@acme", 7200, None)
    assert "daily_work_min_s" not in law.doubtful
    assert "daily_work_min_s" in regime_for("SAP_3127", NOW).doubtful


def test_bad_overrides_are_all_listed() -> None:
    """An unknown name, a wrong type and a negative value are three defects."""
    with pytest.raises(Invalid) as refused:
        regime_for("FPT", NOW, {"moon": 1, "span_max_s": "long", "daily_rest_min_s": -1, "key": "x"})

    assert [(item.where, item.code) for item in refused.value.defects] == [
        ("moon", "threshold_unknown"),
        ("span_max_s", "threshold_type"),
        ("daily_rest_min_s", "threshold_negative"),
        ("key", "threshold_unknown"),
    ]


def test_unknown_regime_is_not_found() -> None:
    """Private employers are outside the planner."""
    with pytest.raises(NotFound):
        regime_for("PE_3239", NOW)
    assert sources("PE_3239", NOW) == {}


def test_sources_follow_the_value() -> None:
    """The branch's value cites its article; another value, the employer's own agreement."""
    law = regime_for("BAD_2941", NOW)
    own = regime_for("BAD_2941@acme", NOW, {"span_max_s": 11 * HOUR_S})

    assert source_of(law, "daily_rest_min_s", NOW) == "IDCC 2941, art. V.12.1"
    assert source_of(own, "span_max_s", NOW) == "Accord propre à l’employeur"
    assert source_of(own, "daily_rest_min_s", NOW) == "IDCC 2941, art. V.12.1"
