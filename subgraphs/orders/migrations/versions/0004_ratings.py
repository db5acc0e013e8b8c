"""Customers rate what was delivered, once."""

from alembic import op

revision = "orders_0004"
down_revision = "orders_0003"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE orders.ratings (
            order_id uuid NOT NULL,
            customer_id uuid NOT NULL,
            tenant_id text NOT NULL,
            vendor_stars integer,
            rider_stars integer,
            products jsonb NOT NULL,
            text text,
            at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT ratings_pkey PRIMARY KEY (order_id, customer_id)
        );
        """
    )
