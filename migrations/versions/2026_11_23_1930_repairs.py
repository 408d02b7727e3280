"""
Repairs of a day with their lists of calls, and promised hours.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from carecoord.db.migrate import run_sql_file
from carecoord.db.rls import POLICY

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STATES = "('queued', 'running', 'stopping', 'done', 'failed', 'applied', 'undone')"


def upgrade() -> None:
    """Two tables and a mark on pins."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.add_column(
        "visit_pin", sa.Column("promised", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.create_table(
        "repair",
        sa.Column("roster_id", sa.Uuid(), nullable=False),
        sa.Column("roster_version", sa.BigInteger(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("phase", sa.String(length=16), server_default="", nullable=False),
        sa.Column("people_max", sa.Integer(), nullable=True),
        sa.Column("tolerance_minutes", sa.Integer(), nullable=False),
        sa.Column("events", postgresql.JSONB(), nullable=False),
        sa.Column("proposals", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("problem_before", sa.LargeBinary(), nullable=True),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("applied", sa.String(length=16), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(f"state in {STATES}", name=op.f("ck_repair_state")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "roster_id"],
            ["roster.organisation_id", "roster.id"],
            name=op.f("fk_repair_roster_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_repair_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_repair_organisation_id_id")),
    )
    op.create_index(op.f("ix_repair_organisation_id"), "repair", ["organisation_id"])
    op.create_index(op.f("ix_repair_roster_id"), "repair", ["roster_id"])
    op.create_index(op.f("ix_repair_on_date"), "repair", ["on_date"])
    op.create_table(
        "repair_call",
        sa.Column("repair_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("who", sa.Uuid(), nullable=False),
        sa.Column("before_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("visit_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("called_by", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind in ('person', 'aide')", name=op.f("ck_repair_call_kind")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "repair_id"],
            ["repair.organisation_id", "repair.id"],
            name=op.f("fk_repair_call_repair_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_repair_call_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair_call")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_repair_call_organisation_id_id")),
        sa.UniqueConstraint("repair_id", "kind", "who", name=op.f("uq_repair_call_repair_id_kind_who")),
    )
    op.create_index(op.f("ix_repair_call_organisation_id"), "repair_call", ["organisation_id"])
    op.create_index(op.f("ix_repair_call_repair_id"), "repair_call", ["repair_id"])
    run_sql_file("policies/repair.sql")
    run_sql_file("policies/repair_call.sql")


def downgrade() -> None:
    """Take them away."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute(f"DROP POLICY {POLICY} ON repair_call")
    op.execute(f"DROP POLICY {POLICY} ON repair")
    op.drop_table("repair_call")
    op.drop_table("repair")
    op.drop_column("visit_pin", "promised")
