"""Logins are found by their age, to be ended when no token is left of them."""

from alembic import op

revision = "users_0002"
down_revision = "users_0001"


def upgrade() -> None:
    op.execute("CREATE INDEX refresh_families_created_at_idx ON users.refresh_families (created_at)")
