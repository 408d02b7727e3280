"""
Rounds of meals and vigilance: vehicles, drivers, runs, rounds, stops, temperatures; cases and calls.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from carecoord.db.migrate import run_sql_file

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = (
    "meal_vehicle",
    "meal_driver",
    "meal_run",
    "meal_round",
    "meal_stop",
    "temperature_reading",
    "vigilance_case",
    "vigilance_call",
)


def upgrade() -> None:
    """Eight tables."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.create_table(
        "meal_run",
        sa.Column("deliver_on", sa.Date(), nullable=False),
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
        sa.Column("compared_on", sa.Date(), nullable=True),
        sa.Column("problem", sa.LargeBinary(), nullable=True),
        sa.Column("solution", sa.LargeBinary(), nullable=True),
        sa.Column("best", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("naive", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("curve", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("left_out", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("warnings", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("travel", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("situation", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state in ('queued', 'running', 'stopping', 'done', 'failed', 'cancelled')",
            name=op.f("ck_meal_run_state"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_meal_run_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meal_run")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_meal_run_organisation_id_id")),
    )
    op.create_index(op.f("ix_meal_run_deliver_on"), "meal_run", ["deliver_on"], unique=False)
    op.create_index(op.f("ix_meal_run_organisation_id"), "meal_run", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_meal_run_state"), "meal_run", ["state"], unique=False)
    op.create_table(
        "meal_vehicle",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("cold", sa.Integer(), nullable=False),
        sa.Column("hot", sa.Integer(), nullable=False),
        sa.Column("loading_minutes", sa.SmallInteger(), nullable=False),
        sa.Column("keeps_cold", sa.Boolean(), nullable=False),
        sa.Column("keeps_hot", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "cold >= 0 and hot >= 0 and cold + hot > 0", name=op.f("ck_meal_vehicle_compartments")
        ),
        sa.CheckConstraint("loading_minutes between 0 and 120", name=op.f("ck_meal_vehicle_loading_minutes")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_meal_vehicle_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meal_vehicle")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_meal_vehicle_organisation_id_id")),
        sa.UniqueConstraint("organisation_id", "name", name=op.f("uq_meal_vehicle_organisation_id_name")),
    )
    op.create_index(
        op.f("ix_meal_vehicle_organisation_id"), "meal_vehicle", ["organisation_id"], unique=False
    )
    op.create_table(
        "meal_driver",
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=True),
        sa.Column("aide_id", sa.Uuid(), nullable=True),
        sa.Column("volunteer", sa.Boolean(), nullable=False),
        sa.Column("hours", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("vehicle_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("base_latitude", sa.Float(), nullable=False),
        sa.Column("base_longitude", sa.Float(), nullable=False),
        sa.Column("planned_minutes", sa.Integer(), nullable=True),
        sa.Column("trips_max", sa.SmallInteger(), nullable=False),
        sa.Column("away_on", postgresql.ARRAY(sa.Date()), nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("trips_max between 1 and 12", name=op.f("ck_meal_driver_trips_max")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "aide_id"],
            ["aide.organisation_id", "aide.id"],
            name=op.f("fk_meal_driver_organisation_id_aide_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_meal_driver_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meal_driver")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_meal_driver_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id",
            "last_name",
            "first_name",
            name=op.f("uq_meal_driver_organisation_id_last_name_first_name"),
        ),
    )
    op.create_index(op.f("ix_meal_driver_aide_id"), "meal_driver", ["aide_id"], unique=False)
    op.create_index(op.f("ix_meal_driver_organisation_id"), "meal_driver", ["organisation_id"], unique=False)
    op.create_table(
        "vigilance_case",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("first_call_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(length=16), server_default="", nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "outcome in ('', 'well', 'away', 'helped', 'emergency', 'mistake')",
            name=op.f("ck_vigilance_case_outcome"),
        ),
        sa.CheckConstraint("source in ('meal_stop', 'ride', 'visit')", name=op.f("ck_vigilance_case_source")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_vigilance_case_organisation_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_vigilance_case_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vigilance_case")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_vigilance_case_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id",
            "source",
            "source_id",
            name=op.f("uq_vigilance_case_organisation_id_source_source_id"),
        ),
    )
    op.create_index(op.f("ix_vigilance_case_due_at"), "vigilance_case", ["due_at"], unique=False)
    op.create_index(
        op.f("ix_vigilance_case_organisation_id"), "vigilance_case", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_vigilance_case_person_id"), "vigilance_case", ["person_id"], unique=False)
    op.create_table(
        "meal_round",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("deliver_on", sa.Date(), nullable=False),
        sa.Column("driver_id", sa.Uuid(), nullable=False),
        sa.Column("vehicle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=16), server_default="draft", nullable=False),
        sa.Column("begins_s", sa.Integer(), nullable=False),
        sa.Column("trips", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("distance_m", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state in ('draft', 'published', 'replaced')", name=op.f("ck_meal_round_state")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "driver_id"],
            ["meal_driver.organisation_id", "meal_driver.id"],
            name=op.f("fk_meal_round_organisation_id_driver_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "run_id"],
            ["meal_run.organisation_id", "meal_run.id"],
            name=op.f("fk_meal_round_organisation_id_run_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "vehicle_id"],
            ["meal_vehicle.organisation_id", "meal_vehicle.id"],
            name=op.f("fk_meal_round_organisation_id_vehicle_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_meal_round_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meal_round")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_meal_round_organisation_id_id")),
    )
    op.create_index(op.f("ix_meal_round_deliver_on"), "meal_round", ["deliver_on"], unique=False)
    op.create_index(op.f("ix_meal_round_driver_id"), "meal_round", ["driver_id"], unique=False)
    op.create_index(op.f("ix_meal_round_organisation_id"), "meal_round", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_meal_round_run_id"), "meal_round", ["run_id"], unique=False)
    op.create_table(
        "vigilance_call",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("whom", sa.String(length=16), nullable=False),
        sa.Column("answer", sa.String(length=16), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_by", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "answer in ('reached', 'no_answer', 'message')", name=op.f("ck_vigilance_call_answer")
        ),
        sa.CheckConstraint(
            "whom in ('person', 'contact', 'ccas', 'emergency')", name=op.f("ck_vigilance_call_whom")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "case_id"],
            ["vigilance_case.organisation_id", "vigilance_case.id"],
            name=op.f("fk_vigilance_call_organisation_id_case_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_vigilance_call_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vigilance_call")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_vigilance_call_organisation_id_id")),
    )
    op.create_index(op.f("ix_vigilance_call_case_id"), "vigilance_call", ["case_id"], unique=False)
    op.create_index(
        op.f("ix_vigilance_call_organisation_id"), "vigilance_call", ["organisation_id"], unique=False
    )
    op.create_table(
        "meal_stop",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("trip", sa.SmallInteger(), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("eta_s", sa.Integer(), nullable=False),
        sa.Column("cold", sa.SmallInteger(), nullable=False),
        sa.Column("hot", sa.SmallInteger(), nullable=False),
        sa.Column("change", sa.String(length=16), server_default="", nullable=False),
        sa.Column("outcome", sa.String(length=16), server_default="", nullable=False),
        sa.Column("outcome_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome_by", sa.Uuid(), nullable=True),
        sa.Column("destroyed", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("change in ('', 'added', 'cancelled')", name=op.f("ck_meal_stop_change")),
        sa.CheckConstraint(
            "outcome in ('', 'handed', 'left', 'absent', 'refused')", name=op.f("ck_meal_stop_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_meal_stop_organisation_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "round_id"],
            ["meal_round.organisation_id", "meal_round.id"],
            name=op.f("fk_meal_stop_organisation_id_round_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_meal_stop_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meal_stop")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_meal_stop_organisation_id_id")),
        sa.UniqueConstraint("round_id", "delivery_id", name=op.f("uq_meal_stop_round_id_delivery_id")),
    )
    op.create_index(op.f("ix_meal_stop_delivery_id"), "meal_stop", ["delivery_id"], unique=False)
    op.create_index(op.f("ix_meal_stop_organisation_id"), "meal_stop", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_meal_stop_person_id"), "meal_stop", ["person_id"], unique=False)
    op.create_index(op.f("ix_meal_stop_round_id"), "meal_stop", ["round_id"], unique=False)
    op.create_table(
        "temperature_reading",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("stop_id", sa.Uuid(), nullable=True),
        sa.Column("trip", sa.SmallInteger(), nullable=False),
        sa.Column("chain", sa.String(length=8), nullable=False),
        sa.Column("decidegrees", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("thermometer", sa.Text(), server_default="", nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("chain in ('cold', 'hot')", name=op.f("ck_temperature_reading_chain")),
        sa.CheckConstraint(
            "verdict in ('good', 'watch', 'refuse')", name=op.f("ck_temperature_reading_verdict")
        ),
        sa.CheckConstraint(
            "decidegrees between -400 and 1200", name=op.f("ck_temperature_reading_decidegrees")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "round_id"],
            ["meal_round.organisation_id", "meal_round.id"],
            name=op.f("fk_temperature_reading_organisation_id_round_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "stop_id"],
            ["meal_stop.organisation_id", "meal_stop.id"],
            name=op.f("fk_temperature_reading_organisation_id_stop_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_temperature_reading_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_temperature_reading")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_temperature_reading_organisation_id_id")),
    )
    op.create_index(
        op.f("ix_temperature_reading_organisation_id"),
        "temperature_reading",
        ["organisation_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_temperature_reading_round_id"), "temperature_reading", ["round_id"], unique=False
    )
    op.create_index(op.f("ix_temperature_reading_stop_id"), "temperature_reading", ["stop_id"], unique=False)
    for table in TABLES:
        run_sql_file(f"policies/{table}.sql")


def downgrade() -> None:
    """Take them away."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    for table in reversed(TABLES):
        op.drop_table(table)
