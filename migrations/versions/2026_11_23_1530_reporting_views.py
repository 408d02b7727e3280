"""
Views that figures are read from.
"""

from alembic import op

from carecoord.db.migrate import run_sql_file

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# A view may read those before it.
VIEWS = ("current_roster_day", "published_stop", "published_unserved", "published_breach")


def upgrade() -> None:
    """Make the views."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    for view in VIEWS:
        run_sql_file(f"views/{view}.sql")


def downgrade() -> None:
    """Drop them."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    for view in reversed(VIEWS):
        op.execute(f"DROP VIEW {view}")
