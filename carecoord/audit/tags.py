"""
Every action that is recorded, `subject:action`.
"""

from __future__ import annotations

import enum


class Tag(enum.StrEnum):
    """
    What may stand in the audit record. A tag is never renamed: past entries keep it.
    """

    ORGANISATION_CREATED = "organisation:created"
    ORGANISATION_CHANGED = "organisation:changed"
    ACCOUNT_CREATED = "account:created"
    MEMBERSHIP_ADDED = "membership:added"
    SESSION_OPENED = "session:opened"
    SESSION_CLOSED = "session:closed"
    TOKEN_ISSUED = "token:issued"  # noqa: S105 - a name, not a secret
    TOKEN_REVOKED = "token:revoked"  # noqa: S105 - a name, not a secret
    PEOPLE_UPSERTED = "person:upserted"
    STAY_DECLARED = "person:stay_declared"
    STAY_CHANGED = "person:stay_changed"
    RETURN_CONFIRMED = "person:return_confirmed"
    AIDES_UPSERTED = "aide:upserted"
    ABSENCES_UPSERTED = "absence:upserted"
    ABSENCE_DECLARED = "absence:declared"
    ABSENCE_WITHDRAWN = "absence:withdrawn"
    LINES_UPSERTED = "intervention:upserted"
    EXCEPTION_ADDED = "intervention:exception_added"
    INTERVENTION_ENDED = "intervention:ended"
    VISITS_PRODUCED = "visit:produced"
    IMPORT_CHECKED = "import:checked"
    IMPORT_APPLIED = "import:applied"
    IMPORT_ABANDONED = "import:abandoned"
    RUN_REQUESTED = "planning_run:requested"
    RUN_STOPPED = "planning_run:stopped"
    ROSTER_PUBLISHED = "roster:published"
    VISIT_MOVED = "visit:moved"
    MOVE_UNDONE = "visit:move_undone"
    REMEDY_MADE = "visit:remedy_made"
    VISIT_PINNED = "visit:pinned"
    VISIT_UNPINNED = "visit:unpinned"
    REPAIR_REQUESTED = "repair:requested"
    REPAIR_STOPPED = "repair:stopped"
    REPAIR_APPLIED = "repair:applied"
    REPAIR_UNDONE = "repair:undone"
    REPAIR_CALLED = "repair:called"
    SLOT_ACCEPTED = "roster:slot_accepted"
    RIDE_PLACE_SAVED = "ride_place:saved"
    RIDE_COMMUNE_RECORDED = "ride_commune:recorded"
    RIDE_PASSENGER_SAVED = "ride_passenger:saved"
    RIDE_RIGHT_RECORDED = "ride_right:recorded"
    RIDE_TERMS_SAVED = "ride_terms:saved"
    RIDE_ASKED = "ride_request:asked"
    RIDE_REFUSED = "ride_request:refused"
    RIDE_CANCELLED = "ride_request:cancelled"
    RIDE_STANDING_SAVED = "ride_standing:saved"
    RIDES_PRODUCED = "ride_standing:produced"
    RIDE_RETURN_MADE = "ride_request:return_made"
