"""
Requests for rides: destinations, communes, terms, passengers, rights, requests and their ways.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from carecoord.db.migrate import run_sql_file

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = (
    "ride_place",
    "ride_commune",
    "ride_terms",
    "ride_passenger",
    "ride_right",
    "ride_standing",
    "ride_request",
    "ride_leg",
)


def upgrade() -> None:
    """Eight tables, and what an organisation is in law."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.add_column("organisation", sa.Column("legal_form", sa.String(length=16), nullable=True))
    op.create_check_constraint(
        op.f("ck_organisation_legal_form"),
        "organisation",
        "legal_form in ('association', 'public', 'mutual', 'company')",
    )
    _ride_place()
    _ride_commune()
    _ride_terms()
    _ride_passenger()
    _ride_right()
    _ride_standing()
    _ride_request()
    _ride_leg()
    for table in TABLES:
        run_sql_file(f"policies/{table}.sql")


def downgrade() -> None:
    """Take them away, children first."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_constraint(op.f("ck_organisation_legal_form"), "organisation", type_="check")
    op.drop_column("organisation", "legal_form")


def _ride_place() -> None:
    op.create_table(
        "ride_place",
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("insee", sa.String(length=5), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("quality", sa.String(length=16), nullable=False),
        sa.Column("is_hub", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("hub_source", sa.Text(), server_default="", nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_ride_place_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ride_place")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_ride_place_organisation_id_id")),
        sa.UniqueConstraint("organisation_id", "label", name=op.f("uq_ride_place_organisation_id_label")),
    )
    op.create_index(op.f("ix_ride_place_organisation_id"), "ride_place", ["organisation_id"], unique=False)


def _ride_commune() -> None:
    op.create_table(
        "ride_commune",
        sa.Column("insee", sa.String(length=5), nullable=False),
        sa.Column("is_small", sa.Boolean(), nullable=False),
        sa.Column("unit_name", sa.Text(), server_default="", nullable=False),
        sa.Column("unit_population", sa.Integer(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("seen_by", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "unit_population is null or unit_population >= 0", name=op.f("ck_ride_commune_population")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_ride_commune_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ride_commune")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_ride_commune_organisation_id_id")),
        sa.UniqueConstraint("organisation_id", "insee", name=op.f("uq_ride_commune_organisation_id_insee")),
    )
    op.create_index(
        op.f("ix_ride_commune_organisation_id"), "ride_commune", ["organisation_id"], unique=False
    )


def _ride_terms() -> None:
    op.create_table(
        "ride_terms",
        sa.Column("regime", sa.String(length=16), nullable=False),
        sa.Column("ground", sa.Text(), server_default="", nullable=False),
        sa.Column("cents_per_km", sa.Integer(), nullable=False),
        sa.Column("habits", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("regime in ('tus', 'own_service')", name=op.f("ck_ride_terms_regime")),
        sa.CheckConstraint("cents_per_km between 0 and 1000", name=op.f("ck_ride_terms_price")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_ride_terms_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ride_terms")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_ride_terms_organisation_id_id")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_ride_terms_organisation_id")),
    )
    op.create_index(op.f("ix_ride_terms_organisation_id"), "ride_terms", ["organisation_id"], unique=False)


def _ride_passenger() -> None:
    op.create_table(
        "ride_passenger",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("frailty", sa.String(length=16), nullable=False),
        sa.Column("wheelchair", sa.Boolean(), nullable=False),
        sa.Column("companions", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "frailty in ('none', 'frail', 'very_frail')", name=op.f("ck_ride_passenger_frailty")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_ride_passenger_organisation_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_ride_passenger_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ride_passenger")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_ride_passenger_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id", "person_id", name=op.f("uq_ride_passenger_organisation_id_person_id")
        ),
    )
    op.create_index(
        op.f("ix_ride_passenger_organisation_id"), "ride_passenger", ["organisation_id"], unique=False
    )


def _ride_right() -> None:
    op.create_table(
        "ride_right",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("criterion", sa.String(length=24), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("seen_by", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("valid_until is null or valid_until >= seen_on", name=op.f("ck_ride_right_order")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_ride_right_organisation_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_ride_right_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ride_right")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_ride_right_organisation_id_id")),
    )
    op.create_index(op.f("ix_ride_right_organisation_id"), "ride_right", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_ride_right_person_id"), "ride_right", ["person_id"], unique=False)


def _ride_standing() -> None:
    op.create_table(
        "ride_standing",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("weekdays", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("ask", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("ends_on is null or ends_on >= starts_on", name=op.f("ck_ride_standing_order")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_ride_standing_organisation_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_ride_standing_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ride_standing")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_ride_standing_organisation_id_id")),
    )
    op.create_index(
        op.f("ix_ride_standing_organisation_id"), "ride_standing", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_ride_standing_person_id"), "ride_standing", ["person_id"], unique=False)


def _ride_request() -> None:
    op.create_table(
        "ride_request",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("origin", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("destination", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("arrive_minute", sa.Integer(), nullable=True),
        sa.Column("leave_minute", sa.Integer(), nullable=True),
        sa.Column("back", sa.String(length=8), nullable=False),
        sa.Column("back_minute", sa.Integer(), nullable=True),
        sa.Column("companions", sa.Integer(), nullable=False),
        sa.Column("wheelchair", sa.Boolean(), nullable=False),
        sa.Column("caller", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("distance_m", sa.Integer(), nullable=False),
        sa.Column("is_estimated", sa.Boolean(), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("basis", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("refusal", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("standing_id", sa.Uuid(), nullable=True),
        sa.Column("cancel_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(state = 'refused') = (refusal is not null)", name=op.f("ck_ride_request_refusal")
        ),
        sa.CheckConstraint("back in ('none', 'wait', 'other')", name=op.f("ck_ride_request_back")),
        sa.CheckConstraint("state in ('open', 'refused', 'cancelled')", name=op.f("ck_ride_request_state")),
        sa.CheckConstraint(
            "(arrive_minute is null) <> (leave_minute is null)", name=op.f("ck_ride_request_hour")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_ride_request_organisation_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_ride_request_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ride_request")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_ride_request_organisation_id_id")),
    )
    op.create_index(op.f("ix_ride_request_asked_at"), "ride_request", ["asked_at"], unique=False)
    op.create_index(op.f("ix_ride_request_on_date"), "ride_request", ["on_date"], unique=False)
    op.create_index(
        op.f("ix_ride_request_organisation_id"), "ride_request", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_ride_request_person_id"), "ride_request", ["person_id"], unique=False)


def _ride_leg() -> None:
    op.create_table(
        "ride_leg",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("pick_latitude", sa.Float(), nullable=False),
        sa.Column("pick_longitude", sa.Float(), nullable=False),
        sa.Column("drop_latitude", sa.Float(), nullable=False),
        sa.Column("drop_longitude", sa.Float(), nullable=False),
        sa.Column("pick_earliest_s", sa.Integer(), nullable=False),
        sa.Column("pick_latest_s", sa.Integer(), nullable=False),
        sa.Column("drop_earliest_s", sa.Integer(), nullable=False),
        sa.Column("drop_latest_s", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("wheelchairs", sa.Integer(), nullable=False),
        sa.Column("companion", sa.Boolean(), nullable=False),
        sa.Column("boarding_s", sa.Integer(), nullable=False),
        sa.Column("alighting_s", sa.Integer(), nullable=False),
        sa.Column("ride_max_s", sa.Integer(), nullable=False),
        sa.Column("same_driver_as", sa.Uuid(), nullable=True),
        sa.Column("shuttle_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=16), server_default="looking", nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("direction in ('out', 'back')", name=op.f("ck_ride_leg_direction")),
        sa.CheckConstraint(
            "state in ('looking', 'placed', 'refused', 'cancelled', 'done')", name=op.f("ck_ride_leg_state")
        ),
        sa.CheckConstraint(
            "pick_latest_s >= pick_earliest_s and drop_latest_s >= drop_earliest_s",
            name=op.f("ck_ride_leg_windows"),
        ),
        sa.CheckConstraint(
            "seats >= 0 and wheelchairs >= 0 and seats + wheelchairs between 1 and 8",
            name=op.f("ck_ride_leg_seats"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_ride_leg_organisation_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "request_id"],
            ["ride_request.organisation_id", "ride_request.id"],
            name=op.f("fk_ride_leg_organisation_id_request_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_ride_leg_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ride_leg")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_ride_leg_organisation_id_id")),
        sa.UniqueConstraint("request_id", "direction", name=op.f("uq_ride_leg_request_id_direction")),
    )
    op.create_index(op.f("ix_ride_leg_on_date"), "ride_leg", ["on_date"], unique=False)
    op.create_index(op.f("ix_ride_leg_organisation_id"), "ride_leg", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_ride_leg_person_id"), "ride_leg", ["person_id"], unique=False)
    op.create_index(op.f("ix_ride_leg_request_id"), "ride_leg", ["request_id"], unique=False)
