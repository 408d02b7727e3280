"""
Start times of one round: a legal and cheap timing of a fixed order, in linear time.

The order is played as early as possible, then gaps are closed from the end by pushing
stops late, except where an unpaid interruption is cheaper than waiting or than leaving the
wished hour; last, each unbroken block is slid to the weighted median of its wished and told
hours. `polish` finds the best timing of a round exactly; this one is for the millions of
rounds of the search.
"""

# An element of a table is typed as anything, and is a whole number.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from carecoord.planning.engine.compiled import inlined, njit
from carecoord.planning.engine.layout import (
    B_AT,
    B_DURATION,
    B_EARLIEST,
    B_EARLY,
    B_EXCESS,
    B_FLUSH,
    B_LATE,
    B_SORT,
    B_TOLD,
    B_TRAVEL,
    B_WISH,
    BIG,
    DAY_S,
    E_BACK,
    E_COST,
    E_DAY,
    E_FIRST,
    E_LAST,
    E_OUT,
    E_WARN,
    E_WORK,
    NOT_TOLD,
    W_BREAK_AFTER,
    W_BREAK_MIN,
    W_C_LACK,
    W_C_SPLIT,
    W_C_TOLD,
    W_C_TRAVEL,
    W_C_WARN,
    W_C_WISH,
    W_COMMUTE_WORK,
    W_DAY_MAX,
    W_DAY_MIN,
    W_HOURS,
    W_LONG_SPLITS,
    W_MEAL,
    W_MEAL_FROM,
    W_MEAL_TO,
    W_PAID_WAIT,
    W_SHORT_SPLIT,
    W_SPAN,
    W_SPAN_FRAIL,
    W_SPAN_HARD,
    W_SPLIT_MIN,
    W_SPLIT_TOTAL,
    W_SPLITS,
    WARN_BREAK,
    WARN_MEAL,
    WARN_SHORT_DAY,
    WARN_SPAN,
    WARN_SPLITS,
    Ints,
)


@njit
def evaluate(buf: Ints, n: int, w: Ints, out: Ints) -> bool:
    """
    Time a round of `n >= 1` stops and price it; False when no timing was found that is legal.

    Args:
        buf: B_ columns, one line a stop; B_AT receives the start times.
        w: the worker's line.
        out: E_ columns, with E_DAY, E_OUT and E_BACK given; the cost leaves out travel, distance
            and commute, which follow from the order alone.
    """
    if not earliest(buf, n):
        return False
    if w[W_C_LACK] > w[W_C_TRAVEL]:
        push_late(buf, n, w, out[E_DAY], 1)
        slide_blocks(buf, n, w)
        if account(buf, n, w, out):
            return True
    push_late(buf, n, w, out[E_DAY], 0)
    slide_blocks(buf, n, w)
    return account(buf, n, w, out)


@inlined
def room_due(buf: Ints, i: int, leaves: int, w: Ints, midnight: int) -> int:
    """Seconds due between stop `i` and the next for delays of the visit and of the travel (`robust.py`)."""
    hour = min(23, max(0, (leaves - midnight) // 3600))
    return buf[i, B_EXCESS] + buf[i + 1, B_TRAVEL] * max(0, w[W_HOURS + hour] - 1000) // 1000


@njit
def earliest(buf: Ints, n: int) -> bool:
    """Earliest start of each stop, and latest start that adds no wait after the stop before."""
    soon = buf[0, B_EARLY]
    flush = buf[0, B_LATE]
    if soon > flush:
        return False
    buf[0, B_EARLIEST] = soon
    buf[0, B_FLUSH] = flush
    for i in range(1, n):
        step = buf[i - 1, B_DURATION] + buf[i, B_TRAVEL]
        early = buf[i, B_EARLY]
        late = buf[i, B_LATE]
        soon = max(early, soon + step)
        if soon > late:
            return False
        flush = min(late, max(early, flush + step))
        buf[i, B_EARLIEST] = soon
        buf[i, B_FLUSH] = max(flush, soon)
    return True


@inlined
def liked(buf: Ints, i: int, w: Ints) -> int:
    """The cheapest start of a stop alone: the dearer of its wished and its told hour; -1 without any."""
    if buf[i, B_TOLD] >= 0 and (buf[i, B_WISH] < 0 or w[W_C_TOLD] > w[W_C_WISH]):
        return buf[i, B_TOLD]
    return buf[i, B_WISH]


@inlined
def hour_price(buf: Ints, i: int, at: int, w: Ints) -> int:
    """Price of the distances of a start from the wished and from the told hour."""
    price = 0
    if buf[i, B_WISH] >= 0:
        price = abs(at - buf[i, B_WISH]) * w[W_C_WISH]
    told = buf[i, B_TOLD]
    if told != NOT_TOLD:
        price += (abs(at - told) if told >= 0 else DAY_S) * w[W_C_TOLD]
    return price


@njit
def anchor(buf: Ints, i: int, latest: int, w: Ints) -> int:
    """Where the last stop of a block would like to start, at most `latest`, adding no needless wait."""
    soon = buf[i, B_EARLIEST]
    wish = liked(buf, i, w)
    if wish < soon:
        return soon
    return max(soon, min(wish, latest, buf[i, B_FLUSH]))


@njit
def push_late(buf: Ints, n: int, w: Ints, midnight: int, roomy: int) -> None:
    """Choose start times from the last stop to the first; `roomy`: 1 to leave room for delays."""
    paid = w[W_PAID_WAIT]
    split_min = w[W_SPLIT_MIN]
    splits = 0
    at = anchor(buf, n - 1, buf[n - 1, B_LATE], w)
    buf[n - 1, B_AT] = at
    for i in range(n - 2, -1, -1):
        room = at - buf[i + 1, B_TRAVEL] - buf[i, B_DURATION]
        close = min(buf[i, B_LATE], room)
        if roomy:
            due = min(paid, room_due(buf, i, room + buf[i, B_DURATION], w, midnight))
            close = max(buf[i, B_EARLIEST], min(close, room - due))
        gap = room - close
        apart = min(close, room - split_min)
        split = gap > paid
        if not split and apart >= buf[i, B_EARLIEST] and splits < w[W_SPLITS]:
            cost_close = gap * w[W_C_TRAVEL] + hour_price(buf, i, close, w)
            cost_apart = w[W_C_SPLIT] + hour_price(buf, i, anchor(buf, i, apart, w), w)
            split = cost_apart < cost_close
        if split:
            splits += 1
            at = anchor(buf, i, apart if apart >= buf[i, B_EARLIEST] else close, w)
        else:
            at = close
        buf[i, B_AT] = at


@inlined
def sort_in(buf: Ints, k: int, key: int) -> None:
    """Insert a key into the `k` sorted ones, two to a line of the buffer."""
    while k > 0 and buf[(k - 1) >> 1, B_SORT + ((k - 1) & 1)] > key:
        buf[k >> 1, B_SORT + (k & 1)] = buf[(k - 1) >> 1, B_SORT + ((k - 1) & 1)]
        k -= 1
    buf[k >> 1, B_SORT + (k & 1)] = key


@njit
def best_shift(buf: Ints, wishes: int, weight: int, w: Ints) -> int:
    """
    The shift nearest to none among the cheapest of a block: a weighted median of what its stops like.

    Args:
        wishes: how many keys are sorted: twice the shift, plus one for a told hour.
        weight: of all of them.
    """
    low, high, sum_ = BIG, BIG, 0
    for k in range(wishes):
        key = buf[k >> 1, B_SORT + (k & 1)]
        sum_ += w[W_C_TOLD] if key & 1 else w[W_C_WISH]
        if low == BIG and 2 * sum_ >= weight:
            low = key >> 1
        if 2 * sum_ > weight:
            high = key >> 1
            break
    return max(low, min(0, high))


@njit
def slide_blocks(buf: Ints, n: int, w: Ints) -> None:
    """Slide each unbroken block as a whole towards the wished and the told hours of its stops."""
    paid = w[W_PAID_WAIT]
    split_min = w[W_SPLIT_MIN]
    first = 0
    before = BIG
    while first < n:
        low, high = -BIG, BIG
        wishes, weight = 0, 0
        i = first
        after = BIG
        while True:
            at = buf[i, B_AT]
            low = max(low, buf[i, B_EARLY] - at)
            high = min(high, buf[i, B_LATE] - at)
            if buf[i, B_WISH] >= 0:
                sort_in(buf, wishes, 2 * (buf[i, B_WISH] - at))
                wishes += 1
                weight += w[W_C_WISH]
            if buf[i, B_TOLD] >= 0:
                sort_in(buf, wishes, 2 * (buf[i, B_TOLD] - at) + 1)
                wishes += 1
                weight += w[W_C_TOLD]
            if i == n - 1:
                break
            gap = buf[i + 1, B_AT] - at - buf[i, B_DURATION] - buf[i + 1, B_TRAVEL]
            if gap > paid:
                after = gap
                break
            i += 1
        shift = 0
        if weight > 0:
            shift = best_shift(buf, wishes, weight, w)
            low = max(low, min(0, split_min - before))
            high = min(high, max(0, after - split_min))
            shift = max(low, min(high, shift))
            if shift != 0:
                for k in range(first, i + 1):
                    buf[k, B_AT] += shift
        before = after - shift
        first = i + 1


@njit
def account(buf: Ints, n: int, w: Ints, out: Ints) -> bool:
    """Add up the round as timed in B_AT and hold it against the rules of one day."""
    paid = w[W_PAID_WAIT]
    work = buf[0, B_DURATION]
    waits, splits, total, long_splits, meal = 0, 0, 0, 0, 0
    stretch, longest, rested, lack = work, 0, False, 0
    meal_from, meal_to = out[E_DAY] + w[W_MEAL_FROM], out[E_DAY] + w[W_MEAL_TO]
    for i in range(1, n):
        at = buf[i, B_AT]
        done = buf[i - 1, B_AT] + buf[i - 1, B_DURATION]
        gap = at - done - buf[i, B_TRAVEL]
        step = buf[i, B_TRAVEL] + buf[i, B_DURATION]
        if w[W_C_LACK] > 0:
            lack += max(0, room_due(buf, i - 1, done, w, out[E_DAY]) - gap)
        work += step
        if gap > paid:
            splits += 1
            total += gap
            if gap > w[W_SHORT_SPLIT]:
                long_splits += 1
            meal = max(meal, min(at, meal_to) - max(at - gap, meal_from))
        else:
            waits += gap
            stretch += gap
        if gap >= w[W_BREAK_MIN]:
            longest = max(longest, stretch)
            stretch = 0
            rested = True
        stretch += step
    longest = max(longest, stretch)
    work += waits
    first, last = buf[0, B_AT], buf[n - 1, B_AT] + buf[n - 1, B_DURATION]
    if w[W_COMMUTE_WORK]:
        work += out[E_OUT] + out[E_BACK]
        longest += out[E_OUT] + out[E_BACK]
        first -= out[E_OUT]
        last += out[E_BACK]
    span = last - first
    too_split = splits > w[W_SPLITS] or long_splits > w[W_LONG_SPLITS]
    if work > w[W_DAY_MAX] or span > w[W_SPAN_HARD] or too_split:
        return False
    warn, warns = warnings_of(w, work, span, total, longest if rested else BIG)
    if first < meal_from and last > meal_to and meal < w[W_MEAL]:
        warn |= WARN_MEAL
        warns += 1
    out[E_COST] = waits * w[W_C_TRAVEL] + splits * w[W_C_SPLIT] + warns * w[W_C_WARN]
    out[E_COST] += hours_missed(buf, n, w) + lack * w[W_C_LACK]
    out[E_WORK] = work
    out[E_FIRST] = first
    out[E_LAST] = last
    out[E_WARN] = warn
    return True


@njit
def hours_missed(buf: Ints, n: int, w: Ints) -> int:
    """Price of the distances of all starts from wished and told hours."""
    total = 0
    for i in range(n):
        total += hour_price(buf, i, buf[i, B_AT], w)
    return total


@njit
def warnings_of(w: Ints, work: int, span: int, split_total: int, longest: int) -> tuple[int, int]:
    """Which warnings a day has, as bits, and how many."""
    warn, warns = 0, 0
    if span > w[W_SPAN]:
        # Between both limits IDCC 3127 counts nothing for frail people; for others it is refused by `price`.
        warn |= WARN_SPAN
        warns += 1 - w[W_SPAN_FRAIL]
    if split_total > w[W_SPLIT_TOTAL]:
        warn |= WARN_SPLITS
        warns += 1
    if work >= w[W_BREAK_AFTER] and longest > w[W_BREAK_AFTER]:
        warn |= WARN_BREAK
        warns += 1
    if work < w[W_DAY_MIN]:
        warn |= WARN_SHORT_DAY
        warns += 1
    return warn, warns
