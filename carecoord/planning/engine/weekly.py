"""
Rules that look past one day: rests, days in a row, Sundays, holidays, hours of the week.

Each function answers for one aide whether the plan stays legal when one day changes; the
plan before the change is legal, so only what the change can break is looked at.
"""

# An element of a table is typed as anything, and is a whole number.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from carecoord.planning.engine.compiled import njit
from carecoord.planning.engine.layout import (
    BIG,
    D_HOLIDAY,
    D_MONTH,
    D_SUNDAY,
    D_WEEK,
    D_WEEK_BEFORE,
    D_WEEK_END,
    D_WEEK_START,
    E_FIRST,
    E_LAST,
    E_WARN,
    E_WORK,
    PAST_DAYS,
    PAST_SUNDAYS,
    R_FIRST,
    R_LAST,
    R_LEN,
    R_WARN,
    R_WORK,
    W_COMMUTE_WORK,
    W_FORTNIGHT,
    W_FORTNIGHT_POS,
    W_HOLIDAYS,
    W_IN_A_ROW,
    W_MONTH_SUNDAYS,
    W_OVER_BORDER,
    W_PAST_END,
    W_PAST_HOLIDAY,
    W_PAST_SPANS,
    W_PAST_SPLIT_DAYS,
    W_REST,
    W_SPAN_DAYS,
    W_SPLIT_DAYS,
    W_SUNDAY_WINDOW,
    W_SUNDAYS,
    W_WEEK_REST,
    WARN_SPAN,
    WARN_SPLITS,
    Data,
    Ints,
    State,
)


@njit
def rest_bounds(d: Data, s: State, w: int, day: int) -> tuple[int, int]:
    """Earliest start and latest end of a day that leave the daily rest on both sides."""
    rest = d.worker[w, W_REST]
    low, high = -BIG, BIG
    days = d.day.shape[0]
    r = w * days + day
    if day > 0:
        if s.rounds[r - 1, R_LEN] > 0:
            low = s.rounds[r - 1, R_LAST] + rest
    elif d.worker[w, W_PAST_END] > -BIG:
        low = d.worker[w, W_PAST_END] + rest
    if day + 1 < days and s.rounds[r + 1, R_LEN] > 0:
        high = s.rounds[r + 1, R_FIRST] - rest
    return low, high


@njit
def works(d: Data, s: State, w: int, day: int) -> bool:
    """Whether the aide works that day; days before the horizon come from history."""
    days = d.day.shape[0]
    if day < 0:
        return day >= -PAST_DAYS and d.past[w, PAST_DAYS + day] == 1
    return day < days and s.rounds[w * days + day, R_LEN] > 0


@njit
def may_work(d: Data, s: State, w: int, day: int) -> bool:
    """Whether a day off may become a day of work."""
    if d.worker[w, W_IN_A_ROW] < BIG:
        run = 1
        k = day - 1
        while works(d, s, w, k):
            run += 1
            k -= 1
        k = day + 1
        while works(d, s, w, k):
            run += 1
            k += 1
        if run > d.worker[w, W_IN_A_ROW]:
            return False
    if d.worker[w, W_FORTNIGHT] < BIG and not fortnight_rests(d, s, w, day):
        return False
    if d.day[day, D_SUNDAY] == 1 and not sunday_allowed(d, s, w, day):
        return False
    return not (d.day[day, D_HOLIDAY] == 1 and not holiday_allowed(d, s, w, day))


@njit
def fortnight_start(d: Data, w: int, day: int) -> int:
    """Day index, perhaps negative, on which the fortnight of `day` begins for the aide's employer."""
    return day - (d.worker[w, W_FORTNIGHT_POS] + day) % 14


@njit
def fortnight_rests(d: Data, s: State, w: int, day: int) -> bool:
    """Enough days off in the fortnight, two of them in a row with a Sunday, if `day` is worked."""
    start = fortnight_start(d, w, day)
    worked = 0
    for k in range(14):
        if start + k == day or works(d, s, w, start + k):
            worked += 1
    if worked > d.worker[w, W_FORTNIGHT]:
        return False
    for k in (5, 6, 12):
        a, b = start + k, start + k + 1
        if a != day and b != day and not works(d, s, w, a) and not works(d, s, w, b):
            return True
    return False


@njit
def sunday_allowed(d: Data, s: State, w: int, day: int) -> bool:
    """Rhythm of Sundays and their number in the month, if Sunday `day` is worked."""
    window = d.worker[w, W_SUNDAY_WINDOW]
    if d.worker[w, W_SUNDAYS] < BIG:
        for first in range(1 - window, 1):
            worked = 0
            for k in range(first, first + window):
                if k == 0 or sunday_worked(d, s, w, day + 7 * k):
                    worked += 1
            if worked > d.worker[w, W_SUNDAYS]:
                return False
    if d.worker[w, W_MONTH_SUNDAYS] < BIG:
        month = d.day[day, D_MONTH]
        worked = 1 + d.past_month[w, month]
        for k in range(d.day.shape[0]):
            if k != day and d.day[k, D_SUNDAY] == 1 and d.day[k, D_MONTH] == month and works(d, s, w, k):
                worked += 1
        if worked > d.worker[w, W_MONTH_SUNDAYS]:
            return False
    return True


@njit
def sunday_worked(d: Data, s: State, w: int, day: int) -> bool:
    """Whether a Sunday is worked; before the horizon by number of Sundays back."""
    if day >= 0:
        return works(d, s, w, day)
    back = (-day + 6) // 7
    return back <= PAST_SUNDAYS and d.past[w, PAST_DAYS + PAST_SUNDAYS - back] == 1


@njit
def holiday_allowed(d: Data, s: State, w: int, day: int) -> bool:
    """Public holidays worked one after the other, if holiday `day` is worked."""
    limit = d.worker[w, W_HOLIDAYS]
    if limit >= BIG:
        return True
    run = 1
    open_start = True
    for k in range(day - 1, -1, -1):
        if d.day[k, D_HOLIDAY] == 1:
            if not works(d, s, w, k):
                open_start = False
                break
            run += 1
    if open_start and d.worker[w, W_PAST_HOLIDAY] == 1:
        run += 1
    for k in range(day + 1, d.day.shape[0]):
        if d.day[k, D_HOLIDAY] == 1:
            if not works(d, s, w, k):
                break
            run += 1
    return run <= limit


@njit
def edge(rounds: Ints, r: int, same: bool, out: Ints) -> tuple[bool, int, int]:
    """Whether round `r` is worked and from when to when; if `same`, it is as `out` says."""
    if same:
        return True, out[E_FIRST], out[E_LAST]
    return rounds[r, R_LEN] > 0, rounds[r, R_FIRST], rounds[r, R_LAST]


@njit
def week_rest(d: Data, s: State, w: int, day: int, out: Ints) -> bool:
    """Weekly rest in the civil week of `day` and in its neighbours, if `day` becomes what `out` says."""
    if d.worker[w, W_WEEK_REST] >= BIG:
        return True
    days = d.day.shape[0]
    week = d.day[day, D_WEEK]
    first = day
    while first > 0 and d.day[first - 1, D_WEEK] == week:
        first -= 1
    after = first
    while after < days and d.day[after, D_WEEK] == week:
        after += 1
    if not rest_within(d, s, w, first, day, out):
        return False
    if after < days and not rest_within(d, s, w, after, day, out):
        return False
    if first == 0:
        return True
    previous = first - 1
    while previous > 0 and d.day[previous - 1, D_WEEK] == d.day[first - 1, D_WEEK]:
        previous -= 1
    return rest_within(d, s, w, previous, day, out)


@njit
def rest_within(d: Data, s: State, w: int, monday: int, day: int, out: Ints) -> bool:
    """
    A rest long enough in the civil week that meets the horizon first on `monday`.

    The daily rest that joins the weekly day off may lie over the border of the week. A week
    begun before the horizon is judged only where all its days until then were worked.
    """
    days = d.day.shape[0]
    need, over = d.worker[w, W_WEEK_REST], d.worker[w, W_OVER_BORDER]
    opens, closes = d.day[monday, D_WEEK_START], d.day[monday, D_WEEK_END]
    for k in range(1, d.day[monday, D_WEEK_BEFORE] + 1):
        if not works(d, s, w, -k):
            return True
    free_from = d.worker[w, W_PAST_END]
    for k in range(monday - 1, -1, -1):
        worked, _, last = edge(s.rounds, w * days + k, k == day, out)
        if worked:
            free_from = last
            break
    for k in range(monday, days):
        worked, first, last = edge(s.rounds, w * days + k, k == day, out)
        if not worked:
            continue
        if min(first - free_from, min(first, closes) - max(free_from, opens) + over) >= need:
            return True
        if first >= closes:
            return False
        free_from = max(free_from, last)
    return closes - max(free_from, opens) + over >= need


@njit
def counted_days(d: Data, s: State, w: int, day: int, bit: int) -> int:
    """Days with a warning in the month (span) or fortnight (interruptions) of `day`, itself left out."""
    days = d.day.shape[0]
    count = 0
    for k in range(days):
        if k == day or s.rounds[w * days + k, R_WARN] & bit == 0 or s.rounds[w * days + k, R_LEN] == 0:
            continue
        if bit == WARN_SPAN:
            if d.day[k, D_MONTH] == d.day[day, D_MONTH]:
                count += 1
        elif fortnight_start(d, w, k) == fortnight_start(d, w, day):
            count += 1
    if bit == WARN_SPAN:
        return count + (d.worker[w, W_PAST_SPANS] if d.day[day, D_MONTH] == d.day[0, D_MONTH] else 0)
    same = fortnight_start(d, w, day) == fortnight_start(d, w, 0)
    return count + (d.worker[w, W_PAST_SPLIT_DAYS] if same else 0)


@njit
def week_allows(d: Data, s: State, r: int, out: Ints) -> bool:
    """
    Whether round `r` may become what `out` says (E_ columns), as far as other days are concerned.

    Daily rest bounds the times of the round already (see `rest_bounds`), save where the
    commute is work. Whether the day may be worked at all is for `may_work`.
    """
    days = d.day.shape[0]
    w, day = r // days, r % days
    old = s.rounds[r]
    more = out[E_WORK] - old[R_WORK]
    if more > 0:
        week = d.day[day, D_WEEK]
        if s.work[w, 1 + week] + more > d.cap[w, 0, week]:
            return False
        total = more
        for k in range(d.cap.shape[2]):
            total += s.work[w, 1 + k]
            if k >= week and total > d.cap[w, 1, k]:
                return False
    if d.worker[w, W_COMMUTE_WORK]:
        low, high = rest_bounds(d, s, w, day)
        if out[E_FIRST] < low or out[E_LAST] > high:
            return False
    longer = old[R_LEN] == 0 or out[E_FIRST] < old[R_FIRST] or out[E_LAST] > old[R_LAST]
    if longer and not week_rest(d, s, w, day, out):
        return False
    if out[E_WARN] & WARN_SPAN and counted_days(d, s, w, day, WARN_SPAN) >= d.worker[w, W_SPAN_DAYS]:
        return False
    return not (
        out[E_WARN] & WARN_SPLITS and counted_days(d, s, w, day, WARN_SPLITS) >= d.worker[w, W_SPLIT_DAYS]
    )
