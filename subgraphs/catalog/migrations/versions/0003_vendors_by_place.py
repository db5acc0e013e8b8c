"""Vendors of a tenant by their coordinates: an index whose comparisons row-level security lets through."""

from alembic import op

revision = "catalog_0003"
down_revision = "catalog_0002"


def upgrade() -> None:
    op.execute("CREATE INDEX vendors_tenant_id_lat_lon_idx ON catalog.vendors (tenant_id, lat, lon)")
