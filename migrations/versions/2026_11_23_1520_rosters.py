"""
Planning runs, rosters and imported files.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from carecoord.db.migrate import run_sql_file
from carecoord.db.rls import POLICY

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

GUARDED = (
    "continuity",
    "import_file",
    "planning_progress",
    "planning_run",
    "roster",
    "roster_stop",
    "roster_unserved",
    "visit_pin",
)


def upgrade() -> None:
    """Planning runs, rosters and imported files."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
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
    """Take everything away again."""
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
    op.drop_index(op.f("ix_planning_run_state"), table_name="planning_run")
    op.drop_index(op.f("ix_planning_run_organisation_id"), table_name="planning_run")
    op.drop_table("planning_run")
    op.drop_index(op.f("ix_import_file_organisation_id"), table_name="import_file")
    op.drop_table("import_file")
