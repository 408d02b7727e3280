"""
People helped, aides, care plans and the visits they produce.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from carecoord.db.migrate import run_sql_file
from carecoord.db.rls import POLICY

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

GUARDED = (
    "absence",
    "aide",
    "aide_availability",
    "care_plan",
    "intervention",
    "intervention_exception",
    "person",
    "visit",
)


def upgrade() -> None:
    """People helped, aides, care plans and the visits they produce."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
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
        sa.Column("due_on", sa.Date(), nullable=False),
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
    op.create_index(op.f("ix_visit_due_on"), "visit", ["due_on"], unique=False)
    op.create_index(op.f("ix_visit_intervention_id"), "visit", ["intervention_id"], unique=False)
    op.create_index(op.f("ix_visit_nominal_on"), "visit", ["nominal_on"], unique=False)
    op.create_index(op.f("ix_visit_organisation_id"), "visit", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_visit_person_id"), "visit", ["person_id"], unique=False)
    for table in GUARDED:
        run_sql_file(f"policies/{table}.sql")


def downgrade() -> None:
    """Take everything away again."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    for table in GUARDED:
        op.execute(f"DROP POLICY {POLICY} ON {table}")
    op.drop_index(op.f("ix_visit_person_id"), table_name="visit")
    op.drop_index(op.f("ix_visit_organisation_id"), table_name="visit")
    op.drop_index(op.f("ix_visit_nominal_on"), table_name="visit")
    op.drop_index(op.f("ix_visit_intervention_id"), table_name="visit")
    op.drop_index(op.f("ix_visit_due_on"), table_name="visit")
    op.drop_table("visit")
    op.drop_index(op.f("ix_intervention_exception_organisation_id"), table_name="intervention_exception")
    op.drop_index(op.f("ix_intervention_exception_intervention_id"), table_name="intervention_exception")
    op.drop_table("intervention_exception")
    op.drop_index(op.f("ix_intervention_organisation_id"), table_name="intervention")
    op.drop_index(op.f("ix_intervention_care_plan_id"), table_name="intervention")
    op.drop_table("intervention")
    op.drop_index(op.f("ix_care_plan_person_id"), table_name="care_plan")
    op.drop_index(op.f("ix_care_plan_organisation_id"), table_name="care_plan")
    op.drop_table("care_plan")
    op.drop_index(op.f("ix_aide_availability_organisation_id"), table_name="aide_availability")
    op.drop_index(op.f("ix_aide_availability_aide_id"), table_name="aide_availability")
    op.drop_table("aide_availability")
    op.drop_index(op.f("ix_absence_organisation_id"), table_name="absence")
    op.drop_index(op.f("ix_absence_aide_id"), table_name="absence")
    op.drop_table("absence")
    op.drop_index(op.f("ix_person_organisation_id"), table_name="person")
    op.drop_table("person")
    op.drop_index(op.f("ix_aide_organisation_id"), table_name="aide")
    op.drop_table("aide")
