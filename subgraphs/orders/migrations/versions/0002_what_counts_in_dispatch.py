"""Orders note how often their provider refused them, and since when it has been away."""

from alembic import op

revision = "orders_0002"
down_revision = "orders_0001"


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE orders.orders
            ADD COLUMN refusals integer NOT NULL DEFAULT 0,
            ADD COLUMN provider_away_since timestamptz
        """
    )
