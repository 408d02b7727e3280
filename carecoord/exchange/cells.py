"""
Cells of an import: text to value and value to text, one pair for each kind of column.

A parser raises `CellError` with a code; its French reason and remedy are in
`carecoord.exchange.wording`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Any

from carecoord.kernel.clock import PARIS, local_instant
from carecoord.kernel.french import (
    parse_date,
    parse_decimal,
    parse_duration_minutes,
    parse_insee,
    parse_phone,
    parse_time_minutes,
)
from carecoord.kernel.texts import LINE_LENGTH, NOTE_LENGTH, is_printable
from carecoord.workforce.domain import EVEN_WEEKS, EVERY_WEEK, ODD_WEEKS, Availability

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_PARITY_WORDS = {EVERY_WEEK: "", ODD_WEEKS: " (semaines impaires)", EVEN_WEEKS: " (semaines paires)"}
_STRETCH = re.compile(r"^(.+?)\s*(?:-|–|à)\s*(.+?)$")
_DAYS_RANGE = re.compile(r"(?:du\s+)?([^\W\d_]+)(?:\s+(?:au|à|a)\s+|\s*[-–]\s*)([^\W\d_]+)", re.IGNORECASE)
_SPLIT = re.compile(r"[;,/]|\s+et\s+")


FIRST_YEAR, LAST_YEAR = 1900, 2100


class CellError(ValueError):
    """A cell that cannot be read; `code` finds its sentence, `values` fill it."""

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def _parsed(parse: Callable[[str], Any], code: str) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        try:
            return parse(text)
        except ValueError as error:
            raise CellError(code) from error

    return read


read_time: Callable[[str], int] = _parsed(parse_time_minutes, "time")
read_duration: Callable[[str], int] = _parsed(parse_duration_minutes, "duration")
read_decimal: Callable[[str], float] = _parsed(parse_decimal, "decimal")
_read_whole_date: Callable[[str], date] = _parsed(parse_date, "date")
_read_whole_insee: Callable[[str], str] = _parsed(parse_insee, "insee")
_read_whole_phone: Callable[[str], str] = _parsed(parse_phone, "phone")


def read_date(text: str) -> date:
    """
    A date with its four-digit year.

    Refused with a sentence of their own: two-digit years (38 may be 1938 or 2038), and numbers
    such as 46350, which are dates that lost their format (they depend on the workbook's origin).
    """
    if re.fullmatch(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2}", text):
        raise CellError("date_short_year")
    if re.fullmatch(r"\d{5}(?:,\d+)?", text):
        raise CellError("date_serial")
    day = _read_whole_date(text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise CellError("date_bounds", first=FIRST_YEAR, last=LAST_YEAR)
    return day


def read_last_day(text: str) -> date:
    """A last day; 31/12/9999 is how many programs write “until further notice”, and is kept."""
    return date.max if text == write_date(date.max) else read_date(text)


def read_start_time(text: str) -> int:
    """An hour at which something may begin: midnight is 0h00, not 24h00."""
    minutes = read_time(text)
    if minutes == 1440:
        raise CellError("time")
    return minutes


def read_insee(text: str) -> str:
    """A commune code; a spreadsheet may have dropped the leading zero."""
    return _read_whole_insee(f"0{text}" if re.fullmatch(r"[1-9]\d{3}", text) else text)


def read_phone(text: str) -> str:
    """A telephone number; a spreadsheet may have dropped the leading zero."""
    digits = re.sub(r"\s", "", text)
    return _read_whole_phone(f"0{digits}" if re.fullmatch(r"[1-9]\d{8}", digits) else text)


def _text_within(limit: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > limit:
            raise CellError("too_long", limit=limit)
        if not is_printable(text):
            raise CellError("control")
        return text

    return read


read_text = _text_within(LINE_LENGTH)
read_note = _text_within(NOTE_LENGTH)


def read_reference(text: str) -> str:
    """A reference number; blanks inside it, of whatever kind, become single spaces."""
    return read_text(" ".join(text.split()))


def read_postcode(text: str) -> str:
    """Five digits; a spreadsheet may have dropped the leading zero."""
    code = text.zfill(5)
    if not re.fullmatch(r"\d{5}", code):
        raise CellError("postcode")
    return code


def read_hours(text: str) -> int:
    """Weekly hours: 28, 28,5 or 28h30; in minutes."""
    try:
        return round(parse_decimal(text) * 60)
    except ValueError:
        return read_duration(text)


def whole(low: int, high: int) -> Callable[[str], int]:
    """A whole number within bounds."""

    def read(text: str) -> int:
        if not re.fullmatch(r"\d{1,6}", text) or not low <= int(text) <= high:
            raise CellError("whole", low=low, high=high)
        return int(text)

    return read


def between(read: Callable[[str], int | float], low: float, high: float, code: str) -> Callable[[str], Any]:
    """A value that must also lie within bounds."""

    def bounded(text: str) -> int | float:
        value = read(text)
        if not low <= value <= high:
            raise CellError(code)
        return value

    return bounded


def one_of(values: dict[str, Any]) -> Callable[[str], Any]:
    """One of a few words, whatever the case and the accents."""
    folded = {fold(word): value for word, value in values.items()}

    def read(text: str) -> Any:
        if fold(text) not in folded:
            raise CellError("word", words=", ".join(values))
        return folded[fold(text)]

    return read


def fold(text: str) -> str:
    """Lower case without accents, spaces or punctuation, to compare words typed by hand."""
    table = str.maketrans("àâäçéèêëîïôöùûüÿœ", "aaaceeeeiioouuuyo")
    return re.sub(r"[^a-z0-9]", "", text.lower().translate(table))


def read_words(text: str) -> list[str]:
    """A list such as `toilette, transfert`."""
    return sorted({read_text(word.strip().lower()) for word in re.split(r"[;,/]", text) if word.strip()})


def read_references(text: str) -> list[str]:
    """A list of reference numbers."""
    return sorted({word.strip() for word in re.split(r"[;,/\s]", text) if word.strip()})


def read_usual(text: str) -> dict[str, int]:
    """Aides who usually come, with recent visits: `A001 (12), A004 (3)`."""
    usual = {}
    for part in (part.strip() for part in re.split(r"[;,]", text)):
        match = re.fullmatch(r"(\S+)(?:\s*\((\d{1,3})\))?", part)
        if not match:
            raise CellError("usual")
        usual[match[1]] = int(match[2] or 1)
    return usual


def read_days(text: str) -> list[int]:
    """Days of the week: `lundi, jeudi`, `lun mer ven`, `tous les jours`, `du lundi au vendredi`."""
    folded = fold(text)
    if folded in ("touslesjours", "7j7", "7jours7"):
        return list(range(7))
    if match := _DAYS_RANGE.fullmatch(text.strip()):
        ends = [_day(fold(match[1])), _day(fold(match[2]))]
        if None not in ends:
            first, last = ends[0] or 0, ends[1] or 0
            return sorted((first + step) % 7 for step in range((last - first) % 7 + 1))
    days = [_day(fold(word)) for word in re.split(r"[;,/\s]+|\bet\b", text) if word.strip()]
    if not days or None in days:
        raise CellError("days")
    return sorted({day for day in days if day is not None})


def _day(word: str) -> int | None:
    """The day a word begins: `lun`, `lundi`; two letters at least (`ma` is Tuesday, `me` Wednesday)."""
    return next((rank for rank, day in enumerate(DAYS) if len(word) >= 2 and day.startswith(word)), None)


def read_stretches(text: str, weekday: int) -> list[Availability]:
    """Hours of a day: `7h-13h30, 16h30-20h45`, with `(semaines paires)` after any of them."""
    stretches = []
    for part in (part.strip() for part in _SPLIT.split(text)):
        parity, hours = _parity(part)
        match = _STRETCH.match(hours)
        if not match:
            raise CellError("stretches")
        try:
            start, end = parse_time_minutes(match[1]), parse_time_minutes(match[2])
        except ValueError as error:
            raise CellError("stretches") from error
        if end <= start:
            raise CellError("stretch_order")
        stretches.append(
            Availability(weekday=weekday, start_minute=start, end_minute=end, week_parity=parity)
        )
    return _disjoint(sorted(stretches))


def _parity(part: str) -> tuple[int, str]:
    match = re.fullmatch(r"(.*?)\s*\(([^)]*)\)", part)
    if not match:
        return EVERY_WEEK, part
    word = fold(match[2])
    if "impair" in word:
        return ODD_WEEKS, match[1]
    if "pair" in word:
        return EVEN_WEEKS, match[1]
    raise CellError("stretches")


def _disjoint(stretches: list[Availability]) -> list[Availability]:
    for first, second in combinations(stretches, 2):
        same_weeks = EVERY_WEEK in (first.week_parity, second.week_parity) or (
            first.week_parity == second.week_parity
        )
        if same_weeks and second.start_minute < first.end_minute:
            raise CellError("stretch_overlap")
    return stretches


def read_moment(text: str) -> tuple[date, int | None]:
    """A date, or a date and an hour: `24/11/2026` or `24/11/2026 9h00`."""
    day, _, hour = text.strip().partition(" ")
    return read_date(day), read_time(hour) if hour.strip() else None


def moment_start(moment: tuple[date, int | None]) -> datetime:
    """The instant a period starts; a date alone means its midnight."""
    return local_instant(moment[0], moment[1] or 0)


def moment_end(moment: tuple[date, int | None]) -> datetime:
    """The instant a period ends; a date alone is included to its last minute."""
    return local_instant(moment[0], 1440 if moment[1] is None else moment[1])


def write_date(value: date | None) -> str:
    """24/11/2026."""
    return value.strftime("%d/%m/%Y") if value else ""


def write_time(minutes: int | None) -> str:
    """9h20."""
    return "" if minutes is None else f"{minutes // 60}h{minutes % 60:02d}"


def write_yes(value: bool) -> str:
    """Oui or non."""
    return "oui" if value else "non"


def write_days(days: list[int]) -> str:
    """The days by name; the whole week in three words."""
    return "tous les jours" if days == list(range(7)) else ", ".join(DAYS[day] for day in days)


def write_stretches(stretches: list[Availability]) -> str:
    """7h00-13h30, 16h30-20h45 (semaines paires)."""
    return ", ".join(
        f"{write_time(item.start_minute)}-{write_time(item.end_minute)}{_PARITY_WORDS[item.week_parity]}"
        for item in sorted(stretches)
    )


def write_moment(instant: datetime, *, is_end: bool = False) -> str:
    """A date where the hour says nothing (midnight), else a date and an hour."""
    local = instant.astimezone(PARIS)
    if (local.hour, local.minute) == (0, 0):
        return write_date((local - timedelta(days=1) if is_end else local).date())
    return f"{write_date(local.date())} {write_time(local.hour * 60 + local.minute)}"
