"""
Rows of rosters: planning runs, rosters and their stops, pins, visits left out.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from carecoord.db.base import Base, RecordRow, VersionedRecordRow, tenant_reference


class PlanningRunRow(RecordRow, Base):
    """
    One request to plan a period and what came of it.

    `state`: queued, running, stopping, done, failed, cancelled. `problem` and `solution`
    are compressed documents of the planning codec: any plan can be replayed. `attempts`
    counts starts, crashed ones included. `generation` names the worker attempt that may
    write: a worker thought dead cannot overwrite its successor.
    """

    __tablename__ = "planning_run"
    links = (
        CheckConstraint(
            "state in ('queued', 'running', 'stopping', 'done', 'failed', 'cancelled')", name="state"
        ),
        CheckConstraint("day_count between 1 and 28", name="day_count"),
    )

    first_day: Mapped[date]
    day_count: Mapped[int] = mapped_column(Integer)
    seconds: Mapped[int] = mapped_column(Integer)  # time budget
    seed: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(16), default="queued", server_default="queued", index=True)
    phase: Mapped[str] = mapped_column(String(16), default="", server_default="")
    attempts: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    generation: Mapped[UUID | None]
    requested_by: Mapped[UUID | None]  # account
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    heartbeat_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    problem: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    problem_digest: Mapped[str | None] = mapped_column(String(64))
    solution: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    best: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # Score of the best plan so far
    naive: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # key figures of the naive plan
    travel: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # providers and warnings by mode
    failure: Mapped[str | None] = mapped_column(Text)  # code, never personal data
    roster_id: Mapped[UUID | None]
    options: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")  # stability
    territory: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)  # when planned in parts


class PlanningPartRow(RecordRow, Base):
    """
    One part of a run that is planned in parts: a sector (`stage` 0) or a border part (`stage` 1).

    `document`, `solution` and `outcome` are compressed: what is to be planned, the best plan so
    far, the plan in the end. `generation` names the worker attempt that may write.
    """

    __tablename__ = "planning_part"
    links = (
        tenant_reference("run_id", "planning_run", ondelete="CASCADE"),
        UniqueConstraint("run_id", "stage", "index"),
        CheckConstraint("state in ('queued', 'running', 'done')", name="state"),
    )

    run_id: Mapped[UUID] = mapped_column(index=True)
    stage: Mapped[int] = mapped_column(Integer)
    index: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(16), default="queued", server_default="queued")
    visits: Mapped[int] = mapped_column(Integer)
    aides: Mapped[int] = mapped_column(Integer)
    attempts: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    generation: Mapped[UUID | None]
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    heartbeat_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    document: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    solution: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    outcome: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    best: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # Score of the best plan so far
    naive: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # key figures of the naive plan
    travel: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # who answered, when asked for this part


class PlanningProgressRow(RecordRow, Base):
    """One point of the curve best cost over time; few per run, oldest attempt first."""

    __tablename__ = "planning_progress"
    links = (
        tenant_reference("run_id", "planning_run", ondelete="CASCADE"),
        UniqueConstraint("run_id", "attempt", "elapsed_ms"),
    )

    run_id: Mapped[UUID] = mapped_column(index=True)
    attempt: Mapped[int] = mapped_column(Integer)
    elapsed_ms: Mapped[int] = mapped_column(Integer)
    unserved_vital: Mapped[int] = mapped_column(Integer)
    unserved_important: Mapped[int] = mapped_column(Integer)
    unserved_comfort: Mapped[int] = mapped_column(Integer)
    soft_cents: Mapped[int] = mapped_column(BigInteger)
    phase: Mapped[str] = mapped_column(String(16))


class RosterRow(VersionedRecordRow, Base):
    """
    The rounds of a period. `state`: draft or published; one published roster a day and
    organisation is looked up by `current`. Publishing replaces in one transaction.
    `version` rises with every change: two people cannot overwrite each other unseen.
    `problem`: that of its run with the visits added since, compressed; null when none was added.
    """

    __tablename__ = "roster"
    links = (
        tenant_reference("run_id", "planning_run", ondelete="NO ACTION"),
        CheckConstraint("state in ('draft', 'published', 'replaced')", name="state"),
    )

    run_id: Mapped[UUID | None]
    first_day: Mapped[date] = mapped_column(index=True)
    day_count: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(16))
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    published_by: Mapped[UUID | None]
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    naive: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    travel: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    warnings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default="[]")
    problem: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)


class RosterStopRow(RecordRow, Base):
    """
    One aide at one visit in a roster. A visit for two aides has two stops, `seat` 0 and 1.

    `travel_s`, `travel_m`: from the stop before in the round, 0 for the first.
    """

    __tablename__ = "roster_stop"
    links = (
        tenant_reference("roster_id", "roster", ondelete="CASCADE"),
        tenant_reference("visit_id", "visit", ondelete="CASCADE"),
        tenant_reference("aide_id", "aide", ondelete="CASCADE"),
        UniqueConstraint("roster_id", "visit_id", "seat"),
        CheckConstraint("ends_at > starts_at", name="order"),
    )

    roster_id: Mapped[UUID] = mapped_column(index=True)
    visit_id: Mapped[UUID] = mapped_column(index=True)
    aide_id: Mapped[UUID] = mapped_column(index=True)
    seat: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    on_date: Mapped[date] = mapped_column(index=True)
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    travel_s: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    travel_m: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    known_face: Mapped[bool] = mapped_column(Boolean, default=False, server_default="false")


class RosterUnservedRow(RecordRow, Base):
    """A visit left out of a roster, with its computed cause (code and figures, no sentence)."""

    __tablename__ = "roster_unserved"
    links = (
        tenant_reference("roster_id", "roster", ondelete="CASCADE"),
        tenant_reference("visit_id", "visit", ondelete="CASCADE"),
        UniqueConstraint("roster_id", "visit_id"),
    )

    roster_id: Mapped[UUID] = mapped_column(index=True)
    visit_id: Mapped[UUID] = mapped_column(index=True)
    cause: Mapped[str] = mapped_column(String(48))
    details: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default="[]")


class PinRow(RecordRow, Base):
    """What a coordinator fixed by hand on a visit; kept until lifted, respected by every plan."""

    __tablename__ = "visit_pin"
    links = (tenant_reference("visit_id", "visit", ondelete="CASCADE"), UniqueConstraint("visit_id"))

    visit_id: Mapped[UUID]
    aide_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid))
    starts_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    on_date: Mapped[date | None]
    pinned_by: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    promised: Mapped[bool] = mapped_column(Boolean, default=False, server_default="false")


class ContinuityRow(RecordRow, Base):
    """How often an aide visited a person lately: what makes a known face."""

    __tablename__ = "continuity"
    links = (
        tenant_reference("person_id", "person", ondelete="CASCADE"),
        tenant_reference("aide_id", "aide", ondelete="CASCADE"),
        UniqueConstraint("person_id", "aide_id"),
    )

    person_id: Mapped[UUID] = mapped_column(index=True)
    aide_id: Mapped[UUID] = mapped_column(index=True)
    visits: Mapped[int] = mapped_column(Integer)
    share: Mapped[float] = mapped_column(Float, default=0.0, server_default="0")


class RepairRow(VersionedRecordRow, Base):
    """
    A day of a roster being repaired. `state`: queued, running, stopping, done, failed, applied, undone.

    `document`: what the repairs are worked out from, compressed. `proposals`: the repairs found.
    `roster_version`: of the rounds they are about: no other may be changed by them.
    `problem_before`: the roster's own problem before the repair was made, to undo it.
    """

    __tablename__ = "repair"
    links = (
        tenant_reference("roster_id", "roster", ondelete="CASCADE"),
        CheckConstraint(
            "state in ('queued', 'running', 'stopping', 'done', 'failed', 'applied', 'undone')", name="state"
        ),
    )

    roster_id: Mapped[UUID] = mapped_column(index=True)
    roster_version: Mapped[int] = mapped_column(BigInteger)
    on_date: Mapped[date] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    state: Mapped[str] = mapped_column(String(16))
    phase: Mapped[str] = mapped_column(String(16), default="", server_default="")
    people_max: Mapped[int | None] = mapped_column(Integer)
    tolerance_minutes: Mapped[int] = mapped_column(Integer)
    events: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    proposals: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default="[]")
    document: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    problem_before: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    requested_by: Mapped[UUID | None]
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    failure: Mapped[str | None] = mapped_column(Text)  # code, never personal data
    applied: Mapped[str | None] = mapped_column(String(16))
    applied_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    applied_by: Mapped[UUID | None]


class RepairCallRow(RecordRow, Base):
    """Somebody to be told of an applied repair: a person helped or an aide; who called, and when."""

    __tablename__ = "repair_call"
    links = (
        tenant_reference("repair_id", "repair", ondelete="CASCADE"),
        CheckConstraint("kind in ('person', 'aide')", name="kind"),
        UniqueConstraint("repair_id", "kind", "who"),
    )

    repair_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(8))
    who: Mapped[UUID]  # person or aide, as `kind` says
    before_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    visit_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    called_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    called_by: Mapped[UUID | None]
