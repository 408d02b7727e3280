"""
When each person is taken, whoever serves them; care-plan lines that serve a delivered meal.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from carecoord.db.migrate import run_sql_file
from carecoord.db.rls import POLICY

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

APART = (
    "ALTER TABLE person_booking ADD CONSTRAINT ex_person_booking_apart EXCLUDE USING gist ("
    "uuidrange(person_id, person_id, '[]') WITH &&, "
    "tstzrange(starts_at, ends_at, '[)') WITH &&) WHERE (kind <> 'meal')"
)
"""A person is identified for good, so the organisation need not be named here."""


def upgrade() -> None:
    """One table and one column."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.add_column(
        "intervention",
        sa.Column("serves_meal", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.create_table(
        "person_booking",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("for_dates", postgresql.ARRAY(sa.Date()), server_default="{}", nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind in ('visit', 'ride', 'meal')", name=op.f("ck_person_booking_kind")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_person_booking_order")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_person_booking_organisation_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_person_booking_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_booking")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_person_booking_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id",
            "kind",
            "source_id",
            name=op.f("uq_person_booking_organisation_id_kind_source_id"),
        ),
    )
    op.create_index(op.f("ix_person_booking_organisation_id"), "person_booking", ["organisation_id"])
    op.create_index(op.f("ix_person_booking_person_id"), "person_booking", ["person_id"])
    op.create_index(op.f("ix_person_booking_starts_at"), "person_booking", ["starts_at"])
    op.execute(APART)
    run_sql_file("policies/person_booking.sql")


def downgrade() -> None:
    """Take them away."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute(f"DROP POLICY {POLICY} ON person_booking")
    op.drop_table("person_booking")
    op.drop_column("intervention", "serves_meal")
