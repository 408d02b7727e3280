"""
Display filters: French dates, hours, durations, numbers, money, phone numbers.

Instants are aware and shown in Europe/Paris. Units are joined to their number by a narrow
no-break space (U+202F), so that a line never ends between the two.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from carecoord.kernel.clock import PARIS

NARROW = "\u202f"
MINUS = "\u2212"
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
DAYS_SHORT = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def _local_day(value: date | datetime) -> date:
    return value.astimezone(PARIS).date() if isinstance(value, datetime) else value


def _day_and_month(day: date) -> str:
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {MONTHS[day.month - 1]}"


def day(value: date | datetime) -> str:
    """`mar. 24 novembre`."""
    local = _local_day(value)
    return f"{DAYS_SHORT[local.weekday()]} {_day_and_month(local)}"


def day_long(value: date | datetime) -> str:
    """`mardi 24 novembre 2026`."""
    local = _local_day(value)
    return f"{DAYS[local.weekday()]} {_day_and_month(local)} {local.year}"


def day_numeric(value: date | datetime) -> str:
    """`24/11/2026`."""
    return _local_day(value).strftime("%d/%m/%Y")


def weekday(value: date | datetime) -> str:
    """`mardi`."""
    return DAYS[_local_day(value).weekday()]


def week_of(monday: date) -> str:
    """`semaine du 23 au 29 novembre 2026`, the month said twice only when it changes."""
    sunday = monday + timedelta(days=6)
    start = _day_and_month(monday)
    if monday.month == sunday.month:
        start = "1er" if monday.day == 1 else str(monday.day)
    elif monday.year != sunday.year:
        start = f"{start} {monday.year}"
    return f"semaine du {start} au {_day_and_month(sunday)} {sunday.year}"


def _hour_of(hours: int, minutes: int) -> str:
    return f"{hours}{NARROW}h{NARROW}{minutes:02d}"


def hour(value: datetime | time) -> str:
    """`9 h 20`, of an aware instant or of a wall-clock time."""
    local = value.astimezone(PARIS) if isinstance(value, datetime) else value
    return _hour_of(local.hour, local.minute)


def hour_of_minutes(minutes: int) -> str:
    """`9 h 20`, of minutes after midnight; after midnight of the next day the count starts again."""
    return _hour_of(minutes // 60 % 24, minutes % 60)


def moment(value: datetime) -> str:
    """`mar. 24 novembre, 9 h 20`."""
    return f"{day(value)}, {hour(value)}"


def duration(duration_s: int) -> str:
    """`45 min`, `2 h`, `1 h 30`; seconds are rounded to the nearest minute, halves up."""
    sign = MINUS if duration_s < 0 else ""
    minutes = (abs(duration_s) + 30) // 60
    if minutes == 0:
        sign = ""
    if minutes < 60:
        return f"{sign}{minutes}{NARROW}min"
    rest = f"{NARROW}{minutes % 60:02d}" if minutes % 60 else ""
    return f"{sign}{number(minutes // 60)}{NARROW}h{rest}"


def duration_of_minutes(minutes: int) -> str:
    """As `duration`, of whole minutes."""
    return duration(minutes * 60)


def signed(text: str) -> str:
    """Put a plus before a displayed amount that has no minus: the price of a change."""
    return text if text.startswith(MINUS) else f"+{text}"


def number(value: float | Decimal, decimals: int = 0) -> str:
    """`1 234,5`: decimal comma, groups of three, a real minus sign; halves away from zero."""
    quantum = Decimal(1).scaleb(-decimals)
    rounded = Decimal(str(value)).quantize(quantum, rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,.{decimals}f}".replace(",", NARROW).replace(".", ",")
    return f"{MINUS}{text}" if rounded < 0 else text


def percent(ratio: float, decimals: int = 1) -> str:
    """`14,2 %`, of a ratio (0.142)."""
    return f"{number(Decimal(str(ratio)) * 100, decimals)}{NARROW}%"


def km(distance_m: int) -> str:
    """`850 m`, `8,4 km`, and whole kilometres from 100 km on."""
    if distance_m < 950:
        return f"{number(round(distance_m, -1))}{NARROW}m"
    return f"{number(Decimal(distance_m) / 1000, 1 if distance_m < 99_950 else 0)}{NARROW}km"


def euros(amount_cents: int) -> str:
    """`1 234,50 €`; cents are left out when there are none."""
    return f"{number(Decimal(amount_cents) / 100, 2 if amount_cents % 100 else 0)}{NARROW}€"


def phone(value: str | None) -> str:
    """`06 12 34 56 78`, of `+33` and nine digits; a foreign number is shown as it is."""
    if not value:
        return ""
    if not (value.startswith("+33") and len(value) == 12 and value[3:].isdigit()):
        return value
    digits = "0" + value[3:]
    return NARROW.join(digits[index : index + 2] for index in range(0, 10, 2))


def counted(count: int, one: str, many: str = "") -> str:
    """`1 visite`, `0 visite`, `2 050 visites`; in French the plural starts at two."""
    noun = one if abs(count) < 2 else (many or f"{one}s")
    return f"{number(count)}{NARROW}{noun}"


def initials(name: str) -> str:
    """`MB` of `Mme Berthier`, `ALG` of `Anne Le Gall`: titles shortened to their first letter."""
    parts = [part for part in name.replace("-", " ").split() if part[0].isalpha()]
    return "".join(part[0].upper() for part in parts)[:3]


def ago(value: datetime, now: datetime) -> str:
    """`à l’instant`, `il y a 5 min`, `il y a 3 h`, then the day and the hour."""
    elapsed_s = int((now - value).total_seconds())
    if elapsed_s < 60:
        return "à l’instant"
    if elapsed_s < 3600:
        return f"il y a {elapsed_s // 60}{NARROW}min"
    if elapsed_s < 12 * 3600:
        return f"il y a {elapsed_s // 3600}{NARROW}h"
    return moment(value)


FILTERS: dict[str, Callable[..., str]] = {
    "ago": ago,
    "counted": counted,
    "day": day,
    "day_long": day_long,
    "day_numeric": day_numeric,
    "duration": duration,
    "duration_of_minutes": duration_of_minutes,
    "euros": euros,
    "hour": hour,
    "hour_of_minutes": hour_of_minutes,
    "initials": initials,
    "km": km,
    "moment": moment,
    "number": number,
    "percent": percent,
    "phone": phone,
    "signed": signed,
    "week_of": week_of,
    "weekday": weekday,
}
"""Name in templates -> filter."""
