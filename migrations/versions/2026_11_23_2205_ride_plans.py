"""
Rides are driven: volunteers, vehicles, shuttles, planning runs, tours and trips of a day.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from carecoord.db.migrate import run_sql_file

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = (
    "ride_vehicle",
    "volunteer",
    "volunteer_availability",
    "volunteer_absence",
    "volunteer_bond",
    "ride_apart",
    "ride_shuttle",
    "ride_run",
    "ride_plan",
    "ride_tour",
    "ride_trip",
    "ride_travel",
)


def upgrade() -> None:
    """Twelve tables."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.create_table(
        "ride_vehicle",
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("seatings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("of_association", sa.Boolean(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("fiscal_power", sa.Integer(), nullable=True),
        sa.Column("electric", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(latitude is null) = (longitude is null)", name=op.f("ck_ride_vehicle_base")),
        sa.CheckConstraint(
            "fiscal_power is null or fiscal_power between 1 and 60", name=op.f("ck_ride_vehicle_fiscal_power")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_ride_vehicle_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ride_vehicle")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_ride_vehicle_organisation_id_id")),
        sa.UniqueConstraint("organisation_id", "label", name=op.f("uq_ride_vehicle_organisation_id_label")),
    )
    op.create_index(
        op.f("ix_ride_vehicle_organisation_id"), "ride_vehicle", ["organisation_id"], unique=False
    )
    op.create_table(
        "volunteer",
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=True),
        sa.Column("insee", sa.String(length=5), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("day_minutes_max", sa.Integer(), nullable=False),
        sa.Column("day_km_max", sa.Integer(), nullable=False),
        sa.Column("areas", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("vehicle_id", sa.Uuid(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("day_km_max between 5 and 600", name=op.f("ck_volunteer_day_km_max")),
        sa.CheckConstraint("day_minutes_max between 30 and 720", name=op.f("ck_volunteer_day_minutes_max")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "vehicle_id"],
            ["ride_vehicle.organisation_id", "ride_vehicle.id"],
            name=op.f("fk_volunteer_organisation_id_vehicle_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_volunteer_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_volunteer_organisation_id_id")),
    )
    op.create_index(op.f("ix_volunteer_organisation_id"), "volunteer", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_volunteer_vehicle_id"), "volunteer", ["vehicle_id"], unique=False)
    op.create_table(
        "volunteer_availability",
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
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
            name=op.f("ck_volunteer_availability_minutes"),
        ),
        sa.CheckConstraint("week_parity between 0 and 2", name=op.f("ck_volunteer_availability_week_parity")),
        sa.CheckConstraint("weekday between 0 and 6", name=op.f("ck_volunteer_availability_weekday")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "volunteer_id"],
            ["volunteer.organisation_id", "volunteer.id"],
            name=op.f("fk_volunteer_availability_organisation_id_volunteer_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_volunteer_availability_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer_availability")),
        sa.UniqueConstraint(
            "organisation_id", "id", name=op.f("uq_volunteer_availability_organisation_id_id")
        ),
        sa.UniqueConstraint(
            "volunteer_id",
            "weekday",
            "start_minute",
            "week_parity",
            name=op.f("uq_volunteer_availability_volunteer_id_weekday_start_minute_week_parity"),
        ),
    )
    op.create_index(
        op.f("ix_volunteer_availability_organisation_id"),
        "volunteer_availability",
        ["organisation_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_volunteer_availability_volunteer_id"),
        "volunteer_availability",
        ["volunteer_id"],
        unique=False,
    )
    op.create_table(
        "volunteer_absence",
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_volunteer_absence_order")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "volunteer_id"],
            ["volunteer.organisation_id", "volunteer.id"],
            name=op.f("fk_volunteer_absence_organisation_id_volunteer_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_volunteer_absence_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer_absence")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_volunteer_absence_organisation_id_id")),
        sa.UniqueConstraint(
            "volunteer_id",
            "starts_at",
            "ends_at",
            name=op.f("uq_volunteer_absence_volunteer_id_starts_at_ends_at"),
        ),
    )
    op.create_index(
        op.f("ix_volunteer_absence_organisation_id"), "volunteer_absence", ["organisation_id"], unique=False
    )
    op.create_index(
        op.f("ix_volunteer_absence_volunteer_id"), "volunteer_absence", ["volunteer_id"], unique=False
    )
    op.create_table(
        "volunteer_bond",
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind in ('preferred', 'refused')", name=op.f("ck_volunteer_bond_kind")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_volunteer_bond_organisation_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "volunteer_id"],
            ["volunteer.organisation_id", "volunteer.id"],
            name=op.f("fk_volunteer_bond_organisation_id_volunteer_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_volunteer_bond_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer_bond")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_volunteer_bond_organisation_id_id")),
        sa.UniqueConstraint(
            "volunteer_id", "person_id", name=op.f("uq_volunteer_bond_volunteer_id_person_id")
        ),
    )
    op.create_index(
        op.f("ix_volunteer_bond_organisation_id"), "volunteer_bond", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_volunteer_bond_person_id"), "volunteer_bond", ["person_id"], unique=False)
    op.create_index(op.f("ix_volunteer_bond_volunteer_id"), "volunteer_bond", ["volunteer_id"], unique=False)
    op.create_table(
        "ride_apart",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("person_id <= other_id", name=op.f("ck_ride_apart_order")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "other_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_ride_apart_organisation_id_other_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_ride_apart_organisation_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_ride_apart_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ride_apart")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_ride_apart_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id",
            "person_id",
            "other_id",
            name=op.f("uq_ride_apart_organisation_id_person_id_other_id"),
        ),
    )
    op.create_index(op.f("ix_ride_apart_organisation_id"), "ride_apart", ["organisation_id"], unique=False)
    op.create_table(
        "ride_shuttle",
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("insee", sa.String(length=5), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("vehicle_id", sa.Uuid(), nullable=False),
        sa.Column("leaves_s", sa.Integer(), nullable=False),
        sa.Column("arrives_s", sa.Integer(), nullable=False),
        sa.Column("back_s", sa.Integer(), nullable=False),
        sa.Column("ends_s", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), server_default="open", nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state in ('open', 'cancelled')", name=op.f("ck_ride_shuttle_state")),
        sa.CheckConstraint(
            "leaves_s < arrives_s and arrives_s < back_s and back_s < ends_s",
            name=op.f("ck_ride_shuttle_order"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "vehicle_id"],
            ["ride_vehicle.organisation_id", "ride_vehicle.id"],
            name=op.f("fk_ride_shuttle_organisation_id_vehicle_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "volunteer_id"],
            ["volunteer.organisation_id", "volunteer.id"],
            name=op.f("fk_ride_shuttle_organisation_id_volunteer_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_ride_shuttle_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ride_shuttle")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_ride_shuttle_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id", "on_date", "label", name=op.f("uq_ride_shuttle_organisation_id_on_date_label")
        ),
    )
    op.create_index(op.f("ix_ride_shuttle_on_date"), "ride_shuttle", ["on_date"], unique=False)
    op.create_index(
        op.f("ix_ride_shuttle_organisation_id"), "ride_shuttle", ["organisation_id"], unique=False
    )
    op.create_table(
        "ride_run",
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), server_default="queued", nullable=False),
        sa.Column("phase", sa.String(length=16), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("generation", sa.Uuid(), nullable=True),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.LargeBinary(), nullable=True),
        sa.Column("solution", sa.LargeBinary(), nullable=True),
        sa.Column("progress", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("before", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state in ('queued', 'running', 'stopping', 'done', 'failed', 'cancelled', 'published')",
            name=op.f("ck_ride_run_state"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_ride_run_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ride_run")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_ride_run_organisation_id_id")),
    )
    op.create_index(op.f("ix_ride_run_on_date"), "ride_run", ["on_date"], unique=False)
    op.create_index(op.f("ix_ride_run_organisation_id"), "ride_run", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_ride_run_state"), "ride_run", ["state"], unique=False)
    op.create_table(
        "ride_plan",
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_ride_plan_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ride_plan")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_ride_plan_organisation_id_id")),
        sa.UniqueConstraint("organisation_id", "on_date", name=op.f("uq_ride_plan_organisation_id_on_date")),
    )
    op.create_index(op.f("ix_ride_plan_organisation_id"), "ride_plan", ["organisation_id"], unique=False)
    op.create_table(
        "ride_tour",
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("vehicle_id", sa.Uuid(), nullable=False),
        sa.Column("shuttle_id", sa.Uuid(), nullable=True),
        sa.Column("departs_s", sa.Integer(), nullable=False),
        sa.Column("back_s", sa.Integer(), nullable=False),
        sa.Column("distance_m", sa.Integer(), nullable=False),
        sa.Column("empty_m", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("back_s >= departs_s", name=op.f("ck_ride_tour_order")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "vehicle_id"],
            ["ride_vehicle.organisation_id", "ride_vehicle.id"],
            name=op.f("fk_ride_tour_organisation_id_vehicle_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "volunteer_id"],
            ["volunteer.organisation_id", "volunteer.id"],
            name=op.f("fk_ride_tour_organisation_id_volunteer_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_ride_tour_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ride_tour")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_ride_tour_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id", "on_date", "duty", name=op.f("uq_ride_tour_organisation_id_on_date_duty")
        ),
    )
    op.create_index(op.f("ix_ride_tour_on_date"), "ride_tour", ["on_date"], unique=False)
    op.create_index(op.f("ix_ride_tour_organisation_id"), "ride_tour", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_ride_tour_volunteer_id"), "ride_tour", ["volunteer_id"], unique=False)
    op.create_table(
        "ride_trip",
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("tour_id", sa.Uuid(), nullable=False),
        sa.Column("leg_id", sa.Uuid(), nullable=False),
        sa.Column("promised_s", sa.Integer(), nullable=False),
        sa.Column("pickup_s", sa.Integer(), nullable=False),
        sa.Column("dropoff_s", sa.Integer(), nullable=False),
        sa.Column("pick_rank", sa.Integer(), nullable=False),
        sa.Column("drop_rank", sa.Integer(), nullable=False),
        sa.Column("pinned", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("outcome", sa.String(length=16), server_default="planned", nullable=False),
        sa.Column("outcome_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("outcome in ('planned', 'done', 'absent')", name=op.f("ck_ride_trip_outcome")),
        sa.CheckConstraint(
            "drop_rank > pick_rank and dropoff_s >= pickup_s", name=op.f("ck_ride_trip_order")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "leg_id"],
            ["ride_leg.organisation_id", "ride_leg.id"],
            name=op.f("fk_ride_trip_organisation_id_leg_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "tour_id"],
            ["ride_tour.organisation_id", "ride_tour.id"],
            name=op.f("fk_ride_trip_organisation_id_tour_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_ride_trip_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ride_trip")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_ride_trip_organisation_id_id")),
        sa.UniqueConstraint("organisation_id", "leg_id", name=op.f("uq_ride_trip_organisation_id_leg_id")),
    )
    op.create_index(op.f("ix_ride_trip_on_date"), "ride_trip", ["on_date"], unique=False)
    op.create_index(op.f("ix_ride_trip_organisation_id"), "ride_trip", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_ride_trip_tour_id"), "ride_trip", ["tour_id"], unique=False)
    op.create_table(
        "ride_travel",
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_ride_travel_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ride_travel")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_ride_travel_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id", "on_date", name=op.f("uq_ride_travel_organisation_id_on_date")
        ),
    )
    op.create_index(op.f("ix_ride_travel_organisation_id"), "ride_travel", ["organisation_id"], unique=False)
    for table in TABLES:
        run_sql_file(f"policies/{table}.sql")


def downgrade() -> None:
    """Take them away."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    for table in reversed(TABLES):
        op.drop_table(table)
