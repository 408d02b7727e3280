"""
French codes and everyday notations: parse or explain.

Each `parse_*` returns the normalised value or raises `ValueError` with an English
reason; importers turn the reason into a French sentence by its field.
"""

from __future__ import annotations

import re
from datetime import date

_INSEE = re.compile(r"^(\d{5}|2[AB]\d{3})$")
_PHONE = re.compile(r"^(?:\+33|0)[1-9]\d{8}$")
_DATE = re.compile(r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})$")
_ISO_DATE = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")
_TIME = re.compile(r"^(\d{1,2})\s*[hH:]\s*(\d{2})?$")
_DURATION_HM = re.compile(r"^(?:(\d{1,2})\s*[hH:]\s*(\d{1,2})?|(\d{1,3})\s*(?:min|mn|m)?)$")
_OLD_CORSICA = re.compile(r"^20\d{3}$")


def parse_insee(text: str) -> str:
    """A commune code (five digits, or 2A/2B and three); codes `20xxx` are postcodes of Corsica."""
    code = text.strip().upper()
    if not _INSEE.match(code) or _OLD_CORSICA.match(code):
        raise ValueError("not an INSEE commune code")
    return code


def parse_phone(text: str) -> str:
    """A French telephone number, returned as `+33` and nine digits."""
    digits = re.sub(r"[\s.\-()]", "", text)
    if not _PHONE.match(digits):
        raise ValueError("not a French telephone number")
    return "+33" + digits[-9:]


def _luhn(digits: str) -> bool:
    total = 0
    for index, char in enumerate(reversed(digits)):
        value = int(char) * (2 if index % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def parse_siret(text: str) -> str:
    """A SIRET of 14 digits (Luhn; La Poste 356000000 by digit sum, rules of INSEE)."""
    digits = re.sub(r"\s", "", text)
    if not re.fullmatch(r"\d{14}", digits):
        raise ValueError("a SIRET has 14 digits")
    la_poste = digits.startswith("356000000") and sum(map(int, digits)) % 5 == 0
    if not _luhn(digits) and not la_poste:
        raise ValueError("the control key of the SIRET is wrong")
    return digits


def parse_date(text: str) -> date:
    """A date as French people write it (24/11/2026, 24-11-2026) or ISO (2026-11-24)."""
    cleaned = text.strip()
    if match := _ISO_DATE.match(cleaned):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _DATE.match(cleaned):
        return date(int(match[3]), int(match[2]), int(match[1]))
    raise ValueError("not a date such as 24/11/2026")


def parse_time_minutes(text: str) -> int:
    """A time of day (9h20, 9 h, 09:20), in minutes after midnight, 0 to 1440."""
    match = _TIME.match(text.strip())
    if not match:
        raise ValueError("not a time such as 9h20")
    minutes = int(match[1]) * 60 + int(match[2] or 0)
    if int(match[2] or 0) > 59 or minutes > 1440:
        raise ValueError("not a time of day")
    return minutes


def parse_duration_minutes(text: str) -> int:
    """A duration (45, 45 min, 1h30, 1:30), in minutes."""
    match = _DURATION_HM.match(text.strip())
    if not match:
        raise ValueError("not a duration such as 1h30 or 45 min")
    if match[3] is not None:
        return int(match[3])
    return int(match[1]) * 60 + int(match[2] or 0)


def parse_decimal(text: str) -> float:
    """A number with a French or English decimal mark (3,5 or 3.5), thousands separated by spaces."""
    cleaned = re.sub(r"\s", "", text)
    if not re.fullmatch(r"[+-]?\d+(?:[.,]\d+)?", cleaned):
        raise ValueError("not a number such as 3,5")
    return float(cleaned.replace(",", "."))
