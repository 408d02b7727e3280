"""
Parts of a planning run that is planned in sectors.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from carecoord.db.migrate import run_sql_file
from carecoord.db.rls import POLICY

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table of parts, and the territory that they are cut from."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.add_column("planning_run", sa.Column("territory", sa.LargeBinary(), nullable=True))
    op.create_table(
        "planning_part",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), server_default="queued", nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("aides", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("generation", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("solution", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", sa.LargeBinary(), nullable=True),
        sa.Column("best", postgresql.JSONB(), nullable=True),
        sa.Column("naive", postgresql.JSONB(), nullable=True),
        sa.Column("travel", postgresql.JSONB(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("state in ('queued', 'running', 'done')", name=op.f("ck_planning_part_state")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "run_id"],
            ["planning_run.organisation_id", "planning_run.id"],
            name=op.f("fk_planning_part_run_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_planning_part_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planning_part")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_planning_part_organisation_id_id")),
        sa.UniqueConstraint("run_id", "stage", "index", name=op.f("uq_planning_part_run_id_stage_index")),
    )
    op.create_index(op.f("ix_planning_part_organisation_id"), "planning_part", ["organisation_id"])
    op.create_index(op.f("ix_planning_part_run_id"), "planning_part", ["run_id"])
    run_sql_file("policies/planning_part.sql")


def downgrade() -> None:
    """Take them away."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute(f"DROP POLICY {POLICY} ON planning_part")
    op.drop_index(op.f("ix_planning_part_run_id"), table_name="planning_part")
    op.drop_index(op.f("ix_planning_part_organisation_id"), table_name="planning_part")
    op.drop_table("planning_part")
    op.drop_column("planning_run", "territory")
