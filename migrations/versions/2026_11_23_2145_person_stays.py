"""
Stays of people away from home; a range type that lets exclusion constraints take an identifier.
"""

import sqlalchemy as sa
from alembic import op

from carecoord.db.migrate import run_sql_file
from carecoord.db.rls import POLICY

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

APART = (
    "ALTER TABLE person_stay ADD CONSTRAINT ex_person_stay_apart EXCLUDE USING gist ("
    "uuidrange(person_id, person_id, '[]') WITH &&, "
    "daterange(from_on, confirmed_return_on, '[)') WITH &&)"
)
"""GiST knows no plain uuid without a contrib extension: a range of one identifier does as well."""


def upgrade() -> None:
    """One table and one type."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute("CREATE TYPE uuidrange AS RANGE (subtype = uuid)")
    op.create_table(
        "person_stay",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("confirmed_return_on", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind in ('hospital', 'away')", name=op.f("ck_person_stay_kind")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_person_stay_order")),
        sa.CheckConstraint("confirmed_return_on >= from_on", name=op.f("ck_person_stay_return_order")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_person_stay_organisation_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_person_stay_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_stay")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_person_stay_organisation_id_id")),
    )
    op.create_index(op.f("ix_person_stay_organisation_id"), "person_stay", ["organisation_id"])
    op.create_index(op.f("ix_person_stay_person_id"), "person_stay", ["person_id"])
    op.create_index(op.f("ix_person_stay_from_on"), "person_stay", ["from_on"])
    op.execute(APART)
    run_sql_file("policies/person_stay.sql")


def downgrade() -> None:
    """Take them away."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute(f"DROP POLICY {POLICY} ON person_stay")
    op.drop_table("person_stay")
    op.execute("DROP TYPE uuidrange")
