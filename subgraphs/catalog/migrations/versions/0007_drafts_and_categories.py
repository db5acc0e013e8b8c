"""Drafts and deleted products; categories with a place and a life of their own."""

from alembic import op

revision = "catalog_0007"
down_revision = "catalog_0006"


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE catalog.products
            ADD COLUMN status text NOT NULL DEFAULT 'ACTIVE'
                CONSTRAINT products_status_check CHECK (status IN ('DRAFT', 'ACTIVE')),
            ADD COLUMN deleted_at timestamptz;

        CREATE TABLE catalog.categories (
            id uuid NOT NULL,
            vendor_id uuid NOT NULL,
            tenant_id text NOT NULL,
            name text NOT NULL,
            position integer NOT NULL,
            CONSTRAINT categories_pkey PRIMARY KEY (id, vendor_id)
        );
        CREATE UNIQUE INDEX categories_vendor_id_name_idx ON catalog.categories (vendor_id, name);
        -- A category's id is that of its first product: unique, on the right shard, and of our own form.
        INSERT INTO catalog.categories (id, vendor_id, tenant_id, name, position)
            SELECT DISTINCT ON (vendor_id, category) id, vendor_id, tenant_id, category, position
            FROM catalog.products WHERE category <> '' ORDER BY vendor_id, category, position, id;

        CREATE INDEX vendors_paused_until_idx ON catalog.vendors (paused_until) WHERE state = 'PAUSED';
        """
    )
