"""Orders know who delivers them: the rule they were placed under, and what came of it."""

from alembic import op

revision = "orders_0003"
down_revision = "orders_0002"


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE orders.orders
            ADD COLUMN delivery_rule text NOT NULL DEFAULT 'RIDERS_THEN_PROVIDER',
            ADD COLUMN riders_offers integer NOT NULL DEFAULT 3,
            ADD COLUMN delivered_by text,
            ADD COLUMN rider_wanted_since timestamptz,
            ADD COLUMN riders_exhausted boolean NOT NULL DEFAULT false,
            ADD COLUMN take_back_since timestamptz,
            ADD COLUMN prep_minutes integer,
            ADD COLUMN vendor_time_zone text,
            ALTER COLUMN dispatch SET DEFAULT 'IDLE';

        UPDATE orders.orders SET delivered_by = CASE
            WHEN rider_id IS NOT NULL AND status IN ('PICKED_UP', 'DELIVERED') THEN 'RIDER'
            WHEN provider_reference IS NOT NULL THEN 'PROVIDER' END
            WHERE rider_id IS NOT NULL OR provider_reference IS NOT NULL;
        -- What waited for its provider goes on to do so, but for what its vendor has not accepted yet.
        UPDATE orders.orders SET delivered_by = 'PROVIDER'
            WHERE dispatch = 'WAITING' AND status <> 'PENDING' AND delivered_by IS NULL;
        UPDATE orders.orders SET dispatch = 'IDLE'
            WHERE dispatch = 'WAITING' AND (status = 'PENDING' OR delivered_by = 'RIDER');

        DROP INDEX orders.orders_waiting_idx;
        CREATE INDEX orders_waiting_idx ON orders.orders (id) WHERE dispatch IN ('WAITING', 'TAKING_BACK');
        CREATE INDEX orders_pending_idx ON orders.orders (id) WHERE status = 'PENDING';
        CREATE INDEX orders_rider_wanted_idx ON orders.orders (rider_wanted_since)
            WHERE rider_wanted_since IS NOT NULL;
        CREATE INDEX orders_open_idx ON orders.orders (vendor_id, id)
            WHERE status IN ('PENDING', 'ACCEPTED', 'PREPARING', 'READY', 'PICKED_UP');
        """
    )
