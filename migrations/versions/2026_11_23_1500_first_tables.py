"""
The tables of a provider's week, their policies, and the tables of the job queue.
"""

import sqlalchemy as sa
from alembic import op
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment
from sqlalchemy.dialects import postgresql

from carecoord.db.migrate import run_sql, run_sql_file
from carecoord.db.rls import POLICY

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

GUARDED = (
    "absence",
    "aide",
    "aide_availability",
    "audit_entry",
    "care_plan",
    "continuity",
    "import_file",
    "intervention",
    "intervention_exception",
    "membership",
    "organisation",
    "person",
    "planning_progress",
    "planning_run",
    "roster",
    "roster_stop",
    "roster_unserved",
    "visit",
    "visit_pin",
)


def upgrade() -> None:
    """Queue first, tables next, policies last."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    run_sql(QueryBuilderEnvironment().build_install_query(create_schema=False))
    op.create_table(
        "account",
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
    )
    op.create_table(
        "job_run",
        sa.Column("job_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(length=128), nullable=True),
        sa.CheckConstraint(
            "state in ('running', 'waiting', 'done', 'failed', 'given_up')", name=op.f("ck_job_run_state")
        ),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_job_run")),
    )
    op.create_index("ix_job_run_ended_at", "job_run", ["ended_at"], unique=False)
    op.create_table(
        "organisation",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("siret", sa.String(length=14), nullable=True),
        sa.Column("insee", sa.String(length=5), nullable=False),
        sa.Column("regime", sa.String(length=32), nullable=True),
        sa.Column(
            "regime_overrides", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column(
            "weight_overrides", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind in ('ccas', 'cias', 'provider')", name=op.f("ck_organisation_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "travel_matrix",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_travel_matrix")),
    )
    op.create_index(op.f("ix_travel_matrix_created_at"), "travel_matrix", ["created_at"], unique=False)
    op.create_table(
        "aide",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=True),
        sa.Column("contract_minutes", sa.Integer(), nullable=False),
        sa.Column("part_time", sa.Boolean(), nullable=False),
        sa.Column("regime", sa.String(length=32), nullable=True),
        sa.Column("skills", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("travel_mode", sa.String(length=8), nullable=False),
        sa.Column("weekend_team", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("sunday_consent", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("start_latitude", sa.Float(), nullable=False),
        sa.Column("start_longitude", sa.Float(), nullable=False),
        sa.Column("end_latitude", sa.Float(), nullable=False),
        sa.Column("end_longitude", sa.Float(), nullable=False),
        sa.Column("start_insee", sa.String(length=5), nullable=False),
        sa.Column("history", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("travel_mode in ('car', 'bike', 'foot')", name=op.f("ck_aide_travel_mode")),
        sa.CheckConstraint(
            "contract_minutes > 0 and contract_minutes <= 2880", name=op.f("ck_aide_contract_minutes")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_aide_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aide")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_aide_organisation_id_id")),
        sa.UniqueConstraint("organisation_id", "reference", name=op.f("uq_aide_organisation_id_reference")),
    )
    op.create_index(op.f("ix_aide_organisation_id"), "aide", ["organisation_id"], unique=False)
    op.create_table(
        "api_token",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_api_token_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_api_token_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_token_digest")),
    )
    op.create_index(op.f("ix_api_token_organisation_id"), "api_token", ["organisation_id"], unique=False)
    op.create_table(
        "audit_entry",
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_audit_entry_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_audit_entry_organisation_id_id")),
    )
    op.create_index(op.f("ix_audit_entry_organisation_id"), "audit_entry", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_audit_entry_subject_id"), "audit_entry", ["subject_id"], unique=False)
    op.create_index(op.f("ix_audit_entry_tag"), "audit_entry", ["tag"], unique=False)
    op.create_table(
        "import_file",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "kind in ('people', 'aides', 'absences', 'care_plan_lines', 'workbook')",
            name=op.f("ck_import_file_kind"),
        ),
        sa.CheckConstraint("state in ('checked', 'applied', 'abandoned')", name=op.f("ck_import_file_state")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_import_file_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_file")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_import_file_organisation_id_id")),
    )
    op.create_index(op.f("ix_import_file_organisation_id"), "import_file", ["organisation_id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_membership_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_membership_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "account_id", "organisation_id", name=op.f("uq_membership_account_id_organisation_id")
        ),
    )
    op.create_index(op.f("ix_membership_organisation_id"), "membership", ["organisation_id"], unique=False)
    op.create_table(
        "person",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("civility", sa.String(length=16), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("phone", sa.String(length=16), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("postcode", sa.String(length=5), nullable=False),
        sa.Column("insee", sa.String(length=5), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("geo_quality", sa.String(length=16), nullable=False),
        sa.Column("access_note", sa.Text(), server_default="", nullable=False),
        sa.Column("faces_max", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("civility in ('Mme', 'M.', 'Mme et M.')", name=op.f("ck_person_civility")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_person_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_person_organisation_id_id")),
        sa.UniqueConstraint("organisation_id", "reference", name=op.f("uq_person_organisation_id_reference")),
    )
    op.create_index(op.f("ix_person_organisation_id"), "person", ["organisation_id"], unique=False)
    op.create_table(
        "planning_run",
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("day_count", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), server_default="queued", nullable=False),
        sa.Column("phase", sa.String(length=16), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("generation", sa.Uuid(), nullable=True),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.LargeBinary(), nullable=True),
        sa.Column("problem_digest", sa.String(length=64), nullable=True),
        sa.Column("solution", sa.LargeBinary(), nullable=True),
        sa.Column("best", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("naive", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("travel", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("roster_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state in ('queued', 'running', 'stopping', 'done', 'failed', 'cancelled')",
            name=op.f("ck_planning_run_state"),
        ),
        sa.CheckConstraint("day_count between 1 and 28", name=op.f("ck_planning_run_day_count")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_planning_run_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planning_run")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_planning_run_organisation_id_id")),
    )
    op.create_index(
        op.f("ix_planning_run_organisation_id"), "planning_run", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_planning_run_state"), "planning_run", ["state"], unique=False)
    op.create_table(
        "session",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_session_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_session_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("digest", name=op.f("uq_session_digest")),
    )
    op.create_index(op.f("ix_session_account_id"), "session", ["account_id"], unique=False)
    op.create_index(op.f("ix_session_expires_at"), "session", ["expires_at"], unique=False)
    op.create_table(
        "absence",
        sa.Column("aide_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_absence_order")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "aide_id"],
            ["aide.organisation_id", "aide.id"],
            name=op.f("fk_absence_organisation_id_aide_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_absence_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
        sa.UniqueConstraint(
            "aide_id", "starts_at", "ends_at", name=op.f("uq_absence_aide_id_starts_at_ends_at")
        ),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_absence_organisation_id_id")),
    )
    op.create_index(op.f("ix_absence_aide_id"), "absence", ["aide_id"], unique=False)
    op.create_index(op.f("ix_absence_organisation_id"), "absence", ["organisation_id"], unique=False)
    op.create_table(
        "aide_availability",
        sa.Column("aide_id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("end_minute", sa.Integer(), nullable=False),
        sa.Column("week_parity", sa.Integer(), server_default="0", nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "start_minute >= 0 and end_minute > start_minute and end_minute <= 1440",
            name=op.f("ck_aide_availability_minutes"),
        ),
        sa.CheckConstraint("week_parity between 0 and 2", name=op.f("ck_aide_availability_week_parity")),
        sa.CheckConstraint("weekday between 0 and 6", name=op.f("ck_aide_availability_weekday")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "aide_id"],
            ["aide.organisation_id", "aide.id"],
            name=op.f("fk_aide_availability_organisation_id_aide_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_aide_availability_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aide_availability")),
        sa.UniqueConstraint(
            "aide_id",
            "weekday",
            "start_minute",
            "week_parity",
            name=op.f("uq_aide_availability_aide_id_weekday_start_minute_week_parity"),
        ),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_aide_availability_organisation_id_id")),
    )
    op.create_index(op.f("ix_aide_availability_aide_id"), "aide_availability", ["aide_id"], unique=False)
    op.create_index(
        op.f("ix_aide_availability_organisation_id"), "aide_availability", ["organisation_id"], unique=False
    )
    op.create_table(
        "care_plan",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("ends_on is null or ends_on >= starts_on", name=op.f("ck_care_plan_order")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_care_plan_organisation_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_care_plan_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_plan")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_care_plan_organisation_id_id")),
    )
    op.create_index(op.f("ix_care_plan_organisation_id"), "care_plan", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_care_plan_person_id"), "care_plan", ["person_id"], unique=False)
    op.create_table(
        "continuity",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("aide_id", sa.Uuid(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("share", sa.Float(), server_default="0", nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "aide_id"],
            ["aide.organisation_id", "aide.id"],
            name=op.f("fk_continuity_organisation_id_aide_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_continuity_organisation_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_continuity_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_continuity")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_continuity_organisation_id_id")),
        sa.UniqueConstraint("person_id", "aide_id", name=op.f("uq_continuity_person_id_aide_id")),
    )
    op.create_index(op.f("ix_continuity_aide_id"), "continuity", ["aide_id"], unique=False)
    op.create_index(op.f("ix_continuity_organisation_id"), "continuity", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_continuity_person_id"), "continuity", ["person_id"], unique=False)
    op.create_table(
        "planning_progress",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("elapsed_ms", sa.Integer(), nullable=False),
        sa.Column("unserved_vital", sa.Integer(), nullable=False),
        sa.Column("unserved_important", sa.Integer(), nullable=False),
        sa.Column("unserved_comfort", sa.Integer(), nullable=False),
        sa.Column("soft_cents", sa.BigInteger(), nullable=False),
        sa.Column("phase", sa.String(length=16), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "run_id"],
            ["planning_run.organisation_id", "planning_run.id"],
            name=op.f("fk_planning_progress_organisation_id_run_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_planning_progress_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planning_progress")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_planning_progress_organisation_id_id")),
        sa.UniqueConstraint(
            "run_id", "attempt", "elapsed_ms", name=op.f("uq_planning_progress_run_id_attempt_elapsed_ms")
        ),
    )
    op.create_index(
        op.f("ix_planning_progress_organisation_id"), "planning_progress", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_planning_progress_run_id"), "planning_progress", ["run_id"], unique=False)
    op.create_table(
        "roster",
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("day_count", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("naive", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("travel", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("warnings", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state in ('draft', 'published', 'replaced')", name=op.f("ck_roster_state")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "run_id"],
            ["planning_run.organisation_id", "planning_run.id"],
            name=op.f("fk_roster_organisation_id_run_id"),
            ondelete="NO ACTION",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_roster_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_roster_organisation_id_id")),
    )
    op.create_index(op.f("ix_roster_first_day"), "roster", ["first_day"], unique=False)
    op.create_index(op.f("ix_roster_organisation_id"), "roster", ["organisation_id"], unique=False)
    op.create_table(
        "intervention",
        sa.Column("care_plan_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("tier", sa.String(length=16), nullable=False),
        sa.Column("weekdays", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("alternative_days", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("interval_weeks", sa.Integer(), server_default="1", nullable=False),
        sa.Column("anchor_on", sa.Date(), nullable=False),
        sa.Column("earliest_start_minute", sa.Integer(), nullable=False),
        sa.Column("latest_start_minute", sa.Integer(), nullable=False),
        sa.Column("preferred_start_minute", sa.Integer(), nullable=True),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("team_size", sa.Integer(), server_default="1", nullable=False),
        sa.Column("skills", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("wanted_aides", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("refused_aides", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("essential", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("holidays", sa.String(length=8), server_default="keep", nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("holidays in ('keep', 'skip')", name=op.f("ck_intervention_holidays")),
        sa.CheckConstraint("tier in ('vital', 'important', 'comfort')", name=op.f("ck_intervention_tier")),
        sa.CheckConstraint("duration_minutes between 5 and 720", name=op.f("ck_intervention_duration")),
        sa.CheckConstraint("interval_weeks between 1 and 8", name=op.f("ck_intervention_interval_weeks")),
        sa.CheckConstraint(
            "latest_start_minute >= earliest_start_minute", name=op.f("ck_intervention_window")
        ),
        sa.CheckConstraint("team_size in (1, 2)", name=op.f("ck_intervention_team_size")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "care_plan_id"],
            ["care_plan.organisation_id", "care_plan.id"],
            name=op.f("fk_intervention_organisation_id_care_plan_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_intervention_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intervention")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_intervention_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id", "reference", name=op.f("uq_intervention_organisation_id_reference")
        ),
    )
    op.create_index(op.f("ix_intervention_care_plan_id"), "intervention", ["care_plan_id"], unique=False)
    op.create_index(
        op.f("ix_intervention_organisation_id"), "intervention", ["organisation_id"], unique=False
    )
    op.create_table(
        "intervention_exception",
        sa.Column("intervention_id", sa.Uuid(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("moved_to", sa.Date(), nullable=True),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "kind in ('cancelled', 'moved', 'added', 'changed')", name=op.f("ck_intervention_exception_kind")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "intervention_id"],
            ["intervention.organisation_id", "intervention.id"],
            name=op.f("fk_intervention_exception_organisation_id_intervention_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_intervention_exception_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intervention_exception")),
        sa.UniqueConstraint(
            "intervention_id", "on_date", name=op.f("uq_intervention_exception_intervention_id_on_date")
        ),
        sa.UniqueConstraint(
            "organisation_id", "id", name=op.f("uq_intervention_exception_organisation_id_id")
        ),
    )
    op.create_index(
        op.f("ix_intervention_exception_intervention_id"),
        "intervention_exception",
        ["intervention_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_intervention_exception_organisation_id"),
        "intervention_exception",
        ["organisation_id"],
        unique=False,
    )
    op.create_table(
        "visit",
        sa.Column("intervention_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("nominal_on", sa.Date(), nullable=False),
        sa.Column("allowed_dates", postgresql.ARRAY(sa.Date()), nullable=False),
        sa.Column("earliest_start_minute", sa.Integer(), nullable=False),
        sa.Column("latest_start_minute", sa.Integer(), nullable=False),
        sa.Column("preferred_start_minute", sa.Integer(), nullable=True),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), server_default="planned", nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("status in ('planned', 'cancelled', 'done')", name=op.f("ck_visit_status")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "intervention_id"],
            ["intervention.organisation_id", "intervention.id"],
            name=op.f("fk_visit_organisation_id_intervention_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_visit_organisation_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_visit_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint(
            "intervention_id", "nominal_on", name=op.f("uq_visit_intervention_id_nominal_on")
        ),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_visit_organisation_id_id")),
    )
    op.create_index(op.f("ix_visit_intervention_id"), "visit", ["intervention_id"], unique=False)
    op.create_index(op.f("ix_visit_nominal_on"), "visit", ["nominal_on"], unique=False)
    op.create_index(op.f("ix_visit_organisation_id"), "visit", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_visit_person_id"), "visit", ["person_id"], unique=False)
    op.create_table(
        "roster_stop",
        sa.Column("roster_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("aide_id", sa.Uuid(), nullable=False),
        sa.Column("seat", sa.Integer(), server_default="0", nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("travel_s", sa.Integer(), server_default="0", nullable=False),
        sa.Column("travel_m", sa.Integer(), server_default="0", nullable=False),
        sa.Column("known_face", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_roster_stop_order")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "aide_id"],
            ["aide.organisation_id", "aide.id"],
            name=op.f("fk_roster_stop_organisation_id_aide_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "roster_id"],
            ["roster.organisation_id", "roster.id"],
            name=op.f("fk_roster_stop_organisation_id_roster_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "visit_id"],
            ["visit.organisation_id", "visit.id"],
            name=op.f("fk_roster_stop_organisation_id_visit_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_roster_stop_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_stop")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_roster_stop_organisation_id_id")),
        sa.UniqueConstraint(
            "roster_id", "visit_id", "seat", name=op.f("uq_roster_stop_roster_id_visit_id_seat")
        ),
    )
    op.create_index(op.f("ix_roster_stop_aide_id"), "roster_stop", ["aide_id"], unique=False)
    op.create_index(op.f("ix_roster_stop_on_date"), "roster_stop", ["on_date"], unique=False)
    op.create_index(op.f("ix_roster_stop_organisation_id"), "roster_stop", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_roster_stop_roster_id"), "roster_stop", ["roster_id"], unique=False)
    op.create_index(op.f("ix_roster_stop_visit_id"), "roster_stop", ["visit_id"], unique=False)
    op.create_table(
        "roster_unserved",
        sa.Column("roster_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.String(length=48), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "roster_id"],
            ["roster.organisation_id", "roster.id"],
            name=op.f("fk_roster_unserved_organisation_id_roster_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "visit_id"],
            ["visit.organisation_id", "visit.id"],
            name=op.f("fk_roster_unserved_organisation_id_visit_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_roster_unserved_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_unserved")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_roster_unserved_organisation_id_id")),
        sa.UniqueConstraint("roster_id", "visit_id", name=op.f("uq_roster_unserved_roster_id_visit_id")),
    )
    op.create_index(
        op.f("ix_roster_unserved_organisation_id"), "roster_unserved", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_roster_unserved_roster_id"), "roster_unserved", ["roster_id"], unique=False)
    op.create_index(op.f("ix_roster_unserved_visit_id"), "roster_unserved", ["visit_id"], unique=False)
    op.create_table(
        "visit_pin",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("aide_ids", postgresql.ARRAY(sa.Uuid()), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("on_date", sa.Date(), nullable=True),
        sa.Column("pinned_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "visit_id"],
            ["visit.organisation_id", "visit.id"],
            name=op.f("fk_visit_pin_organisation_id_visit_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_visit_pin_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_pin")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_visit_pin_organisation_id_id")),
        sa.UniqueConstraint("visit_id", name=op.f("uq_visit_pin_visit_id")),
    )
    op.create_index(op.f("ix_visit_pin_organisation_id"), "visit_pin", ["organisation_id"], unique=False)
    for table in GUARDED:
        run_sql_file(f"policies/{table}.sql")


def downgrade() -> None:
    """Back to an empty database."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    for table in GUARDED:
        op.execute(f"DROP POLICY {POLICY} ON {table}")
    op.drop_index(op.f("ix_visit_pin_organisation_id"), table_name="visit_pin")
    op.drop_table("visit_pin")
    op.drop_index(op.f("ix_roster_unserved_visit_id"), table_name="roster_unserved")
    op.drop_index(op.f("ix_roster_unserved_roster_id"), table_name="roster_unserved")
    op.drop_index(op.f("ix_roster_unserved_organisation_id"), table_name="roster_unserved")
    op.drop_table("roster_unserved")
    op.drop_index(op.f("ix_roster_stop_visit_id"), table_name="roster_stop")
    op.drop_index(op.f("ix_roster_stop_roster_id"), table_name="roster_stop")
    op.drop_index(op.f("ix_roster_stop_organisation_id"), table_name="roster_stop")
    op.drop_index(op.f("ix_roster_stop_on_date"), table_name="roster_stop")
    op.drop_index(op.f("ix_roster_stop_aide_id"), table_name="roster_stop")
    op.drop_table("roster_stop")
    op.drop_index(op.f("ix_visit_person_id"), table_name="visit")
    op.drop_index(op.f("ix_visit_organisation_id"), table_name="visit")
    op.drop_index(op.f("ix_visit_nominal_on"), table_name="visit")
    op.drop_index(op.f("ix_visit_intervention_id"), table_name="visit")
    op.drop_table("visit")
    op.drop_index(op.f("ix_intervention_exception_organisation_id"), table_name="intervention_exception")
    op.drop_index(op.f("ix_intervention_exception_intervention_id"), table_name="intervention_exception")
    op.drop_table("intervention_exception")
    op.drop_index(op.f("ix_intervention_organisation_id"), table_name="intervention")
    op.drop_index(op.f("ix_intervention_care_plan_id"), table_name="intervention")
    op.drop_table("intervention")
    op.drop_index(op.f("ix_roster_organisation_id"), table_name="roster")
    op.drop_index(op.f("ix_roster_first_day"), table_name="roster")
    op.drop_table("roster")
    op.drop_index(op.f("ix_planning_progress_run_id"), table_name="planning_progress")
    op.drop_index(op.f("ix_planning_progress_organisation_id"), table_name="planning_progress")
    op.drop_table("planning_progress")
    op.drop_index(op.f("ix_continuity_person_id"), table_name="continuity")
    op.drop_index(op.f("ix_continuity_organisation_id"), table_name="continuity")
    op.drop_index(op.f("ix_continuity_aide_id"), table_name="continuity")
    op.drop_table("continuity")
    op.drop_index(op.f("ix_care_plan_person_id"), table_name="care_plan")
    op.drop_index(op.f("ix_care_plan_organisation_id"), table_name="care_plan")
    op.drop_table("care_plan")
    op.drop_index(op.f("ix_aide_availability_organisation_id"), table_name="aide_availability")
    op.drop_index(op.f("ix_aide_availability_aide_id"), table_name="aide_availability")
    op.drop_table("aide_availability")
    op.drop_index(op.f("ix_absence_organisation_id"), table_name="absence")
    op.drop_index(op.f("ix_absence_aide_id"), table_name="absence")
    op.drop_table("absence")
    op.drop_index(op.f("ix_session_expires_at"), table_name="session")
    op.drop_index(op.f("ix_session_account_id"), table_name="session")
    op.drop_table("session")
    op.drop_index(op.f("ix_planning_run_state"), table_name="planning_run")
    op.drop_index(op.f("ix_planning_run_organisation_id"), table_name="planning_run")
    op.drop_table("planning_run")
    op.drop_index(op.f("ix_person_organisation_id"), table_name="person")
    op.drop_table("person")
    op.drop_index(op.f("ix_membership_organisation_id"), table_name="membership")
    op.drop_table("membership")
    op.drop_index(op.f("ix_import_file_organisation_id"), table_name="import_file")
    op.drop_table("import_file")
    op.drop_index(op.f("ix_audit_entry_tag"), table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_subject_id"), table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_organisation_id"), table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_index(op.f("ix_api_token_organisation_id"), table_name="api_token")
    op.drop_table("api_token")
    op.drop_index(op.f("ix_aide_organisation_id"), table_name="aide")
    op.drop_table("aide")
    op.drop_index(op.f("ix_travel_matrix_created_at"), table_name="travel_matrix")
    op.drop_table("travel_matrix")
    op.drop_table("organisation")
    op.drop_index("ix_job_run_ended_at", table_name="job_run")
    op.drop_table("job_run")
    op.drop_table("account")
    run_sql(QueryBuilderEnvironment().build_uninstall_query())
