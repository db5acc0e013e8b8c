"""Which vendor an idempotency key made."""

from alembic import op

revision = "catalog_0006"
down_revision = "catalog_0005"


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE catalog.vendors ADD COLUMN made_key text, ADD COLUMN made_hash bytea;
        CREATE UNIQUE INDEX vendors_made_key_tenant_id_idx ON catalog.vendors (made_key, tenant_id);
        """
    )
