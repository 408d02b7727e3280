"""
Published rosters -> the past that weekly and monthly rules need.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from builders.rosters import MONDAY, aide

from carecoord.planning.problem import History, Regime
from carecoord.planning.rules.parameters import regime_for
from carecoord.rosters.history import history_of
from carecoord.rosters.past import DayWorked, PastWork

BAD: Regime = regime_for("BAD_2941", MONDAY)


def day(before: int, *, hours: int = 7, start: int = 7, end: int = 16) -> DayWorked:
    """A day worked so many days before the period, from 8 h to 17 h in Paris, 7 h of work."""
    on = MONDAY - timedelta(days=before)
    midnight = datetime(on.year, on.month, on.day, tzinfo=UTC)
    return DayWorked(
        aide_id=aide().id,
        on_date=on,
        first_start=midnight + timedelta(hours=start),
        last_end=midnight + timedelta(hours=end),
        work_s=hours * 3600,
    )


def past(days: list[DayWorked], covered: int) -> PastWork:
    """What was worked, within so many published days before the period."""
    return PastWork(days=days, covered=frozenset(MONDAY - timedelta(days=k) for k in range(1, covered + 1)))


def test_without_any_roster_the_employers_word_is_kept() -> None:
    """What the file said of the aide."""
    known = aide(history={"worked_sundays": [True, False], "last_end_s": -7200})

    history = history_of(known, PastWork(), MONDAY, BAD)

    assert history == History(worked_sundays=[True, False], last_end_s=-7200)


def test_the_last_end_counts_from_the_first_midnight() -> None:
    """Sunday 17 h in Paris is seven hours before Monday's midnight."""
    history = history_of(aide(), past([day(1), day(3)], 7), MONDAY, BAD)

    assert history.last_end_s == -7 * 3600


def test_days_are_told_most_recent_last_as_far_as_published() -> None:
    """Worked three days ago and yesterday, in a published week; nothing is known beyond."""
    history = history_of(aide(), past([day(1), day(3), day(9)], 7), MONDAY, BAD)

    assert history.worked_days == [False, False, False, False, True, False, True]


def test_sundays_go_back_without_a_hole() -> None:
    """Two published weeks: the Sunday before last worked, the last one free."""
    history = history_of(aide(), past([day(8)], 14), MONDAY, BAD)

    assert history.worked_sundays == [True, False]


def test_whole_weeks_are_summed() -> None:
    """Fifteen published days hold two whole weeks: 14 h, then 7 h."""
    history = history_of(aide(), past([day(2), day(9), day(10), day(15)], 15), MONDAY, BAD)

    assert history.previous_weeks_work_s == [14 * 3600, 7 * 3600]


def test_the_last_holiday_is_remembered_when_its_roster_is_known() -> None:
    """11 November 2026 is twelve days before Monday 23."""
    worked = history_of(aide(), past([day(12)], 14), MONDAY, BAD)
    free = history_of(aide(), past([day(11)], 14), MONDAY, BAD)
    unknown = history_of(aide(), past([day(1)], 7), MONDAY, BAD)

    assert (worked.worked_last_holiday, free.worked_last_holiday, unknown.worked_last_holiday) == (
        True,
        False,
        None,
    )


def test_long_days_of_the_month_are_counted() -> None:
    """12 h 30 from start to end twice in November; once in October does not count."""
    long = [day(before, start=6, end=18) for before in (1, 2, 40)]
    longer = [
        DayWorked(
            aide_id=item.aide_id,
            on_date=item.on_date,
            first_start=item.first_start,
            last_end=item.last_end + timedelta(minutes=30),
            work_s=item.work_s,
        )
        for item in long
    ]

    history = history_of(aide(), past(longer, 60), MONDAY, BAD)

    assert history.exceptional_span_days == 2


def test_torn_days_of_the_fortnight_are_counted() -> None:
    """12 h of span and 6 h 30 of work: 5 h 30 of interruptions, counted within their fortnight alone."""
    torn = DayWorked(
        aide_id=aide().id,
        on_date=date(2026, 11, 17),
        first_start=datetime(2026, 11, 17, 6, tzinfo=UTC),
        last_end=datetime(2026, 11, 17, 18, tzinfo=UTC),
        work_s=int(6.5 * 3600),
    )

    history = history_of(aide(), past([torn], 28), MONDAY, BAD)

    # 5 January 2026 + 22 fortnights = 9 November: the fortnight of 23 November begins that day
    assert (MONDAY - BAD.fortnight_anchor).days % 14 == 0
    assert history.excess_interruption_days == 0
    late = history_of(aide(), past([torn], 28), MONDAY - timedelta(days=5), BAD)
    assert late.excess_interruption_days == 1


def test_an_end_told_by_the_file_is_forgotten_once_rosters_are_published() -> None:
    """An aide off all of the published week does not end every Sunday at 22 h for ever."""
    known = aide(history={"last_end_s": -7200})

    assert history_of(known, past([], 7), MONDAY, BAD).last_end_s is None


def test_a_week_already_begun_is_remembered() -> None:
    """A period from Thursday: Monday 7 h and Wednesday 6 h count, the Sunday before does not."""
    thursday = MONDAY + timedelta(days=3)
    done = [day(1), day(0, hours=7), day(-2, hours=6)]
    covered = frozenset(thursday - timedelta(days=k) for k in range(1, 15))

    begun = history_of(aide(), PastWork(days=done, covered=covered), thursday, BAD)
    whole = history_of(aide(), past(done[:1], 14), MONDAY, BAD)

    assert begun.week_work_s == 13 * 3600
    assert whole.week_work_s == 0


def test_days_of_others_are_not_ours() -> None:
    """Somebody else worked: this aide rested on every published day."""
    history = history_of(aide(2), past([day(1)], 7), MONDAY, BAD)

    assert history.worked_days == [False] * 7
    assert history.previous_weeks_work_s == [0]
