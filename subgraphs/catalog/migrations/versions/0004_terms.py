"""What a vendor's orders are placed by: its state, holidays, delivery area, fees, minimum, who delivers.

Only adds. Vendors from before deliver as far as any may, as they did: anywhere.
"""

from alembic import op

revision = "catalog_0004"
down_revision = "catalog_0003"


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE catalog.vendors
            ADD COLUMN state text NOT NULL DEFAULT 'ACTIVE'
                CONSTRAINT vendors_state_check CHECK (state IN ('ACTIVE', 'PAUSED', 'CLOSED')),
            ADD COLUMN paused_until timestamptz,
            ADD COLUMN holidays jsonb NOT NULL DEFAULT '[]',
            ADD COLUMN delivery_km double precision NOT NULL DEFAULT 100,
            ADD COLUMN delivery_rings jsonb NOT NULL DEFAULT '[]',
            ADD COLUMN delivery_fees jsonb NOT NULL DEFAULT '[]',
            ADD COLUMN minimum_order integer,
            ADD COLUMN delivery_rule text NOT NULL DEFAULT 'RIDERS_THEN_PROVIDER'
                CONSTRAINT vendors_delivery_rule_check
                CHECK (delivery_rule IN ('OWN_RIDERS', 'PROVIDER', 'RIDERS_THEN_PROVIDER')),
            ADD COLUMN riders_offers integer NOT NULL DEFAULT 3;
        ALTER TABLE catalog.vendors ALTER COLUMN delivery_km SET DEFAULT 10;
        """
    )
