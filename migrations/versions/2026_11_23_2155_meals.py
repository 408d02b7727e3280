"""
Meals: kitchens, dated rules, subscriptions, orders, late decisions, foyers.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from carecoord.db.migrate import run_sql_file
from carecoord.db.rls import POLICY

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = (
    "meal_kitchen",
    "meal_rules",
    "meal_subscription",
    "meal_suspension",
    "meal_change",
    "meal_order",
    "meal_decision",
    "meal_foyer",
    "meal_attendance",
)


def upgrade() -> None:
    """Nine tables, each with its policy."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    _add_meal_kitchen()
    _add_meal_rules()
    _add_meal_subscription()
    _add_meal_suspension()
    _add_meal_change()
    _add_meal_order()
    _add_meal_decision()
    _add_meal_foyer()
    _add_meal_attendance()
    for table in TABLES:
        run_sql_file(f"policies/{table}.sql")


def downgrade() -> None:
    """Take them away."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    for table in reversed(TABLES):
        op.execute(f"DROP POLICY {POLICY} ON {table}")
        op.drop_table(table)


def _record(table: str) -> list[sa.schema.SchemaItem]:
    """What every record of an organisation has: identifier, dates, keys."""
    return [
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f(f"fk_{table}_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f(f"uq_{table}_organisation_id_id")),
    ]


def _add_meal_kitchen() -> None:
    op.create_table(
        "meal_kitchen",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("department", sa.String(length=3), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("offers", postgresql.JSONB(), nullable=False),
        sa.Column("avoidable", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("chains", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("production_weekdays", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("lead_days", sa.SmallInteger(), nullable=False),
        sa.Column("starts_minute", sa.Integer(), nullable=False),
        sa.Column("ready_minute", sa.Integer(), nullable=False),
        sa.Column("shelf_life_days", sa.SmallInteger(), nullable=False),
        sa.Column("spare_meals", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("lead_days between 0 and 5", name=op.f("ck_meal_kitchen_lead_days")),
        sa.CheckConstraint("shelf_life_days between 0 and 60", name=op.f("ck_meal_kitchen_shelf_life_days")),
        sa.CheckConstraint("spare_meals between 0 and 500", name=op.f("ck_meal_kitchen_spare_meals")),
        sa.UniqueConstraint(
            "organisation_id", "reference", name=op.f("uq_meal_kitchen_organisation_id_reference")
        ),
        *_record("meal_kitchen"),
    )
    op.create_index(op.f("ix_meal_kitchen_organisation_id"), "meal_kitchen", ["organisation_id"])


def _add_meal_rules() -> None:
    op.create_table(
        "meal_rules",
        sa.Column("kitchen_id", sa.Uuid(), nullable=False),
        sa.Column("applies_from", sa.Date(), nullable=False),
        sa.Column("days_before", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("holiday_shift", sa.String(length=16), nullable=False),
        sa.Column("closed_on", postgresql.ARRAY(sa.Date()), nullable=False),
        sa.Column("cutoffs", postgresql.JSONB(), nullable=False),
        sa.Column("meals_min_week", sa.SmallInteger(), nullable=False),
        sa.Column("hospital_free", sa.String(length=16), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "holiday_shift in ('eve', 'delivery_day', 'none')", name=op.f("ck_meal_rules_holiday_shift")
        ),
        sa.CheckConstraint(
            "hospital_free in ('before_cutoff', 'always', 'never')", name=op.f("ck_meal_rules_hospital_free")
        ),
        sa.CheckConstraint("cardinality(days_before) = 7", name=op.f("ck_meal_rules_days_before")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "kitchen_id"],
            ["meal_kitchen.organisation_id", "meal_kitchen.id"],
            name=op.f("fk_meal_rules_organisation_id_kitchen_id"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("kitchen_id", "applies_from", name=op.f("uq_meal_rules_kitchen_id_applies_from")),
        *_record("meal_rules"),
    )
    op.create_index(op.f("ix_meal_rules_kitchen_id"), "meal_rules", ["kitchen_id"])
    op.create_index(op.f("ix_meal_rules_organisation_id"), "meal_rules", ["organisation_id"])


def _add_meal_subscription() -> None:
    op.create_table(
        "meal_subscription",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kitchen_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("meals", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("diet", sa.String(length=24), nullable=False),
        sa.Column("texture", sa.String(length=16), nullable=False),
        sa.Column("health", sa.LargeBinary(), nullable=False),
        sa.Column("certificate_on", sa.Date(), nullable=True),
        sa.Column("chain", sa.String(length=8), nullable=False),
        sa.Column("earliest_minute", sa.Integer(), nullable=False),
        sa.Column("latest_minute", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("extras", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("chain in ('cold', 'hot')", name=op.f("ck_meal_subscription_chain")),
        sa.CheckConstraint("cardinality(meals) = 7", name=op.f("ck_meal_subscription_meals")),
        sa.CheckConstraint(
            "ends_on is null or ends_on >= starts_on", name=op.f("ck_meal_subscription_order")
        ),
        sa.CheckConstraint("latest_minute >= earliest_minute", name=op.f("ck_meal_subscription_window")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "kitchen_id"],
            ["meal_kitchen.organisation_id", "meal_kitchen.id"],
            name=op.f("fk_meal_subscription_organisation_id_kitchen_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_meal_subscription_organisation_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint(
            "organisation_id", "reference", name=op.f("uq_meal_subscription_organisation_id_reference")
        ),
        *_record("meal_subscription"),
    )
    op.create_index(op.f("ix_meal_subscription_kitchen_id"), "meal_subscription", ["kitchen_id"])
    op.create_index(op.f("ix_meal_subscription_organisation_id"), "meal_subscription", ["organisation_id"])
    op.create_index(op.f("ix_meal_subscription_person_id"), "meal_subscription", ["person_id"])


def _add_meal_suspension() -> None:
    op.create_table(
        "meal_suspension",
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("resumes_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason in ('away', 'family', 'refusal', 'other')", name=op.f("ck_meal_suspension_reason")
        ),
        sa.CheckConstraint(
            "resumes_on is null or resumes_on > starts_on", name=op.f("ck_meal_suspension_order")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "subscription_id"],
            ["meal_subscription.organisation_id", "meal_subscription.id"],
            name=op.f("fk_meal_suspension_organisation_id_subscription_id"),
            ondelete="CASCADE",
        ),
        *_record("meal_suspension"),
    )
    op.create_index(op.f("ix_meal_suspension_organisation_id"), "meal_suspension", ["organisation_id"])
    op.create_index(op.f("ix_meal_suspension_subscription_id"), "meal_suspension", ["subscription_id"])


def _add_meal_change() -> None:
    op.create_table(
        "meal_change",
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("consumed_on", sa.Date(), nullable=False),
        sa.Column("count", sa.SmallInteger(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("count between 0 and 9", name=op.f("ck_meal_change_count")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "subscription_id"],
            ["meal_subscription.organisation_id", "meal_subscription.id"],
            name=op.f("fk_meal_change_organisation_id_subscription_id"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint(
            "subscription_id", "consumed_on", name=op.f("uq_meal_change_subscription_id_consumed_on")
        ),
        *_record("meal_change"),
    )
    op.create_index(op.f("ix_meal_change_consumed_on"), "meal_change", ["consumed_on"])
    op.create_index(op.f("ix_meal_change_organisation_id"), "meal_change", ["organisation_id"])
    op.create_index(op.f("ix_meal_change_subscription_id"), "meal_change", ["subscription_id"])


def _add_meal_order() -> None:
    op.create_table(
        "meal_order",
        sa.Column("kitchen_id", sa.Uuid(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.Uuid(), nullable=True),
        sa.Column("cutoff_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("meal_count", sa.Integer(), nullable=False),
        sa.Column("spare_meals", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "kitchen_id"],
            ["meal_kitchen.organisation_id", "meal_kitchen.id"],
            name=op.f("fk_meal_order_organisation_id_kitchen_id"),
            ondelete="RESTRICT",
        ),
        sa.UniqueConstraint(
            "kitchen_id", "made_on", "number", name=op.f("uq_meal_order_kitchen_id_made_on_number")
        ),
        *_record("meal_order"),
    )
    op.create_index(op.f("ix_meal_order_kitchen_id"), "meal_order", ["kitchen_id"])
    op.create_index(op.f("ix_meal_order_made_on"), "meal_order", ["made_on"])
    op.create_index(op.f("ix_meal_order_organisation_id"), "meal_order", ["organisation_id"])


def _add_meal_decision() -> None:
    op.create_table(
        "meal_decision",
        sa.Column("kitchen_id", sa.Uuid(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("consumed_on", sa.Date(), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("wished", sa.LargeBinary(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "action in ('spare', 'call_kitchen', 'refuse', "
            "'cancel_free', 'cancel_charged', 'deliver_anyway')",
            name=op.f("ck_meal_decision_action"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "kitchen_id"],
            ["meal_kitchen.organisation_id", "meal_kitchen.id"],
            name=op.f("fk_meal_decision_organisation_id_kitchen_id"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("source_id", "consumed_on", name=op.f("uq_meal_decision_source_id_consumed_on")),
        *_record("meal_decision"),
    )
    op.create_index(op.f("ix_meal_decision_kitchen_id"), "meal_decision", ["kitchen_id"])
    op.create_index(op.f("ix_meal_decision_made_on"), "meal_decision", ["made_on"])
    op.create_index(op.f("ix_meal_decision_organisation_id"), "meal_decision", ["organisation_id"])


def _add_meal_foyer() -> None:
    op.create_table(
        "meal_foyer",
        sa.Column("kitchen_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("seats between 1 and 1000", name=op.f("ck_meal_foyer_seats")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "kitchen_id"],
            ["meal_kitchen.organisation_id", "meal_kitchen.id"],
            name=op.f("fk_meal_foyer_organisation_id_kitchen_id"),
            ondelete="RESTRICT",
        ),
        sa.UniqueConstraint("organisation_id", "name", name=op.f("uq_meal_foyer_organisation_id_name")),
        *_record("meal_foyer"),
    )
    op.create_index(op.f("ix_meal_foyer_kitchen_id"), "meal_foyer", ["kitchen_id"])
    op.create_index(op.f("ix_meal_foyer_organisation_id"), "meal_foyer", ["organisation_id"])


def _add_meal_attendance() -> None:
    op.create_table(
        "meal_attendance",
        sa.Column("foyer_id", sa.Uuid(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("count", sa.SmallInteger(), nullable=False),
        sa.Column("diet", sa.String(length=24), nullable=False),
        sa.Column("texture", sa.String(length=16), nullable=False),
        sa.Column("health", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "state in ('expected', 'present', 'absent')", name=op.f("ck_meal_attendance_state")
        ),
        sa.CheckConstraint("count between 1 and 200", name=op.f("ck_meal_attendance_count")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "foyer_id"],
            ["meal_foyer.organisation_id", "meal_foyer.id"],
            name=op.f("fk_meal_attendance_organisation_id_foyer_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_meal_attendance_organisation_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint(
            "foyer_id", "on_date", "person_id", name=op.f("uq_meal_attendance_foyer_id_on_date_person_id")
        ),
        *_record("meal_attendance"),
    )
    op.create_index(op.f("ix_meal_attendance_foyer_id"), "meal_attendance", ["foyer_id"])
    op.create_index(op.f("ix_meal_attendance_on_date"), "meal_attendance", ["on_date"])
    op.create_index(op.f("ix_meal_attendance_organisation_id"), "meal_attendance", ["organisation_id"])
    op.create_index(op.f("ix_meal_attendance_person_id"), "meal_attendance", ["person_id"])
