"""
The form of a repair: what was typed, as a request, and what is wrong with it, field by field.
"""

from __future__ import annotations

from datetime import date, datetime

from carecoord.kernel.clock import local_instant
from carecoord.kernel.errors import Invalid
from carecoord.rosters.repairs import RepairEvent, RequestRepair
from carecoord.web.forms import Form, identifier
from carecoord.web.wording import defect_sentence
from carecoord.web.words import ABSENCES

KINDS = (
    ("absent", "Une aide est absente"),
    ("cancelled", "Une visite est annulée"),
    ("overrun", "Une visite dure plus longtemps"),
    ("known", "Rien d’autre que ce qui est déjà enregistré pour ce jour"),
)
FIELDS = {
    "quoi": "absent",
    "heure": "",
    "aide": "",
    "depuis": "",
    "jusque": "",
    "motif": "sickness",
    "visite": "",
    "minutes": "30",
    "personnes": "",
    "tolerance": "15",
}
FIELD_OF = {
    "aide_missing": "aide",
    "dates_order": "jusque",
    "visit_not_placed": "visite",
    "visit_not_plannable": "",
    "nothing_happened": "quoi",
    "people_max": "personnes",
    "tolerance_minutes": "tolerance",
    "at": "heure",
    "on_date": "",
}
"""Where a defect is, or its code -> the field of the form it is about."""


def errors_of(error: Invalid) -> dict[str, str]:
    """Field -> all that is wrong with it; what the form itself found is under its field already."""
    found: dict[str, list[str]] = {}
    for defect in error.defects:
        at_event = "minutes" if defect.code == "out_of_bounds" else ""
        own = at_event if defect.where.startswith("events") else defect.where
        field = FIELD_OF.get(defect.where, FIELD_OF.get(defect.code, own))
        sentence = defect_sentence(defect)
        if sentence not in found.setdefault(field, []):
            found[field].append(sentence)
    return {field: " ".join(sentences) for field, sentences in found.items()}


def _instant(form: Form, name: str, day: date) -> datetime | None:
    text = form.text(name, required=False)
    if not text:
        return None
    try:
        typed = datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - an hour on the wall, no instant
    except ValueError:
        form.refuse(name, "hour_malformed")
        return None
    return local_instant(day, typed.hour * 60 + typed.minute)


def _number(form: Form, name: str) -> int | None:
    return form.whole(name) if form.text(name, required=False) else None


def command_of(form: Form, day: date, version: int) -> RequestRepair:
    at = _instant(form, "heure", day) or local_instant(day, 0)
    kind = form.text("quoi")
    events: list[RepairEvent] = []
    if kind == "absent":
        reason = form.text("motif", required=False) or "sickness"
        aide = form.text("aide", required=False)
        if not aide:
            form.refuse("aide", "aide_missing")
        if reason not in ABSENCES:
            form.refuse("motif", "value_unknown")
        event = RepairEvent(
            kind="absent",
            aide_id=identifier(aide) if aide else None,
            from_at=_instant(form, "depuis", day) or at,
            until_at=_instant(form, "jusque", day),
            reason=reason,  # type: ignore[arg-type] # one of ABSENCES, checked above
        )
        events.append(event)
    elif kind in ("cancelled", "overrun"):
        visit = form.text("visite", required=False)
        if not visit:
            form.refuse("visite", "visit_not_placed")
        minutes = _number(form, "minutes") or 0
        events.append(
            RepairEvent(
                kind="cancelled" if kind == "cancelled" else "overrun",
                visit_id=identifier(visit) if visit else None,
                extra_minutes=minutes if kind == "overrun" else 0,
            )
        )
    people, tolerance = _number(form, "personnes"), _number(form, "tolerance")
    form.check()
    return RequestRepair(
        version=version,
        on_date=day,
        at=at,
        events=events,
        people_max=people,
        tolerance_minutes=15 if tolerance is None else tolerance,
    )
