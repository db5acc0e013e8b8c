"""Events remember the request that they come from."""

from alembic import op

revision = "common_0002"
down_revision = "common_0001"


def upgrade() -> None:
    op.execute("ALTER TABLE waybill.outbox ADD COLUMN request_id text")
